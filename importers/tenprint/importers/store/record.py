"""Records: what is known about contents, under a space and a key, sealed against bits that flip on the disk.

SQLite keeps no checksums of its pages, and a record that names other contents would lead to wrong bytes. So each row
has a digest over all that was recorded; `used_at` alone may change later.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenprint.importers.digest import digest_of, parse_digest

Row = tuple[str, str, str, str, float, float, bytes]
"""Space, key, value as JSON, digests with blanks between, recorded_at, used_at, seal."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was recorded under a key of a space; `contents` are digests, in the order they were given.

    Times are seconds since 1970; `used_at` lags by up to an hour.
    """

    space: str
    key: str
    value: Mapping[str, Any]
    contents: tuple[str, ...]
    recorded_at: float
    used_at: float


def row_of(space: str, key: str, value: Mapping[str, Any], contents: Iterable[str], now: float) -> Row:
    """Write a record down.

    Raises:
        TypeError: The value holds something that is no JSON, such as a secret.
        ValueError: One of the contents is no digest.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    digests = tuple(contents)
    for digest in digests:
        parse_digest(digest)
    named = " ".join(digests)
    return space, key, text, named, now, now, seal_of(space, key, text, named, now)


def record_of(row: Row) -> Record | None:
    """Read a record back; None when it is not what was written."""
    space, key, text, named, recorded_at, used_at, seal = row
    try:
        if seal != seal_of(space, key, text, named, recorded_at):
            return None
        value, digests = json.loads(text), tuple(named.split())
        for digest in digests:
            parse_digest(digest)
    except (TypeError, ValueError, AttributeError, RecursionError):  # columns of other types, or no text of ours
        return None
    return Record(space, key, value, digests, recorded_at, used_at) if isinstance(value, dict) else None


def seal_of(space: str, key: str, text: str, named: str, recorded_at: float) -> bytes:
    """Digest all that is recorded."""
    parts = (space, key, text, named, recorded_at.hex())
    return digest_of(b"".join(b"%d:%b" % (len(raw), raw) for raw in (part.encode() for part in parts)))
