"""Acceptance cases of engine.md 7.6, and those of a fingerprint run in rasa2.md: A155 to A162."""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graph_components import CtxProbe, SubX, node
from tests.training_components import Add, AddUnstored, Prefix, Ran, Reader, Text, Trainer, Weighty, configuration, told

from tenprint.fingerprinting.engine import (
    CachedResult,
    DiskCache,
    ExecutionContext,
    FingerprintComponent,
    FingerprintStatus,
    GraphComponentError,
    GraphNode,
    GraphSchema,
    GraphTrainer,
    LocalModelStorage,
    LoggingHook,
    MemoryCache,
    PrecomputedValueProvider,
    Resource,
    SchemaNode,
    TrainingCache,
    TrainingHook,
    calculate_fingerprint_key,
    fingerprint_of,
    look_up,
    node_key,
    pruned,
)
from tenprint.importers.store import Store

OUTPUT = fingerprint_of("some output")


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path / "storage")


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TrainingCache]:
    with closing(Store(tmp_path / "cache")) as store:
        yield MemoryCache() if request.param == "memory" else DiskCache(store)


def wrapped(schema: GraphSchema, name: str, storage: LocalModelStorage, *hooks: Any, original: Any = None) -> GraphNode:
    context = ExecutionContext(original or schema)
    return GraphNode(name, schema.nodes[name], storage, context, hooks)


# Hooks


@pytest.mark.anyio
async def test_f01_the_key_is_that_of_the_merged_config(cache: TrainingCache, storage: LocalModelStorage) -> None:
    schema = GraphSchema({"greet": node(Prefix, config={"nested": {"b": 3}}, needs={"name": "__name__"})})
    hook = TrainingHook(cache, storage, schema)
    assert await wrapped(schema, "greet", storage, hook)(("__name__", "Joe")) == ("greet", Text("Hello Joe"))
    merged = {"prefix": "Hello ", "nested": {"a": 1, "b": 3}}
    for config in ({"nested": {"b": 3}}, merged):
        status = look_up(cache, Prefix, config, {"name": "Joe"}, constructor_name="create", fn="run")
        assert status == FingerprintStatus(Text("Hello Joe").fingerprint(), is_hit=True)
    key = node_key(Prefix, merged, {"name": fingerprint_of("Joe")}, constructor_name="create", fn="run")
    assert cache.get_cached_result(key.digest, "greet", storage) == CachedResult(Text("Hello Joe"))


@pytest.mark.anyio
async def test_f02_and_a162_of_a_provided_value_nothing_is_kept(tmp_path: Path, storage: LocalModelStorage) -> None:
    original = GraphSchema({"greet": node(Prefix, needs={"name": "__name__"})})
    schema = pruned(original, {"greet": CachedResult(Text("known"))}, targets=["greet"])
    with closing(Store(tmp_path / "cache")) as store:
        hook = TrainingHook(DiskCache(store), storage, schema)
        answer = await wrapped(schema, "greet", storage, hook, original=original)()
    assert answer == ("greet", Text("known"))
    assert not (tmp_path / "cache").exists()


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    caplog.clear()
    return lines


