"""Contents: files named by the sha256 of their bytes.

Rules:
- A file is written under a temporary name, then renamed, so that a process that is killed leaves all bytes or none.
- Bytes are compared with their name whenever they are read. A file that differs is put aside, never handed out.
- So nothing waits for the disk: what a power failure takes is found out, and fetched again.
- Files are removed by name within folders that are opened without following links, and only names that we give.
- The time of a file is that of the last `add`, so that nothing is removed that somebody is about to record.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from re import Pattern
from typing import IO

from tenprint.importers.store import layout
from tenprint.importers.store.errors import DamagedContent
from tenprint.importers.store.layout import opened_folder, opened_inside

_CHUNK_BYTES = 2**20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
"""Neither a link nor a pipe in place of a file can mislead or stop a reader."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the store: `name` is the 64 digits of a content, or the name in its folder."""

    name: str
    size: int
    modified: float


class ContentFiles:
    """The files of one store; every method may raise OSError."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock

    def add_all(self, named: Iterable[tuple[str, bytes]]) -> None:
        """Keep contents whose sha256 is known."""
        with (
            opened_folder(self._folder, layout.TEMPORARY, create=True) as temporary,
            opened_folder(self._folder, layout.CONTENTS, create=True) as shelves,
        ):
            for name, alike in groupby(sorted(named), key=_shelf_of):
                with opened_inside(shelves, name, create=True) as shelf:
                    for digits, content in alike:
                        if not self._is_kept(shelf, digits):
                            self._write(digits, content, temporary, shelf)

    def _write(self, digits: str, content: bytes, temporary: int, shelf: int) -> None:
        name = f"{layout.new_name()}.part"
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=temporary)
        try:
            try:
                left = memoryview(content)
                while left:
                    left = left[os.write(descriptor, left) :]
                self._set_time(descriptor)
            finally:
                os.close(descriptor)
            os.rename(name, digits[2:], src_dir_fd=temporary, dst_dir_fd=shelf)
        except BaseException:
            with suppress(OSError):
                os.unlink(name, dir_fd=temporary)
            raise

    def new_path(self) -> Path:
        """Return the path of a temporary file that does not exist yet."""
        with opened_folder(self._folder, layout.TEMPORARY, create=True):
            return self._folder / layout.TEMPORARY / f"{layout.new_name()}.part"

    def move_in(self, digits: str, path: Path) -> None:
        """Keep a finished file of the same file system; it is gone from its place."""
        with self._shelf(digits, create=True) as shelf:
            if self._is_kept(shelf, digits):
                path.unlink()
                return
            descriptor = os.open(path, _READ)
            try:
                self._set_time(descriptor)
            finally:
                os.close(descriptor)
            os.rename(path, digits[2:], dst_dir_fd=shelf)

    def read(self, digits: str) -> bytes | None:
        """Return the bytes, or None when they are not there.

        Raises:
            DamagedContent: They are not what their name says, and were put aside.
        """
        try:
            with self._shelf(digits) as shelf:
                descriptor = self._opened(shelf, digits)
                if descriptor is not None:
                    with os.fdopen(descriptor, "rb") as file:
                        content = file.read()
                        if sha256(content, usedforsecurity=False).hexdigest() == digits:
                            return content
                        self._put_aside(shelf, digits, os.fstat(descriptor))
        except FileNotFoundError:
            return None
        raise DamagedContent(digits)

    def is_sound(self, digits: str) -> bool:
        """Tell whether contents are there with the right bytes, without holding them in memory.

        Raises:
            DamagedContent: They are not what their name says, and were put aside.
        """
        try:
            with self._shelf(digits) as shelf:
                if self._matches(shelf, digits):
                    return True
        except FileNotFoundError:
            return False
        raise DamagedContent(digits)

    def size_of(self, digits: str) -> int | None:
        """Return how many bytes are stored, without reading them; None when there are none."""
        try:
            with self._shelf(digits) as shelf:
                found = os.stat(digits[2:], dir_fd=shelf, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def are_there(self, digests: Iterable[str]) -> bool:
        """Tell whether all of these are stored, without reading them; much faster than one by one."""
        try:
            with opened_folder(self._folder, layout.CONTENTS) as shelves:
                for name, alike in groupby(sorted(digests), key=lambda digits: digits[:2]):
                    with opened_inside(shelves, name) as shelf:
                        for digits in alike:
                            if not stat.S_ISREG(os.stat(digits[2:], dir_fd=shelf, follow_symlinks=False).st_mode):
                                return False
        except FileNotFoundError:
            return False
        return True

    def stored(self) -> Iterator[StoredFile]:
        """List all contents; what has no name of ours is passed over."""
        for shelf in self._names(layout.CONTENTS, layout.SHELF):
            for file in self._files(layout.CONTENT, layout.CONTENTS, shelf):
                yield StoredFile(shelf + file.name, file.size, file.modified)

    def temporary(self) -> list[StoredFile]:
        return self._files(layout.TEMPORARY_FILE, layout.TEMPORARY)

    def quarantined(self) -> list[StoredFile]:
        return self._files(layout.QUARANTINED_FILE, layout.QUARANTINE)

    def remove(self, digits: str, before: float) -> int | None:
        """Remove contents that nobody has added since; the answer is how many bytes that frees."""
        return self._remove(digits[2:], before, layout.CONTENTS, digits[:2])

    def remove_temporary(self, name: str, before: float) -> int | None:
        return self._remove(name, before, layout.TEMPORARY)

    def remove_quarantined(self, name: str, before: float) -> int | None:
        return self._remove(name, before, layout.QUARANTINE)

    def _remove(self, name: str, before: float, *folders: str) -> int | None:
        try:
            with opened_folder(self._folder, *folders) as shelf:
                found = os.stat(name, dir_fd=shelf, follow_symlinks=False)
                if found.st_mtime >= before or not stat.S_ISREG(found.st_mode):
                    return None
                os.unlink(name, dir_fd=shelf)
        except FileNotFoundError:  # another process was faster
            return None
        return found.st_size

    def _names(self, folder: str, pattern: Pattern[str]) -> list[str]:
        try:
            with opened_folder(self._folder, folder) as descriptor:
                return sorted(name for name in os.listdir(descriptor) if pattern.fullmatch(name))  # noqa: PTH208 - no path
        except FileNotFoundError:
            return []

    def _files(self, pattern: Pattern[str], *folders: str) -> list[StoredFile]:
        """List the plain files of one folder that have names of ours; links and all else are passed over."""
        found = []
        with (
            suppress(FileNotFoundError, NotADirectoryError),
            opened_folder(self._folder, *folders) as descriptor,
            os.scandir(descriptor) as entries,
        ):
            for entry in entries:
                if pattern.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    with suppress(FileNotFoundError):
                        about = entry.stat(follow_symlinks=False)
                        found.append(StoredFile(entry.name, about.st_size, about.st_mtime))
        return sorted(found, key=lambda file: file.name)

    def _shelf(self, digits: str, *, create: bool = False) -> AbstractContextManager[int]:
        return opened_folder(self._folder, layout.CONTENTS, digits[:2], create=create)

    def _is_kept(self, shelf: int, digits: str) -> bool:
        """Tell whether contents need not be written, and keep them from being removed meanwhile."""
        try:
            if not self._matches(shelf, digits):
                return False
            now = self._clock()
            os.utime(digits[2:], (now, now), dir_fd=shelf, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def _matches(self, shelf: int, digits: str) -> bool:
        """Compare a file with its name; one that differs is put aside."""
        descriptor = self._opened(shelf, digits)
        if descriptor is None:
            return False
        with os.fdopen(descriptor, "rb") as file:
            if _digits_of(file) == digits:
                return True
            self._put_aside(shelf, digits, os.fstat(descriptor))
        return False

    def _opened(self, shelf: int, digits: str) -> int | None:
        """Open contents; what stands under the name and is no plain file is put aside."""
        descriptor = None
        try:
            descriptor = os.open(digits[2:], _READ, dir_fd=shelf)
            found = os.fstat(descriptor)
        except FileNotFoundError:
            raise
        except OSError:
            # Links and sockets cannot be opened. A file that cannot be is somebody else's to mend.
            found = os.stat(digits[2:], dir_fd=shelf, follow_symlinks=False)
            if stat.S_ISREG(found.st_mode):
                raise
        if stat.S_ISREG(found.st_mode):
            return descriptor
        if descriptor is not None:
            os.close(descriptor)
        self._put_aside(shelf, digits, found)
        return None

    def _put_aside(self, shelf: int, digits: str, seen: os.stat_result) -> None:
        """Move what was seen to the quarantine; where that cannot be written it stays, and is not handed out either."""
        with suppress(OSError):
            found = os.stat(digits[2:], dir_fd=shelf, follow_symlinks=False)
            if (found.st_dev, found.st_ino) != (seen.st_dev, seen.st_ino):
                return  # another process has replaced it
            with opened_folder(self._folder, layout.QUARANTINE, create=True) as quarantine:
                name = f"{digits}-{layout.new_name()[:16]}"
                os.rename(digits[2:], name, src_dir_fd=shelf, dst_dir_fd=quarantine)
                now = self._clock()
                os.utime(name, (now, now), dir_fd=quarantine, follow_symlinks=False)

    def _set_time(self, descriptor: int) -> None:
        """Give a file the time of our clock: that of a network disk may be another."""
        now = self._clock()
        os.utime(descriptor, (now, now))


def _shelf_of(named: tuple[str, bytes]) -> str:
    return named[0][:2]


def digits_of_file(path: Path) -> str:
    """Digest a plain file, a chunk at a time.

    Raises:
        OSError: It cannot be read, or is a link.
    """
    descriptor = os.open(path, _READ)
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return _digits_of(file)
    finally:
        os.close(descriptor)


def _digits_of(file: IO[bytes]) -> str:
    computed = sha256(usedforsecurity=False)
    while chunk := file.read(_CHUNK_BYTES):
        computed.update(chunk)
    return computed.hexdigest()
