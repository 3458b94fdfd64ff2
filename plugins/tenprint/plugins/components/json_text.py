"""One text for each JSON value: the key of look-ups and of sorting, never of digests."""

import json

from tenprint.fingerprinting.component import Json


def compact(value: Json) -> str:
    """Write a value so that equal values have equal texts, whatever the order of their keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
