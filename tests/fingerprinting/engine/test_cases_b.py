"""Acceptance cases of engine.md 7.2: the execution of one node."""

import logging
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graph_components import (
    Adder,
    Both,
    Const1,
    CtxProbe,
    Failing,
    MyError,
    Notes,
    Persist,
    Plain,
    SubX,
    node,
)

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphComponent,
    GraphComponentError,
    GraphNode,
    GraphNodeHook,
    GraphRunError,
    GraphSchema,
    GraphStorageError,
    InvalidConfig,
    LocalModelStorage,
    ModelStorage,
    Resource,
    SchemaNode,
)
from tenprint.fingerprinting.errors import TrainingError

pytestmark = pytest.mark.anyio

Build = Callable[..., GraphNode]


@pytest.fixture
def storage(tmp_path: Path) -> ModelStorage:
    return LocalModelStorage(tmp_path / "storage")


@pytest.fixture
def build(storage: ModelStorage) -> Build:
    def built(schema_node: SchemaNode, *hooks: GraphNodeHook, context: ExecutionContext | None = None) -> GraphNode:
        return GraphNode("here", schema_node, storage, context or ExecutionContext(), hooks)

    return built


async def test_b01_a_node_returns_its_name_and_its_output(build: Build) -> None:
    adder = build(node(Adder, "add", needs={"i1": "first", "i2": "second"}))
    assert await adder(("first", 3), ("second", 4)) == ("here", 7)


@pytest.mark.parametrize(("config", "expected"), [({}, 5), ({"x": 0}, 5), ({"x": 1}, 4), ({"x": 2}, 3)])
async def test_b02_defaults_are_filled_in(build: Build, config: Mapping[str, Any], expected: int) -> None:
    assert await build(node(SubX, "subtract_x", config, needs={"i": "before"}))(("before", 5)) == ("here", expected)


async def test_b03_another_constructor_is_used(build: Build) -> None:
    assert await build(node(Const1, constructor="create_two"))() == ("here", 2)


@pytest.mark.parametrize("eager", [True, False])
async def test_b04_an_eager_component_is_made_before_a_lazy_one_when_it_runs(build: Build, *, eager: bool) -> None:
    seen: list[str] = []

    class Spy(Plain):
        @classmethod
        def create(cls, *_: Any, **given: Any) -> "Spy":
            seen.append("made")
            return cls(given["config"], given["model_storage"], given["resource"], given["execution_context"])

        def run(self) -> str:
            seen.append("ran")
            return ""

    built = build(node(Spy, eager=eager))
    await built.prepare()
    assert seen == (["made"] if eager else [])
    await built()
    assert seen == ["made", "ran"]


async def test_b05_an_input_goes_to_the_constructor_that_names_it(build: Build) -> None:
    assert await build(node(Const1, needs={"x": "before"}))(("before", 5)) == ("here", 5)


async def test_b06_the_context_is_that_of_the_moment_and_names_the_node(build: Build) -> None:
    context = ExecutionContext(GraphSchema(), "first")
    probe = build(node(CtxProbe, "probe"), context=context)
    context = replace(context, model_id="second")
    _, seen = await probe()
    assert (seen.model_id, seen.node_name) == ("first", "here")
    assert context.node_name is None


async def test_b07_a_constructor_that_fails_is_told_with_its_cause(build: Build) -> None:
    built = build(node(Failing, config={"where": "create"}, eager=True))
    with pytest.raises(GraphComponentError, match=r"node here .*it is broken") as failed:
        await built.prepare()
    assert isinstance(failed.value.__cause__, MyError)
    assert (failed.value.node_name, failed.value.phase) == ("here", "construct")
    assert failed.value.component == "tests.graph_components.Failing"


@pytest.mark.parametrize("fn", ["run", "run_async"])
async def test_b08_a_run_function_that_fails_is_told_with_its_cause(build: Build, fn: str) -> None:
    with pytest.raises(GraphComponentError, match=r"node here .*it is broken") as failed:
        await build(node(Failing, fn))()
    assert isinstance(failed.value.__cause__, MyError)
    assert failed.value.phase == "run"


async def test_b09_a_resource_is_named_like_its_node(build: Build, storage: ModelStorage) -> None:
    _, resource = await build(node(Persist, "train", {"test": "1", "below": "2"}))()
    assert resource == Resource("here")
    assert resource.output_fingerprint == storage.resource_fingerprint(resource)
    with storage.read_from(resource) as folder:
        assert (folder / "test.txt").read_text(encoding="utf-8") == "1"
        assert (folder / "sub/test.txt").read_text(encoding="utf-8") == "2"


def store(storage: ModelStorage) -> Resource:
    trained = Persist({"test": "1", "below": "2"}, storage, Resource("trained"), ExecutionContext())
    return trained.train()


