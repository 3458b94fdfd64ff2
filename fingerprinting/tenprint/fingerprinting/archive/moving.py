"""Moving one half of a model to where the next model is built."""

import errno
import os
import secrets
import shutil
from pathlib import Path


def move_model(source: str | None, target: str) -> bool:
    """Move a model directory; a directory at the target is replaced by it.

    Args:
        source: The directory to move; None stands for a half that the model lacks.
        target: The place it is moved to; folders above are created.

    Returns:
        Whether it was moved. If not, source and target are as they were.
    """
    if not source or not Path(source).is_dir():
        return False
    start, end = Path(source), Path(target)
    here, there = start.resolve(), end.resolve()
    if here == there:
        return True
    # One within the other: replacing would remove what is to be moved, or the place it is to be moved to.
    if here in there.parents or there in here.parents:
        return False
    try:
        end.parent.mkdir(parents=True, exist_ok=True)
        _replace_folder(start, end)
    except OSError:
        return False
    return True


def _replace_folder(source: Path, target: Path) -> None:
    """Put the old target aside until the new one is in place."""
    if not os.path.lexists(target):
        _bring(source, target)
        return
    aside = _beside(target)
    target.rename(aside)
    try:
        _bring(source, target)
    except BaseException:
        aside.rename(target)
        raise
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.unlink()


def _bring(source: Path, target: Path) -> None:
    """Rename, or copy from another file system; the source goes only when the copy is complete."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    copy = _beside(target)
    try:
        shutil.copytree(source, copy, symlinks=True)
        copy.rename(target)
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    shutil.rmtree(source, ignore_errors=True)


def _beside(target: Path) -> Path:
    return target.with_name(f".tenprint-{secrets.token_hex(8)}.moving")
