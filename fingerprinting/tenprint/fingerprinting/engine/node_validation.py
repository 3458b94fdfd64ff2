"""What can be wrong with one node of a graph, told from its class alone: nothing is made and nothing is run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from tenprint.fingerprinting.engine.accepting import GIVEN, RESOURCE
from tenprint.fingerprinting.engine.component import ExecutionContext, GraphComponent
from tenprint.fingerprinting.engine.errors import GraphStorageError
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import SchemaNode
from tenprint.fingerprinting.engine.signatures import (
    UNKNOWN,
    FunctionShape,
    ParameterShape,
    constructor_shape,
    function_shape,
)
from tenprint.fingerprinting.engine.type_rules import has_fingerprint, is_subtype, type_text
from tenprint.importers import Location, Problem

_GIVEN_TYPES: Mapping[str, Any] = {
    "config": dict[str, Any],
    "model_storage": ModelStorage,
    RESOURCE: Resource,
    "execution_context": ExecutionContext,
}
"""What constructors are called with, by parameter."""

_QUESTIONS = ("supported_languages", "not_supported_languages", "required_packages", "required_components")
"""What a class is asked about itself."""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """A node with its class as far as it can be understood; functions are None where the class has none."""

    name: str
    node: SchemaNode
    constructor: FunctionShape | None = None
    function: FunctionShape | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What the class says of itself, by question; what it failed to tell is missing."""
    failures: tuple[str, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether its inputs can be compared with what it takes."""
        shapes = (self.constructor, self.function)
        return all(shape is not None and shape.unresolved is None for shape in shapes)


@dataclass(frozen=True, slots=True)
class NodeRules:
    """What holds for all nodes of one graph."""

    graph: str
    """Which one it is, for messages."""
    trains: bool
    language: str | None
    is_installed: Callable[[str], bool]
    places: Mapping[str, Location] = field(default_factory=dict)
    """Where nodes are written, by name, as far as that is known."""

    def report(self, code: str, name: str, message: str, hint: str | None = None) -> Problem:
        """Make a problem of a node, or of the whole graph where the name is empty."""
        where = f"{self.graph} graph, node `{name}`" if name else f"{self.graph} graph"
        return Problem(code=code, message=f"{where}: {message}", location=self.places.get(name), hint=hint)


def is_installed(package: str) -> bool:
    """Tell whether a package can be imported, without importing it; only its parents are."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # a parent that is not there, or a module that was made by hand
        return False


def is_component(uses: object) -> bool:
    return isinstance(uses, type) and issubclass(uses, GraphComponent)


def node_shape(name: str, node: SchemaNode) -> NodeShape:
    uses = node.uses
    if not is_component(uses):
        return NodeShape(name, node)
    answers: dict[str, Any] = {}
    failures = [failure for question in _QUESTIONS if (failure := _asked(uses, question, answers)) is not None]
    return NodeShape(
        name,
        node,
        constructor_shape(uses, node.constructor_name),
        function_shape(uses, node.fn),
        answers,
        tuple(failures),
    )


def _asked(uses: type[GraphComponent], question: str, answers: dict[str, Any]) -> str | None:
    """Ask a class about itself and note the answer, or return how it failed."""
    try:
        answers[question] = getattr(uses, question)()
    except Exception as error:  # noqa: BLE001 - code of a plugin
        return f"fails when it is asked for `{question}`: {type(error).__name__}: {error}"
    return None


def node_problems(shape: NodeShape, rules: NodeRules) -> Iterator[Problem]:
    """Find what is wrong with a node apart from where its inputs come from."""
    yield from _name_problems(shape, rules)
    uses = shape.node.uses
    if not is_component(uses):
        message = f"{getattr(uses, '__qualname__', repr(uses))} is no graph component"
        yield rules.report("not-a-component", shape.name, message, "derive the class from `GraphComponent`")
        return
    abstract = sorted(getattr(uses, "__abstractmethods__", ()))
    if abstract:
        message = f"{uses.__qualname__} does not implement {_listed(abstract)} of `GraphComponent`"
        yield rules.report("not-a-component", shape.name, message)
    for failure in shape.failures:
        yield rules.report("not-a-component", shape.name, f"{uses.__qualname__} {failure}", "tell whoever wrote it")
    yield from _language_problems(shape, rules)
    yield from _package_problems(shape, rules)
    yield from _function_problems(shape, rules)
    yield from _constructor_problems(shape, rules)


def _name_problems(shape: NodeShape, rules: NodeRules) -> Iterator[Problem]:
    try:
        Resource(shape.name)
    except GraphStorageError as error:
        yield rules.report("node-name", shape.name, "what it stores cannot have its name", error.hint)


def _language_problems(shape: NodeShape, rules: NodeRules) -> Iterator[Problem]:
    uses, language = shape.node.uses, rules.language
    known, unfit = (shape.answers.get(f"{kind}supported_languages") for kind in ("", "not_"))
    if known and unfit:
        message = f"{uses.__qualname__} lists languages it supports and others it does not"
        yield rules.report("component-languages", shape.name, message, "keep one of the two lists")
    if language is None:
        return
    if known is not None and language not in known:
        offered = f"it can deal with {', '.join(known)}" if known else "it can deal with none"
    elif unfit and language in unfit:
        offered = f"it cannot deal with {', '.join(unfit)}"
    else:
        return
    message = f"{uses.__qualname__} cannot deal with the language `{language}`"
    yield rules.report("component-language", shape.name, message, f"{offered}; use another component")


def _package_problems(shape: NodeShape, rules: NodeRules) -> Iterator[Problem]:
    missing = [name for name in shape.answers.get("required_packages", ()) if not rules.is_installed(name)]
    if missing:
        message = f"{shape.node.uses.__qualname__} needs {_listed(missing)}, which cannot be found"
        yield rules.report("missing-package", shape.name, message, f"pip install {' '.join(missing)}")


def _function_problems(shape: NodeShape, rules: NodeRules) -> Iterator[Problem]:
    function, name = shape.function, shape.node.fn
    if function is None:
        yield rules.report("no-such-method", shape.name, f"{_class(shape)} has no method `{name}`")
    elif function.unresolved is not None:
        yield _unresolved(shape, rules, name, function.unresolved)
    else:
        yield from _return_problems(shape, rules, function.returns)
        yield from _missing_inputs(shape, rules, name, function.parameters.values())


def _return_problems(shape: NodeShape, rules: NodeRules, returns: Any) -> Iterator[Problem]:
    where = f"`{shape.node.fn}` of {_class(shape)}"
    if returns is UNKNOWN:
        yield rules.report("missing-annotation", shape.name, f"{where} does not say what it returns")
    elif rules.trains and not has_fingerprint(returns):
        message = f"{where} returns {type_text(returns)}, which has no fingerprint, so no run could be compared with it"
        hint = (
            "return a frozen dataclass, something with a method `fingerprint()`, "
            "or a list, tuple or mapping of such, told in full"
        )
        yield rules.report("not-fingerprintable", shape.name, message, hint)


def _constructor_problems(shape: NodeShape, rules: NodeRules) -> Iterator[Problem]:
    constructor, name = shape.constructor, shape.node.constructor_name
    if constructor is None:
        has_it = callable(getattr(shape.node.uses, name, None))
        message = f"`{name}` of {_class(shape)} is no class method" if has_it else f"{_class(shape)} has no `{name}`"
        yield rules.report("no-such-method", shape.name, message, "a constructor is a class method that makes one")
        return
    if constructor.unresolved is not None:
        yield _unresolved(shape, rules, name, constructor.unresolved)
        return
    yield from _given_problems(shape, rules, constructor)
    further = [each for each in constructor.parameters.values() if each.name not in GIVEN]
    if not shape.node.eager:
        yield from _missing_inputs(shape, rules, name, further)
        return
    for parameter in further:
        if parameter.is_required:
            message = (
                f"`{name}` of {_class(shape)} needs `{parameter.name}`, which only nodes that are not eager can get"
            )
            hint = "take it in the run function; training nodes are not eager, those of predictions are"
            yield rules.report("eager-input", shape.name, message, hint)


def _given_problems(shape: NodeShape, rules: NodeRules, constructor: FunctionShape) -> Iterator[Problem]:
    """Every constructor is called with the same four keywords."""
    for name, given in _GIVEN_TYPES.items():
        parameter = constructor.parameters.get(name)
        where = f"`{shape.node.constructor_name}` of {_class(shape)}"
        if parameter is None or parameter.by_position_only:
            if parameter is not None or not constructor.takes_any:
                yield rules.report("given-parameter", shape.name, f"{where} does not take `{name}` by name")
        elif parameter.annotation is not UNKNOWN and not _fits(given, parameter.annotation):
            message = f"{where} takes {type_text(parameter.annotation)} as `{name}`, and is given {type_text(given)}"
            yield rules.report("given-parameter", shape.name, message)


def _fits(given: Any, annotation: Any) -> bool:
    """A narrower type is let pass: who writes it knows the runner; `Any` says that nobody thought of it."""
    if annotation is Any or annotation is object:
        return False
    return is_subtype(given, annotation) or is_subtype(annotation, given)


def _missing_inputs(
    shape: NodeShape, rules: NodeRules, name: str, parameters: Iterable[ParameterShape]
) -> Iterator[Problem]:
    for parameter in parameters:
        where = f"`{name}` of {_class(shape)}"
        is_fed = parameter.name in shape.node.needs
        if parameter.by_position_only and (is_fed or parameter.is_required):
            message = f"{where} takes `{parameter.name}` by position only, and inputs are given by name"
            yield rules.report("unknown-input", shape.name, message)
        elif parameter.is_required and not is_fed:
            message = f"{where} needs `{parameter.name}`, and no node is named to give it"
            yield rules.report("missing-input", shape.name, message, "add it to the needs of the node")
        elif is_fed and parameter.annotation is UNKNOWN:
            message = f"{where} does not say of what type `{parameter.name}` is"
            yield rules.report("missing-annotation", shape.name, message)


def takers(shape: NodeShape, parameter: str) -> list[ParameterShape | None]:
    """Return what of the class takes an input: parameters, or None for a function that takes any.

    A lazy node gives an input to its constructor, to its run function, or to both; an eager one to the latter. Where a
    function names the input, others that would take anything do not matter.
    """
    functions = [] if shape.node.eager or parameter in (*GIVEN[:2], GIVEN[3]) else [shape.constructor]
    functions.append(shape.function)
    named = [each.parameters[parameter] for each in functions if each is not None and parameter in each.parameters]
    return [*named] or [None for each in functions if each is not None and each.takes_any]


def _unresolved(shape: NodeShape, rules: NodeRules, name: str, reason: str) -> Problem:
    message = f"the annotations of `{name}` of {_class(shape)} cannot be resolved: {reason}"
    hint = "remove forward references, or import the types at the top of the module"
    return rules.report("unresolved-annotation", shape.name, message, hint)


def _class(shape: NodeShape) -> str:
    return shape.node.uses.__qualname__


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
