"""The folder of one repository in the cache, which one run at a time works in.

    <cache root>/git/<digest of the address>/lock            held while somebody works here
    <cache root>/git/<digest of the address>/partial.git     a bare repository, one for each way of fetching

Where nothing can be written, a run works in a folder of its own and leaves nothing behind. The time of the lock file is
that of the last run, by which old caches are told from those in use; who removes a cache holds its lock.
"""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import anyio
import anyio.to_thread

from tenprint.importers.passing_folders import temporary_folder
from tenprint.importers.store import StoreError, claim

FOLDER = "git"
LOCK = "lock"
_ATTEMPTS = 5
"""A folder may be removed by `cache gc` just when it is entered, but hardly again and again."""
_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.5


def workplace_of(root: Path, address: str) -> Path:
    """Name the folder of a repository; its name tells nothing of the address."""
    return root / FOLDER / sha256(address.encode()).hexdigest()[:40]


@asynccontextmanager
async def workplace(folder: Path) -> AsyncIterator[Path]:
    """Wait for the folder of a repository, and keep all others out of it; the value is where to work."""
    descriptor = await _held(folder)
    if descriptor is None:
        async with temporary_folder("tenprint-git-") as place:
            yield place
        return
    try:
        yield folder
    finally:
        os.close(descriptor)


@asynccontextmanager
async def free_workplace(folder: Path) -> AsyncIterator[Path | None]:
    """Take the folder of a repository without waiting; None where somebody works in it, or there can be none."""
    descriptor = await anyio.to_thread.run_sync(_opened, folder)
    if descriptor is None:
        yield None
        return
    try:
        free = taken(descriptor) and await anyio.to_thread.run_sync(_entered, folder, descriptor)
        yield folder if free else None
    finally:
        os.close(descriptor)


async def _held(folder: Path) -> int | None:
    """Take the lock of a folder; None where there can be none."""
    for _ in range(_ATTEMPTS):
        descriptor = await anyio.to_thread.run_sync(_opened, folder)
        if descriptor is None:
            return None
        held = False
        try:
            pause = _PAUSE_SECONDS
            # The system has no way to wait for such a lock that can be cancelled. It is gone when its process is.
            while not taken(descriptor):
                await anyio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            held = await anyio.to_thread.run_sync(_entered, folder, descriptor)
        finally:
            if not held:
                os.close(descriptor)
        if held:
            return descriptor
    return None


def _opened(folder: Path) -> int | None:
    """Open the lock of a folder that is made for it; None where that is impossible."""
    try:
        try:
            return _open_lock(folder)
        except FileNotFoundError:  # removed just when it was opened
            return _open_lock(folder)
    except (OSError, StoreError):
        return None


def _open_lock(folder: Path) -> int:
    claim(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _entered(folder: Path, descriptor: int) -> bool:
    """Note the time; False where the lock is that of a folder that was removed while we waited for it."""
    try:
        os.utime(descriptor)
        return os.path.samestat(os.fstat(descriptor), (folder / LOCK).lstat())
    except FileNotFoundError:
        return False


def taken(descriptor: int) -> bool:
    """Take a lock where nobody has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
