"""Acceptance cases of engine.md 7.3: the runner."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graph_components import (
    Adder,
    Const1,
    CtxProbe,
    Failing,
    Notes,
    Persist,
    Plain,
    SubX,
    calling,
    node,
)

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphRunError,
    GraphSchema,
    LocalGraphRunner,
    LocalModelStorage,
    SchemaNode,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path / "storage")


def runner_of(nodes: Mapping[str, SchemaNode], storage: LocalModelStorage, **further: Any) -> LocalGraphRunner:
    schema = GraphSchema(dict(nodes))
    return LocalGraphRunner.create(schema, storage, further.pop("context", ExecutionContext()), **further)


def arithmetic(*, eager: bool) -> dict[str, SchemaNode]:
    return {
        "add": node(Adder, "add", needs={"i1": "first", "i2": "second"}, eager=eager),
        "subtract": node(SubX, "subtract_x", {"x": 2}, needs={"i": "add"}, eager=eager, target=True),
    }


@pytest.mark.parametrize("eager", [True, False])
async def test_c01_outputs_reach_those_who_need_them(storage: LocalModelStorage, *, eager: bool) -> None:
    runner = runner_of(arithmetic(eager=eager), storage)
    assert await runner.run({"first": 3, "second": 4}) == {"subtract": 5}


@pytest.mark.parametrize("eager", [True, False])
async def test_c02_only_what_is_asked_for_is_returned(storage: LocalModelStorage, *, eager: bool) -> None:
    notes = Notes()
    runner = runner_of(arithmetic(eager=eager), storage, hooks=[notes])
    assert await runner.run({"first": 3, "second": 4}, targets=["add"]) == {"add": 7}
    assert notes.nodes_run == ["add"]


@pytest.mark.parametrize(("config", "expected"), [({}, 5), ({"x": 0}, 5), ({"x": 1}, 4), ({"x": 2}, 3)])
async def test_c03_defaults_are_filled_in(storage: LocalModelStorage, config: Mapping[str, Any], expected: int) -> None:
    nodes = {"subtract": node(SubX, "subtract_x", config, needs={"i": "first"}, target=True)}
    assert await runner_of(nodes, storage).run({"first": 5}) == {"subtract": expected}


async def test_c04_an_empty_schema_has_an_empty_result(storage: LocalModelStorage) -> None:
    runner = runner_of({}, storage)
    assert await runner.run() == {}
    async with runner:
        assert await runner.run({"anything": 1}) == {}


async def test_c05_a_target_without_inputs(storage: LocalModelStorage) -> None:
    assert await runner_of({"one": node(Const1, target=True)}, storage).run() == {"one": 1}


async def test_c06_without_targets_nothing_runs(storage: LocalModelStorage) -> None:
    notes = Notes()
    runner = runner_of({"one": node(Const1)}, storage, hooks=[notes])
    assert await runner.run() == {}
    assert await runner.run(targets=[]) == {}
    assert notes.seen == []


async def test_c07_a_node_no_target_needs_does_not_run(storage: LocalModelStorage) -> None:
    nodes = {"fails": node(Failing), "one": node(Const1, target=True)}
    assert await runner_of(nodes, storage).run() == {"one": 1}


async def test_c08_an_input_of_the_run_may_go_to_a_constructor(storage: LocalModelStorage) -> None:
    nodes = {"const": node(Const1, needs={"x": "given"}, target=True)}
    assert await runner_of(nodes, storage).run({"given": 5}) == {"const": 5}


async def test_c09_another_constructor_is_used(storage: LocalModelStorage) -> None:
    nodes = {"const": node(Const1, constructor="create_two", target=True)}
    assert await runner_of(nodes, storage).run() == {"const": 2}


async def test_c10_nodes_keep_the_context_of_the_moment_the_runner_was_made(storage: LocalModelStorage) -> None:
    context = ExecutionContext(model_id="first")
    runner = runner_of({"probe": node(CtxProbe, "probe", target=True)}, storage, context=context)
    context = replace(context, model_id="second")
    seen = (await runner.run())["probe"]
    assert (seen.model_id, seen.node_name) == ("first", "probe")


async def test_c11_an_input_may_look_like_the_name_of_a_node(storage: LocalModelStorage) -> None:
    """Dask took such a text for the output of the node; here a value is a value."""

    class Same(Plain):
        def run(self, i: Any) -> Any:
            return i

    nodes = {"same": node(Same, needs={"i": "given"}, target=True), "other": node(Const1)}
    for text in ("same", "other", "given"):
        assert await runner_of(nodes, storage).run({"given": text}) == {"same": text}


async def test_c12_what_one_node_stores_another_loads(storage: LocalModelStorage) -> None:
    nodes = {
        "train": node(Persist, "train", {"test": "1", "below": "2"}),
        "load": node(Persist, "read", constructor="load", needs={"resource": "train"}, target=True),
    }
    assert await runner_of(nodes, storage).run() == {"load": {"test": "1", "below": "2"}}


async def test_c13_an_unknown_target_is_named(storage: LocalModelStorage) -> None:
    runner = runner_of(arithmetic(eager=False), storage)
    with pytest.raises(GraphRunError, match="no node subtrakt") as failed:
        await runner.run({"first": 3, "second": 4}, targets=["subtrakt"])
    assert failed.value.hint == "did you mean subtract?"


async def test_c14_a_missing_input_is_named_before_anything_runs(storage: LocalModelStorage) -> None:
    notes = Notes()
    nodes = {"before": node(Const1), **arithmetic(eager=False)}
    nodes["subtract"].needs["zzz"] = "before"
    with pytest.raises(GraphRunError, match="add needs second for its parameter i2,"):
        await runner_of(nodes, storage, hooks=[notes]).run({"first": 3})
    assert notes.seen == []


@pytest.mark.parametrize("length", [1, 2, 5000])
async def test_c15_a_cycle_is_an_error_and_no_crash(storage: LocalModelStorage, length: int) -> None:
    nodes = {
        f"n{number}": calling(lambda **_: 1, f"n{(number + 1) % length}", target=number == 0)
        for number in range(length)
    }
    with pytest.raises(GraphRunError, match="need each other: `n"):
        await runner_of(nodes, storage).run()


async def test_c16_an_eager_node_nobody_needs_is_never_made(storage: LocalModelStorage) -> None:
    nodes = {
        "fails": node(Failing, config={"where": "create"}, eager=True),
        "one": node(Const1, eager=True, target=True),
    }
    async with runner_of(nodes, storage) as runner:
        assert await runner.run() == {"one": 1}
