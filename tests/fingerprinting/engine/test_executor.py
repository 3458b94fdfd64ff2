"""Executors of this machine: threads, and a process for each call that asks for one."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from tests.far_components import far_components
from tests.graph_components import node

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphCallError,
    GraphComponentError,
    GraphSchema,
    GraphStorageError,
    InvalidConfig,
    LocalExecutor,
    LocalGraphRunner,
    LocalModelStorage,
    Resource,
    SchemaNode,
)
from tenprint.fingerprinting.errors import TrainingError

pytestmark = pytest.mark.anyio

Make = Callable[..., LocalGraphRunner]


@pytest.fixture
def far(tmp_path: Path) -> Iterator[ModuleType]:
    with far_components(tmp_path / "modules") as module:
        yield module


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path / "storage")


@pytest.fixture
def runner_of(storage: LocalModelStorage) -> Make:
    def made(nodes: Mapping[str, SchemaNode], **further: Any) -> LocalGraphRunner:
        return LocalGraphRunner.create(GraphSchema(dict(nodes)), storage, ExecutionContext(), **further)

    return made


# Calls


def doubled(value: Any) -> Any:
    return value * 2


async def test_a_function_runs_in_a_thread_and_sees_our_memory() -> None:
    executor = LocalExecutor()
    assert executor.capabilities.shares_memory
    assert await executor.submit(threading.get_ident) != threading.get_ident()
    seen: list[int] = []
    await executor.submit(seen.append, 1)
    assert seen == [1]


async def test_an_isolated_function_runs_in_a_process_that_is_gone_afterwards() -> None:
    executor = LocalExecutor()
    pid = await executor.submit(os.getpid, isolated=True)
    assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_function_is_mapped_in_order() -> None:
    executor = LocalExecutor(threads=2)
    assert await executor.map(abs, range(-50, 0)) == list(range(50, 0, -1))
    with pytest.raises(TypeError, match="unsupported operand"):
        await executor.map(doubled, [1, None])
    await executor.aclose()


@pytest.mark.parametrize("isolated", [False, True])
async def test_what_a_function_raises_comes_out(*, isolated: bool) -> None:
    with pytest.raises(ZeroDivisionError):
        await LocalExecutor().submit(divmod, 1, 0, isolated=isolated)


async def test_what_cannot_be_sent_is_told() -> None:
    with pytest.raises(GraphCallError, match="cannot be sent to another process") as failed:
        await LocalExecutor().submit(lambda: 1, isolated=True)
    assert failed.value.hint is not None
    assert "RUNS_IN" in failed.value.hint


async def test_the_lines_that_led_to_a_failure_over_there_are_told() -> None:
    with pytest.raises(ZeroDivisionError) as failed:
        await LocalExecutor().submit(divmod, 1, 0, isolated=True)
    assert "in another process" in str(failed.value.__cause__)
    assert "far_call.py" in str(failed.value.__cause__)


# Nodes


async def run(runner_of: Make, schema_node: SchemaNode, **inputs: Any) -> Any:
    schema_node.needs = {name: f"given-{name}" for name in inputs}
    schema_node.is_target = True
    runner = runner_of({"far": schema_node})
    return (await runner.run({f"given-{name}": value for name, value in inputs.items()}))["far"]


async def test_a_node_that_asks_for_a_process_gets_one(runner_of: Make, far: ModuleType) -> None:
    assert await run(runner_of, node(far.Worker, "pid")) != os.getpid()
    assert await run(runner_of, node(far.Anywhere, "pid")) == os.getpid()
    assert await run(runner_of, node(far.Here, "pid")) == os.getpid()


async def test_input_nodes_and_eager_ones_stay_here(runner_of: Make, far: ModuleType) -> None:
    assert await run(runner_of, node(far.Worker, "pid", is_input=True)) == os.getpid()
    assert await run(runner_of, node(far.Worker, "pid", eager=True)) == os.getpid()


@pytest.mark.parametrize("fn", ["add", "add_async"])
async def test_inputs_and_outputs_travel(runner_of: Make, far: ModuleType, fn: str) -> None:
    assert await run(runner_of, node(far.Worker, fn), one=1, two=2) == 3


async def test_the_context_travels_without_live_objects(storage: LocalModelStorage, far: ModuleType) -> None:
    nodes = {
        "far": node(far.Worker, "probe", {"b": 2}, target=True),
        "live": node(far.Live, config={"lock": threading.Lock()}),
    }
    context = ExecutionContext(GraphSchema(nodes), "model", is_finetuning=True)
    seen = (await LocalGraphRunner.create(context.graph_schema, storage, context).run())["far"]
    assert (seen.node_name, seen.model_id, seen.is_finetuning) == ("far", "model", True)
    assert seen.graph_schema.nodes == {"far": nodes["far"], "live": node(far.Live)}


async def test_what_is_stored_there_is_here(runner_of: Make, far: ModuleType, storage: LocalModelStorage) -> None:
    resource = await run(runner_of, node(far.Worker, "train", {"text": "x"}), one=1)
    assert resource == Resource("far")
    assert resource.output_fingerprint == storage.resource_fingerprint(Resource("far"))
    with storage.read_from(resource) as folder:
        assert (folder / "below/numbers.txt").read_text(encoding="utf-8") == "[('one', 1)]x"
        assert (folder / "empty").read_bytes() == b""
    near = await run(runner_of, node(far.Here, "train", {"text": "x"}), one=1)
    assert near.output_fingerprint == resource.output_fingerprint


async def test_resources_among_the_inputs_can_be_read_there(runner_of: Make, far: ModuleType) -> None:
    nodes = {
        "train": node(far.Worker, "train", {"text": "x"}),
        "read": node(far.Worker, "read", needs={"given": "train"}, target=True),
    }
    assert await runner_of(nodes).run() == {"read": "[]x"}


async def test_a_resource_that_is_not_among_the_inputs_is_not_there(
    runner_of: Make, far: ModuleType, storage: LocalModelStorage
) -> None:
    with storage.write_to(Resource("secret")) as folder:
        (folder / "a").write_text("a", encoding="utf-8")
    with pytest.raises(GraphComponentError, match="nothing was ever stored") as failed:
        await run(runner_of, node(far.Worker, "read"), given=Hidden())
    assert failed.value.node_name == "far"
    assert not isinstance(failed.value, GraphStorageError)


class Hidden:
    """Is made into a resource on its way."""

    def __reduce__(self) -> Any:
        return Resource, ("secret",)


async def test_what_a_failing_node_has_stored_there_is_not_here(
    runner_of: Make, far: ModuleType, storage: LocalModelStorage
) -> None:
    with pytest.raises(GraphComponentError, match=r"node far \(Worker\) failed: ValueError: it is broken") as failed:
        await run(runner_of, node(far.Worker, "train_and_fail"))
    assert (failed.value.node_name, failed.value.phase) == ("far", "run")
    assert storage.resources() == ()


@pytest.mark.parametrize(("error", "expected"), [("invalid", InvalidConfig), ("ours", TrainingError)])
async def test_errors_of_ours_come_back_as_they_are(
    runner_of: Make, far: ModuleType, error: str, expected: type[TrainingError]
) -> None:
    with pytest.raises(expected) as failed:
        await run(runner_of, node(far.Worker, "fail_with", {"error": error}))
    assert type(failed.value) is expected
    assert failed.value.hint is not None
    assert failed.value.hint.startswith("write")


@pytest.mark.parametrize(("error", "told"), [("odd", "Odd: a and b"), ("exit", r"sys\.exit\(3\)")])
async def test_errors_that_cannot_travel_come_back_as_their_text(
    runner_of: Make, far: ModuleType, error: str, told: str
) -> None:
    with pytest.raises(GraphComponentError, match=told):
        await run(runner_of, node(far.Worker, "fail_with", {"error": error}))


@pytest.mark.parametrize(
    ("fn", "told"),
    [
        ("die", "was ended by signal 9 before it answered"),
        ("end", "ended with exit code 5 before it answered"),
        ("unpicklable", "a result cannot be sent back"),
    ],
)
async def test_a_process_that_does_not_answer_is_told(runner_of: Make, far: ModuleType, fn: str, told: str) -> None:
    with pytest.raises(GraphComponentError, match=told) as failed:
        await run(runner_of, node(far.Worker, fn))
    assert failed.value.node_name == "far"


async def test_an_input_that_cannot_travel_is_told(runner_of: Make, far: ModuleType) -> None:
    with pytest.raises(GraphComponentError, match="cannot be sent to another process") as failed:
        await run(runner_of, node(far.Worker, "add"), one=lambda: 1)
    assert failed.value.hint is not None
    assert "RUNS_IN" in failed.value.hint


async def test_a_class_that_cannot_be_imported_there_is_told(runner_of: Make, far: ModuleType) -> None:
    class Local(far.Worker):  # type: ignore[misc, name-defined]  # the module is made by the test
        pass

    with pytest.raises(GraphComponentError, match="cannot be sent"):
        await run(runner_of, node(Local, "pid"))
    sys.path.remove(str(Path(far.__file__ or "").parent))
    try:
        with pytest.raises(GraphComponentError, match=r"cannot be made in another process.*far_components") as failed:
            await run(runner_of, node(far.Worker, "pid"))
    finally:
        sys.path.insert(0, str(Path(far.__file__ or "").parent))
    assert failed.value.hint is not None
    assert "import" in failed.value.hint


async def test_what_is_printed_there_goes_to_stderr_and_garbles_nothing(
    runner_of: Make, far: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await run(runner_of, node(far.Worker, "print")) == "fine"
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "printed by the component" in printed.err
    assert "written by a library" in printed.err


async def test_inputs_cannot_be_changed_from_there(runner_of: Make, far: ModuleType) -> None:
    items = ["one"]
    assert await run(runner_of, node(far.Worker, "mutate"), items=items) == ["one", "more"]
    assert items == ["one"]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def written_pid(path: Path) -> int | None:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return int(text) if text else None


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def wait_until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not condition():  # noqa: ASYNC110 - it is another process that must come so far
            await anyio.sleep(0.01)


async def test_a_child_of_the_process_goes_with_it(runner_of: Make, far: ModuleType) -> None:
    pid = await run(runner_of, node(far.Worker, "leave_a_child"))
    await wait_until(lambda: not is_alive(pid))


async def test_cancelling_ends_the_process_and_leaves_no_file(
    runner_of: Make, far: ModuleType, tmp_path: Path, temporary_files: Path
) -> None:
    started = tmp_path / "started"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, runner_of, node(far.Worker, "sleep", {"started": str(started)}))
        await wait_until(lambda: written_pid(started) is not None)
        tasks.cancel_scope.cancel()
    pid = written_pid(started)
    assert pid is not None
    await wait_until(lambda: not is_alive(pid))
    assert names_in(temporary_files) == []


async def test_no_more_processes_at_once_than_there_are_slots(
    runner_of: Make, far: ModuleType, temporary_files: Path
) -> None:
    nodes = {f"n{number}": node(far.Worker, "pid", target=True) for number in range(4)}
    runner = runner_of(nodes, executor=LocalExecutor(processes=1), limits={"cpu": 4})
    most = 0

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, len({name for name in names_in(temporary_files) if name.startswith("tenprint-call")}))
            await anyio.sleep(0.001)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(look)
        pids = await runner.run()
        tasks.cancel_scope.cancel()
    assert len(set(pids.values())) == 4
    assert most == 1
    assert names_in(temporary_files) == []


@pytest.mark.slow
async def test_a_thread_that_is_left_behind_holds_nothing_up_for_long(runner_of: Make, far: ModuleType) -> None:
    with anyio.fail_after(60):
        assert await run(runner_of, node(far.Worker, "leave_a_thread")) == "fine"
