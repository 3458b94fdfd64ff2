"""Packing a trained model into an archive, so that a crash at any moment costs neither an old model nor the new one.

Rules:
- An archive is written under a hidden name, flushed to the disk, and only then given its own name.
- A name made from the time is never one that exists; a name the user fixed replaces what it names.
- The training directory is removed last, after success; after a failure it is still there.
"""

import os
import re
import shutil
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from time import time

from tenprint.fingerprinting.archive.layout import MODEL_SUFFIX, recorded_time
from tenprint.fingerprinting.archive.moving import move_model
from tenprint.fingerprinting.archive.publishing import partial_path, publish_new, replace_model
from tenprint.fingerprinting.archive.tar_writing import members_of, write_tar
from tenprint.fingerprinting.errors import FingerprintError, ModelError
from tenprint.fingerprinting.fingerprint_file import (
    fingerprint_document,
    fingerprint_from_path,
    fingerprint_text,
    persist_fingerprint,
)
from tenprint.fingerprinting.sections import Fingerprint

__all__ = ("create_package_rasa", "move_model", "package_model")

SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH"
"""Environment variable of reproducible-builds.org: the time to write into what is built, in seconds since 1970."""

_SECONDS = re.compile(r"[0-9]{1,12}")

_DISK_HINT = "check that the directory exists, is writable and has space left"


def create_package_rasa(training_directory: str, output_filename: str, fingerprint: Fingerprint | None = None) -> str:
    """Create a model archive from trained model files, and remove the training directory.

    Args:
        training_directory: Directory which contains the trained model files.
        output_filename: Path of the archive to be created; what stands there is replaced.
        fingerprint: Written into the archive; without one (or with an empty one) the directory is packed as it is.
            A `fingerprint.json` that already tells this fingerprint stays, with the items it may hold.

    Returns:
        The path of the archive.

    Raises:
        ModelError: It could not be packed or written.
        FingerprintError: The fingerprint cannot be written, or the directory holds a damaged one.
    """
    return _pack(Path(training_directory), Path(output_filename), fingerprint, fixed=True)


def package_model(
    fingerprint: Fingerprint,
    output_directory: str,
    train_path: str,
    fixed_model_name: str | None = None,
    model_prefix: str = "",
) -> str:
    """Compress a trained model, and remove the directory it was trained in.

    Args:
        fingerprint: Fingerprint of the model.
        output_directory: Directory in which the archive is stored, or the path of the archive if it ends in `.tar.gz`.
        train_path: Path to the uncompressed model.
        fixed_model_name: Name of the archive, with or without `.tar.gz`; an archive of this name is replaced.
        model_prefix: What the name starts with if it is not fixed; date, time and, if needed, a number follow.

    Returns:
        The path of the archive.

    Raises:
        ModelError: It could not be packed or written, or the name leads out of the directory.
        FingerprintError: The fingerprint cannot be written.
    """
    target, fixed = model_place(output_directory, fixed_model_name, model_prefix)
    return _pack(Path(train_path), target, fingerprint, fixed=fixed)


def model_place(output_directory: str, fixed_model_name: str | None, model_prefix: str) -> tuple[Path, bool]:
    """Return the path for a new archive, and whether it is fixed, which replaces what is there; as `package_model`.

    Raises:
        ModelError: The name leads out of the directory.
    """
    if output_directory.endswith(MODEL_SUFFIX):
        return Path(output_directory), True
    if fixed_model_name is not None:
        return model_target(output_directory, fixed_model_name), True
    local_time = datetime.now(tz=timezone.utc).astimezone()
    # Callers of older systems pass None for no prefix, against the annotation.
    return model_target(output_directory, f"{model_prefix or ''}{local_time:%Y%m%d-%H%M%S}"), False


def model_target(directory: str, name: str) -> Path:
    """Return the path of an archive within `directory`, whose name the catalog would find."""
    name = name.removesuffix(MODEL_SUFFIX)
    target = Path(directory, name + MODEL_SUFFIX)
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts or "\0" in name or name.endswith(os.sep):
        raise ModelError(
            f"{name!r} cannot be the name of a model in {directory}",
            hint="use a plain name; to store the model elsewhere, name another output directory",
        )
    if target.name.startswith("."):
        raise ModelError(f"{name!r} would be a hidden file, which is never found as the latest model")
    return target


def _pack(folder: Path, target: Path, fingerprint: Fingerprint | None, *, fixed: bool) -> str:
    """Check, write, publish, remove: in this order."""
    _check_places(folder, target)
    try:
        mtime = _member_time(_write_fingerprint(folder, fingerprint))
        members = members_of(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(target)
        try:
            with partial.open("xb") as stream:
                write_tar(stream, folder, members, mtime=mtime)
                stream.flush()
                os.fsync(stream.fileno())
            published = replace_model(partial, target) if fixed else publish_new(partial, target)
        finally:
            with suppress(FileNotFoundError, NotADirectoryError):
                partial.unlink()
    except OSError as error:
        where = f" ({error.filename})" if error.filename is not None else ""
        raise ModelError(f"{target}: cannot be written: {error.strerror or error}{where}", hint=_DISK_HINT) from error
    _remove(folder, published)
    return str(published)


def _check_places(folder: Path, target: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        raise ModelError(
            f"{folder}: no training directory to pack into {target}", hint="name the directory training wrote into"
        )
    if folder.resolve() in target.resolve().parents:
        raise ModelError(
            f"{target}: lies in the training directory {folder}, which is removed after packing",
            hint="name an output path outside of it",
        )
    if os.path.lexists(target) and not target.is_symlink() and not target.is_file():
        raise ModelError(f"{target}: exists and is not a file, so it is not replaced", hint="name another path")


def _write_fingerprint(folder: Path, fingerprint: Fingerprint | None) -> Fingerprint:
    """Put the fingerprint into the folder unless the same is there; return the one that will be packed."""
    if not fingerprint:
        return fingerprint_from_path(str(folder))
    wanted = fingerprint_text(fingerprint_document(fingerprint, root=""))
    try:
        present = fingerprint_text(fingerprint_document(fingerprint_from_path(str(folder)), root=""))
    except FingerprintError:
        present = ""  # damaged, and about to be replaced
    if present != wanted:
        persist_fingerprint(str(folder), fingerprint)
    return fingerprint


def fixed_time() -> int | None:
    """Return the time that SOURCE_DATE_EPOCH fixes, None where it is not set.

    Raises:
        ModelError: It is no number of seconds.
    """
    fixed = os.environ.get(SOURCE_DATE_EPOCH)
    if fixed is not None and not _SECONDS.fullmatch(fixed):
        raise ModelError(
            f"{SOURCE_DATE_EPOCH} is {fixed!r}, which is no number of seconds since 1970",
            hint=f"set it to a whole number such as 1700000000, or unset {SOURCE_DATE_EPOCH}",
        )
    return None if fixed is None else int(fixed)


def _member_time(fingerprint: Fingerprint) -> float:
    """Tell the time all members carry: SOURCE_DATE_EPOCH, else when the model was trained, else now."""
    fixed = fixed_time()
    if fixed is not None:
        return fixed
    trained_at = recorded_time(fingerprint.get("trained_at"))
    return time() if trained_at is None or trained_at < 0 else trained_at


def _remove(folder: Path, published: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise ModelError(
            f"{published} was written, but the training directory {folder} cannot be removed: {error.strerror}",
            hint="remove it by hand",
        ) from error
