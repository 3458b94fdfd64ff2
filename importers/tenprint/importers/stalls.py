"""Finds importers that block the event loop: while one sleeps or waits for a server there, all others stand still.

    async with watched_loop() as stalls:
        await importer.snapshot()
    assert stalls == []

A task beats like a heart on the loop. When it is late, a thread looks where the loop stands, and notes the importer,
its method and the stack. What holds the whole interpreter is noticed too, though nobody can look meanwhile: such a
stall has no stack, and no importer.
"""

import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import FrameType

import anyio

from tenprint.importers.adapted import ADAPTED
from tenprint.importers.importer import TrainingDataImporter
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem

STALL_SECONDS = 0.1
"""What a person begins to notice, and far more than a loop needs between two waits."""

_BEATS = 8
"""Beats within the threshold; more would find stalls not better, but cost more."""


@dataclass(frozen=True, slots=True)
class Stall:
    """How long the event loop stood still, in which method of which importer, and the stack, innermost line last.

    `importer` and `method` are empty where the loop stood in other code.
    """

    seconds: float
    importer: str = ""
    method: str = ""
    stack: tuple[str, ...] = ()

    def to_problem(self) -> Problem:
        what = f"the importer {self.importer!r}" if self.importer else "something that is no importer"
        where = f" in {self.method}" if self.method else ""
        last = f", at {self.stack[-1]}" if self.stack else ""
        return Problem(
            "blocked-loop",
            f"{what} held up all others for {self.seconds:.1f} s{where}{last}",
            Location(self.importer, f"<{self.importer}>") if self.importer else None,
            hint="write the method as plain `def`, or do the blocking work in anyio.to_thread.run_sync",
            severity="warning",
        )


class _Watch:
    """What the heart and the looking thread share."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.interval = threshold / _BEATS
        self.stalls: list[Stall] = []
        self.beat = time.monotonic()
        self.seen: Stall | None = None
        self.ended = threading.Event()
        self._loop_thread = threading.get_ident()

    def look(self) -> None:
        """Look at the loop until the end; runs in a thread of its own."""
        while not self.ended.wait(self.interval):
            if self.seen is None and time.monotonic() - self.beat > self.threshold:
                frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 - the documented way to look at a thread
                if frame is not None:
                    self.seen = _seen_at(frame)

    async def keep_beating(self) -> None:
        while True:
            await anyio.sleep(self.interval)
            self.note()

    def note(self) -> None:
        """Note the time, and the stall that has just ended."""
        now = time.monotonic()
        late, seen = now - self.beat, self.seen
        self.beat, self.seen = now, None
        if late > self.threshold + self.interval:
            seen = seen or Stall(0.0)
            self.stalls.append(Stall(late, seen.importer, seen.method, seen.stack))


@asynccontextmanager
async def watched_loop(*, threshold: float = STALL_SECONDS) -> AsyncIterator[list[Stall]]:
    """Watch the running event loop; the list holds each time it stood still for longer than `threshold` seconds.

    Stalls of another source are listed too, so the list is complete only after the block.
    """
    watch = _Watch(threshold)
    thread = threading.Thread(target=watch.look, name="tenprint-stalls", daemon=True)
    failures: list[Exception] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.keep_beating)
        thread.start()
        try:
            yield watch.stalls
        except Exception as error:  # noqa: BLE001 - raised below, where the task group cannot wrap it
            failures.append(error)
        finally:
            watch.ended.set()
            watch.note()
            tasks.cancel_scope.cancel()
    if failures:
        raise failures[0]


def _seen_at(frame: FrameType) -> Stall:
    stack = tuple(f"{line.filename}:{line.lineno} in {line.name}" for line in traceback.extract_stack(frame))
    current: FrameType | None = frame
    while current is not None:
        owner = current.f_locals.get("self")
        if isinstance(owner, TrainingDataImporter) and current.f_code.co_name in ADAPTED:
            return Stall(0.0, owner.source_name, current.f_code.co_name, stack)
        current = current.f_back
    return Stall(0.0, stack=stack)
