"""Writing a folder as a tar within gzip whose bytes follow from its content alone.

Rules:
- What is read without unpacking comes first (`PACKING_ORDER`), then all else by name; in `core/` the domain is first.
- One time for all members, no owner, permissions 0644 and 0755; the gzip header names no file and no time.
- Whatever could not be unpacked again is refused: links, devices, names that mean something else elsewhere.
"""

import gzip
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from tenprint.fingerprinting.archive.layout import CORE, DOMAIN_FILE, PACKING_ORDER
from tenprint.fingerprinting.archive.limits import DEFAULT_LIMITS
from tenprint.fingerprinting.errors import ModelError
from tenprint.importers.archive_members import member_parts

COMPRESSION_LEVEL = 6
"""What gzip itself takes; 9 needs twice the time for weights and gains a percent."""

FILE_MODE = 0o644
FOLDER_MODE = 0o755

Parts = tuple[str, ...]


def members_of(folder: Path) -> tuple[Parts, ...]:
    """List the members of an archive of `folder`, in packing order.

    Raises:
        ModelError: Something in the folder that an archive cannot hold; the message lists all of it.
        OSError: The folder cannot be read.
    """
    found = list(_walk(folder, ()))
    refused = [f"{'/'.join(parts)}: {reason}" for parts, mode in found if (reason := _reason_against(parts, mode))]
    if refused:
        raise ModelError(
            f"{folder}: cannot be packed, because a model archive holds only files and folders:\n"
            + "\n".join(f"  {line!a}" for line in sorted(refused)),
            hint="remove these from the training directory, or copy what they point to in their place",
        )
    return tuple(sorted((parts for parts, _ in found), key=_rank))


def write_tar(stream: IO[bytes], folder: Path, members: Iterable[Parts], *, mtime: float) -> None:
    """Write the members to `stream`; a file that grows or shrinks meanwhile is an error.

    Raises:
        ModelError: A file changed while it was packed.
        OSError: Reading or writing failed.
    """
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=COMPRESSION_LEVEL, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for parts in members:
            _add(archive, folder, parts, mtime)


def _add(archive: tarfile.TarFile, folder: Path, parts: Parts, mtime: float) -> None:
    path = folder.joinpath(*parts)
    entry = tarfile.TarInfo("/".join(parts))
    entry.mtime = mtime
    if path.is_dir():
        entry.type = tarfile.DIRTYPE
        entry.mode = FOLDER_MODE
        archive.addfile(entry)
        return
    entry.mode = FILE_MODE
    with path.open("rb") as file:
        entry.size = os.fstat(file.fileno()).st_size
        archive.addfile(entry, file)
        if file.read(1) or file.tell() != entry.size:
            raise ModelError(f"{path}: changed while it was packed", hint="wait until training has ended, then pack")


def _walk(folder: Path, above: Parts) -> Iterator[tuple[Parts, int]]:
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries]
    for name, mode in found:
        yield (*above, name), mode
        if stat.S_ISDIR(mode):
            yield from _walk(folder / name, (*above, name))


def _reason_against(parts: Parts, mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return "neither a file nor a folder"
    name = "/".join(parts)
    try:
        member_parts(name)
    except ValueError as reason:
        return str(reason)
    if len(parts) > DEFAULT_LIMITS.depth or len(name.encode()) > DEFAULT_LIMITS.name_bytes:
        return "too many folders within each other"
    return None


def _rank(parts: Parts) -> tuple[int, bool, Parts]:
    """Place in the archive; a folder comes right before what it holds, because a shorter tuple is the smaller one."""
    first = PACKING_ORDER.index(parts[0]) if parts[0] in PACKING_ORDER else len(PACKING_ORDER)
    domain_or_above = parts in {(CORE,), (CORE, DOMAIN_FILE)}
    return (first, not domain_or_above, parts)
