"""Giving a written file its name, so that nobody ever sees half of it.

Rules:
- A file is written under a hidden name beside its target, flushed to the disk, and only then given its own name.
- A name made from the time is never one that exists; a name the user fixed replaces what it names.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tenprint.fingerprinting.archive.layout import MODEL_SUFFIX, sidecar_path


def partial_path(target: Path) -> Path:
    """Make the hidden name under which a file is written before it is `target`."""
    return target.with_name(f".tenprint-{secrets.token_hex(8)}.partial")


def free_names(target: Path) -> Iterator[Path]:
    """List the names to try for a new model: its own, then name-2, name-3 and so on."""
    stem = target.name.removesuffix(MODEL_SUFFIX)
    number = 1
    yield target
    while True:
        number += 1
        yield target.with_name(f"{stem}-{number}{MODEL_SUFFIX}")


def replace_model(partial: Path, target: Path) -> Path:
    """Give the archive its name, whatever has it; what lies beside the old one says nothing of the new one."""
    partial.replace(target)
    remove_sidecar(target)
    flush_folder(target.parent)
    return target


def publish_new(partial: Path, target: Path) -> Path:
    """Give the archive its name, or the first free one of name-2, name-3 and so on.

    A link fails where the name exists, so two packers never take the same one, and nobody sees half an archive.
    """
    candidate = next(name for name in free_names(target) if link_or_reserve(partial, name))
    remove_sidecar(candidate)
    flush_folder(target.parent)
    return candidate


def link_or_reserve(partial: Path, candidate: Path) -> bool:
    """Add a name to the file; False if the name is taken."""
    try:
        os.link(partial, candidate)
    except FileExistsError:
        return False
    except OSError:
        return _reserve(partial, candidate)
    return True


def _reserve(partial: Path, candidate: Path) -> bool:
    """Take the name with an empty file and move over it, for file systems without links."""
    try:
        candidate.open("xb").close()
    except FileExistsError:
        return False
    try:
        partial.replace(candidate)
    except BaseException:
        candidate.unlink()
        raise
    return True


def flush_folder(folder: Path) -> None:
    """Make the new name itself last; file systems that cannot do this have no need to."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_sidecar(model: Path) -> None:
    """Remove what lies beside a model; where it cannot be removed it is seen to be of another archive."""
    with suppress(OSError):
        sidecar_path(model).unlink()
