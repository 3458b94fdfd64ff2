"""An executor is opened when the first function is to be run, and not before."""

import shutil
import time
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from tests.graph_components import Const1, node
from tests.program import PROJECT, run_code

from tenprint.fingerprinting.engine import (
    Capabilities,
    ExecutionContext,
    Executor,
    GraphSchema,
    LocalExecutor,
    LocalGraphRunner,
    LocalModelStorage,
)
from tenprint.importers import ConfigurationError
from tenprint.plugins.executors import LateExecutor

EXPECTED = Capabilities(shares_memory=False, slots=8)

DASK = "executor: {name: dask, address: 'tcp://127.0.0.1:9'}\n"
"""Nobody listens there."""

PROGRAM = """\
import sys
from tenprint.plugins.cli.main import run

code = run(sys.argv[1:])
assert not {"dask", "distributed"} & set(sys.modules)
sys.exit(code)
"""


class Opening:
    """Opens executors of this machine, and counts how many there are."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0

    async def __call__(self) -> Executor:
        self.opened += 1
        await anyio.lowlevel.checkpoint()
        opening = self

        class Closing(LocalExecutor):
            async def aclose(self) -> None:
                opening.closed += 1

        return Closing(processes=2)


@pytest.mark.anyio
async def test_an_executor_nobody_needs_is_never_opened() -> None:
    opening = Opening()
    async with LateExecutor(opening, EXPECTED) as executor:
        assert executor.capabilities == EXPECTED
    assert (opening.opened, opening.closed) == (0, 0)


@pytest.mark.anyio
async def test_it_is_opened_once_however_many_ask_at_once_and_closed_at_the_end() -> None:
    opening = Opening()
    answers: set[int] = set()
    async with LateExecutor(opening, EXPECTED) as executor:

        async def ask(number: int) -> None:
            answers.add(await executor.submit(abs, -number))

        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(ask, number)
        assert await executor.map(abs, [-1, -2]) == [1, 2]
        assert opening.closed == 0
    assert answers == set(range(20))
    assert (opening.opened, opening.closed) == (1, 1)


@pytest.mark.anyio
async def test_no_more_is_handed_on_at_once_than_the_opened_one_has_slots() -> None:
    running: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        running.append(number)
        most = max(most, len(running))
        time.sleep(0.005)
        running.remove(number)

    async with LateExecutor(Opening(), EXPECTED) as executor, anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(executor.submit, work, number)
    assert most == 2


class Refusing:
    """Refuses to open, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self) -> Executor:
        self.asked += 1
        await anyio.lowlevel.checkpoint()
        raise ConfigurationError("nobody answers")


@pytest.mark.anyio
async def test_what_opening_raises_comes_out_where_a_function_is_run() -> None:
    refusing = Refusing()
    async with LateExecutor(refusing, EXPECTED) as executor:
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="nobody answers"):
                await executor.submit(abs, -1)
    assert refusing.asked == 1


@pytest.mark.anyio
async def test_nodes_that_cannot_run_anywhere_tell_it_once(tmp_path: Path) -> None:
    nodes = {name: node(Const1, target=True) for name in "abc"}
    async with LateExecutor(Refusing(), EXPECTED) as executor:
        runner = LocalGraphRunner.create(
            GraphSchema(nodes), LocalModelStorage(tmp_path), ExecutionContext(), executor=executor
        )
        with pytest.raises(ConfigurationError, match=r"^nobody answers") as failed:
            await runner.run()
    assert len(failed.value.problems) == 1


def test_a_training_that_runs_no_node_asks_no_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    for path, text in PROJECT.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    def train() -> tuple[int, str]:
        outcome = run_code(PROGRAM, "-C", str(tmp_path), "train")
        return outcome.code, outcome.err

    assert train() == (0, "")
    (tmp_path / "tenprint.yml").write_text(DASK, encoding="utf-8")
    assert train() == (0, ""), "nothing is due"
    domain = PROJECT["domain.yml"].replace("text: hello", "text: good morning")
    (tmp_path / "domain.yml").write_text(domain, encoding="utf-8")
    assert train() == (0, ""), "a reply is replaced"
    shutil.rmtree(tmp_path / "models")
    assert train() == (0, ""), "all is restored from the cache"
