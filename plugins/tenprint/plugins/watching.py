"""Watches the files of a project: which of them belong to it, and when they change.

What the watch tells is never more than a hint to look again: every look reads what is there.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import TypeAlias

import anyio
from anyio.abc import TaskStatus
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from tenprint.importers import CONFIG_NAMES, LOCK_NAME, ConfigurationError, Snapshot
from tenprint.importers.reading import JSON_SUFFIX, YAML_SUFFIXES
from tenprint.plugins.settings import SETTINGS_NAME

_DATA_SUFFIXES = (*YAML_SUFFIXES, JSON_SUFFIX)
_USUAL_FOLDERS = ("domain", "data")
_QUIET_MILLISECONDS = 20
"""How long nothing may happen before what happened is told; editors write a file in several steps."""
_LONGEST_MILLISECONDS = 200
"""How long that may take at most, while somebody keeps writing."""
_TICK_MILLISECONDS = 100
"""How often a watch looks whether it is to end."""


@dataclass(frozen=True, slots=True)
class Places:
    """What belongs to a project: single files, and folders with the data below them; absolute paths."""

    files: frozenset[str] = field(default_factory=frozenset)
    folders: frozenset[str] = field(default_factory=frozenset)

    def hold(self, path: str) -> bool:
        """Tell whether a path may decide about the data: one that is known, data in a folder, or a folder itself."""
        if path in self.files or path in self.folders:
            return True
        folder = next((folder for folder in self.folders if path.startswith(folder + os.sep)), None)
        if folder is None or any(name.startswith(".") for name in Path(path[len(folder) :]).parts):
            return False
        return path.endswith(_DATA_SUFFIXES) or Path(path).is_dir() or self._is_above_a_file(path)

    def _is_above_a_file(self, path: str) -> bool:
        return any(file.startswith(path + os.sep) for file in self.files)

    def watched(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the folders that are watched by themselves, and those that are with all that lies below them."""
        deep = {folder for folder in self.folders if Path(folder).is_dir()}
        outermost = frozenset(folder for folder in deep if not _lies_below(folder, deep))
        parents = {os.path.dirname(path) for path in (*self.files, *self.folders)}  # noqa: PTH120 - text, and many
        flat = {parent for parent in parents if not _lies_below(parent, outermost) and parent not in outermost}
        return frozenset(folder for folder in flat if Path(folder).is_dir()), outermost

    def joined(self, other: "Places", files: Iterable[str] = ()) -> "Places":
        return Places(self.files.union(other.files, files), self.folders | other.folders)


def _lies_below(path: str, folders: Collection[str]) -> bool:
    return any(path.startswith(folder + os.sep) for folder in folders)


def places_of(project: Path, *, named: Iterable[Path] = (), snapshot: Snapshot | None = None) -> Places:
    """Say what belongs to a project.

    Args:
        project: Its folder.
        named: Files and folders the user named instead of the usual ones.
        snapshot: What was read of it, which tells imported projects, lookup files and inputs of plugins.
    """
    root = _absolute(project)
    usual = (*CONFIG_NAMES, SETTINGS_NAME, LOCK_NAME, *(f"domain{suffix}" for suffix in YAML_SUFFIXES))
    files = {os.path.join(root, name) for name in usual}  # noqa: PTH118 - text, and many
    folders = {os.path.join(root, name) for name in _USUAL_FOLDERS}  # noqa: PTH118
    for path in map(_absolute, named):
        (folders if Path(path).is_dir() else files).add(path)
    for path in _read_by(project, snapshot):
        folder = path if Path(path).is_dir() else os.path.dirname(path)  # noqa: PTH120
        files.add(path)
        # What lies beside the configuration, or above the project, is no data because of that.
        if not (root + os.sep).startswith(folder + os.sep):
            folders.add(folder)
    return Places(frozenset(files), frozenset(folders))


def _read_by(project: Path, snapshot: Snapshot | None) -> Iterable[str]:
    """Yield paths of documents and of inputs; documents of remote sources have none here."""
    if snapshot is None:
        return
    for document in snapshot.documents:
        path = _absolute(project / document.id.path)
        if isinstance(document.content, bytes) and Path(path).exists():
            yield path
    for state in snapshot.inputs:
        if state.sort == "file":
            yield _absolute(project / state.name)


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - links stay what they are called


Look: TypeAlias = Callable[[frozenset[str] | None], Awaitable[Places]]
"""Looks at a project once and says what belongs to it; takes the paths that changed, none of them the first time.

None means that only the places are others: something may have changed before they were watched.
"""


async def watch_project(look: Look, places: Places) -> None:
    """Look at a project now, and again after each change of what belongs to it, until cancelled.

    Raises:
        ConfigurationError: The package that watches files is not installed.
    """
    changed: frozenset[str] | None = frozenset()
    while True:
        flat, deep = places.watched()
        async with _changes_below(flat, deep) as changes:
            found = await look(changed)
            while found.watched() == (flat, deep):
                changed = await _next_change(changes, found)
                found = await look(changed)
        places, changed = found, None


async def _next_change(changes: MemoryObjectReceiveStream[frozenset[str]], places: Places) -> frozenset[str]:
    """Wait until something that belongs to the project changes, and take all that has changed by then."""
    while True:
        found = set(await changes.receive())
        while changes.statistics().current_buffer_used:
            found |= changes.receive_nowait()
        belonging = frozenset(path for path in found if places.hold(path))
        if belonging:
            return belonging


@asynccontextmanager
async def _changes_below(
    flat: Collection[str], deep: Collection[str]
) -> AsyncIterator[MemoryObjectReceiveStream[frozenset[str]]]:
    """Watch folders; every change after the block was entered comes out of the stream."""
    failures: list[Exception] = []
    send, receive = anyio.create_memory_object_stream[frozenset[str]](inf)
    async with send, receive, anyio.create_task_group() as tasks:
        try:
            for folders, recursive in ((flat, False), (deep, True)):
                if folders:
                    await tasks.start(_follow, folders, recursive, send)
            yield receive
        except Exception as error:  # noqa: BLE001 - raised below, where the task group cannot wrap it
            failures.append(error)
        finally:
            tasks.cancel_scope.cancel()
    if failures:
        raise failures[0]


async def _follow(
    folders: Collection[str],
    recursive: bool,  # noqa: FBT001 - a task is started with positions
    send: MemoryObjectSendStream[frozenset[str]],
    *,
    task_status: TaskStatus[None],
) -> None:
    """Send what changes; the first answer, which may be that nothing did, says that the watch is set up."""
    watching = _watcher()(
        *folders,
        watch_filter=None,
        debounce=_LONGEST_MILLISECONDS,
        step=_QUIET_MILLISECONDS,
        rust_timeout=_TICK_MILLISECONDS,
        yield_on_timeout=True,
        recursive=recursive,
    )
    is_set_up = False
    async for changes in watching:
        if not is_set_up:
            is_set_up = True
            task_status.started()
        if changes:
            await send.send(frozenset(path for _, path in changes))


def _watcher() -> Callable[..., AsyncIterator[Collection[tuple[object, str]]]]:
    try:
        from watchfiles import awatch  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "watching files needs the package watchfiles, which is not installed",
            hint="install it into this environment: pip install 'tenprint[watch]'",
        ) from error
    return awatch
