"""What a run has seen of the file system: the same run again has the same answer while all of it is as it was.

Importers of local files note what they look at, as they look: which names a folder has, what is at a place, the digest
of the bytes they read, and which environment variables these may use. Whatever cannot be told by this raises a doubt,
such as a link, whose target may change, or a source behind a network. With a doubt nothing may be concluded.
"""

import os
import time
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the memo of the program asks this module before anything else is loaded
    from collections.abc import Mapping
    from pathlib import Path

FOLDER_MARK = "/"
"""Stands behind the names of folders."""


class Stamp(NamedTuple):
    """What the file system says of a file: times in nanoseconds, size in bytes, and which file it is."""

    modified: int
    changed: int
    size: int
    inode: int
    device: int


def stamp_of(status: os.stat_result) -> Stamp:
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)


def sort_at(place: str) -> str:
    """Say what is at a place; links count as what they lead to."""
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116 - a path as text, thousands of times
    except OSError:
        return "nothing" if not os.path.lexists(place) else "broken link"
    return "file" if S_ISREG(mode) else "folder" if S_ISDIR(mode) else "other"


class SeenFiles:
    """Collects what the importers of one run see; paths are absolute.

    Args:
        contents: Bytes of files that a look before the run has read, by their paths: they are not read again.
        began: When that look began, in nanoseconds since 1970.
    """

    def __init__(self, contents: "Mapping[str, bytes] | None" = None, *, began: int | None = None) -> None:
        self.began = time.time_ns() if began is None else began
        """Before anything was looked at."""
        self._contents = {} if contents is None else contents
        self.folders: dict[str, tuple[str, ...]] = {}
        """Visible names of each folder, sorted; those of folders with a mark."""
        self.places: dict[str, str] = {}
        """What is at each place that was asked for."""
        self.files: dict[str, bytes] = {}
        """Digests of the bytes that were read."""
        self.stamps: dict[str, Stamp] = {}
        """Stamps of files from before they were read."""
        self.variables: set[str] = set()
        """Environment variables that may be used."""
        self.doubts: set[str] = set()

    def listed(self, folder: "Path", names: list[str]) -> None:
        self.folders[_absolute(folder)] = tuple(names)

    def asked(self, place: "Path") -> None:
        """Note what is at a place; called before somebody decides by it."""
        path = _absolute(place)
        self.places.setdefault(path, sort_at(path))

    def found(self, path: "Path", status: os.stat_result) -> None:
        self.stamps[_absolute(path)] = stamp_of(status)

    def content(self, path: "Path") -> bytes | None:
        """Return the bytes that were read of a file before the run; None where it is to be read."""
        return self._contents.get(_absolute(path)) if self._contents else None

    def read(self, path: "Path", digest: bytes) -> None:
        """Note what was read; a file that changes while the run reads it twice is a doubt."""
        if self.files.setdefault(_absolute(path), digest) != digest:
            self.doubts.add("a file has changed during the run")

    def used(self, variables: frozenset[str] | None, path: "Path") -> None:
        """Note the variables that a file may use; None means that nobody knows."""
        if variables is None:
            self.doubts.add(f"{path} may use variables with unusual names")
        else:
            self.variables |= variables

    def doubted(self, why: str) -> None:
        self.doubts.add(why)


def _absolute(path: "Path") -> str:
    return str(path.absolute())
