"""What the kit watches while a plugin works: input and output, and what is left behind in the process.

Linux only where `/proc` is read; elsewhere there is nothing to see, and nothing is reported.
"""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

_IO = (
    *("open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink"),
    *("os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "subprocess.Popen", "sqlite3.connect"),
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.__new__"),
    *("tempfile.mkstemp", "tempfile.mkdtemp", "urllib.Request", "glob.glob", "_thread.start_new_thread"),
)
"""Events of Python's audit hooks that mean that something outside of the process is touched, or a thread started."""

_HEARD: ContextVar[list[str] | None] = ContextVar("tenprint_testing_heard", default=None)


@contextmanager
def io_heard() -> Iterator[list[str]]:
    """Collect the input and output of this thread, an entry for each; the list is complete after the block."""
    _listen()
    heard: list[str] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


@cache
def _listen() -> None:
    """Add the audit hook; Python never takes one away, so it is added once and mostly does nothing."""
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    heard = _HEARD.get()
    if heard is not None and event in _IO:
        named = next((str(argument) for argument in arguments if isinstance(argument, (str, bytes, Path))), "")
        heard.append(f"{event} {named}".rstrip())


def threads() -> frozenset[str]:
    """Names of the threads that run; those an event loop keeps for later work are not counted."""
    return frozenset(
        thread.name
        for thread in threading.enumerate()
        if not thread.name.startswith(("Trio thread", "AnyIO worker thread", "tenprint-stalls", "asyncio_"))
    )


def children() -> frozenset[str]:
    """Process ids of the children of this process, those that have ended without being waited for too."""
    found: list[str] = []
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found += task.read_text().split()
        except OSError:  # noqa: PERF203 - the thread has ended
            continue
    return frozenset(found)


def open_files() -> frozenset[str]:
    """Files, pipes and sockets that are open: descriptor and what it leads to."""
    found = set()
    for descriptor in _listed(Path("/proc/self/fd")):
        try:
            found.add(f"{descriptor.name} {descriptor.readlink()}")
        except OSError:  # noqa: PERF203 - that of the folder itself, while it was listed
            continue
    return frozenset(found)


def left_behind(look: Callable[[], frozenset[str]], before: frozenset[str], *, seconds: float) -> list[str]:
    """Tell what was not there before; what is ending is given the time to end."""
    deadline = time.monotonic() + seconds
    while True:
        gc.collect()
        left = sorted(look() - before)
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.01)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder, with the content of plain files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in folder.rglob("*")
    }


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
