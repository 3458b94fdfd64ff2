"""Progress: what a remote source is doing, told while it happens.

Rules:
- Everything is told on the event loop, never in a worker thread; a listener has to be quick, and must not wait.
- Phases are told at once, bytes a few times a second: a large download does not spend its time on reports.
- A listener that fails breaks no run. It is told nothing more of that source, and a Python warning says why.
- What is told is for people. Nothing of a run depends on it.
"""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal[
    "asking", "fetching", "unpacking", "reading", "new", "unchanged", "last-good", "replayed", "failed"
]
"""`asking` the server what it has, `fetching` it, `unpacking` it into the store, `reading` its files; then how it
ended: it is `new`, `unchanged` since the last run, as it was when it was `last-good`, `replayed` without a network, or
it has `failed`."""

LAST_PHASES: frozenset[Phase] = frozenset({"new", "unchanged", "last-good", "replayed", "failed"})

Ending: TypeAlias = Literal["new", "unchanged", "last-good", "replayed"]

_TOLD_EVERY = 0.1
"""Seconds; people see no more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What one source is doing; `fetched` counts the bytes that came in this run, of `total` where that is known."""

    source: str
    phase: Phase
    fetched: int = 0
    total: int | None = None

    @property
    def is_last(self) -> bool:
        return self.phase in LAST_PHASES


ProgressListener: TypeAlias = Callable[[Progress], object]


class SourceProgress:
    """Tells a listener about one source; importers call it on the event loop. Without a listener it does nothing."""

    def __init__(
        self, source: str, listener: ProgressListener | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._listener = listener
        self._clock = clock
        self._phase: Phase | None = None
        self._fetched = 0
        self._total: int | None = None
        self._told_at = 0.0
        self.ending: Ending = "new"
        """How the source ends, unless it fails."""
        self.downloads = 1
        """How many downloads the source is made of; what several of them have in all, nobody knows before."""

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens; what is counted for nothing else need not be counted."""
        return self._listener is not None

    def enter(self, phase: Phase) -> None:
        """Tell that a phase begins; one that goes on is not told again."""
        if phase != self._phase:
            self._phase = phase
            self._tell()

    def expect(self, size: int | None) -> None:
        """Begin to fetch so many bytes more; None is an unknown number."""
        self._total = None if size is None or self.downloads > 1 else self._fetched + size
        self.enter("fetching")

    def receive(self, count: int) -> None:
        """Count bytes that came."""
        is_first = self._fetched == 0
        self._fetched += count
        if self._phase != "fetching":
            self.enter("fetching")
        elif self._listener is not None and (is_first or self._clock() - self._told_at >= _TOLD_EVERY):
            self._tell()

    @contextmanager
    def told_to_its_end(self) -> Iterator[None]:
        """Tell the end of a source with the block; nothing where it is cancelled, for then nobody waits for it."""
        self.ending, self._phase = "new", None
        self._fetched, self._total = 0, None
        self.enter("asking")
        try:
            yield
        except Exception:
            self.enter("failed")
            raise
        self.enter(self.ending)

    def _tell(self) -> None:
        if self._listener is None or self._phase is None:
            return
        self._told_at = self._clock()
        try:
            self._listener(Progress(self._source, self._phase, self._fetched, self._total))
        except Exception as error:  # noqa: BLE001 - a listener is foreign code
            self._listener = None
            message = f"the listener for progress failed, and is told no more of {self._source!r}: {error!r}"
            warnings.warn(message, RuntimeWarning, stacklevel=2)