async def test_b10_a_lazy_node_loads_the_resource_among_its_inputs(build: Build, storage: ModelStorage) -> None:
    built = build(node(Persist, "read", constructor="load", needs={"resource": "train"}))
    assert await built(("train", store(storage))) == ("here", {"test": "1", "below": "2"})


async def test_b11_an_eager_node_loads_the_resource_of_its_schema(build: Build, storage: ModelStorage) -> None:
    built = build(node(Persist, "read", constructor="load", eager=True, resource=store(storage)))
    assert await built() == ("here", {"test": "1", "below": "2"})


async def test_b12_mappings_of_options_are_merged(build: Build) -> None:
    class Nested(Plain):
        @staticmethod
        def get_default_config() -> Mapping[str, Any]:
            return {"d": {"k1": "old", "k2": "old"}}

        def run(self) -> dict[str, Any]:
            return self.config

    built = build(node(Nested, config={"d": {"k2": "new"}}))
    assert built.config == {"d": {"k1": "old", "k2": "new"}}
    assert await built() == ("here", {"d": {"k1": "old", "k2": "new"}})


class FailingHook(Notes):
    def on_before_node(self, *_: Any, **__: Any) -> Any:
        if self.name == "before":
            raise InvalidConfig("a hook does not like it")

    async def on_after_node(self, *_: Any, **__: Any) -> Any:
        if self.name == "after":
            raise InvalidConfig("a hook does not like it")


@pytest.mark.parametrize("phase", ["before", "after"])
async def test_b13_a_hook_that_fails_fails_the_node(build: Build, phase: str) -> None:
    with pytest.raises(GraphComponentError, match="a hook does not like it") as failed:
        await build(node(Const1), FailingHook(phase))()
    assert (failed.value.node_name, failed.value.phase) == ("here", phase)


async def test_b14_hooks_follow_each_other_and_get_their_own_notes_back(build: Build) -> None:
    seen: list[Any] = []
    hooks = [Notes(name, seen) for name in ("one", "two")]
    await build(node(SubX, "subtract_x", needs={"i": "before"}), *hooks)(("before", 5))
    assert seen == [
        ("before", "one", "here", {"x": 0}, {"i": 5}),
        ("before", "two", "here", {"x": 0}, {"i": 5}),
        ("after", "one", "here", 5, "one:here"),
        ("after", "two", "here", 5, "two:here"),
    ]


async def test_b15_hooks_hear_nothing_after_a_failure(build: Build) -> None:
    notes = Notes()
    with pytest.raises(GraphComponentError):
        await build(node(Failing), notes)()
    assert [entry[0] for entry in notes.seen] == ["before"]


@pytest.mark.parametrize("fn", ["run", "run_async"])
async def test_b16_an_invalid_config_passes_unchanged_and_is_not_logged(
    build: Build, caplog: pytest.LogCaptureFixture, fn: str
) -> None:
    with pytest.raises(InvalidConfig, match=r"^it is broken$"):
        await build(node(Failing, fn, {"error": "invalid"}))()
    assert caplog.text == ""


class Ours(Plain):
    def run(self) -> None:
        raise TrainingError("it is broken", hint="mend it")

    def run_storage(self) -> None:
        self.storage.read_from(Resource("never-written")).__enter__()


async def test_b16_another_error_of_ours_passes_unchanged_and_is_logged(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TrainingError, match=r"^it is broken$") as failed:
        await build(node(Ours))()
    assert type(failed.value) is TrainingError
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "node here" in record.getMessage()


async def test_b16_an_error_of_the_graph_is_told_with_the_node(build: Build) -> None:
    with pytest.raises(GraphComponentError, match=r"node here .*never-written") as failed:
        await build(node(Ours, "run_storage"))()
    assert isinstance(failed.value.__cause__, GraphStorageError)
    assert failed.value.hint


@pytest.mark.parametrize("fn", ["run", "run_async"])
async def test_b16_a_component_does_not_end_the_program(build: Build, fn: str) -> None:
    with pytest.raises(GraphComponentError, match=r"sys\.exit"):
        await build(node(Failing, fn, {"error": "exit"}))()


async def test_b17_what_both_need_both_receive(build: Build) -> None:
    assert await build(node(Both, "multiply", needs={"x": "before"}))(("before", 5)) == ("here", 25)


# Beyond the cases: what else may be odd about one node.


async def test_a_missing_input_is_named_with_node_parent_and_parameter(build: Build) -> None:
    with pytest.raises(GraphRunError, match="here needs before for its parameter i,"):
        await build(node(SubX, "subtract_x", needs={"i": "before"}))()


@pytest.mark.parametrize(("constructor", "fn", "named"), [("creat", "run", "creat"), ("create", "rum", "rum")])
async def test_a_function_that_is_not_there_is_told_when_the_node_is_built(
    build: Build, constructor: str, fn: str, named: str
) -> None:
    with pytest.raises(GraphRunError, match=f"node here: Const1 has no function `{named}`"):
        build(node(Const1, fn, constructor=constructor))


