"""Finding model archives: the latest of a directory, all of them, or the one a path names.

Rules:
- The latest model is the one with the greatest recorded training time; copying, touching or `chmod` changes nothing.
- A model is a regular file (or a link to one) named `*.tar.gz` and not hidden; folders below are not searched.
- A path that does not exist is never replaced by another one, such as the current directory.

Where the time is recorded: the sidecar of an archive that was taken over tells it. Our archives, and some of Rasa's,
begin with `fingerprint.json`, written when training ended, so the time of that first member is it. Another first member
may have been carried over from an older model; then the time in the gzip header, if any, is when the archive was made.
Both stand in the first few hundred bytes.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from tenprint.fingerprinting.archive.archive_reader import open_archive
from tenprint.fingerprinting.archive.layout import DEFAULT_MODELS_PATH, FINGERPRINT_FILE, MODEL_SUFFIX, recorded_time
from tenprint.fingerprinting.archive.sidecar import fitting_sidecar
from tenprint.fingerprinting.errors import FingerprintError, ModelError, ModelNotFound

_NEXT_STEP = "train a model first (`tenprint train`), or name an existing one"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One archive of a directory; `trained_at` in seconds since 1970, `size` in bytes as it is stored."""

    path: str
    trained_at: float
    size: int
    trained_by: str | None = None
    """Identity of a trainer that is not the default one; None also where nobody says."""


def list_models(directory: str = DEFAULT_MODELS_PATH) -> tuple[ModelEntry, ...]:
    """List the models of a directory, newest first; none where there is no such directory.

    An archive whose beginning cannot be read is listed with the time of its file. Equal training times are decided by
    the time of the file, then by name.

    Raises:
        ModelError: The directory exists and cannot be read.
    """
    try:
        with os.scandir(directory) as entries:
            names = [entry.name for entry in entries if _is_model(entry)]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise ModelError(f"{directory}: cannot be listed: {error.strerror}", hint="check its permissions") from error
    ranked = []
    for name in names:
        path = os.path.join(directory, name)  # noqa: PTH118 - keeps the directory as the caller wrote it
        try:
            status = Path(path).stat()
        except FileNotFoundError:
            continue  # removed since the directory was listed
        recorded, trainer = _told_beside(path) or (_recorded_time(path), None)
        time = recorded_time(status.st_mtime) or 0.0 if recorded is None else recorded
        entry = ModelEntry(path, time, status.st_size, trainer)
        ranked.append((entry.trained_at, status.st_mtime_ns, name, entry))
    ranked.sort(key=lambda rank: rank[:3], reverse=True)
    return tuple(rank[-1] for rank in ranked)


def get_latest_model(model_path: str = DEFAULT_MODELS_PATH) -> str | None:
    """Return the path of the latest model in a directory.

    The path of an archive is its own answer. Anything else, a missing path included, has no latest model: None.
    """
    if not model_path:
        return None
    if Path(model_path).is_file():
        return os.fspath(model_path) if _is_archive_name(model_path) else None
    models = list_models(model_path)
    return models[0].path if models else None


def get_local_model(model_path: str = DEFAULT_MODELS_PATH) -> str:
    """Return the path of a model archive: the path itself, or the latest model in it if it is a directory.

    What the archive contains is not looked at.

    Raises:
        ModelNotFound: No path, nothing there, a directory without models, or a file that is no archive.
    """
    if not model_path:
        raise ModelNotFound("no path to a model was given", hint=_NEXT_STEP)
    try:
        mode = Path(model_path).stat().st_mode
    except OSError as error:
        raise ModelNotFound(f"{model_path}: no model here: {error.strerror}", hint=_NEXT_STEP) from error
    if stat.S_ISDIR(mode):
        latest = get_latest_model(model_path)
        if latest is None:
            raise ModelNotFound(f"{model_path}: no model in this directory (no {MODEL_SUFFIX} file)", hint=_NEXT_STEP)
        return latest
    if not stat.S_ISREG(mode) or not _is_archive_name(model_path):
        raise ModelNotFound(f"{model_path}: not a model archive (a file ending in {MODEL_SUFFIX})", hint=_NEXT_STEP)
    return os.fspath(model_path)


def get_model_for_finetuning(previous_model_file: str | Path | None) -> str | None:
    """Return the model to finetune: the file itself, or the latest model of a directory; None if there is none."""
    if previous_model_file is None or not os.fspath(previous_model_file):
        return None
    path = os.fspath(previous_model_file)
    return path if Path(path).is_file() else get_latest_model(path)


def _is_archive_name(path: str) -> bool:
    return os.fspath(path).endswith(MODEL_SUFFIX)


def _is_model(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(MODEL_SUFFIX) and not entry.name.startswith(".") and entry.is_file()


def _told_beside(path: str) -> tuple[float | None, str | None] | None:
    """Read time and trainer from the sidecar; None if there is none that can be believed."""
    try:
        sidecar = fitting_sidecar(path, items=False)
    except (FingerprintError, ModelError):
        return None
    return None if sidecar is None else (sidecar.trained_at, sidecar.trainer)


def _recorded_time(path: str) -> float | None:
    """Read when a model was trained from the beginning of its archive; None if it does not tell."""
    try:
        with open_archive(path) as archive:
            first = next(archive.members(), None)
            compressed_at = archive.gzip_time
    except ModelError:
        return None
    if first is not None and first.name != FINGERPRINT_FILE and compressed_at:
        return float(compressed_at)
    return None if first is None else first.mtime
