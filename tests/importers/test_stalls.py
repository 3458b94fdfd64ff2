"""What holds up the event loop is found: by whom, where, and for how long."""

import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ReadingRules,
    Registered,
    Snapshot,
    SnapshotImporter,
    Stall,
    TrainingDataImporter,
    watched_loop,
)
from tenprint.importers.data import Domain, Intent
from tenprint.importers.file import FileImporter
from tenprint.importers.loading import KnownImporters, load_importer
from tenprint.importers.memory import MemoryImporter

pytestmark = pytest.mark.anyio

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

CONTEXT = ImporterContext(Path("project"))

PIECES = 30
"""Hundredths of a second; in one piece, they would pass for who looks too when the whole machine stands still."""


class Blocking(TrainingDataImporter):
    NAME = "blocking"

    async def get_domain(self) -> Domain:
        for _ in range(PIECES):
            time.sleep(0.01)  # noqa: ASYNC251 - the mistake that is looked for
        return Domain()


class Plain(TrainingDataImporter):
    def get_domain(self) -> Domain:  # type: ignore[override]  # plain
        time.sleep(0.3)
        return Domain()


class Threaded(TrainingDataImporter):
    async def get_domain(self) -> Domain:
        await anyio.to_thread.run_sync(time.sleep, 0.3)
        return Domain()


class BlockingDocuments(SnapshotImporter):
    NAME = "documents"

    async def take_snapshot(self) -> Snapshot:
        self._download()
        return await MemoryImporter().snapshot()

    def _download(self) -> None:
        for _ in range(PIECES):
            time.sleep(0.01)


def in_importers(stalls: Sequence[Stall]) -> list[Stall]:
    """Leave out those of a busy machine, which stand in no importer."""
    return [stall for stall in stalls if stall.importer]


def in_importer(stalls: Sequence[Stall], name: str) -> list[Stall]:
    """Leave out those of a busy machine, which may stand in any other importer."""
    return [stall for stall in stalls if stall.importer == name]


@asynccontextmanager
async def never_blocked(seconds: float = 0.25) -> AsyncIterator[None]:
    async with watched_loop(threshold=seconds) as stalls:
        yield
    assert in_importers(stalls) == []


async def test_a_getter_that_blocks_is_named_with_its_importer_its_line_and_its_time() -> None:
    async with watched_loop() as stalls:
        await CombinedDataImporter([Blocking(), MemoryImporter()], CONTEXT).snapshot()

    (stall,) = in_importer(stalls, "blocking")
    assert (stall.importer, stall.method) == ("blocking", "get_domain")
    assert 0.2 < stall.seconds < 60
    assert "test_stalls.py" in stall.stack[-1]
    assert stall.stack[-1].endswith("in get_domain")


async def test_a_snapshot_that_blocks_below_its_own_method_is_named_too() -> None:
    async with watched_loop() as stalls:
        await BlockingDocuments().snapshot()

    (stall,) = in_importer(stalls, "documents")
    assert (stall.importer, stall.method) == ("documents", "take_snapshot")
    assert stall.stack[-1].endswith("in _download")


@pytest.mark.parametrize("importer", [Plain, Threaded])
async def test_blocking_in_a_worker_thread_holds_up_nobody(importer: type[TrainingDataImporter]) -> None:
    async with never_blocked():
        await importer().snapshot()


async def test_a_stall_at_the_very_end_is_not_missed() -> None:
    async with watched_loop(threshold=0.05) as stalls:
        time.sleep(0.2)  # noqa: ASYNC251 - as above

    assert {stall.importer for stall in stalls} == {""}
    assert "something that is no importer" in stalls[-1].to_problem().message


async def test_a_failure_in_the_watched_block_comes_out_as_itself() -> None:
    with pytest.raises(ZeroDivisionError):
        async with watched_loop():
            raise ZeroDivisionError


async def test_a_run_that_is_told_to_watch_warns_of_the_importer() -> None:
    watched = replace(CONTEXT, stall_seconds=0.1)
    found = await CombinedDataImporter([Blocking(), Threaded()], watched).snapshot()

    (problem,) = [problem for problem in found.problems if "'blocking'" in problem.message]
    assert (problem.code, problem.severity) == ("blocked-loop", "warning")
    assert re.search(r"'blocking' held up all others for \d+\.\d s", problem.message)
    assert "in get_domain, at " in problem.message
    assert problem.hint is not None
    assert (await CombinedDataImporter([Blocking()], CONTEXT).snapshot()).problems == ()


async def test_no_importer_of_ours_holds_up_the_loop(write_project: ProjectWriter) -> None:
    examples = "".join(f"      - word {number} and more\n" for number in range(20_000))
    project = write_project(
        {
            "config.yml": "language: en\n",
            "domain.yml": "intents:\n" + "".join(f"  - intent_{number}\n" for number in range(2000)),
            "data/nlu.yml": f"nlu:\n  - intent: intent_1\n    examples: |\n{examples}",
        }
    )
    context = ImporterContext(project, rules=ReadingRules())
    known: KnownImporters = {"file": Registered("file", FileImporter, "tenprint")}
    intents = tuple(Intent(f"intent_{number}") for number in range(2000))
    importers: list[Callable[[], TrainingDataImporter]] = [
        lambda: FileImporter({}, context),
        lambda: MemoryImporter(domain=Domain(intents)),
        lambda: CombinedDataImporter([FileImporter({}, context), MemoryImporter()], context),
        lambda: load_importer([], context, known=known),
    ]
    for made in importers:
        # A busy machine may hold up one of them for a moment, and what blocks holds up each.
        assert [] in [in_importers(await stalls_of(made())) for _ in range(2)]


async def stalls_of(importer: TrainingDataImporter) -> list[Stall]:
    async with watched_loop(threshold=0.25) as stalls:
        await importer.snapshot()
        for getter in ("get_config", "get_domain", "get_stories", "get_nlu_data", "get_conversation_tests"):
            await getattr(importer, getter)()
        await importer.aclose()
    return stalls
