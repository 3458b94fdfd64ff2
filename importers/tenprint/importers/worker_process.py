"""A further process that reads documents, and the program it runs. Blocks, and knows no event loop.

It is a fresh interpreter with the search path of this one: nothing is forked, so threads of the program around do not
matter, and the script of a user is not run a second time, as the processes of `multiprocessing` would. It ends when
its standard input does, so it outlives nobody.

    order:   <pickle: where this code lies, what of the rules decides how documents are read, and the files>
    answer:  <length, 4 bytes> and that many bytes: for each file <length, 4 bytes> <item table>, without a table where
             the file is better read by who asks

Pipes are wide and messages come whole, because each wait for a part of one costs the thread that waits its turn: the
other threads are computing.

What comes back is only item tables, in which nothing can be executed.
"""

import gc
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO

from tenprint.importers.item_tables import table_of
from tenprint.importers.itemising import ReadingRules, SourceFile, read_file
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.reading.environment import may_hold_variables

_LENGTH = struct.Struct(">I")
_PIPE_BYTES = 2**20
"""What Linux lets anybody have; elsewhere pipes have the size they have."""
_PROGRAM = f"import sys; sys.path[:] = sys.argv[1:]; from {__name__} import serve; serve()"


def may_be_sent(file: SourceFile) -> bool:
    """Tell whether another process can read a file: not where values of the environment may stand in it."""
    return not may_hold_variables(file.content)


def written_rules(rules: ReadingRules) -> bytes | None:
    """Write down what decides how documents without variables are read; None where code of plugins has a say."""
    if len(rules.kinds) != len(BUILT_IN_KINDS) or any(
        kind is not own for kind, own in zip(rules.kinds, BUILT_IN_KINDS, strict=True)
    ):
        return None
    try:
        return pickle.dumps((rules.limits, rules.merge, rules.namespace))
    except (pickle.PicklingError, TypeError, AttributeError):
        return None


def packed_tables(written: bytes, files: Sequence[SourceFile]) -> bytes:
    """Read files by rules that were written down here or by equal code, and pack their tables."""
    limits, merge, namespace = pickle.loads(written)  # noqa: S301 - see above
    rules = ReadingRules(limits=limits, merge=merge, namespace=namespace)
    parts: list[bytes] = []
    for file in files:
        # Whoever asks gives the number; it is in no table.
        table = table_of(read_file(file, 0, rules), rules) or b""
        parts += (_LENGTH.pack(len(table)), table)
    return b"".join(parts)


def tables_in(packed: bytes) -> Iterator[bytes | None]:
    """Take tables apart again: None for a file that is better read by who asks."""
    place = 0
    while place < len(packed):
        (size,) = _LENGTH.unpack_from(packed, place)
        place += _LENGTH.size
        yield packed[place : place + size] if size else None
        place += size


class WorkerProcess:
    """One process; used by one thread at a time, but for `end`.

    Raises:
        OSError: No process can be started.
    """

    def __init__(self, rules: bytes) -> None:
        self._rules = rules
        if not sys.executable or hasattr(sys, "frozen"):
            raise OSError("this program is no Python interpreter that could be started again")
        self._has_wide_pipes = True
        try:
            self._process = _started(_PIPE_BYTES)
        except PermissionError:  # this user has many wide pipes already
            self._has_wide_pipes = False
            self._process = _started(-1)

    @property
    def pid(self) -> int:
        return self._process.pid

    def takes_ahead(self, size: int) -> bool:
        """Tell whether an order of so many bytes can be sent before the last one is answered, and nobody waits."""
        return self._has_wide_pipes and size <= _PIPE_BYTES * 3 // 4

    def send(self, files: Sequence[SourceFile]) -> bool:
        """Have files read, behind those that were sent before; False when the process is gone."""
        orders = self._process.stdin
        try:
            rest = memoryview(pickle.dumps((__file__, self._rules, files)))
            while rest and orders is not None:
                rest = rest[orders.write(rest) :]
        except (OSError, ValueError):
            return False
        return orders is not None

    def receive(self, count: int) -> list[bytes | None] | None:
        """Return the answer to the oldest order, which was of so many files; None when the process is gone.

        A table for each file, or None where it is not to be had so.
        """
        answers = self._process.stdout
        try:
            tables = [] if answers is None else list(tables_in(_message_in(answers)))
        except (OSError, ValueError, EOFError, struct.error):
            return None
        return tables if len(tables) == count else None

    def end(self) -> None:
        """End the process, whatever it is doing; nothing of it is left."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            # What was not sent any more needs not be sent.
            with suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()


class WorkerProcesses:
    """Several processes that end together, also one that is just being started when the others end."""

    def __init__(self) -> None:
        self.processes: list[WorkerProcess] = []
        self._lock = threading.Lock()
        self._is_over = False

    def start(self, rules: bytes, count: int) -> None:
        """Start so many, or as many as can be started."""
        with suppress(OSError):
            for _ in range(count):
                process = WorkerProcess(rules)
                with self._lock:
                    self.processes.append(process)
                    if not self._is_over:
                        continue
                process.end()
                return

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            processes = [*self.processes]
        for process in processes:
            process.end()


def _started(pipe_bytes: int) -> "subprocess.Popen[bytes]":
    no_bytecode = ["-B"] if sys.dont_write_bytecode else []
    return subprocess.Popen(  # noqa: S603 - this interpreter, and a program of ours
        [sys.executable, "-I", *no_bytecode, "-c", _PROGRAM, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        pipesize=pipe_bytes,
    )


def _message_in(answers: IO[bytes]) -> bytes:
    (size,) = _LENGTH.unpack(_exactly(answers, _LENGTH.size))
    return _exactly(answers, size)


def _exactly(answers: IO[bytes], size: int) -> bytes:
    """Read so much and no more: the next answer may lie there already."""
    parts = []
    while size:
        read = answers.read(size)
        if not read:
            raise EOFError
        parts.append(read)
        size -= len(read)
    return b"".join(parts)


def serve() -> None:
    """Read files as long as there are orders; the main function of the process."""
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing else may come between the answers.
    os.dup2(2, 1)
    # Reading makes no cycles.
    gc.disable()
    while True:
        try:
            code, written, files = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        if code != __file__:  # another tenprint, which may read in another way
            return
        message = packed_tables(written, files)
        answers.write(_LENGTH.pack(len(message)) + message)
        answers.flush()
