"""One text for each JSON value: the key of look-ups and of sorting, never of digests."""

import json
from collections.abc import Iterable

from tenprint.fingerprinting import Json


def compact(value: Json) -> str:
    """Write a value so that equal values have equal texts, whatever the order of their keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def compact_each(values: Iterable[Json]) -> tuple[str, ...]:
    """Write each value; sorted by this, a sequence stands right before those it begins."""
    return tuple(compact(value) for value in values)
