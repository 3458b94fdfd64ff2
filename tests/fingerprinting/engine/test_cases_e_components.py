"""Cases E of the engine that replace nodes or train twice, A156 of Rasa's, and H15: a model that predicts again."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.graph_components import Plain, node
from tests.training_components import Loader, Prefix, Text, Trainer, configuration

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    FingerprintComponent,
    FingerprintStatus,
    GraphSchema,
    GraphTrainer,
    LocalGraphRunner,
    LocalModelStorage,
    MemoryCache,
    PrecomputedValueProvider,
    Resource,
    SchemaNode,
    calculate_fingerprint_key,
    fingerprint_of,
    known_classes,
    node_key,
)


def schema_node() -> SchemaNode:
    return SchemaNode(
        {"i1": "a", "i2": "__importer__"},
        Prefix,
        "create",
        "run",
        {"prefix": "x", "deep": {"y": [1]}},
        is_target=True,
        is_input=True,
        resource=Resource("nlu/x"),
    )


CONTEXT = ExecutionContext()


def made(component: type[Any], config: dict[str, Any], folder: Path) -> Any:
    return component.create(config, LocalModelStorage(folder), Resource("x"), CONTEXT)


@pytest.mark.parametrize("output", [None, 0, "", [], Text("x"), object()])
def test_e05_a_provider_gives_exactly_what_it_was_made_with(tmp_path: Path, output: Any) -> None:
    assert made(PrecomputedValueProvider, {"output": output}, tmp_path).get_value() is output
    assert PrecomputedValueProvider(output).get_value() is output


def test_e06_a_node_that_is_replaced_by_a_provider_keeps_its_place() -> None:
    before, node, output = schema_node(), schema_node(), Text("x")
    PrecomputedValueProvider.replace_schema_node(node, output)
    assert (node.uses, node.fn, node.constructor_name) == (PrecomputedValueProvider, "get_value", "create")
    assert list(node.config) == ["output"]
    assert node.config["output"] is output
    kept = ("needs", "eager", "is_target", "is_input", "resource")
    assert [getattr(node, name) for name in kept] == [getattr(before, name) for name in kept]


def test_e07_a_node_that_is_replaced_by_a_look_up_keeps_its_place() -> None:
    before, node, cache = schema_node(), schema_node(), MemoryCache()
    FingerprintComponent.replace_schema_node(node, cache)
    assert (node.uses, node.fn, node.constructor_name) == (FingerprintComponent, "run", "create")
    assert node.config["config_of_replaced_component"] == before.config
    assert node.config["graph_component_class"] is Prefix
    assert node.config["cache"] is cache
    assert node.eager
    kept = ("needs", "is_target", "is_input", "resource")
    assert [getattr(node, name) for name in kept] == [getattr(before, name) for name in kept]


test_rasa_a156_a_provider_changes_only_what_it_must = test_e06_a_node_that_is_replaced_by_a_provider_keeps_its_place
test_rasa_a156_a_look_up_changes_only_what_it_must = test_e07_a_node_that_is_replaced_by_a_look_up_keeps_its_place


def test_e08_what_only_knows_a_fingerprint_stands_for_the_value(tmp_path: Path) -> None:
    cache, storage = MemoryCache(), LocalModelStorage(tmp_path)
    config, inputs = {"prefix": "Hi "}, {"name": "Joe", "other": Text("x")}
    output = Text("Hi Joe")
    cache.cache_output(calculate_fingerprint_key(Prefix, config, inputs), output, fingerprint_of(output), storage)
    standing = {**inputs, "other": FingerprintStatus(fingerprint_of(Text("x")), is_hit=True)}
    # As the seed makes it; what the real run adds to a key, how a node is made and run, it is not told.
    status = FingerprintComponent(cache, config, Prefix).run(**standing)
    assert (status.is_hit, status.output_fingerprint) == (True, fingerprint_of(output))
    assert status.fingerprint() == status.output_fingerprint
    told = FingerprintStatus("told by somebody else", is_hit=True)
    assert told.fingerprint() == "told by somebody else"


def test_e08_nested_defaults_that_are_overridden_in_part_are_a_hit(tmp_path: Path) -> None:
    cache, storage = MemoryCache(), LocalModelStorage(tmp_path)
    full, part = {"nested": {"a": 5, "b": 2}}, {"nested": {"a": 5}}
    cache.cache_output(calculate_fingerprint_key(Prefix, full, {}), 1, fingerprint_of(1), storage)
    assert FingerprintComponent(cache, part, Prefix).run().is_hit


def test_e08_a_replaced_node_is_looked_up_as_it_would_be_run(tmp_path: Path) -> None:
    cache, replaced = MemoryCache(), schema_node()
    key = node_key(Prefix, replaced.config, {"i1": 1}, constructor_name="create", fn="run")
    cache.cache_output(key.digest, 1, fingerprint_of(1), LocalModelStorage(tmp_path))
    FingerprintComponent.replace_schema_node(replaced, cache)
    assert made(FingerprintComponent, replaced.config, tmp_path).run(i1=1).is_hit


def test_e09_what_is_not_known_matches_nothing_not_even_itself() -> None:
    status = FingerprintComponent(MemoryCache(), {}, Prefix).run(name="Joe")
    assert (status.is_hit, status.output_fingerprint) == (False, None)
    assert status.fingerprint() != status.fingerprint()
    assert calculate_fingerprint_key(Prefix, {}, {"i": status}) != calculate_fingerprint_key(Prefix, {}, {"i": status})


class Twice(Plain):
    """One class, two functions and two ways to be made, without options or inputs to tell them apart."""

    def one(self) -> str:
        return "one"

    def other(self) -> str:
        return "other"


class Joiner(Plain):
    def join(self, left: str, right: str) -> str:
        return f"{left} {right}{self.config.get('end', '')}"


def train(nodes: Mapping[str, SchemaNode], cache: MemoryCache, storage: LocalModelStorage, **options: Any) -> Any:
    async def run() -> Any:
        return await GraphTrainer(storage, cache).train(configuration(nodes), {}, None, **options)

    return anyio.run(run)


def joined(end: str) -> dict[str, SchemaNode]:
    return {
        "one": node(Twice, fn="one"),
        "other": node(Twice, fn="other"),
        "join": node(Joiner, fn="join", needs={"left": "one", "right": "other"}, config={"end": end}, target=True),
    }


def result(cache: MemoryCache, name: str, end: str) -> Any:
    nodes = joined(end)[name]
    inputs = {"left": "one", "right": "other"} if name == "join" else {}
    key = calculate_key(nodes, inputs)
    found = cache.get_cached_result(key, name, LocalModelStorage("unused"))
    return None if found is None else found.value


def calculate_key(node: SchemaNode, inputs: Mapping[str, Any]) -> str:
    given = {name: fingerprint_of(value) for name, value in inputs.items()}
    return node_key(node.uses, node.config, given, constructor_name=node.constructor_name, fn=node.fn).digest


def test_e11_two_functions_of_one_class_never_take_each_others_value(tmp_path: Path) -> None:
    cache = MemoryCache()
    for end in ("!", "?"):
        train(joined(end), cache, LocalModelStorage(tmp_path / end))
        assert result(cache, "join", end) == f"one other{end}"


def test_e14_a_nested_default_overridden_in_part_is_a_hit_the_second_time(tmp_path: Path) -> None:
    nodes = {"prefix": node(Prefix, config={"nested": {"b": 7}}, needs={"name": "read"}, target=True)}
    nodes["read"] = node(Twice, fn="one")
    cache = MemoryCache()
    verdicts = [
        {name: each.verdict for name, each in train(deepcopy(nodes), cache, LocalModelStorage(tmp_path)).nodes.items()}
        for _ in range(2)
    ]
    assert set(verdicts[0].values()) == {"run"}
    assert "run" not in verdicts[1].values()


@pytest.mark.anyio
async def test_h15_a_model_that_was_trained_predicts_what_it_learnt(tmp_path: Path) -> None:
    nodes = {
        "data": node(Twice, fn="one"),
        "train": node(Trainer, fn="train", needs={"data": "data"}, config={"size": 3}, target=True),
    }
    archive = tmp_path / "m.tar.gz"
    trainer = GraphTrainer(LocalModelStorage(tmp_path / "storage"), MemoryCache())
    outcome = await trainer.train(configuration(nodes, ["train"]), {}, archive)
    known = known_classes(Twice, Trainer, Loader)
    storage, metadata = LocalModelStorage.from_model_archive(tmp_path / "fresh", archive, known=known)
    assert metadata.predict_schema == configuration(nodes, ["train"]).predict_schema
    assert metadata == outcome.metadata
    context = ExecutionContext(metadata.predict_schema, metadata.model_id)
    async with LocalGraphRunner.create(metadata.predict_schema, storage, context) as runner:
        found = await runner.run(targets=["load_train"])
    assert found == {"load_train": "trained on one with {'size': 3}"}


def test_an_empty_schema_trains_nothing(tmp_path: Path) -> None:
    assert train({}, MemoryCache(), LocalModelStorage(tmp_path)).nodes == {}
    assert GraphSchema().target_names == []