@pytest.mark.anyio
async def test_f03_one_line_before_and_one_after_a_node_that_trains(
    cache: TrainingCache, storage: LocalModelStorage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    graph = {
        "plain": node(Add, config={"plus": 1}),
        "input": told(lambda: 1, is_input=True, target=True),
        "train": node(Trainer, "train", needs={"data": "plain"}, target=True),
    }
    await GraphTrainer(storage, cache).train(configuration(graph), {}, None)
    assert logged(caplog) == ["training train (Trainer)", "trained train (Trainer)"]


@pytest.mark.anyio
async def test_f04_a_cached_target_is_told_as_restored(
    cache: TrainingCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    graph = {
        "a": node(AddUnstored, config={"plus": 1}, target=True),
        "b": node(Prefix, needs={"name": "__name__"}, target=True),
    }
    begun = ["training a (AddUnstored)"]
    for lines in (
        ["trained a (AddUnstored)", "trained b (Prefix)", *begun, "training b (Prefix)"],
        ["restored b (Prefix) from the cache", "trained a (AddUnstored)", *begun],
    ):
        storage = LocalModelStorage(tmp_path / f"storage-{len(lines)}")
        await GraphTrainer(storage, cache).train(configuration(graph), {"__name__": "Joe"}, None)
        assert sorted(logged(caplog)) == lines


@pytest.mark.anyio
async def test_the_line_of_a_provided_node_names_the_class_behind_it(
    storage: LocalModelStorage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    original = GraphSchema({"greet": node(Prefix, needs={"name": "__name__"}, target=True)})
    schema = pruned(original, {"greet": CachedResult(Text("known"))})
    await wrapped(schema, "greet", storage, LoggingHook(schema), original=original)()
    assert logged(caplog) == ["restored greet (Prefix) from the cache"]


@pytest.mark.anyio
async def test_an_output_without_fingerprint_fails_the_node(cache: TrainingCache, storage: LocalModelStorage) -> None:
    schema = GraphSchema({"probe": node(CtxProbe, "probe")})
    hook = TrainingHook(cache, storage, schema)
    with pytest.raises(GraphComponentError, match="output") as caught:
        await wrapped(schema, "probe", storage, hook)()
    assert (caught.value.node_name, caught.value.phase) == ("probe", "after")


# Seed classes


@pytest.mark.anyio
async def test_a155_a_provider_answers_with_that_very_value(storage: LocalModelStorage) -> None:
    for value in (Weighty(1), {"a": [1]}, None, "", 0, [], object()):
        schema_node = node(Add, needs={"i": "parent"}, eager=True)
        PrecomputedValueProvider.replace_schema_node(schema_node, value)
        schema_node.needs = {}
        _, answer = await wrapped(GraphSchema({"here": schema_node}), "here", storage)()
        assert answer is value
        assert PrecomputedValueProvider(output=value).get_value() is value


def rich_node() -> SchemaNode:
    return node(
        Trainer,
        "train",
        {"epochs": 1},
        needs={"data": "parent"},
        constructor="load",
        target=True,
        is_input=True,
        resource=Resource("somewhere"),
    )


def test_a156_a_provider_changes_how_a_node_is_made_and_run_alone() -> None:
    changed, value = rich_node(), object()
    PrecomputedValueProvider.replace_schema_node(changed, value)
    assert changed == replace(
        rich_node(), uses=PrecomputedValueProvider, config={"output": value}, fn="get_value", constructor_name="create"
    )


def test_a156_a_fingerprint_component_is_eager_and_knows_what_it_replaces(cache: TrainingCache) -> None:
    changed = rich_node()
    FingerprintComponent.replace_schema_node(changed, cache)
    config = changed.config
    assert config["config_of_replaced_component"] == {"epochs": 1}
    assert config["cache"] is cache
    assert config["graph_component_class"] is Trainer
    assert changed == replace(
        rich_node(), uses=FingerprintComponent, config=config, fn="run", constructor_name="create", eager=True
    )


@pytest.mark.anyio
async def test_a157_and_e08_an_entry_for_the_key_is_a_hit(cache: TrainingCache, storage: LocalModelStorage) -> None:
    real = Text("real")
    key = calculate_fingerprint_key(SubX, {"x": 3}, {"i": 1, "other": real})
    cache.cache_output(key, 2, OUTPUT, storage)
    component = FingerprintComponent(
        cache=cache, config_of_replaced_component={"x": 3}, class_of_replaced_component=SubX
    )
    for stand_in in (real, FingerprintStatus(fingerprint_of(real), is_hit=True)):
        status = component.run(i=1, other=stand_in)
        assert status == FingerprintStatus(output_fingerprint=OUTPUT, is_hit=True)
        assert status.fingerprint() == status.fingerprint() == OUTPUT
        assert fingerprint_of(status) == OUTPUT
    assert not component.run(i=2, other=real).is_hit
    assert not component.run(i=1, other=FingerprintStatus(None, is_hit=False)).is_hit


@pytest.mark.anyio
async def test_a158_and_e09_without_an_entry_it_is_a_miss(cache: TrainingCache, storage: LocalModelStorage) -> None:
    schema_node = node(SubX, "subtract_x", needs={"i": "parent"})
    FingerprintComponent.replace_schema_node(schema_node, cache)
    schema = GraphSchema({"here": schema_node})
    _, status = await wrapped(schema, "here", storage)(("parent", 1))
    assert status == FingerprintStatus(output_fingerprint=None, is_hit=False)
    assert len({status.fingerprint() for _ in range(10)}) == 10
    assert fingerprint_of(status) != fingerprint_of(status)


@pytest.mark.anyio
async def test_a_replaced_node_is_looked_up_with_its_constructor_and_function(
    cache: TrainingCache, storage: LocalModelStorage
) -> None:
    key = node_key(SubX, {}, {"i": fingerprint_of(1)}, constructor_name="create", fn="subtract_x")
    cache.cache_output(key.digest, 1, OUTPUT, storage)
    found = []
    for fn in ("subtract_x", "another"):
        schema_node = node(SubX, fn, needs={"i": "parent"})
        FingerprintComponent.replace_schema_node(schema_node, cache)
        _, status = await wrapped(GraphSchema({"here": schema_node}), "here", storage)(("parent", 1))
        found.append(status.is_hit)
    assert found == [True, False]


# Pruning


def diamond() -> GraphSchema:
    return GraphSchema(
        {
            "in": node(Reader, "read", is_input=True),
            "left": node(Add, needs={"i": "in"}),
            "right": node(Add, needs={"i": "in"}),
            "out": node(Add, needs={"a": "left", "b": "right"}, target=True),
        }
    )


@pytest.mark.parametrize("value", [None, 0, "", [], Text("known")])
def test_a_known_value_takes_the_place_of_what_only_it_needs(value: Any) -> None:
    schema = diamond()
    small = pruned(schema, {"left": CachedResult(value)})
    assert list(small.nodes) == ["in", "left", "right", "out"]
    assert (small.nodes["left"].uses, small.nodes["left"].needs) == (PrecomputedValueProvider, {})
    assert small.nodes["left"].config["output"] is value
    assert schema == diamond()
    assert list(pruned(schema, {"left": CachedResult(value), "right": CachedResult(value)}).nodes) == [
        "left",
        "right",
        "out",
    ]
    assert list(pruned(schema, {"out": CachedResult(value)}).nodes) == ["out"]
    assert list(pruned(schema, {"out": CachedResult(value)}, targets=["left"]).nodes) == ["in", "left"]


class Weigh(Add):
    def run(self, **inputs: Any) -> Any:
        return Weighty(super().run(**inputs))


# Trainings, as rasa2.md tells them


@pytest.mark.anyio
async def test_a159_to_a161_trainings_one_after_the_other(cache: TrainingCache, tmp_path: Path) -> None:
    file = tmp_path / "number"
    file.write_text("1", encoding="utf-8")
    ran, reads = Ran(), []

    def read() -> str:
        reads.append(1)
        return file.read_text(encoding="utf-8")

    graph = {
        "read": told(read, is_input=True),
        "sum": node(Add, needs={"i": "read"}),
        "train": node(Trainer, "train", needs={"data": "sum"}, target=True),
        "weighty": node(Weigh, needs={"value": "sum"}, target=True),
    }

    async def trained(**options: Any) -> list[str]:
        storage = LocalModelStorage(tmp_path / f"storage-{len(reads)}")
        await GraphTrainer(storage, cache, hooks=[ran]).train(configuration(graph), {}, None, **options)
        return ran.taken()

    assert await trained() == ["sum", "train", "weighty"]
    assert await trained() == ["weighty"]
    graph["train"].config["epochs"] = 2
    assert await trained() == ["train", "weighty"]
    assert await trained(force=True) == ["sum", "train", "weighty"]
    file.write_text("2", encoding="utf-8")
    assert await trained() == ["sum", "train", "weighty"]
    assert len(reads) == 5


def test_a163_what_is_too_old_or_too_much_is_gone(tmp_path: Path, storage: LocalModelStorage) -> None:
    """The rest of it is G08 to G12."""
    now = [1_000_000_000.0]
    with closing(Store(tmp_path / "cache", quota=2**20, clock=lambda: now[0])) as store:
        cache = DiskCache(store)
        store.record("training", "old", {"scheme": 0}, [store.put(bytes(2**19))])
        for name in ("first", "second"):
            now[0] += 7200
            cache.cache_output(name, name[0] * 2**19, OUTPUT, storage)
        now[0] += 7200
        store.gc()
        assert cache.get_cached_output_fingerprint("old") is None
        assert [cache.has_payload(name) for name in ("first", "second")] == [False, True]
        assert store.stats().records == {"training": 1}
