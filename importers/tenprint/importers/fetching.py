"""How remote sources of a run are fetched: newest, as locked, or not at all."""

import re
from dataclasses import dataclass, field
from typing import Literal

from tenprint.importers.lock import SourceLock

FetchMode = Literal["newest", "locked", "offline", "locked-offline", "pinned"]
"""`newest` tells where a source left the lock, `locked` refuses that, `offline` replays what the store holds,
`locked-offline` of the lock alone; `pinned` takes what is locked as it is locked, and the newest of all else."""

_AGE = re.compile(r"(\d+)\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Fetching:
    """Mode and lock of a run; `max_age` in seconds is that of one source whose policy is `last-good`, else None."""

    mode: FetchMode = "newest"
    lock: SourceLock = field(default_factory=SourceLock)
    max_age: float | None = None


def seconds_of(age: str) -> float | None:
    """Read an age such as `90m`, `12h` or `7d`; None for anything else."""
    match = _AGE.fullmatch(age.strip())
    return None if match is None else float(match[1]) * _SECONDS[match[2]]


def age_text(seconds: float) -> str:
    """Tell an age in its largest unit, such as `3 hours`."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
