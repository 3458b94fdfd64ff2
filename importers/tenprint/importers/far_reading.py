"""Reading by an executor, on this machine or on others: orders go out, item tables come back.

    order:   <pickle: what code reads, the rules, and the files>
    answer:  <digest of the order and the tables, 32 bytes> <the tables, as `worker_process` answers them>, or nothing
             where other code would read

Rules:
- An answer counts only if its digest is that of this order with these tables. One that is damaged, cut off, or meant
  for another order is none. Whoever computes it is trusted to read, as is everybody who runs functions for us.
- The code that reads is the same there: Python, the YAML parser, and every module of ours. A worker that has been
  running since before an edit reads nothing.
- An executor that fails once is asked no more in this run, and a warning says why. No reading depends on it.
"""

import pickle
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Protocol

import anyio
import anyio.to_thread

from tenprint.importers.digest import digest_of
from tenprint.importers.errors import SourceError, TenprintError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.itemising import SourceFile
from tenprint.importers.problem import Problem
from tenprint.importers.worker_process import packed_tables, tables_in

FAR_BYTES = 2**17
"""Unread bytes of one source that are read in the time that an order and its answer take to a worker and back."""

_DIGEST_BYTES = 32

_LOADED_AT = time.time()
"""When this process began to read; a module whose file is younger may have been edited since it was loaded."""


class ReadingExecutor(Protocol):
    """Runs a function for many values somewhere, for several sources at once; executors of the training graph can."""

    async def map(self, fn: Callable[[bytes], bytes], values: Sequence[bytes], /) -> list[bytes]:
        """Run a function for each value, several at once, and return the results in order.

        Args:
            fn: The function; it is known by its name, and sees no memory of this process.
            values: Its arguments.
        """
        ...


class FarReading:
    """Reading by one executor, for all sources of a run; the executor is closed by whoever opened it."""

    def __init__(self, executor: ReadingExecutor) -> None:
        self.turn = anyio.Lock()
        """Whoever holds it reads in this process, where threads would only take the processor from each other; files of
        those who wait are read by the executor."""
        self._executor = executor
        self._has_failed = False
        self._problems: list[Problem] = []

    def take_problems(self) -> tuple[Problem, ...]:
        """Return what went wrong since this was asked last, so that it is told once."""
        taken, self._problems = tuple(self._problems), []
        return taken

    async def tables_of(self, rules: bytes, batches: Sequence[Sequence[SourceFile]]) -> list[list[bytes | None]] | None:
        """Have batches of files read: a table for each file, or None where it is to be read here.

        The whole answer is None when the executor has failed.
        """
        if self._has_failed:
            return None
        try:
            with foreign_code(SourceError):
                orders = await anyio.to_thread.run_sync(_orders, rules, batches)
                answers = await self._executor.map(read_order, orders)
                return await anyio.to_thread.run_sync(partial(_tables, batches, orders, answers))
        except TenprintError as error:
            if not self._has_failed:  # several sources are told at once
                self._problems.append(_failure(error))
            self._has_failed = True
            return None


def read_order(order: bytes) -> bytes:
    """Read the files of an order; this is what an executor is asked to do."""
    code, rules, files = pickle.loads(order)  # noqa: S301 - from whoever may have functions run here
    if code != reading_code():
        return b""
    tables = packed_tables(rules, files)
    return digest_of(order + tables) + tables


@cache
def reading_code() -> str:
    """Tell which code reads in this process; blocks.

    Raises:
        SourceError: It was edited since the process began to read, so it may have loaded something else.
    """
    import yaml  # noqa: PLC0415 - loaded by the reader anyway; its version is all that is wanted

    folder = Path(__file__).parent
    modules = sorted(folder.rglob("*.py"))
    if max(module.stat().st_mtime for module in modules) > _LOADED_AT:
        raise SourceError(f"code in {folder} was edited after this process was started", hint="start it anew")
    lines = ["{}.{}.{}".format(*sys.version_info), yaml.__version__, str(yaml.__with_libyaml__)]
    lines += [f"{module.relative_to(folder).as_posix()} {digest_of(module.read_bytes()).hex()}" for module in modules]
    return digest_of("\n".join(lines).encode()).hex()


def _orders(rules: bytes, batches: Sequence[Sequence[SourceFile]]) -> list[bytes]:
    return [pickle.dumps((reading_code(), rules, files)) for files in batches]


def _tables(
    batches: Sequence[Sequence[SourceFile]], orders: Sequence[bytes], answers: object
) -> list[list[bytes | None]]:
    """Take the answers apart.

    Raises:
        SourceError: One of them is none.
    """
    if not isinstance(answers, Sequence) or len(answers) != len(orders):
        raise SourceError(f"it was given {len(orders)} orders, and its answers are not as many")
    return [_tables_of_one(files, order, answer) for files, order, answer in zip(batches, orders, answers, strict=True)]


def _tables_of_one(files: Sequence[SourceFile], order: bytes, answer: object) -> list[bytes | None]:
    if answer == b"":
        raise SourceError(
            "a worker has another tenprint, another Python or another YAML parser",
            hint="install there what is installed here, and start the workers anew",
        )
    packed = answer[_DIGEST_BYTES:] if isinstance(answer, bytes) else b""
    if not isinstance(answer, bytes) or answer[:_DIGEST_BYTES] != digest_of(order + packed):
        raise SourceError("an answer is damaged, or belongs to another order")
    tables = list(tables_in(packed))
    if len(tables) != len(files):
        raise SourceError(f"{len(files)} files were to be read, and {len(tables)} are answered for")
    return tables


def _failure(error: TenprintError) -> Problem:
    message = f"the executor does not read files, so they were read here: {error.message}"
    return Problem("reading-executor", message, hint=error.hint, severity="warning")
