"""Observers look on: in either colour, one call at a time, and without any say in the run."""

import threading
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    Observers,
    SourceError,
    SourceObserver,
    SourceReport,
    TrainingDataImporter,
)
from tenprint.importers.data import NluData

pytestmark = pytest.mark.anyio


class Empty(TrainingDataImporter):
    NAME = "empty"

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        return NluData()


class Unreachable(TrainingDataImporter):
    NAME = "unreachable"

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        raise SourceError("nobody answers")


class Notes(SourceObserver):
    NAME = "notes"

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.threads: set[int] = set()

    def before_source(self, source: str) -> None:
        self.threads.add(threading.get_ident())
        self.seen.append(source)

    def after_source(self, report: SourceReport) -> None:
        self.seen.append((report.source, report.status, report.error))


class AsyncNotes(Notes):
    async def before_source(self, source: str) -> None:  # type: ignore[override]  # either colour is welcome
        await anyio.lowlevel.checkpoint()
        super().before_source(source)


def combined(*importers: type[TrainingDataImporter], observers: Observers) -> CombinedDataImporter:
    context = ImporterContext(Path(), observers=observers)
    return CombinedDataImporter([importer({}, context) for importer in importers], context)


@pytest.mark.parametrize("kind", [Notes, AsyncNotes])
async def test_a_source_is_told_before_and_after(kind: type[Notes]) -> None:
    notes = kind()
    await combined(Empty, observers=Observers([notes])).snapshot()
    assert notes.seen == ["empty", ("empty", "ok", None)]
    assert (notes.threads == {threading.get_ident()}) is (kind is AsyncNotes)


async def test_a_source_that_fails_is_told_with_the_reason() -> None:
    notes = Notes()
    with pytest.raises(SourceError):
        await combined(Unreachable, observers=Observers([notes])).snapshot()
    assert notes.seen == ["unreachable", ("unreachable", "failed", "nobody answers")]


@pytest.mark.parametrize("error", [RuntimeError("tired"), SourceError("tired"), SystemExit(3)])
async def test_an_observer_that_fails_is_told_no_more_and_breaks_nothing(error: BaseException) -> None:
    class Tired(Notes):
        NAME = "tired"

        def before_source(self, source: str) -> None:
            super().before_source(source)
            raise error

    tired, notes = Tired(), Notes()
    observers = Observers([tired, notes])
    await combined(Empty, observers=observers).snapshot()
    assert tired.seen == ["empty"]
    assert len(notes.seen) == 2
    (problem,) = observers.problems
    assert (problem.code, problem.severity) == ("observer-failed", "warning")
    assert "the observer 'tired' failed in before_source, and is told no more of this run" in problem.message


async def test_calls_come_one_at_a_time() -> None:
    class Slow(SourceObserver):
        inside = 0
        most = 0

        async def before_source(self, source: str) -> None:  # noqa: ARG002 - who is read does not matter
            self.inside += 1
            self.most = max(self.most, self.inside)
            await anyio.sleep(0.01)
            self.inside -= 1

    slow = Slow()
    await combined(Empty, Empty, Empty, observers=Observers([slow])).snapshot()
    assert slow.most == 1


async def test_moments_an_observer_does_not_know_pass_it_by() -> None:
    notes = Notes()
    observers = Observers([notes])
    await observers.tell("after_something_else", 1)
    assert (notes.seen, observers.problems) == ([], [])


async def test_an_observer_that_cannot_be_made_is_told_and_breaks_nothing() -> None:
    notes = Notes()
    observers = Observers([notes])

    def make() -> SourceObserver:
        raise RuntimeError("no server")

    observers.add("tired", make)
    await combined(Empty, observers=observers).snapshot()
    assert len(notes.seen) == 2
    (problem,) = observers.take_problems()
    assert (problem.code, problem.severity) == ("observer-failed", "warning")
    assert "the observer 'tired' cannot be made: RuntimeError: no server" in problem.message
    assert observers.take_problems() == ()


async def test_an_async_method_in_the_guise_of_a_plain_one_is_awaited() -> None:
    class Decorated(Notes):
        def before_source(self, source: str) -> Any:
            async def later() -> None:
                await anyio.lowlevel.checkpoint()
                self.seen.append(source)

            return later()

    notes = Decorated()
    await combined(Empty, observers=Observers([notes])).snapshot()
    assert notes.seen[0] == "empty"


async def test_a_method_that_cannot_even_be_looked_up_is_a_failure() -> None:
    class Closed(SourceObserver):
        NAME = "closed"

        def __getattribute__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __eq__(self, other: object) -> bool:
            raise RuntimeError("equal")

        __hash__ = SourceObserver.__hash__

    observers = Observers([Closed()])
    await combined(Empty, observers=observers).snapshot()
    assert "'closed' failed in before_source" in observers.problems[0].message
