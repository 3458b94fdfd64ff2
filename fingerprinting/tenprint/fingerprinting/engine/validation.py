"""Checks graphs before anything runs: all that is wrong with them, at once, each in linear time.

Both graphs of a model are checked, all their nodes and not only what their targets need. Nodes of a training graph
have outputs with fingerprints; only its input nodes may need placeholders, and they need nothing but placeholders and
other input nodes, because they run before it is known what has changed.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from tenprint.fingerprinting.component import ActionPrediction, Message
from tenprint.fingerprinting.engine.errors import GraphRunError, GraphValidationError
from tenprint.fingerprinting.engine.graph_order import children_of, cycles, parents_first, path_text
from tenprint.fingerprinting.engine.model_configuration import GraphModelConfiguration
from tenprint.fingerprinting.engine.node_validation import (
    NodeRules,
    NodeShape,
    is_installed,
    node_problems,
    node_shape,
    takers,
)
from tenprint.fingerprinting.engine.placeholders import DEFAULT_PLACEHOLDERS
from tenprint.fingerprinting.engine.schema import GraphSchema
from tenprint.fingerprinting.engine.signatures import UNKNOWN
from tenprint.fingerprinting.engine.type_rules import is_subtype, type_text
from tenprint.importers import Location, Problem

Placeholders = Mapping[str, Any]


def validate(
    model_configuration: GraphModelConfiguration,
    *,
    placeholders: Placeholders = DEFAULT_PLACEHOLDERS,
    is_available: Callable[[str], bool] = is_installed,
) -> None:
    """Check both graphs of a model.

    Args:
        model_configuration: The graphs, their language, and which nodes of the second one answer.
        placeholders: Names that stand for what a run is given, and the type of each.
        is_available: Tells whether a package, as it is imported, is installed.

    Raises:
        GraphValidationError: Everything that is wrong with them.
    """
    problems = graph_problems(model_configuration, placeholders=placeholders, is_available=is_available)
    if problems:
        raise GraphValidationError(problems)


def graph_problems(
    model_configuration: GraphModelConfiguration,
    *,
    placeholders: Placeholders = DEFAULT_PLACEHOLDERS,
    is_available: Callable[[str], bool] = is_installed,
) -> tuple[Problem, ...]:
    """Return everything that is wrong with both graphs of a model; see `validate`."""
    language = model_configuration.language
    check = partial(schema_problems, language=language, placeholders=placeholders, is_available=is_available)
    return (
        *check(model_configuration.train_schema, trains=True),
        *check(model_configuration.predict_schema, trains=False),
        *_answer_problems(model_configuration),
    )


def schema_problems(
    schema: GraphSchema,
    *,
    trains: bool,
    language: str | None = None,
    placeholders: Placeholders = DEFAULT_PLACEHOLDERS,
    is_available: Callable[[str], bool] = is_installed,
    places: Mapping[str, Location] | None = None,
) -> tuple[Problem, ...]:
    """Return everything that is wrong with one graph; `trains` says which of the two of a model it is.

    `places` tells of nodes by name where they are written, for the problems.
    """
    rules = NodeRules("training" if trains else "prediction", trains, language, is_available, places or {})
    shapes = {name: node_shape(name, node) for name, node in schema.nodes.items()}
    return (
        *_cycle_problems(schema, rules),
        *(
            problem
            for shape in shapes.values()
            for problem in (*node_problems(shape, rules), *_edge_problems(shape, shapes, placeholders, rules))
        ),
        *_requirement_problems(schema, shapes, rules),
    )


def _cycle_problems(schema: GraphSchema, rules: NodeRules) -> Iterator[Problem]:
    for cycle in cycles(_parents(schema)):
        message = f"nodes need each other: {path_text(cycle)}"
        yield rules.report("graph-cycle", cycle[0], message, "take one of these inputs away")


def _edge_problems(
    shape: NodeShape, shapes: Mapping[str, NodeShape], placeholders: Placeholders, rules: NodeRules
) -> Iterator[Problem]:
    """Find what is wrong with the inputs of a node: where they come from, and whether they fit."""
    for parameter, parent in shape.node.needs.items():
        if parent not in shapes and parent not in placeholders:
            near = get_close_matches(parent, [*shapes, *placeholders], n=1)
            hint = f"did you mean `{near[0]}`?" if near else "add a node of this name, or name another one"
            message = f"its input `{parameter}` comes from `{parent}`, which is neither a node nor a placeholder"
            yield rules.report("missing-node", shape.name, message, hint)
            continue
        yield from _closure_problems(shape, shapes, parent, rules)
        if shape.is_understood:
            yield from _taking_problems(shape, parameter, parent, _given(parent, shapes, placeholders), rules)


def _closure_problems(
    shape: NodeShape, shapes: Mapping[str, NodeShape], parent: str, rules: NodeRules
) -> Iterator[Problem]:
    if not rules.trains:
        return
    if shape.node.is_input and parent in shapes and not shapes[parent].node.is_input:
        message = f"it is an input node and needs `{parent}`, which is none"
        hint = "input nodes run before it is known what has changed, so they need placeholders and input nodes only"
        yield rules.report("input-closure", shape.name, message, hint)
    if not shape.node.is_input and parent not in shapes:
        message = f"it needs the placeholder `{parent}` and is no input node"
        hint = "let an input node take what it needs from there, so that a change of it is seen"
        yield rules.report("input-closure", shape.name, message, hint)


def _given(parent: str, shapes: Mapping[str, NodeShape], placeholders: Placeholders) -> Any:
    """Return the type of what a parent gives; unknown where that is a problem of its own."""
    if parent not in shapes:
        return placeholders[parent]
    function = shapes[parent].function
    return UNKNOWN if function is None else function.returns


def _taking_problems(shape: NodeShape, parameter: str, parent: str, given: Any, rules: NodeRules) -> Iterator[Problem]:
    taking = takers(shape, parameter)
    if not taking and not _is_told_elsewhere(shape, parameter):
        message = f"nothing of {shape.node.uses.__qualname__} takes the input `{parameter}`"
        yield rules.report("unknown-input", shape.name, message, f"remove it, or add it to `{shape.node.fn}`")
    for taker in taking:
        asked = UNKNOWN if taker is None else taker.annotation
        if UNKNOWN not in (given, asked) and not is_subtype(given, asked):
            message = f"`{parent}` gives {type_text(given)}, and its input `{parameter}` is {type_text(asked)}"
            yield rules.report("input-type", shape.name, message)
            return


def _is_told_elsewhere(shape: NodeShape, parameter: str) -> bool:
    """Whether it is what the constructor of an eager node needs, which is told as such."""
    found = None if shape.constructor is None else shape.constructor.parameters.get(parameter)
    return shape.node.eager and found is not None and found.is_required


def _requirement_problems(schema: GraphSchema, shapes: Mapping[str, NodeShape], rules: NodeRules) -> Iterator[Problem]:
    """Find nodes that lack components among their ancestors; all of them are one problem."""
    lacking = _lacking(schema, {name: _required(shape) for name, shape in shapes.items()})
    affected = {name for names in lacking.values() for name in names}
    if affected:
        told = "; ".join(
            f"{each.__qualname__} before {', '.join(f'`{name}`' for name in names)}"
            for each, names in lacking.items()
            if names
        )
        count = "1 node lacks" if len(affected) == 1 else f"{len(affected)} nodes lack"
        message = f"{count} components that must come before: {told}"
        yield rules.report("missing-requirement", "", message, "add them, and let what they give reach these nodes")


def _required(shape: NodeShape) -> list[type]:
    return [each for each in shape.answers.get("required_components", ()) if isinstance(each, type)]


def _lacking(schema: GraphSchema, wanted: Mapping[str, list[type]]) -> dict[type, list[str]]:
    """Tell which nodes have none of a class before them.

    Each wanted class is a bit, and what a node has before it are the bits of its parents and theirs.
    """
    classes = dict.fromkeys(each for found in wanted.values() for each in found)
    bits = {each: 1 << number for number, each in enumerate(classes)}
    if not bits:
        return {}
    before = _ancestor_bits(schema, {name: _own_bits(node.uses, bits) for name, node in schema.nodes.items()})
    lacking: dict[type, list[str]] = {each: [] for each in bits}
    for name in sorted(wanted):
        for each in wanted[name]:
            if not before[name] & bits[each]:
                lacking[each].append(name)
    return lacking


def _own_bits(uses: object, bits: Mapping[type, int]) -> int:
    return sum(bit for each, bit in bits.items() if isinstance(uses, type) and issubclass(uses, each))


def _ancestor_bits(schema: GraphSchema, own: Mapping[str, int]) -> dict[str, int]:
    """Gather bits downwards; where nodes need each other, again and again until nothing is added."""
    parents = _parents(schema)
    children = children_of(parents)
    before = dict.fromkeys(schema.nodes, 0)
    try:
        waiting = dict.fromkeys(reversed(parents_first(parents)))
    except GraphRunError:
        waiting = dict.fromkeys(schema.nodes)
    while waiting:
        name = waiting.popitem()[0]
        for child in children[name]:
            gathered = before[child] | before[name] | own[name]
            if gathered != before[child]:
                before[child] = gathered
                waiting[child] = None
    return before


def _parents(schema: GraphSchema) -> dict[str, tuple[str, ...]]:
    return {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}


def _answer_problems(configuration: GraphModelConfiguration) -> Iterator[Problem]:
    """Check the nodes of the prediction graph whose outputs are the answers."""
    rules = NodeRules("prediction", trains=False, language=None, is_installed=is_installed)
    if not configuration.nlu_target:
        hint = "name the node that gives the messages as they were understood"
        yield rules.report("prediction-target", "", "no node is named that answers for NLU", hint)
    answers = (("NLU", configuration.nlu_target, list[Message]), ("Core", configuration.core_target, ActionPrediction))
    for what, name, type_ in answers:
        if name:
            yield from _target_problems(configuration.predict_schema, rules, what, name, type_)


def _target_problems(schema: GraphSchema, rules: NodeRules, what: str, name: str, type_: Any) -> Iterator[Problem]:
    node = schema.nodes.get(name)
    if node is None:
        near = get_close_matches(name, schema.nodes, n=1)
        hint = f"did you mean `{near[0]}`?" if near else None
        yield rules.report("prediction-target", name, f"it is to answer for {what}, and there is no such node", hint)
        return
    fed = [child for child, each in schema.nodes.items() if name in each.needs.values()]
    if fed:
        message = f"it answers for {what} and feeds {', '.join(f'`{child}`' for child in fed)} as well"
        yield rules.report("prediction-target", name, message, "answer with a node that nothing else needs")
    function = node_shape(name, node).function
    if function is not None and function.returns is not UNKNOWN and not is_subtype(function.returns, type_):
        message = f"it answers for {what} and returns {type_text(function.returns)}, not {type_text(type_)}"
        yield rules.report("prediction-target", name, message)
