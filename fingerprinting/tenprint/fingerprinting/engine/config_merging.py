"""The one merge of a component's options over its defaults: for planning, running and recording alike. Pure.

Mappings are merged key by key, however deep; wherever one side is no mapping, what the user wrote counts whole. So a
list replaces a list, and None replaces anything. The result shares nothing with either side.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from tenprint.fingerprinting.engine.errors import InvalidConfig

MAX_DEPTH = 100
"""Mappings within each other; configurations go to 5, and one that contains itself has no bottom."""


def merged_config(defaults: Mapping[str, Any] | None, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Merge options over defaults; None stands for no options.

    Raises:
        InvalidConfig: Mappings are nested deeper than `MAX_DEPTH`.
    """
    merged: dict[str, Any] = {}
    waiting: list[tuple[dict[str, Any], Mapping[str, Any], Mapping[str, Any], int]] = [
        (merged, {} if defaults is None else defaults, {} if config is None else config, 1)
    ]
    while waiting:
        target, below, above, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise InvalidConfig(
                f"options are nested more than {MAX_DEPTH} deep", hint="look for a mapping that contains itself"
            )
        for key in (*below, *(key for key in above if key not in below)):
            value = above[key] if key in above else below[key]
            if not isinstance(value, Mapping):
                target[key] = deepcopy(value)
                continue
            default = below.get(key)
            target[key] = {}
            waiting.append((target[key], default if isinstance(default, Mapping) else {}, value, depth + 1))
    return merged
