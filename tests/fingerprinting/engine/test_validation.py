"""What the acceptance cases leave open: everything at once, nodes of all kinds, classes that fail, large graphs."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.component import Message
from tenprint.fingerprinting.engine import (
    DEFAULT_PLACEHOLDERS,
    ExecutionContext,
    GraphComponent,
    GraphError,
    GraphModelConfiguration,
    GraphSchema,
    GraphValidationError,
    ModelStorage,
    Resource,
    SchemaNode,
    graph_problems,
    schema_problems,
    validate,
    with_placeholders,
)


class Value:
    """A value that can say its fingerprint."""

    def fingerprint(self) -> str:
        return "sha256:" + "0" * 64


class Plain(GraphComponent):
    """Has run functions of all kinds."""

    @classmethod
    def create(
        cls,
        config: Mapping[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Plain":
        raise NotImplementedError

    @classmethod
    async def make(cls, **given: Any) -> "Plain":
        raise NotImplementedError(given)

    @classmethod
    def make_with(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        value: Value,
    ) -> "Plain":
        raise NotImplementedError

    @classmethod
    def make_without_context(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> "Plain":
        raise NotImplementedError

    @classmethod
    def make_by_position(cls, config: dict[str, Any], /, **given: Any) -> "Plain":
        raise NotImplementedError

    def own(self) -> "Plain":
        raise NotImplementedError

    def run(self) -> Value:
        raise NotImplementedError

    async def wait(self, value: Value) -> Value:
        raise NotImplementedError

    def take(self, value: Value) -> Value:
        raise NotImplementedError

    def take_config(self, config: Value) -> Value:
        raise NotImplementedError

    def take_unsaid(self, value) -> Value:  # type: ignore[no-untyped-def] # noqa: ANN001
        raise NotImplementedError

    def take_by_position(self, value: Value, /) -> Value:
        raise NotImplementedError

    def store(self) -> Resource:
        raise NotImplementedError

    @staticmethod
    def alone(value: Value) -> Value:
        raise NotImplementedError

    number: ClassVar[int] = 1


def node(uses: Any = Plain, /, fn: str = "run", **needs: str) -> SchemaNode:
    return SchemaNode(needs, uses, "create", fn, {})


def made_by(constructor_name: str, fn: str = "run", *, eager: bool = False, **needs: str) -> SchemaNode:
    return SchemaNode(needs, Plain, constructor_name, fn, {}, eager=eager)


def source(**needs: str) -> SchemaNode:
    return SchemaNode(needs, Plain, "create", "take" if needs else "run", {}, is_input=True)


def codes(nodes: Mapping[str, SchemaNode], *, trains: bool = True, **how: Any) -> list[str]:
    return [problem.code for problem in schema_problems(GraphSchema(dict(nodes)), trains=trains, **how)]


# Everything at once


def test_all_that_is_wrong_with_both_graphs_is_told_at_once() -> None:
    class Stranger:
        """No component."""

    train = GraphSchema({"a": node(Stranger), "b": node(fn="nothing"), "c": node(fn="take"), "d/../e": node(x="no")})
    predict = GraphSchema({"x": node(fn="take", value="y"), "y": node(fn="take", value="x")})
    with pytest.raises(GraphValidationError) as refused:
        validate(GraphModelConfiguration(train, predict, nlu_target="z"))
    assert [problem.code for problem in refused.value.problems] == [
        "not-a-component",
        "no-such-method",
        "missing-input",
        "node-name",
        "missing-node",
        "graph-cycle",
        "prediction-target",
    ]
    assert all(f"[{problem.code}]" in str(refused.value) for problem in refused.value.problems)


def test_graphs_without_a_fault_pass() -> None:
    class Answering(Plain):
        def answer(self) -> list[Message]:
            raise NotImplementedError

    configuration = GraphModelConfiguration(
        GraphSchema(), GraphSchema({"nlu": node(Answering, "answer")}), nlu_target="nlu"
    )
    assert graph_problems(configuration) == ()
    validate(configuration)


# Inputs


def test_an_input_node_needs_nothing_but_placeholders_and_input_nodes() -> None:
    given = with_placeholders({"__value__": Value})
    nodes = {"a": source(value="__value__"), "b": source(value="a"), "c": node(fn="take", value="b")}
    assert codes(nodes, placeholders=given) == []
    assert codes({**nodes, "d": source(value="c")}, placeholders=given) == ["input-closure"]
    assert codes({**nodes, "d": node(fn="take", value="__value__")}, placeholders=given) == ["input-closure"]
    assert codes({**nodes, "d": node(fn="take", value="__value__")}, placeholders=given, trains=False) == []


def test_functions_of_every_kind_take_inputs() -> None:
    nodes = {"a": node(), "b": node(fn="wait", value="a"), "c": node(fn="alone", value="b")}
    assert codes(nodes) == []


def test_constructors_of_every_kind_make_components() -> None:
    nodes = {
        "a": node(),
        "b": made_by("make"),
        "c": made_by("make_with", value="a"),
        "d": made_by("make", value="a"),
        "e": made_by("load", eager=True),
    }
    assert codes(nodes) == []


def test_a_constructor_is_called_with_four_keywords() -> None:
    assert codes({"a": made_by("make_without_context")}) == ["given-parameter"]
    assert codes({"a": made_by("make_by_position")}) == ["given-parameter"]


@pytest.mark.parametrize("name", ["own", "number", "nothing"])
def test_a_constructor_is_called_on_the_class(name: str) -> None:
    assert codes({"a": made_by(name)}) == ["no-such-method"]


def test_what_is_no_function_does_not_run() -> None:
    assert codes({"a": node(fn="number")}) == ["no-such-method"]


def test_a_lazy_node_is_made_with_the_resource_it_is_given() -> None:
    nodes = {"train": node(fn="store"), "load": made_by("load", resource="train")}
    assert codes(nodes) == []
    assert codes({"train": node(), "load": made_by("load", resource="train")}) == ["input-type"]


def test_an_input_named_like_what_constructors_are_given_goes_to_the_run_function() -> None:
    assert codes({"a": node(), "b": node(fn="take_config", config="a")}) == []
    assert codes({"a": node(), "b": node(config="a")}) == ["unknown-input"]
    assert codes({"b": node(fn="take_config")}) == ["missing-input"]


def test_an_input_without_a_type_is_told() -> None:
    assert codes({"a": node(), "b": node(fn="take_unsaid", value="a")}) == ["missing-annotation"]


def test_an_input_by_position_only_cannot_be_given() -> None:
    assert codes({"a": node(), "b": node(fn="take_by_position", value="a")}) == ["unknown-input"]


def test_a_node_may_need_one_parent_twice() -> None:
    class Pair(Plain):
        def both(self, left: Value, right: Value) -> Value:
            raise NotImplementedError

    assert codes({"a": node(), "b": node(Pair, "both", left="a", right="a")}) == []


# Classes that fail


class Failing(Plain):
    """Cannot tell anything about itself."""

    @staticmethod
    def supported_languages() -> list[str] | None:
        raise RuntimeError("no dictionary")

    @classmethod
    def required_components(cls) -> list[type]:
        return ["Tokenizer"]  # type: ignore[list-item]


def test_a_class_that_fails_to_tell_its_languages_is_a_problem() -> None:
    (problem,) = schema_problems(GraphSchema({"a": node(Failing)}), trains=True, language="en")
    assert "`supported_languages`: RuntimeError: no dictionary" in problem.message


class Abstract(GraphComponent):
    """Does not say how it is made."""

    def run(self) -> Value:
        raise NotImplementedError


def test_a_class_that_does_not_implement_the_interface_is_no_component() -> None:
    (problem,) = schema_problems(GraphSchema({"a": node(Abstract)}), trains=True)
    assert (problem.code, "`create`" in problem.message) == ("not-a-component", True)


@pytest.mark.parametrize("uses", ["Plain", None, Plain.run])
def test_what_is_no_class_is_no_component(uses: Any) -> None:
    assert codes({"a": node(uses)}) == ["not-a-component"]


# Placeholders


def test_placeholders_are_added_to_those_there_are() -> None:
    given = with_placeholders({"__documents__": Value})
    assert given == {**DEFAULT_PLACEHOLDERS, "__documents__": Value}
    assert with_placeholders({"__importer__": DEFAULT_PLACEHOLDERS["__importer__"]}) == DEFAULT_PLACEHOLDERS


@pytest.mark.parametrize("name", ["documents", "__Documents__", "____", "__importer__"])
def test_a_placeholder_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(GraphError, match=name):
        with_placeholders({name: Value})


# Large graphs


def test_large_graphs_are_checked() -> None:
    chain = {"n0": node()} | {f"n{number}": node(fn="take", value=f"n{number - 1}") for number in range(1, 2_000)}
    assert codes(chain) == []
    chain["n0"] = node(fn="take", value="n1999")
    assert codes(chain) == ["graph-cycle"]


class Both(Plain):
    """Needs both of the level before it, and somewhere before it the first."""

    def both(self, left: Value, right: Value) -> Value:
        raise NotImplementedError

    @classmethod
    def required_components(cls) -> list[type]:
        return [First]


class First(Plain):
    """Stands at the top."""


def lattice(levels: int, first: type[Plain]) -> dict[str, SchemaNode]:
    """Pairs of nodes, each of which needs both of the pair before: two paths more for each level."""
    nodes = {"l0": node(first), "r0": node(first)}
    for level in range(1, levels):
        needs = {"left": f"l{level - 1}", "right": f"r{level - 1}"}
        nodes |= {f"{side}{level}": SchemaNode(needs, Both, "create", "both", {}) for side in "lr"}
    return nodes


def test_graphs_with_many_paths_are_checked() -> None:
    assert codes(lattice(40, First)) == []
    (problem,) = schema_problems(GraphSchema(lattice(40, Plain)), trains=True)
    assert "78 nodes lack components that must come before: First before `l1`" in problem.message


# What is required, on random graphs


class A(Plain):
    """Needs nothing."""


class B(A):
    """Needs an A."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [A]


class C(Plain):
    """Needs a B and an A."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [B, A]


NAMES = "abcdefg"


@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.tuples(st.sampled_from([A, B, C]), st.lists(st.sampled_from(NAMES), max_size=2))
    )
)
def test_requirements_are_met_by_what_comes_before(drawn: dict[str, tuple[type[Plain], list[str]]]) -> None:
    nodes = {
        name: node(uses, **{f"p{number}": parent for number, parent in enumerate(parents)})
        for name, (uses, parents) in drawn.items()
    }
    schema = GraphSchema(nodes)
    lacking = set()
    for name, (uses, parents) in drawn.items():
        before = schema.minimal_graph_schema(parents).nodes if set(parents) & nodes.keys() else {}
        for required in uses.required_components():
            if not any(issubclass(each.uses, required) for each in before.values()):
                lacking.add(name)
    told = [each.message for each in schema_problems(schema, trains=True) if each.code == "missing-requirement"]
    counts = [int(each.split(": ")[1].split(" ")[0]) for each in told]
    assert counts == ([len(lacking)] if lacking else [])
