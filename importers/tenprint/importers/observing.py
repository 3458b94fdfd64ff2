"""Observers: plugins that are told what a run does, while it does it.

Rules:
- They look on. What they are given is frozen, what they return does not count, and nothing of a run depends on them.
- One that cannot be made, or fails, breaks no run: it is told nothing more of it, and a warning of the run says why.
- Calls come one at a time, in the order of the observers. A `def` runs in a worker thread, an `async def` on the loop.
- What is cancelled is told no end.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import anyio
import anyio.to_thread

from tenprint.importers.errors import SourceError, TenprintError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot, SourceState


@dataclass(frozen=True, slots=True)
class SourceReport:
    """How one source was read: `items` counts what it holds.

    `status` is that of the source, or `failed`; then `error` says why.
    """

    source: str
    seconds: float
    items: int = 0
    revision: str | None = None
    status: str = "ok"
    error: str | None = None


class SourceObserver:
    """Is told about sources. Write the methods you need, as `def` or as `async def`."""

    NAME: ClassVar[str] = ""

    def before_source(self, source: str) -> Any:
        """A source is about to be read; several may be under way at once."""

    def after_source(self, report: SourceReport) -> Any:
        """A source has been read, or has failed."""


class Observers:
    """Those who are told of one run, and what went wrong with them."""

    def __init__(self, observers: Sequence[SourceObserver] = ()) -> None:
        self._listening = list(observers)
        self._turn: anyio.Lock | None = None
        self.problems: list[Problem] = []
        """What nobody has taken yet."""

    def add(self, name: str, make: Callable[[], SourceObserver]) -> None:
        """Let another one listen, unless it cannot be made."""
        try:
            with foreign_code(SourceError):
                self._listening.append(make())
        except TenprintError as error:
            self.problems.append(_failure(name, "cannot be made", error))

    def take_problems(self) -> tuple[Problem, ...]:
        """Return what went wrong since this was asked last, so that it is told once."""
        taken, self.problems = tuple(self.problems), []
        return taken

    async def tell(self, moment: str, *values: object) -> None:
        """Call the method of this name of every observer."""
        if not self._listening:
            return
        if self._turn is None:
            self._turn = anyio.Lock()
        async with self._turn:
            for observer in tuple(self._listening):
                try:
                    await _called(observer, moment, values)
                except TenprintError as error:  # noqa: PERF203 - a handful of observers
                    self._listening = [other for other in self._listening if other is not observer]
                    name = type(observer).NAME or type(observer).__qualname__
                    self.problems.append(_failure(name, f"failed in {moment}, and is told no more of this run", error))


async def _called(observer: SourceObserver, moment: str, values: tuple[object, ...]) -> None:
    with foreign_code(SourceError):
        method = getattr(observer, moment, None)
        if method is None:
            return
        if inspect.iscoroutinefunction(method):
            await method(*values)
            return
        # In a tuple, because trio refuses functions that return something to await.
        (answer,) = await anyio.to_thread.run_sync(lambda: (method(*values),))
        if inspect.isawaitable(answer):  # an `async def` in the guise of something else, as decorators make it
            await answer


def _failure(name: str, what: str, error: TenprintError) -> Problem:
    message = f"the observer {name!r} {what}: {error.message}"
    return Problem("observer-failed", message, error.location, error.hint or "mend its plugin", "warning")


def observed_source(
    source: str, observers: Observers, take: Callable[[], Awaitable[Snapshot]]
) -> Callable[[], Awaitable[Snapshot]]:
    """Make a call that reads a source and tells the observers of it."""

    async def observed() -> Snapshot:
        began = anyio.current_time()
        await observers.tell("before_source", source)
        try:
            snapshot = await take()
        except TenprintError as error:
            seconds = anyio.current_time() - began
            await observers.tell("after_source", SourceReport(source, seconds, status="failed", error=error.message))
            raise
        seconds = anyio.current_time() - began
        state = snapshot.sources[0] if snapshot.sources else SourceState(source, None)
        report = SourceReport(source, seconds, len(snapshot.table), state.revision, state.status)
        await observers.tell("after_source", report)
        return snapshot

    return observed
