"""Files of a bare cache: how it begins, and what git does not tell of: what has arrived, and what it leaves behind.

All of it is for who holds the lock of the workplace, while no git of theirs writes there.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

ObjectFormat = Literal["sha1", "sha256"]

_INDEX_BEGINNINGS = ("tmp_idx_", "tmp_rev_")
_INDEX_ENDS = (".idx", ".rev", ".promisor")
"""Beside a pack: where in it everything lies."""


def make_repository(folder: Path, kind: ObjectFormat) -> None:
    """Make an empty bare repository, as `git init --bare --template=` does it; HEAD comes last and makes it one.

    Raises:
        OSError: It cannot be written.
    """
    config = "[core]\n\trepositoryformatversion = {}\n\tfilemode = true\n\tbare = true\n"
    if kind == "sha256":
        config += "[extensions]\n\tobjectformat = sha256\n"
    for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "config").write_text(config.format(0 if kind == "sha1" else 1), encoding="ascii")
    (folder / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")


def received_bytes(folder: Path) -> int:
    """Count the bytes of all that came from the server, as it lies in the cache; what git adds is left out."""
    size = 0
    for place, _, names in os.walk(folder / "objects"):
        for name in names:
            if not name.startswith(_INDEX_BEGINNINGS) and not name.endswith(_INDEX_ENDS):
                with suppress(FileNotFoundError):
                    size += Path(place, name).stat().st_size
    return size


def remove_leftovers(folder: Path) -> None:
    """Remove locks and half-written files: git leaves packs even where it is asked to end."""
    for left in _leftovers(folder):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()


def _leftovers(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.lock")
    yield from (folder / "refs").rglob("*.lock")
    yield from folder.glob("shallow_*")
    objects = folder / "objects"
    for pattern in ("tmp_*", "incoming-*", "pack/tmp_*", "pack/.tmp-*", "[0-9a-f][0-9a-f]/tmp_obj_*"):
        yield from objects.glob(pattern)
