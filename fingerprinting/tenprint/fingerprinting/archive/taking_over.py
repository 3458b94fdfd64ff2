"""Taking over an archive that another program made: its bytes as they are, and a sidecar beside them.

Rules:
- Only a regular file is taken over, and one this tenprint can read: links, folders and damaged archives are refused.
- The archive is streamed beside its target under a hidden name, flushed, and then given its name, like one of ours.
- The sidecar is in place before the archive, so an archive taken over is never seen without it. A crash between the two
  leaves a sidecar of an archive that is not there, which nobody minds.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread

from tenprint.fingerprinting.archive.layout import sidecar_path
from tenprint.fingerprinting.archive.publishing import (
    flush_folder,
    free_names,
    link_or_reserve,
    partial_path,
)
from tenprint.fingerprinting.archive.sidecar import ArchiveIdentity, ends_digest
from tenprint.fingerprinting.archive.unpack import archive_member_names
from tenprint.fingerprinting.errors import ModelError
from tenprint.importers import body_of, digest_text, stream_to_disk

_DISK_HINT = "check that the directory exists, is writable and has space left"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """An archive that was copied and not published yet: what it is, and the names of its members."""

    identity: ArchiveIdentity
    members: tuple[str, ...]


async def take_over(archive: Path, target: Path, *, fixed: bool, describe: Callable[[TakenOver], str]) -> str:
    """Copy an archive to its place among the models, with a sidecar.

    Args:
        archive: What another program made; it stays where it is.
        target: Where it goes.
        fixed: Whether what stands there is replaced; otherwise the first free one of name, name-2, ... is taken.
        describe: Writes the text of the sidecar.

    Returns:
        The path of the model.

    Raises:
        ModelError: The archive is none that can be read, or the models folder cannot be written.
    """
    partial = partial_path(target)
    try:
        await anyio.to_thread.run_sync(lambda: target.parent.mkdir(parents=True, exist_ok=True))
        async with body_of(archive, opener=_open_regular) as body:
            streamed = await stream_to_disk(body, partial)
        digest = digest_text(streamed.digest)
        taken = await anyio.to_thread.run_sync(_looked_at, partial, digest, archive)
        publish = _replaced if fixed else _published_new
        return await anyio.to_thread.run_sync(lambda: publish(partial, describe(taken).encode(), target))
    except OSError as error:
        raise ModelError(f"{target}: cannot be written: {error.strerror or error}", hint=_DISK_HINT) from error
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(_remove, partial)


def check_name(target: Path) -> None:
    """Refuse a place for an archive, before hours of training, where it or its sidecar cannot be put.

    Raises:
        ModelError: There is something that is no file, or a name is too long.
    """
    # A name can be too long for the folder it will be in, though that is not there yet.
    folder = next((path for path in target.parents if path.is_dir()), target.parent)
    for path in (target, sidecar_path(target)):
        try:
            (folder / path.name).lstat()
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise ModelError(f"{path}: cannot be a model: {error.strerror}", hint="use another name") from error
        if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
            raise ModelError(f"{path}: exists and is not a file, so it is not replaced", hint="name another path")


def _remove(partial: Path) -> None:
    with suppress(OSError):
        partial.unlink()


def _open_regular(path: str, flags: int) -> int:
    """Open a regular file: no link, and nothing that would make the reader wait.

    Raises:
        ModelError: It is something else.
    """
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ModelError(f"{path}: cannot be taken over: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ModelError(f"{path}: not a regular file, so it is not taken over")
    return descriptor


def _looked_at(partial: Path, digest: str, archive: Path) -> TakenOver:
    """Read a copied archive once to its end, which says whether anybody can."""
    with partial.open("rb") as file:
        identity = ArchiveIdentity(os.fstat(file.fileno()).st_size, digest, ends_digest(file))
    try:
        return TakenOver(identity, archive_member_names(str(partial)))
    except ModelError as error:
        message = error.message.replace(str(partial), str(archive))
        raise type(error)(message, hint="see what the command wrote; it must be a plain .tar.gz") from error


def _replaced(partial: Path, text: bytes, target: Path) -> str:
    """Put both in their places; the sidecar that stood there comes back when the archive cannot be put."""
    place, written, aside = sidecar_path(target), partial_path(target), partial_path(target)
    _write_flushed(written, text)
    try:
        with suppress(FileNotFoundError):
            place.rename(aside)
        written.replace(place)
        partial.replace(target)
    except BaseException:
        written.unlink(missing_ok=True)
        if aside.exists():
            aside.replace(place)
        else:
            place.unlink(missing_ok=True)
        raise
    aside.unlink(missing_ok=True)
    flush_folder(target.parent)
    return str(target)


def _published_new(partial: Path, text: bytes, target: Path) -> str:
    """Take the first name that neither an archive nor a sidecar has."""
    for candidate in free_names(target):
        place = sidecar_path(candidate)
        if os.path.lexists(candidate) or os.path.lexists(place):
            continue
        try:
            # Under its own name at once: until the archive is there nobody reads it.
            _write_flushed(place, text)
        except FileExistsError:
            continue
        try:
            if link_or_reserve(partial, candidate):
                flush_folder(target.parent)
                return str(candidate)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        place.unlink(missing_ok=True)
    raise AssertionError("names never end")


def _write_flushed(path: Path, text: bytes) -> None:
    """Write a new file that lasts; what was written of it is removed when it cannot be finished."""
    with path.open("xb") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
