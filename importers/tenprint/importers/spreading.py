"""Reads the files of a source: takes what earlier runs have read, and spreads the rest over processes where it is much.

These are processes of this machine, or whatever an executor has.

Rules:
- The answer is that of `read_file` for each file, whoever reads it. What another process cannot read, or does not
  answer, is read here.
- Below `SPREAD_BYTES` no process is started: it would not earn its start.
- This process reads too, from the first file on, while others read from the last one on; so `workers` is the number of
  processes that read. It waits for nobody: what it has lent out when all else is read, it reads itself.
- No process outlives the call, however it ends.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import anyio
import anyio.to_thread

from tenprint.importers.concurrency import collection_paused, gather
from tenprint.importers.far_reading import FAR_BYTES, FarReading
from tenprint.importers.item_tables import reading_of
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, read_file
from tenprint.importers.known_readings import KnownReadings
from tenprint.importers.worker_process import WorkerProcess, may_be_sent, written_rules

SPREAD_BYTES = 1_500_000
"""Unread bytes from which on two processes are faster than one, as docs/explanation/performance.md measures it."""

MAX_WORKERS = 64
"""More processes than this are a mistake."""

BATCH = 64
"""Files read in one hop to a thread: few hops, and a cancelled run still ends soon."""
_BATCH_BYTES = 2**17
"""Bytes read in one hop; another process gets so many at a time, and none waits long for the last one."""


async def read_files(
    files: Mapping[int, SourceFile],
    rules: ReadingRules,
    known: KnownReadings | None = None,
    *,
    workers: int = 1,
    far: FarReading | None = None,
) -> dict[int, DocumentReading]:
    """Read files under their numbers.

    Args:
        files: The files by their numbers, which are their places among the documents of the source.
        rules: How they are read.
        known: What earlier runs have read.
        workers: Processes that may read, this one among them.
        far: Reads by an executor; then no process is started.
    """
    work = _Work(files, rules, known)
    await work.look_up()
    if far is not None:
        await _read_with(far, work, rules)
    else:
        written = written_rules(rules) if workers > 1 and work.unread_bytes >= SPREAD_BYTES else None
        further = [] if written is None else [lambda: work.read_elsewhere(written)] * (workers - 1)
        await gather([lambda: work.read_here(nullcontext()), *further])
    return {number: work.readings[number] for number in files}


async def _read_with(far: FarReading, work: "_Work", rules: ReadingRules) -> None:
    written = written_rules(rules) if work.unread_bytes >= FAR_BYTES else None
    further = [] if written is None else [lambda: work.read_far(far, written)]
    await gather([lambda: work.read_here(far.turn), *further])


class _Work:
    """The readings of one call, and the batches that nobody has taken yet; those are touched by the event loop only."""

    def __init__(self, files: Mapping[int, SourceFile], rules: ReadingRules, known: KnownReadings | None) -> None:
        self._files = files
        self._rules = rules
        self._known = known
        self._open: deque[list[int]] = deque()
        self._only_here: deque[list[int]] = deque()
        self._lent: deque[list[int]] = deque()
        """Batches that another process has."""
        self._helping: list[anyio.CancelScope] = []
        self.readings: dict[int, DocumentReading] = {}
        self.unread_bytes = 0

    async def look_up(self) -> None:
        """Take what is known, and part the rest into batches."""
        numbers = list(self._files)
        if self._known is not None:
            for start in range(0, len(numbers), BATCH):
                await anyio.to_thread.run_sync(self._look_up, self._known, numbers[start : start + BATCH])
        unread = [number for number in numbers if number not in self.readings]
        self.unread_bytes = sum(len(self._files[number].content) for number in unread)
        self._open += self._batches(number for number in unread if may_be_sent(self._files[number]))
        self._only_here += self._batches(number for number in unread if not may_be_sent(self._files[number]))

    async def read_here(self, turn: AbstractAsyncContextManager[Any]) -> None:
        """Read batches in this process, each when it is our turn, until all files are read."""
        while self._only_here or self._open or self._lent:
            async with turn:
                queue = self._only_here or self._open or self._lent
                if queue:  # there may be nothing left by now
                    await anyio.to_thread.run_sync(self._read_batch, queue.popleft())
        for scope in self._helping:
            scope.cancel()

    async def read_elsewhere(self, rules: bytes) -> None:
        """Have batches read by another process until none is left, or the process fails."""
        try:
            process = await anyio.to_thread.run_sync(WorkerProcess, rules)
        except OSError:
            return
        try:
            with anyio.CancelScope() as scope:
                self._helping.append(scope)
                while self._open:
                    batch = self._open.pop()
                    self._lent.append(batch)
                    # Whoever waits no longer leaves the thread alone: it ends with the process.
                    is_there = await anyio.to_thread.run_sync(self._have_read, process, batch, abandon_on_cancel=True)
                    self._take_back(batch)
                    if not is_there:
                        return
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(process.end)

    async def read_far(self, far: FarReading, rules: bytes) -> None:
        """Have batches read by an executor, half of the open ones at a time, until none is left or it fails."""
        with anyio.CancelScope() as scope:
            self._helping.append(scope)
            while self._open:
                batches = [self._open.pop() for _ in range((len(self._open) + 1) // 2)]
                self._lent += batches
                answer = await far.tables_of(rules, [[self._files[number] for number in batch] for batch in batches])
                for place, batch in enumerate(batches):
                    if answer is not None:
                        await anyio.to_thread.run_sync(self._take_tables, batch, answer[place])
                    self._take_back(batch)
                if answer is None:
                    return

    def _take_back(self, batch: list[int]) -> None:
        """Let what is still unread of a batch that was lent be read here."""
        if batch in self._lent:
            self._lent.remove(batch)
            self._only_here += self._batches(number for number in batch if number not in self.readings)

    def _batches(self, numbers: Iterator[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        size = 0
        for number in numbers:
            batch.append(number)
            size += len(self._files[number].content)
            if len(batch) == BATCH or size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _look_up(self, known: KnownReadings, numbers: Sequence[int]) -> None:
        with collection_paused():
            for number in numbers:
                reading = known.find(self._files[number], number, self._rules)
                if reading is not None:
                    self.readings[number] = reading

    def _read_batch(self, numbers: Sequence[int]) -> None:
        with collection_paused():
            for number in numbers:
                if number not in self.readings:  # the process it was lent to may have answered
                    self._take(number, read_file(self._files[number], number, self._rules))

    def _have_read(self, process: WorkerProcess, numbers: Sequence[int]) -> bool:
        """Have files read by a process; False when it is gone. Files it does not read stay unread."""
        tables = process.tables_of([self._files[number] for number in numbers])
        if tables is None:
            return False
        self._take_tables(numbers, tables)
        return True

    def _take_tables(self, numbers: Sequence[int], tables: Sequence[bytes | None]) -> None:
        with collection_paused():
            for number, table in zip(numbers, tables, strict=True):
                reading = None if table is None else reading_of(table, self._files[number], number, self._rules)
                if reading is not None:
                    self._take(number, reading, table)

    def _take(self, number: int, reading: DocumentReading, table: bytes | None = None) -> None:
        self.readings[number] = reading
        if self._known is not None:
            self._known.add(self._files[number], reading, self._rules, table=table)
