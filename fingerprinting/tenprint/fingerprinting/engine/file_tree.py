"""The files below a folder: their digest, and copies of them.

Paths and bytes count; times, permissions and empty folders do not. What an archive could not hold is refused wherever
it is met: links, devices, names that mean something else elsewhere. All functions block.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tenprint.fingerprinting.engine.errors import GraphStorageError
from tenprint.importers import canonical_digest, digest_text
from tenprint.importers.archive_members import member_parts

CHUNK = 2**18
"""Bytes read at once."""

MAX_FOLDERS = 20
"""Folders within each other; an archive may have 32, and the name of the resource takes some."""

Parts = tuple[str, ...]


def tree_fingerprint(folder: Path | None) -> str:
    """Return the digest of the files below a folder; None stands for no files.

    Raises:
        GraphStorageError: Something that is neither file nor folder, or that cannot be read.
    """
    if folder is None:
        return digest_text(canonical_digest({}))
    with storage_errors(folder):
        files = {"/".join(parts): _file_digest(folder.joinpath(*parts)) for parts in file_parts(folder)}
        return digest_text(canonical_digest(files))


def is_empty_tree(folder: Path) -> bool:
    """Tell whether there is no file below a folder.

    Raises:
        GraphStorageError: As `tree_fingerprint`.
    """
    with storage_errors(folder):
        return next(file_parts(folder), None) is None


def copy_tree(source: Path, target: Path) -> None:
    """Copy all files below a folder to another one, which exists and has none of them.

    Raises:
        GraphStorageError: As `tree_fingerprint`, or the target cannot be written or has such a file.
    """
    with storage_errors(target):
        for parts in file_parts(source):
            copy = target.joinpath(*parts)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with source.joinpath(*parts).open("rb") as read, copy.open("xb") as written:
                shutil.copyfileobj(read, written, CHUNK)


def file_parts(folder: Path) -> Iterator[Parts]:
    """Yield the path of each file below a folder, in the order of names.

    Raises:
        GraphStorageError: Something that is neither file nor folder, or a name that no archive could hold.
        OSError: The folder cannot be read.
    """
    waiting: list[Parts] = [()]
    while waiting:
        above = waiting.pop()
        with os.scandir(folder.joinpath(*above)) as entries:
            found = sorted((entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries)
        below = []
        for name, mode in found:
            parts = (*above, name)
            _refuse_odd(folder, parts, mode)
            if stat.S_ISDIR(mode):
                below.append(parts)
            else:
                yield parts
        waiting.extend(reversed(below))


def _refuse_odd(folder: Path, parts: Parts, mode: int) -> None:
    reason = None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        reason = "a symbolic link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
    elif len(parts) > MAX_FOLDERS:
        reason = "too many folders within each other"
    else:
        try:
            member_parts("/".join(parts))
        except ValueError as error:
            reason = str(error)
    if reason is not None:
        raise GraphStorageError(
            f"{folder}: {'/'.join(parts)!a} cannot be stored: {reason}",
            hint="a resource holds files and folders with plain names; copy what a link points to",
        )


def _file_digest(path: Path) -> bytes:
    digest = sha256(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.digest()


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Tell errors of the file system as such of the storage."""
    try:
        yield
    except GraphStorageError:
        raise
    except OSError as error:
        where = f" ({error.filename})" if error.filename is not None else ""
        raise GraphStorageError(
            f"{folder}: cannot be read or written: {error.strerror or error}{where}",
            hint="check that the folder exists, is writable and has space left",
        ) from error
