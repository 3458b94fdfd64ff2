"""What is installed, as one digest: reading what all distributions say of themselves takes longer than listing them."""

import os
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256

ENTRY_POINTS = "entry_points.txt"
_DEVELOPED = ".egg-info"
_METADATA = (".dist-info", _DEVELOPED)


def listing_digest(path: Iterable[str] | None = None) -> str:
    """Digest the names and times of all metadata folders on a path, by default that of Python.

    It changes whenever something is installed, upgraded or removed.
    """
    lines = [sys.version, *(line for place in (sys.path if path is None else path) for line in sorted(_listed(place)))]
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _listed(place: str) -> Iterator[str]:
    folder = place or os.curdir
    try:
        # Names alone: of all that stands there, little is asked for more.
        names = [name for name in os.listdir(folder) if name.endswith(_METADATA)]  # noqa: PTH208 - as `_modified`
        for name in names:
            yield f"{place}\0{name}\0{os.stat(f'{folder}/{name}').st_mtime_ns}"  # noqa: PTH116 - as `_modified`
            if name.endswith(_DEVELOPED):  # written in place, which the time of the folder does not tell
                yield f"{place}\0{_modified(f'{folder}/{name}/{ENTRY_POINTS}')}"
    except NotADirectoryError:  # a zip file is another one when its time is
        yield f"{place}\0{_modified(place)}"
    except OSError:  # a folder that is not there: Python passes over it as well
        return


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - pathlib takes longer to load than all of this takes
    except OSError:
        return 0
