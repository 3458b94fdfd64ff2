"""Files of a bare cache that git itself does not tell of: what has arrived, and what it leaves when it is stopped.

All of it is for who holds the lock of the workplace, while no git of theirs writes there.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_INDEX_BEGINNINGS = ("tmp_idx_", "tmp_rev_")
_INDEX_ENDS = (".idx", ".rev", ".promisor")
"""Beside a pack: where in it everything lies."""


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
