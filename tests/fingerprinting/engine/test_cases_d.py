"""Acceptance cases D of the training graph: what is told of a graph before anything runs."""

from collections.abc import Mapping
from typing import Any

import pytest

from tenprint.fingerprinting.component import ActionPrediction, Message
from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphComponent,
    GraphModelConfiguration,
    GraphSchema,
    ModelStorage,
    Resource,
    SchemaNode,
    graph_problems,
    schema_problems,
)
from tenprint.importers import TrainingDataImporter


class Value:
    """A value that can say its fingerprint."""

    def fingerprint(self) -> str:
        return "sha256:" + "0" * 64


class SubValue(Value):
    """A kind of it."""


class Other:
    """An unrelated value that can say its fingerprint."""

    def fingerprint(self) -> str:
        return "sha256:" + "1" * 64


class Plain(GraphComponent):
    """Gives a value and needs nothing."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Plain":
        del config, model_storage, resource, execution_context
        return cls()

    def run(self) -> Value:
        return Value()


class Taking(Plain):
    """Takes a value."""

    def run(self, value: Value) -> Value:  # type: ignore[override] # components differ in what they take
        return value


class TakingAnything(Plain):
    """Takes a value of any type."""

    def run(self, value: Any) -> Value:  # type: ignore[override]
        del value
        return Value()


class GivingSub(Plain):
    """Gives a kind of value."""

    def run(self) -> SubValue:
        return SubValue()


class GivingOther(Plain):
    """Gives another value."""

    def run(self) -> Other:  # type: ignore[override]
        return Other()


class Reading(Plain):
    """Takes the importer."""

    def run(self, importer: TrainingDataImporter) -> Value:  # type: ignore[override]
        del importer
        return Value()


class Constructed(Plain):
    """Takes a value when it is made."""

    @classmethod
    def create(  # type: ignore[override]
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        value: Value,
    ) -> "Constructed":
        del config, model_storage, resource, execution_context, value
        return cls()


class Understanding(Plain):
    """Gives messages."""

    def run(self) -> list[Message]:  # type: ignore[override]
        return []


class Deciding(Plain):
    """Gives an action."""

    def run(self) -> ActionPrediction:  # type: ignore[override]
        return ActionPrediction("listen", 1.0)


def node(uses: type[Any] = Plain, /, **changes: Any) -> SchemaNode:
    """Make a node; what is no field of it is an input."""
    needs = {name: value for name, value in changes.items() if name not in FIELDS}
    fields = {"needs": needs, **{name: value for name, value in changes.items() if name in FIELDS}}
    return SchemaNode(uses=uses, **{"constructor_name": "create", "fn": "run", "config": {}, **fields})


FIELDS = ("needs", "constructor_name", "fn", "config", "eager", "is_target", "is_input", "resource")


def codes(nodes: Mapping[str, SchemaNode], *, trains: bool = True, **how: Any) -> list[str]:
    return [problem.code for problem in schema_problems(GraphSchema(dict(nodes)), trains=trains, **how)]


def message(nodes: Mapping[str, SchemaNode], *, trains: bool = True, **how: Any) -> str:
    (problem,) = schema_problems(GraphSchema(dict(nodes)), trains=trains, **how)
    return f"{problem.message} ({problem.hint})"


def test_d01_a_class_that_is_no_component() -> None:
    assert codes({"a": node(Other)}) == ["not-a-component"]
    assert "GraphComponent" in message({"a": node(Other)})


def test_d02_a_run_function_that_is_not_there() -> None:
    assert codes({"a": node(fn="train")}) == ["no-such-method"]
    assert "node `a`: Plain has no method `train`" in message({"a": node(fn="train")})


class GivingNumber(Plain):
    def run(self) -> int:  # type: ignore[override]
        return 1


class GivingAnything(Plain):
    def run(self) -> Any:
        return 1


class GivingNothing(Plain):
    def run(self) -> None:  # type: ignore[override]
        return None


@pytest.mark.parametrize("uses", [GivingNumber, GivingAnything, GivingNothing])
def test_d03_an_output_without_a_fingerprint_in_a_training(uses: type[Plain]) -> None:
    assert codes({"a": node(uses)}) == ["not-fingerprintable"]


def test_d04_an_output_without_a_fingerprint_in_a_prediction() -> None:
    assert codes({"a": node(GivingNumber)}, trains=False) == []


class Forward(Plain):
    def run(self) -> "Nowhere":  # type: ignore[name-defined] # noqa: F821
        return Value()


def test_d05_an_annotation_that_cannot_be_resolved() -> None:
    assert codes({"a": node(Forward)}) == ["unresolved-annotation"]
    assert "remove forward references" in message({"a": node(Forward)})


class Unsaid(Plain):
    def run(self):  # type: ignore[no-untyped-def] # noqa: ANN201
        return Value()


@pytest.mark.parametrize("trains", [True, False])
def test_d06_no_return_annotation(trains: bool) -> None:  # noqa: FBT001
    assert codes({"a": node(Unsaid)}, trains=trains) == ["missing-annotation"]


@pytest.mark.parametrize("uses", [Plain, GivingSub])
def test_d07_an_output_with_a_fingerprint(uses: type[Plain]) -> None:
    assert codes({"a": node(uses)}) == []


def test_d08_a_constructor_that_is_not_there() -> None:
    assert codes({"a": node(constructor_name="invent")}) == ["no-such-method"]
    assert "`invent`" in message({"a": node(constructor_name="invent")})


class Wrong(Plain):
    @classmethod
    def config_constructor(
        cls,
        config: dict[int, int],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Wrong":
        raise NotImplementedError

    @classmethod
    def resource_constructor(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Value, execution_context: ExecutionContext
    ) -> "Wrong":
        raise NotImplementedError

    @classmethod
    def storage_constructor(
        cls, config: dict[str, Any], model_storage: Any, resource: Resource, execution_context: ExecutionContext
    ) -> "Wrong":
        raise NotImplementedError

    @classmethod
    def context_constructor(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: Any
    ) -> "Wrong":
        raise NotImplementedError


@pytest.mark.parametrize("part", ["config", "resource", "storage", "context"])
def test_d09_a_constructor_that_takes_what_it_is_never_given(part: str) -> None:
    assert codes({"a": node(Wrong, constructor_name=f"{part}_constructor")}) == ["given-parameter"]


def speaking(known: list[str] | None, unfit: list[str] | None) -> type[Plain]:
    class Speaking(Plain):
        @staticmethod
        def supported_languages() -> list[str] | None:
            return known

        @staticmethod
        def not_supported_languages() -> list[str] | None:
            return unfit

    return Speaking


@pytest.mark.parametrize(("language", "known"), [("de", ["en"]), ("en", ["zh", "fi"]), ("us", [])])
def test_d10_a_language_that_is_not_supported(language: str, known: list[str]) -> None:
    assert codes({"a": node(speaking(known, None))}, language=language) == ["component-language"]


@pytest.mark.parametrize(("language", "known"), [(None, None), ("en", ["zh", "en"]), ("zh", None), (None, ["en"])])
def test_d11_languages_that_are_fine(language: str | None, known: list[str] | None) -> None:
    assert codes({"a": node(speaking(known, None))}, language=language) == []


@pytest.mark.parametrize("trains", [True, False])
def test_d12_a_language_that_is_excluded(trains: bool) -> None:  # noqa: FBT001
    assert codes({"a": node(speaking(None, ["de", "en"]))}, language="de", trains=trains) == ["component-language"]


@pytest.mark.parametrize(("language", "unfit"), [("en", ["de"]), (None, ["de"]), ("de", []), ("de", None)])
def test_d13_languages_that_are_not_excluded(language: str | None, unfit: list[str] | None) -> None:
    assert codes({"a": node(speaking(None, unfit))}, language=language) == []


def test_both_lists_of_languages_are_one_too_many() -> None:
    assert codes({"a": node(speaking(["en"], ["de"]))}) == ["component-languages"]


def needing(*packages: str) -> type[Plain]:
    class Needing(Plain):
        @staticmethod
        def required_packages() -> list[str]:
            return list(packages)

    return Needing


@pytest.mark.parametrize("packages", [["pakkage"], ["json", "pakkage", "os.nowhere", "no.where.at.all"]])
def test_d14_packages_that_are_not_there(packages: list[str]) -> None:
    assert codes({"a": node(needing(*packages))}) == ["missing-package"]
    written = message({"a": node(needing(*packages))})
    assert all((f"`{name}`" in written) == (name != "json") for name in packages)


def test_d15_packages_that_are_there() -> None:
    assert codes({"a": node(needing("json", "xml.dom"))}) == []


def test_d16_an_input_that_nobody_gives() -> None:
    assert codes({"a": node(Taking)}) == ["missing-input"]
    assert "`value`" in message({"a": node(Taking)})


class Optional(Plain):
    def run(self, value: Value | None = None) -> Value:
        return value or Value()


def test_d17_an_input_with_a_default() -> None:
    assert codes({"a": node(Optional)}) == []


def test_d18_an_input_that_is_not_taken() -> None:
    nodes = {"a": node(), "b": node(value="a")}
    assert codes(nodes) == ["unknown-input"]
    assert "nothing of Plain takes the input `value`" in message(nodes)


class TakingKeywords(Plain):
    def run(self, **inputs: Any) -> Value:
        del inputs
        return Value()


def test_d19_an_input_that_keywords_take() -> None:
    assert codes({"a": node(), "b": node(TakingKeywords, value="a")}) == []


class TakingMany(Plain):
    def run(self, *values: Value, named: Value) -> Value:  # type: ignore[override]
        del values
        return named


def test_d20_an_input_by_keyword_only_beside_positional_ones() -> None:
    assert codes({"a": node(), "b": node(TakingMany, named="a")}) == []


def test_d21_an_input_of_the_constructor_of_a_lazy_node() -> None:
    assert codes({"a": node(), "b": node(Constructed, value="a")}) == []


@pytest.mark.parametrize("needs", [{}, {"value": "a"}])
def test_d22_an_input_of_the_constructor_of_an_eager_node(needs: dict[str, str]) -> None:
    nodes = {"a": node(), "b": node(Constructed, needs=needs, eager=True)}
    assert codes(nodes) == ["eager-input"]
    assert "only nodes that are not eager" in message(nodes)


def test_d23_an_input_of_a_lazy_constructor_that_nobody_gives() -> None:
    assert codes({"b": node(Constructed)}) == ["missing-input"]
    assert "`value`" in message({"b": node(Constructed)})


def test_d24_a_parent_that_is_not_there() -> None:
    nodes = {"given": node(), "b": node(Taking, value="givn")}
    assert codes(nodes) == ["missing-node"]
    assert "did you mean `given`?" in message(nodes)


@pytest.mark.parametrize("uses", [Taking, Constructed])
def test_d25_a_parent_that_gives_another_type(uses: type[Plain]) -> None:
    nodes = {"a": node(GivingOther), "b": node(uses, value="a")}
    assert codes(nodes) == ["input-type"]
    assert "`a` gives Other, and its input `value` is Value" in message(nodes)


@pytest.mark.parametrize("giving", [Plain, GivingSub])
@pytest.mark.parametrize("taking", [Taking, TakingAnything, Constructed])
def test_d26_a_parent_that_gives_what_is_asked_for(giving: type[Plain], taking: type[Plain]) -> None:
    assert codes({"a": node(giving), "b": node(taking, value="a")}) == []


def test_anything_is_taken_from_whoever_gives_it() -> None:
    assert codes({"a": node(GivingOther), "b": node(TakingAnything, value="a")}) == []


@pytest.mark.parametrize("trains", [True, False])
def test_d27_nodes_that_need_each_other(trains: bool) -> None:  # noqa: FBT001
    nodes = {"a": node(Taking, value="b", is_target=True), "b": node(Taking, value="c"), "c": node(Taking, value="a")}
    assert codes(nodes, trains=trains) == ["graph-cycle"]
    assert "`b` -> `a`" in message(nodes, trains=trains)


def test_d28_a_placeholder_of_the_right_type() -> None:
    nodes = {"read": node(Reading, importer="__importer__", is_input=True), "a": node(Taking, value="read")}
    assert codes(nodes) == []


def test_a_placeholder_of_another_type() -> None:
    nodes = {"read": node(Reading, importer="__message__", is_input=True)}
    assert codes(nodes) == ["input-type"]


def answering(nodes: dict[str, SchemaNode], **targets: str) -> list[str]:
    configuration = GraphModelConfiguration(GraphSchema(), GraphSchema(nodes), **targets)  # type: ignore[arg-type]
    problems = graph_problems(configuration)
    assert {problem.code for problem in problems} <= {"prediction-target"}
    return [problem.message for problem in problems]


ANSWERS = {"nlu": node(Understanding), "core": node(Deciding)}


def test_d29_answers_that_are_fine() -> None:
    assert answering(ANSWERS, nlu_target="nlu", core_target="core") == []
    assert answering(ANSWERS, nlu_target="nlu") == []


def test_d29_no_answer_for_nlu() -> None:
    assert answering(ANSWERS, core_target="core") == ["prediction graph: no node is named that answers for NLU"]


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        (
            {"nlu_target": "nlu", "core_target": "cor"},
            "node `cor`: it is to answer for Core, and there is no such node",
        ),
        ({"nlu_target": "nl"}, "node `nl`: it is to answer for NLU, and there is no such node"),
        ({"nlu_target": "core"}, "node `core`: it answers for NLU and returns ActionPrediction, not list[Message]"),
        (
            {"nlu_target": "nlu", "core_target": "nlu"},
            "node `nlu`: it answers for Core and returns list[Message], not ActionPrediction",
        ),
    ],
)
def test_d29_answers_of_the_wrong_type_or_of_no_node(targets: dict[str, str], told: str) -> None:
    (found,) = answering(ANSWERS, **targets)
    assert found == f"prediction graph, {told}"


@pytest.mark.parametrize("target", ["nlu", "core"])
def test_d29_an_answer_that_others_need(target: str) -> None:
    nodes = {**ANSWERS, "more": node(TakingAnything, value=target)}
    (found,) = answering(nodes, nlu_target="nlu", core_target="core")
    assert found.endswith("and feeds `more` as well")


class Requiring(Taking):
    @classmethod
    def required_components(cls) -> list[type]:
        return [Optional]


class SubOptional(Optional):
    """A kind of what is required."""


@pytest.mark.parametrize("uses", [Optional, SubOptional])
def test_d30_a_required_component_that_comes_before(uses: type[Plain]) -> None:
    nodes = {"a": node(uses), "b": node(Taking, value="a"), "c": node(Requiring, value="b", is_target=True)}
    assert codes(nodes) == []


def test_d31_required_components_that_do_not_come_before() -> None:
    nodes = {
        "before": node(),
        "c": node(Requiring, value="before", is_target=True),
        "d": node(Requiring, value="c", is_target=True),
        "after": node(Optional, value="d", is_target=True),
    }
    assert codes(nodes) == ["missing-requirement"]
    assert "2 nodes lack components that must come before: Optional before `c`, `d`" in message(nodes)


def test_a_node_does_not_meet_its_own_requirement() -> None:
    class Selfish(Optional):
        @classmethod
        def required_components(cls) -> list[type]:
            return [Optional]

    assert codes({"a": node(Selfish)}) == ["missing-requirement"]


class Annotated(Plain):
    @classmethod
    def create(
        cls: "type[Annotated]",
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Annotated":
        raise NotImplementedError


def test_d32_an_annotation_of_the_class_in_its_constructor() -> None:
    assert codes({"a": node(Annotated)}) == []


def test_d33_graphs_without_targets_are_checked_as_well() -> None:
    nodes = {
        "a": node(Taking, value="b"),
        "b": node(Taking, value="a"),
        "c": node(Requiring, value="d"),
        "d": node(),
    }
    assert codes(nodes) == ["graph-cycle", "missing-requirement"]


def test_d34_a_target_directly_on_a_placeholder() -> None:
    assert codes({"a": node(Reading, importer="__importer__", is_input=True, is_target=True)}) == []
    assert codes({"a": node(Reading, importer="__importer__", is_target=True)}, trains=False) == []


class GivingMany(Plain):
    def bare(self) -> list:  # type: ignore[type-arg]
        return []

    def maybe(self) -> Value | None:
        return None

    def pair(self) -> tuple[Value, Other]:
        return Value(), Other()

    def several(self) -> tuple[Value, ...]:
        return ()

    def some(self) -> list[SubValue]:
        return []

    def named(self) -> dict[str, Value]:
        return {}

    def numbers(self) -> list[int]:
        return []

    def mixed(self) -> tuple[Value, int]:
        return Value(), 1

    def maybe_number(self) -> Value | int:
        return 1


@pytest.mark.parametrize("fn", ["maybe", "pair", "several", "some", "named"])
def test_d35_collections_of_what_has_a_fingerprint_have_one(fn: str) -> None:
    assert codes({"a": node(GivingMany, fn=fn)}) == []


@pytest.mark.parametrize("fn", ["bare", "numbers", "mixed", "maybe_number"])
def test_d35_other_collections_are_told_with_what_to_write(fn: str) -> None:
    assert codes({"a": node(GivingMany, fn=fn)}) == ["not-fingerprintable"]
    assert "a list, tuple or mapping of such, told in full" in message({"a": node(GivingMany, fn=fn)})
