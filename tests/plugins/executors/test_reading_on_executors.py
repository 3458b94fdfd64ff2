"""Sources are read by executors to the snapshot and the fingerprint of one process."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.acceptance.test_training_at_once import members
from tests.program import PROJECT

from tenprint.fingerprinting import model_fingerprint
from tenprint.fingerprinting.engine import Capabilities, Executor, LocalExecutor
from tenprint.importers import ImporterContext, Problem, ReadingRules, Snapshot, gather
from tenprint.importers.far_reading import FAR_BYTES, FarReading
from tenprint.importers.file import FileImporter
from tenprint.plugins import open_project

pytestmark = pytest.mark.anyio

S = TypeVar("S")
T = TypeVar("T")


class Counting:
    """Hands on to an executor, each value to a process of its own where it is `isolated`; counts values and calls."""

    def __init__(self, executor: Executor, *, isolated: bool = False) -> None:
        self.values = 0
        self.calls = 0
        self.capabilities = Capabilities(shares_memory=False, slots=executor.capabilities.slots)
        self._executor = executor
        self._isolated = isolated

    async def submit(self, fn: Callable[..., T], /, *args: Any, isolated: bool = False) -> T:
        self.calls += 1
        return await self._executor.submit(fn, *args, isolated=isolated)

    async def map(self, fn: Callable[[S], T], values: Sequence[S], /) -> list[T]:
        self.values += len(values)
        if self._isolated:
            return await gather([partial(self.submit, fn, value, isolated=True) for value in values])
        return await self._executor.map(fn, values)

    async def aclose(self) -> None:
        await self._executor.aclose()


class Broken(Counting):
    """Fails at whatever it is asked for."""

    async def map(self, fn: Callable[[S], T], values: Sequence[S], /) -> list[T]:
        self.values += len(values)
        raise OSError(f"the cluster is gone, and {fn.__name__} with it")


SOURCES = ("shop", "bank")


def stories(source: str, number: int) -> str:
    steps = "\n".join(f"  - intent: {source}_{step}\n  - action: utter_{source}_{step}" for step in range(5))
    told = [f"- story: {source} {number} {story}\n  steps:\n{steps}" for story in range(100)]
    return "\n".join(["stories:", *told, ""])


def examples(source: str, number: int) -> str:
    lines = "\n".join(f"    - say [thing {number} {line}](what) to {source}" for line in range(400))
    return f"nlu:\n- intent: {source}_{number}\n  examples: |\n{lines}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources, each of which an executor is given much of."""
    folder = tmp_path_factory.mktemp("project")
    named = ["{name: file, " + f"as: {each}, domain: {each}/domain.yml, data: {each}/data" + "}" for each in SOURCES]
    (folder / "config.yml").write_text(f"language: en\nimporters: [{', '.join(['{name: file}', *named])}]\n")
    for source in SOURCES:
        data = folder / source / "data"
        data.mkdir(parents=True)
        intents = ", ".join(f"{source}_{number}" for number in range(10))
        replies = "".join(f"  utter_{source}_{number}:\n  - text: ${{REPLY}}\n" for number in range(5))
        domain = f"intents: [{intents}]\nentities: [what]\nresponses:\n{replies}"
        (folder / source / "domain.yml").write_text(domain)
        for number in range(10):
            (data / f"stories_{number}.yml").write_text(stories(source, number))
            (data / f"nlu_{number}.yml").write_text(examples(source, number))
        assert sum(file.stat().st_size for file in data.iterdir()) > 2 * FAR_BYTES
    return folder


async def read(project: Path, executor: Executor | None = None) -> tuple[Snapshot, Any, list[Problem]]:
    """Read a project cold; return its snapshot, its fingerprint, and what was told besides."""
    told: list[Problem] = []
    async with open_project(project, executor=executor, cached=False, on_close_problems=told.extend) as opened:
        return await opened.importer.snapshot(), await opened.fingerprint(), told


def same(found: tuple[Snapshot, Any, list[Problem]], expected: tuple[Snapshot, Any, list[Problem]]) -> bool:
    (snapshot, fingerprint, _), (snapshot_expected, fingerprint_expected, _) = found, expected
    return (
        snapshot.table.rows == snapshot_expected.table.rows
        and snapshot == snapshot_expected
        and fingerprint == fingerprint_expected
    )


@pytest.fixture(autouse=True)
def reply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLY", "hello")
    monkeypatch.setenv("TENPRINT_WORKERS", "1")


@pytest.mark.parametrize("isolated", [False, True], ids=["threads", "processes"])
async def test_an_executor_reads_what_this_process_reads(project: Path, *, isolated: bool) -> None:
    executor = Counting(LocalExecutor(), isolated=isolated)
    found = await read(project, executor)
    assert found[2] == []
    assert executor.values >= len(SOURCES)
    assert same(found, await read(project))
    assert len(found[0].table.rows) > 1000


async def test_the_fingerprint_of_a_model_is_the_same(project: Path) -> None:
    executor = Counting(LocalExecutor())
    rules = ReadingRules(environment={"REPLY": "hello"})
    here = ImporterContext(project / "shop", rules=rules)
    there = replace(here, far_reading=FarReading(executor))
    found = [await model_fingerprint(FileImporter({}, context)) for context in (here, there)]
    assert {**found[0], "trained_at": None} == {**found[1], "trained_at": None}
    assert executor.values > 0


async def test_an_executor_that_fails_costs_a_warning(project: Path) -> None:
    executor = Broken(LocalExecutor())
    found = await read(project, executor)
    (problem,) = found[2]
    assert (problem.code, problem.severity) == ("reading-executor", "warning")
    assert "the cluster is gone" in problem.message
    assert executor.values > 0
    assert same(found, await read(project))


async def test_threads_of_this_process_are_not_asked(project: Path) -> None:
    """Processes of this machine read faster, and are started where there is much to read."""
    executor = Counting(LocalExecutor())
    executor.capabilities = Capabilities(shares_memory=True, slots=2)
    assert same(await read(project, executor), await read(project))
    assert executor.values == 0


async def test_nodes_of_a_training_run_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    models = []
    executor = Counting(LocalExecutor())
    for name, given in (("here", None), ("there", executor)):
        for path, text in PROJECT.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
        async with open_project(tmp_path / name, executor=given, cached=False) as opened:
            report = await opened.train(fixed_model_name="model")
        models.append(members(Path(report.model or "")))
    assert models[0] == models[1]
    assert executor.calls > 0


@pytest.mark.slow
async def test_two_workers_of_dask_read_what_this_process_reads(project: Path) -> None:
    pytest.importorskip("distributed")
    from tenprint.plugins.executors import DaskExecutor  # noqa: PLC0415 - where dask is installed

    opened: AbstractAsyncContextManager[DaskExecutor] = await DaskExecutor.open(workers=2)
    async with opened as dask:
        executor = Counting(dask)
        found = await read(project, executor)
        assert found[2] == []
        assert executor.values >= len(SOURCES)
        assert same(found, await read(project))
