"""Folders of the caches of repositories, for their upkeep: opened step by step, held while they are changed.

Nothing here follows a link: what is a link where a folder of ours should be is not ours.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tenprint.importers.git.repository import WAYS
from tenprint.importers.git.workplace import LOCK, taken
from tenprint.importers.store.layout import opened_folder, opened_inside

_REPOSITORIES = (*(f"{way}.git" for way in WAYS), "history.git")
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def held(folder: Path) -> Iterator[int | None]:
    """Hold the cache of one repository, as runs do; the value is its folder, None where somebody else has it."""
    opened = _opened(folder)
    if opened is None:
        yield None
        return
    place, lock = opened
    try:
        yield place if taken(lock) and _is_current(place, lock) else None
    finally:
        os.close(lock)
        os.close(place)


def _opened(folder: Path) -> tuple[int, int] | None:
    """Open a folder and its lock; None where another process has just removed it."""
    try:
        with opened_folder(folder.parent, folder.name) as place:
            lock = os.open(LOCK, _LOCK_FLAGS, 0o600, dir_fd=place)
            return os.dup(place), lock
    except FileNotFoundError:
        return None


def _is_current(place: int, lock: int) -> bool:
    """Tell whether a lock is still that of its folder."""
    try:
        return os.path.samestat(os.stat(LOCK, dir_fd=place, follow_symlinks=False), os.fstat(lock))
    except FileNotFoundError:
        return False


def names_in(place: int) -> list[str]:
    return sorted(os.listdir(place))


def is_folder(place: int, name: str) -> bool:
    """Tell whether a name is that of a folder, not of a link to one."""
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def repositories_in(place: int) -> list[str]:
    """List the bare repositories in the cache of one repository: one for each way of fetching."""
    return [name for name in _REPOSITORIES if is_folder(place, name)]


def used_at(place: int) -> float:
    """Tell when a run worked there last."""
    try:
        return os.stat(LOCK, dir_fd=place, follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return os.fstat(place).st_mtime


def size_of(place: int, name: str) -> int:
    """Count the bytes of a repository; what goes away meanwhile is not counted."""
    size = 0
    with suppress(FileNotFoundError):
        for _, _, files, here in os.fwalk(name, dir_fd=place):
            for file in files:
                with suppress(FileNotFoundError):
                    size += os.stat(file, dir_fd=here, follow_symlinks=False).st_size
    return size


def remove_repository(place: int, name: str) -> int:
    """Remove a repository; the answer is how many bytes that frees."""
    size = size_of(place, name)
    with opened_inside(place, name) as repository, suppress(FileNotFoundError):
        # First, so that one that is half removed is none.
        os.unlink("HEAD", dir_fd=repository)
    for _, folders, files, here in os.fwalk(name, topdown=False, dir_fd=place):
        for file in files:
            os.unlink(file, dir_fd=here)
        for folder in folders:
            (os.rmdir if is_folder(here, folder) else os.unlink)(folder, dir_fd=here)
    os.rmdir(name, dir_fd=place)
    return size
