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
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from itertools import chain
from typing import Any

import anyio
import anyio.to_thread

from tenprint.importers.concurrency import collection_paused, gather
from tenprint.importers.far_reading import FAR_BYTES, FarReading
from tenprint.importers.item_tables import reading_of
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, read_file
from tenprint.importers.known_readings import KnownReadings
from tenprint.importers.worker_process import WorkerProcess, WorkerProcesses, may_be_sent, written_rules

SPREAD_BYTES = 2_000_000
"""Unread bytes from which on two processes are faster than one, as docs/explanation/performance.md measures it."""

MAX_WORKERS = 64
"""More processes than this are a mistake."""

BATCH = 64
"""Files read in one hop to a thread: few hops, and a cancelled run still ends soon."""
_ORDER = 4
"""Batches another process gets at a time, and the part of the open ones it gets where few are left."""
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
        async with _processes(written, workers - 1) as processes:
            elsewhere = [partial(work.read_elsewhere, process) for process in processes]
            await gather([partial(work.read_here, nullcontext()), *elsewhere])
    return {number: work.readings[number] for number in files}


@asynccontextmanager
async def _processes(rules: bytes | None, count: int) -> AsyncIterator[list[WorkerProcess]]:
    """Start processes, and end them however the block ends; none without rules for them.

    They start before this process is busy: beside a thread that computes a start takes ten times as long.
    """
    helpers = WorkerProcesses()
    try:
        if rules is not None:
            await anyio.to_thread.run_sync(helpers.start, rules, count)
        yield helpers.processes
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(helpers.end)


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
        if self._known is not None and not await anyio.to_thread.run_sync(self._known.is_empty):
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
                batch = self._next_here()
                if batch is not None:  # there may be nothing left by now
                    await anyio.to_thread.run_sync(self._read_batch, batch)
        for scope in self._helping:
            scope.cancel()

    def _next_here(self) -> list[int] | None:
        if self._only_here or self._open:
            return (self._only_here or self._open).popleft()
        # What was lent last is what the others are furthest from.
        return self._lent.pop() if self._lent else None

    async def read_elsewhere(self, process: WorkerProcess) -> None:
        """Have batches read by another process until none is left, or the process fails.

        While it reads some, the next ones lie before it, because a thread that computes here lets others wait.
        """
        with anyio.CancelScope() as scope:
            self._helping.append(scope)
            order: list[list[int]] = []
            while order or self._open:
                following = self._lend(process, behind=order)
                sent, answered = [*chain.from_iterable(following)], [*chain.from_iterable(order)]
                # Whoever waits no longer leaves the thread alone: it ends with the process.
                is_there = await anyio.to_thread.run_sync(
                    self._exchange, process, sent, answered, abandon_on_cancel=True
                )
                self._take_back(order)
                if not is_there:
                    self._take_back(following)
                    return
                order = following

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
                self._take_back(batches)
                if answer is None:
                    return

    def _take_back(self, batches: Iterable[list[int]]) -> None:
        """Let what is still unread of batches that were lent be read here."""
        for batch in batches:
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

    def _lend(self, process: WorkerProcess, *, behind: list[list[int]]) -> list[list[int]]:
        """Take batches for another process, fewer towards the end; none where they must not come behind others."""
        order: list[list[int]] = []
        size = 0
        while self._open and len(order) < max(1, min(_ORDER, len(self._open) // _ORDER)):
            size += sum(len(self._files[number].content) for number in self._open[-1])
            if (order or behind) and not process.takes_ahead(size):
                break
            order.append(self._open.pop())
        self._lent += order
        return order

    def _exchange(self, process: WorkerProcess, sent: Sequence[int], answered: Sequence[int]) -> bool:
        """Send a batch and take the answer to another; False when the process is gone. What it does not read stays."""
        if sent and not process.send([self._files[number] for number in sent]):
            return False
        tables = process.receive(len(answered)) if answered else []
        if tables is None:
            return False
        self._take_tables(answered, tables)
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
