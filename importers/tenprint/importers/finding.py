"""Finds the files of a project: each once, sorted, hidden ones and every README.md left out.

Files are told apart by device and inode, so a link loop ends and a file reached over two paths is found once.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.errors import ConfigurationError, SourceError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading import TRAINING_SUFFIXES
from tenprint.importers.seen_files import FOLDER_MARK, SeenFiles
from tenprint.importers.snapshot import Role

_FOR_PEOPLE = "readme.md"
"""Says what a folder holds, and may quote training data."""

_NAME_BYTES = 255
"""What the usual file systems allow for the name of a file or folder."""

Identity = tuple[int, int]
"""Device and inode."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: its path, how it is shown to people, the role its place gives it, and which file it truly is."""

    path: Path
    shown: str
    role: Role
    origin: str | None = None


class Finder:
    """Collects the files of one source; remembers what it has seen."""

    def __init__(self, project: Path, source: str, limits: Limits, *, seen: SeenFiles | None = None) -> None:
        self._project = project
        self._source = source
        self._limits = limits
        self._sights = seen
        self._seen: set[Identity] = set()
        self._others: list[tuple[str, Problem]] = []
        self.tops: list[Path] = []
        """Folders that were named, or hold a file that was."""
        self.files: list[FoundFile] = []
        self.problems: list[Problem] = []

    def add_file(self, path: Path, role: Role) -> None:
        """Add a file the user named.

        Raises:
            ConfigurationError: There is no such file.
        """
        try:
            status = path.stat()
        except OSError as error:
            raise ConfigurationError(
                f"cannot read {self._shown(path)}: {error.strerror}", hint="check the path"
            ) from error
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"{self._shown(path)} is not a file", hint="name a file")
        self._add(path, status, role)

    def add_tree(self, top: Path, role: Role, *, tell_others: bool = True) -> None:
        """Add the files below a directory, sorted by their path; a file may be named as well.

        Files that cannot hold training data are told, unless the place may hold anything.

        Raises:
            ConfigurationError: There is nothing at this path.
        """
        if top.is_file():
            self.tops.append(top.parent)
            self.add_file(top, role)
            return
        self.tops.append(top)
        if not top.is_dir():
            raise ConfigurationError(f"there is no {self._shown(top)}", hint="check the path, or create it")
        found = sorted(self._walk(top), key=lambda entry: str(entry[0]))
        for path, status in found:
            if path.name.lower() == _FOR_PEOPLE:
                continue
            if path.suffix in TRAINING_SUFFIXES:
                self._add(path, status, role)
            elif tell_others:
                place = "data path" if role == "data" else "domain"
                self._report(path, "is no training data", f"move it out of the {place}")
                self._others.append((origin_of(status), self.problems[-1]))

    def use(self, origin: str) -> None:
        """Take back what was told about a file, because something names it."""
        told = [problem for other, problem in self._others if other == origin]
        self.problems = [problem for problem in self.problems if problem not in told]

    def _walk(self, top: Path) -> Iterator[tuple[Path, os.stat_result]]:
        """Yield the files below a folder.

        Links to folders wait until all else is done, so a folder is entered by its own path where it has one, whatever
        order the file system lists them in.
        """
        folders = [(top, _identity(top.stat()))]
        links: list[tuple[Path, Identity]] = []
        entered: set[Identity] = set()
        count = 0
        while folders or links:
            folder, identity = folders.pop() if folders else links.pop(0)
            if identity in entered:
                continue
            entered.add(identity)
            for entry, status in self._visible(folder):
                if stat.S_ISDIR(status.st_mode):
                    (links if entry.is_symlink() else folders).append((Path(entry.path), _identity(status)))
                elif stat.S_ISREG(status.st_mode):
                    count += 1
                    if count > self._limits.files:
                        raise SourceError(
                            f"more than {self._limits.files} files under {self._shown(top)}",
                            hint="name the folder that holds the training data",
                        )
                    yield Path(entry.path), status
                else:
                    self._report(Path(entry.path), "is neither a file nor a folder")

    def _visible(self, folder: Path) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
        """Yield what is not hidden in a folder, sorted, with its status; broken links are told."""
        visible = sorted(
            (entry for entry in self._entries(folder) if not entry.name.startswith(".")), key=lambda found: found.name
        )
        if self._sights is not None:
            self._note(self._sights, folder, visible)
        for entry in visible:
            status = self._status(entry)
            if status is not None:
                yield entry, status

    def _status(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        try:
            return entry.stat()
        except OSError as error:
            self._report(Path(entry.path), f"cannot be read: {error.strerror}")
            return None

    def _note(self, sights: SeenFiles, folder: Path, visible: list[os.DirEntry[str]]) -> None:
        # A link is not followed here: it may lead to itself.
        plain = [entry for entry in visible if not entry.is_symlink()]
        folders = {entry.name for entry in plain if entry.is_dir()}
        files = {entry.name for entry in plain if entry.is_file()}
        sights.listed(folder, [entry.name + FOLDER_MARK * (entry.name in folders) for entry in visible])
        for entry in visible:
            if entry.name not in folders | files:
                sights.doubted(f"{self._shown(Path(entry.path))} is a link, or neither a file nor a folder")

    def _entries(self, directory: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(directory) as entries:
                return list(entries)
        except OSError as error:
            raise SourceError(f"cannot list {self._shown(directory)}: {error.strerror}") from error

    def _add(self, path: Path, status: os.stat_result, role: Role) -> None:
        identity = _identity(status)
        if self._sights is not None:
            self._sights.found(path, status)
            if identity in self._seen:
                self._sights.doubted(f"{self._shown(path)} is found over two paths")
        if identity not in self._seen:
            self._seen.add(identity)
            self.files.append(FoundFile(path, self._shown(path), role, origin_of(status)))

    def _report(self, path: Path, message: str, hint: str | None = None) -> None:
        location = DocumentId(self._source, self._shown(path)).at(0, 0)
        self.problems.append(Problem("unused-file", message, location, hint, "warning"))

    def _shown(self, path: Path) -> str:
        try:
            return path.relative_to(self._project).as_posix()
        except ValueError:
            return str(path)


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino


def is_possible(path: str) -> bool:
    """Tell whether a file system can have such a path at all; asking one about others would fail."""
    return "\0" not in path and all(len(os.fsencode(name)) <= _NAME_BYTES for name in path.split("/"))


def origin_of(status: os.stat_result) -> str:
    """Name the file itself, whatever its paths are."""
    return f"{status.st_dev}:{status.st_ino}"


def file_bytes(path: Path, limits: Limits, *, seen: SeenFiles | None = None) -> bytes:
    """Read a regular file whole, opening it once; not at all where what was `seen` before the run has its bytes.

    Raises:
        SourceError: It cannot be read, is no regular file, or is larger than the limit.
    """
    known = None if seen is None else seen.content(path)
    if known is not None and len(known) <= limits.file_bytes:
        return known
    try:
        # Not blocking on a pipe that took the place of the file since it was found.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        is_gone = isinstance(error, FileNotFoundError)
        hint = "it is gone, or a link that leads nowhere" if is_gone else "check its permissions"
        raise SourceError(f"cannot be read: {error.strerror}", hint=hint) from error
    try:
        return _content(descriptor, limits)
    except SourceError:
        raise
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}") from error
    finally:
        os.close(descriptor)


def _content(descriptor: int, limits: Limits) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("is no file", hint="put a file in its place, or remove it")
    if status.st_size > limits.file_bytes:
        raise SourceError(
            f"has {status.st_size} bytes; the limit is {limits.file_bytes}", hint="split it into several files"
        )
    chunks = []
    read = 0
    while chunk := os.read(descriptor, max(status.st_size - read, 0) + 4096):
        chunks.append(chunk)
        read += len(chunk)
        if read > limits.file_bytes:
            raise SourceError(f"grew beyond {limits.file_bytes} bytes while it was read")
    return b"".join(chunks)
