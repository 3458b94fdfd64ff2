"""Unpacking a model archive, and reading its first pages without unpacking it.

Rules:
- All of an archive is written or nothing: members go to a hidden folder first and are moved when the end was reached.
- What already lies in the working directory is never touched.
- Files get the permissions that new files get here, not those the archive asks for.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.archive.archive_reader import ArchiveReader, open_archive
from tenprint.fingerprinting.archive.catalog import get_local_model
from tenprint.fingerprinting.archive.layout import CORE, DEFAULT_MODELS_PATH, FINGERPRINT_FILE, METADATA_FILE, NLU
from tenprint.fingerprinting.archive.limits import DEFAULT_LIMITS, ArchiveLimits
from tenprint.fingerprinting.archive.sidecar import read_sidecar
from tenprint.fingerprinting.archive.temporary import TempDirectoryPath
from tenprint.fingerprinting.errors import BrokenArchive, ModelError, ModelNotFound
from tenprint.fingerprinting.fingerprint_file import StoredFingerprint, read_fingerprint_bytes
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import TenprintError


@contextmanager
def errors_name_archive(archive: str, unpacked: Path) -> Iterator[None]:
    """Let errors name the archive and the path in it: who reads them cannot look into a folder that is gone."""
    try:
        yield
    except TenprintError as error:
        error.message = error.message.replace(f"{unpacked}/", f"{archive}: ")
        raise


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """What an archive says about itself; an archive without a fingerprint has an empty one."""

    fingerprint: Fingerprint = field(default_factory=dict)
    items: Any | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    stale_sidecar: str | None = None
    """Why the file beside the archive is not believed, where there is one that is not."""
    scheme: int | None = None
    """Number of the scheme of the digests; None for a fingerprint that is not ours."""


def unpack_model(
    model_file: str, working_directory: str | Path | None = None, *, limits: ArchiveLimits = DEFAULT_LIMITS
) -> TempDirectoryPath:
    """Unpack a model archive.

    Args:
        model_file: Path to the archive.
        working_directory: Where to unpack to, created if missing; a new temporary directory if None.
        limits: What one archive may hold at most.

    Returns:
        The directory; as a context manager it is removed at the end, also when it is the working directory.

    Raises:
        ModelNotFound: There is no such file.
        BrokenArchive: Damaged, cut off, or no tar within gzip.
        UnsafeArchive: It would write elsewhere, holds more than files and folders, or exceeds a limit.
        ModelError: The working directory cannot be written, or already holds a member.
    """
    with open_archive(model_file, limits=limits) as reader:
        target, created = _prepared(model_file, working_directory)
        try:
            _fill(target, reader)
        except BaseException as error:
            for folder in created:
                # A folder that somebody else has put something into meanwhile stays.
                with suppress(OSError):
                    folder.rmdir()
            if isinstance(error, OSError) and not isinstance(error, TenprintError):
                raise _unwritable(model_file, target, error) from error
            raise
    return TempDirectoryPath(target)


def get_model(model_path: str = DEFAULT_MODELS_PATH) -> TempDirectoryPath:
    """Unpack a model, or the latest one of a directory, into a new temporary directory.

    Raises:
        ModelNotFound: There is no model at this path.
    """
    return unpack_model(get_local_model(model_path))


def get_model_subdirectories(unpacked_model_path: str) -> tuple[str | None, str | None]:
    """Return the paths of the Core and the NLU half of an unpacked model, None for a half it lacks.

    Raises:
        ModelNotFound: Both are missing.
    """
    core = os.path.join(unpacked_model_path, CORE)  # noqa: PTH118 - the result is text
    nlu = os.path.join(unpacked_model_path, NLU)  # noqa: PTH118
    halves = (core if Path(core).is_dir() else None, nlu if Path(nlu).is_dir() else None)
    if halves == (None, None):
        raise ModelNotFound(
            f"{unpacked_model_path}: neither `{CORE}` nor `{NLU}` is there, so this is no unpacked model",
            hint="unpack a model archive, or train a model first",
        )
    return halves


def read_archive_head(model_file: str, *, limits: ArchiveLimits = DEFAULT_LIMITS) -> ArchiveHead:
    """Read fingerprint and metadata, and no further than needed.

    Of an archive that was taken over both stand in the sidecar beside it. In archives of ours both come first. In those
    of Rasa 2.x the fingerprint may stand anywhere, and nothing more is to come; an archive that has neither is read to
    its end.

    Raises:
        ModelNotFound: There is no such file.
        BrokenArchive: Damaged up to where it was read, or its metadata is.
        UnsafeArchive: A member that is refused.
        FingerprintError: The fingerprint, or the sidecar, is damaged.
    """
    sidecar = read_sidecar(model_file)
    stale = None if sidecar is None else sidecar.archive.mismatch(model_file)
    if sidecar is not None and stale is None:
        return ArchiveHead(sidecar.fingerprint, sidecar.items, sidecar.metadata, scheme=sidecar.scheme)
    stored: StoredFingerprint | None = None
    metadata: dict[str, Any] | None = None
    with open_archive(model_file, limits=limits) as reader:
        for member in reader.members():
            name = f"{model_file}: {member.name}"
            if member.name == FINGERPRINT_FILE and not member.folder:
                stored = read_fingerprint_bytes(reader.document(), name=name)
            elif member.name == METADATA_FILE and not member.folder:
                metadata = _metadata(reader.document(), name)
            if stored is not None and (metadata is not None or stored.scheme is None):
                break
    found = StoredFingerprint({}) if stored is None else stored
    return ArchiveHead(found.fingerprint, found.items, {} if metadata is None else metadata, stale, found.scheme)


def archive_member_names(model_file: str, *, limits: ArchiveLimits = DEFAULT_LIMITS) -> tuple[str, ...]:
    """List the names of all files and folders, in the order of the archive; folders have no slash at the end.

    Raises:
        ModelNotFound: There is no such file.
        BrokenArchive: Damaged, cut off, or no tar within gzip.
        UnsafeArchive: A member that is refused.
    """
    with open_archive(model_file, limits=limits) as reader:
        return tuple(member.name for member in reader.members())


def _prepared(model_file: str, working_directory: str | Path | None) -> tuple[Path, tuple[Path, ...]]:
    """Return the directory to unpack to, and the folders created for it, innermost first."""
    target = Path(working_directory) if working_directory is not None else None
    created: list[Path] = []
    try:
        if target is None:
            target = Path(tempfile.mkdtemp(prefix="tenprint-model-"))
            return target, (target,)
        missing = [folder for folder in (target, *target.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            created.insert(0, folder)
    except OSError as error:
        for folder in created:
            with suppress(OSError):
                folder.rmdir()
        raise _unwritable(model_file, target or Path(tempfile.gettempdir()), error) from error
    return target, tuple(created)


def _fill(target: Path, reader: ArchiveReader) -> None:
    staging = Path(tempfile.mkdtemp(prefix=".unpack-", dir=target))
    try:
        _extract(staging, reader)
        _move_all(staging, target, archive=reader.path)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _extract(folder: Path, reader: ArchiveReader) -> None:
    """Write all members below a new folder; it holds no links, so joining checked names cannot leave it."""
    for member in reader.members():
        path = folder.joinpath(*member.parts)
        if member.folder:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for chunk in reader.chunks():
                file.write(chunk)


def _move_all(staging: Path, target: Path, *, archive: str) -> None:
    entries = sorted(path.name for path in staging.iterdir())
    present = [name for name in entries if os.path.lexists(target / name)]
    if present:
        raise ModelError(
            f"{archive}: cannot be unpacked to {target}, which already holds {', '.join(present)}",
            hint="unpack into an empty or new directory",
        )
    moved: list[str] = []
    try:
        for name in entries:
            (staging / name).rename(target / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            (target / name).rename(staging / name)
        raise


def _metadata(raw: bytes, name: str) -> dict[str, Any]:
    try:
        metadata = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BrokenArchive(f"{name}: malformed JSON: {error}", hint="fetch or train the model again") from error
    if not isinstance(metadata, dict):
        raise BrokenArchive(f"{name}: not a JSON object", hint="fetch or train the model again")
    return metadata


def _unwritable(model_file: str, target: Path, error: OSError) -> ModelError:
    where = f" ({error.filename})" if error.filename is not None else ""
    return ModelError(
        f"{model_file}: cannot be unpacked to {target}: {error.strerror}{where}",
        hint="check that the directory is writable and has space left",
    )