async def test_a_name_that_no_resource_may_have_is_told(storage: ModelStorage) -> None:
    with pytest.raises(GraphStorageError, match=r"\.\./up"):
        GraphNode("../up", node(Const1), storage, ExecutionContext())


async def test_what_a_component_does_to_its_config_stays_with_it(build: Build) -> None:
    class Spoiling(Plain):
        def run(self) -> int:
            self.config["list"].append(1)
            return len(self.config["list"])

    schema_node = node(Spoiling, config={"list": []})
    built = build(schema_node)
    assert [await built(), await built()] == [("here", 1), ("here", 1)]
    assert schema_node.config == built.config == {"list": []}


async def test_live_objects_in_a_config_are_handed_over_as_they_are(build: Build) -> None:
    class Live(Plain):
        SHARES_CONFIG = True

        def run(self) -> Any:
            return self.config["live"]

    live = [object()]
    _, output = await build(node(Live, config={"live": live}))()
    assert output is live


async def test_async_constructors_and_functions_and_async_closing(build: Build) -> None:
    seen: list[str] = []

    class Async(GraphComponent):
        @classmethod
        async def create(cls, **_: Any) -> "Async":  # type: ignore[override]  # constructors may be async
            return cls()

        async def run(self, x: int) -> int:
            return x + 1

        async def aclose(self) -> None:
            seen.append("closed")

    assert await build(node(Async, needs={"x": "before"}))(("before", 5)) == ("here", 6)
    assert seen == ["closed"]


async def test_a_lazy_component_is_closed_after_it_failed_too(build: Build) -> None:
    seen: list[str] = []

    class Closing(Failing):
        def aclose(self) -> None:
            seen.append("closed")
            raise MyError("nor can it be closed")

    with pytest.raises(GraphComponentError, match="it is broken"):
        await build(node(Closing))()
    assert seen == ["closed"]


async def test_an_input_called_like_what_constructors_are_given_goes_to_the_run_function(build: Build) -> None:
    class Odd(Plain):
        def run(self, config: Any, execution_context: Any, resource: Any) -> Any:
            return (config, execution_context, resource, self.resource)

    resource = Resource("other")
    built = build(node(Odd, needs={"config": "a", "execution_context": "b", "resource": "c"}))
    assert await built(("a", 1), ("b", 2), ("c", resource)) == ("here", (1, 2, resource, resource))


async def test_an_input_only_a_catch_all_takes_goes_to_whoever_has_one(build: Build) -> None:
    class Catching(Const1):
        @classmethod
        def catch(cls, **given: Any) -> "Catching":
            return cls(given.get("x", 0))

        def run_any(self, **given: Any) -> Any:
            return (self.value, given)

    assert await build(node(Catching, constructor="catch", needs={"x": "p"}))(("p", 5)) == ("here", 5)
    caught = build(node(Catching, "run_any", constructor="catch", needs={"x": "p"}))
    assert await caught(("p", 5)) == ("here", (0, {"x": 5}))


async def test_an_input_nobody_takes_is_complained_about(build: Build) -> None:
    with pytest.raises(GraphComponentError, match="unexpected keyword argument 'zzz'"):
        await build(node(Const1, needs={"zzz": "p"}))(("p", 5))


async def test_several_errors_of_one_component_are_one_failure(build: Build) -> None:
    class Grouping(Plain):
        async def run(self) -> None:
            import anyio  # noqa: PLC0415

            async def fail(text: str) -> None:
                raise MyError(text)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(fail, "one")
                tasks.start_soon(fail, "two")

    with pytest.raises(GraphComponentError, match=r"node here .*one.*two|node here .*two.*one"):
        await build(node(Grouping))()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_ctrl_c_passes(tmp_path: Path, backend: str) -> None:
    program = textwrap.dedent(
        """
        import asyncio
        import sys
        import anyio
        from tenprint.fingerprinting.engine import *

        class Sleeping(GraphComponent):
            @classmethod
            def create(cls, **given): return cls()
            async def run(self):
                print("sleeping", flush=True)
                await anyio.sleep_forever()

        async def main():
            schema = GraphSchema({"here": SchemaNode({}, Sleeping, "create", "run", {}, is_target=True)})
            await LocalGraphRunner.create(schema, LocalModelStorage("."), ExecutionContext()).run()

        try:
            anyio.run(main, backend=sys.argv[1])
        except (KeyboardInterrupt, asyncio.CancelledError):  # the latter by anyio on Python 3.10
            print("interrupted")
        """
    )
    started = [sys.executable, "-c", program, backend]
    with subprocess.Popen(started, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "sleeping\n"
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    assert printed == "interrupted\n", errors
