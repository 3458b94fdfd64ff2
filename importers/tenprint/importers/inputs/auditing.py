"""Notes what the code of a plugin opens, connects to and runs, through an audit hook of Python.

    with watched_accesses() as accesses:
        await importer.snapshot()

Rules:
- Python removes no audit hook, so it is added once, and does nothing where nobody watches: a context variable says who
  does. Worker threads of anyio carry it; a thread that a plugin starts by itself is not seen.
- Nothing of it fails or refuses: the hook stands in the middle of other people's calls.
- What Python reads to import a module is no access, nor is a secret, which enters anything by its name only, nor what
  our store keeps.
- Environment variables raise no events, so who reads them without saying so is not noticed.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

AccessSort = Literal["reads", "connects to", "runs"]

_IMPORTING = frozenset({"importlib._bootstrap", "importlib._bootstrap_external", "zipimport", "linecache"})
_TRUSTED = _IMPORTING | {
    "tenprint.importers.secret",
    "tenprint.importers.store.contents",
    "tenprint.importers.store.index",
    "tenprint.importers.worker_process",
}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Access:
    """One thing that was done, and to what: an absolute path, an address, or a program."""

    sort: AccessSort
    target: str


class _Watch:
    """What is noted in one context."""

    def __init__(self) -> None:
        self.accesses: dict[Access, None] = {}
        self.written: set[str] = set()

    def note(self, access: Access) -> None:
        if access.target not in self.written and access not in self.accesses and not _is_trusted():
            self.accesses[access] = None


_WATCH: ContextVar[_Watch | None] = ContextVar("tenprint_audit", default=None)


@contextmanager
def watched_accesses(*, active: bool = True) -> Iterator[dict[Access, None]]:
    """Note the accesses of the block; inside of another one, only the inner one notes them."""
    watch = _Watch()
    if active:
        _install()
    token = _WATCH.set(watch if active else None)
    try:
        yield watch.accesses
    finally:
        _WATCH.reset(token)


@cache
def _install() -> None:
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    look = _EVENTS.get(event)
    if look is None:
        return
    watch = _WATCH.get()
    if watch is not None:
        # Whatever is odd about the arguments must not break the call they belong to.
        with suppress(Exception):
            look(watch, arguments)


def _opened(watch: _Watch, arguments: tuple[Any, ...]) -> None:
    path, mode, flags = arguments[:3]
    if isinstance(path, int):
        return
    place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - not pathlib: the hook is hot
    if flags & (os.O_WRONLY | os.O_TRUNC | os.O_EXCL) or (mode is not None and "r" not in mode):
        # What a plugin has written itself it may read again.
        watch.written.add(place)
        return
    watch.note(Access("reads", place))


def _database(watch: _Watch, arguments: tuple[Any, ...]) -> None:
    name = os.fsdecode(arguments[0])
    if name.startswith("file:"):
        name = name.removeprefix("file:").partition("?")[0]
    if name and not name.startswith(":memory:"):
        watch.note(Access("reads", os.path.abspath(name)))  # noqa: PTH100 - as above


def _connected(watch: _Watch, arguments: tuple[Any, ...]) -> None:
    address = arguments[1]
    if isinstance(address, tuple):
        host, port = address[:2]
        watch.note(Access("connects to", f"{host}:{port}"))
    else:
        watch.note(Access("connects to", os.fsdecode(address)))


def _ran(watch: _Watch, arguments: tuple[Any, ...]) -> None:
    program = arguments[0]
    if program is None:
        words = arguments[1]
        program = words if isinstance(words, (str, bytes)) else words[0]
    watch.note(Access("runs", os.fsdecode(program)[:_SHOWN]))


_EVENTS = {
    "open": _opened,
    "sqlite3.connect": _database,
    "socket.connect": _connected,
    "subprocess.Popen": _ran,
    "os.posix_spawn": _ran,
    "os.system": _ran,
    "os.exec": _ran,
}


def _is_trusted() -> bool:
    """Tell whether the call belongs to an import, or to something of ours that may read."""
    frame: Any = sys._getframe(2)  # noqa: SLF001 - the documented way to look at callers
    while frame is not None:
        if frame.f_globals.get("__name__") in _TRUSTED:
            return True
        frame = frame.f_back
    return False
