"""A function in a new process of its own, which ends with it.

Rules:
- The process is a fresh interpreter: nothing of this one is in it but the search path for modules. What it gets and
  gives is pickled, by a process that we started and from which nobody else can speak to us.
- It leads a group of its own, all of which ends with it: when the call is over, when the caller is cancelled, and when
  this process is gone, however that came.
- What the function prints goes to our stderr. The answer lies in a file, so whatever a library writes cannot garble it.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from tenprint.fingerprinting.engine.errors import GraphCallError
from tenprint.fingerprinting.engine.far_call import answer_call, open_answer, pack_call

T = TypeVar("T")

GRACE_SECONDS = 10.0
"""How long a process may take to end once it has answered; threads that a library left behind may never do."""

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    "from tenprint.fingerprinting.engine.own_process import main; main(sys.argv[1])"
)
_ANSWER = "answer"
_UNFINISHED = "unfinished"
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
"""Variables that say where temporary files go; those of the process are gone with its folder, however it ends."""

_Folder = tempfile.TemporaryDirectory


async def call_in_process(fn: Callable[..., T], /, *args: Any) -> T:
    """Call a function in a new process and return its result.

    Raises:
        GraphCallError: Something cannot be pickled, or the process ended without an answer.
        Exception: What the function raises, if it survives being pickled.
    """
    call = await anyio.to_thread.run_sync(pack_call, fn, *args)
    with anyio.CancelScope(shield=True):
        folder = await anyio.to_thread.run_sync(_new_folder)
    try:
        code = await _run_program(call, folder.name)
        answer = await anyio.to_thread.run_sync(_read_answer, folder.name, code)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(folder.cleanup)
    result: T = await anyio.to_thread.run_sync(open_answer, answer)
    return result


def main(folder: str) -> None:
    """Be the other process: answer the call that stdin brings, and leave the answer in a folder."""
    atexit.register(_end_this_group)  # the first to be registered runs last
    size = int(sys.stdin.buffer.readline())
    call = sys.stdin.buffer.read(size)
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    unfinished = Path(folder, _UNFINISHED)
    unfinished.write_bytes(answer_call(call))
    unfinished.rename(Path(folder, _ANSWER))
    deadline = threading.Timer(GRACE_SECONDS, _end_this_group)
    deadline.daemon = True
    deadline.start()


def _end_with_the_caller() -> None:
    """Wait until stdin ends: the caller holds it open until it has the answer, or is gone."""
    os.read(0, 1)
    _end_this_group()


def _end_this_group() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.killpg(0, signal.SIGKILL)


def _new_folder() -> "_Folder[str]":
    return _Folder(prefix="tenprint-call-")


async def _run_program(call: bytes, folder: str) -> int:
    """Run the other process to its end, and return its exit code."""
    # Links stay, and "" is the working directory.
    path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100, ASYNC240 - looks at nothing but that
    head = f"{json.dumps(path)}\n{len(call)}\n".encode()
    with anyio.CancelScope(shield=True):
        process = await anyio.open_process(
            [sys.executable, "-I", "-c", _PROGRAM, folder],
            stdin=subprocess.PIPE,
            stdout=2,
            stderr=None,
            env={**os.environ, **dict.fromkeys(_TEMPORARY, folder)},
            start_new_session=True,
        )
    try:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        # A process that ends early says why on stderr, and in its exit code.
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            await process.stdin.send(head)
            await process.stdin.send(call)
        return await process.wait()
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            await process.aclose()


def _read_answer(folder: str, code: int) -> bytes:
    try:
        return Path(folder, _ANSWER).read_bytes()
    except FileNotFoundError:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        raise GraphCallError(
            f"a process {how} before it answered",
            hint="see what it printed; one that is killed may have needed too much memory",
        ) from None
