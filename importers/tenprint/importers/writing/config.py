"""The model configuration back to the lines of `config.yml`.

Everything that has an effect is written but where data comes from: what is written is already merged.
"""

from collections.abc import Mapping
from typing import Any

from tenprint.importers.reading import COMPONENT_LISTS
from tenprint.importers.writing.refusals import Entry, Refusals

SOURCE_KEYS = ("importers", "imports")
"""Keys that tell where data comes from; an export has all of it and needs them no more."""


def config_lines(config: Mapping[str, Any], refusals: Refusals) -> dict[str, list[str]]:
    """Lines of each key, in the order of the configuration; empty lists of components say nothing and are left out."""
    return {
        key: _key_lines(key, value, refusals)
        for key, value in config.items()
        if key not in SOURCE_KEYS and not (key in COMPONENT_LISTS and not value)
    }


def _key_lines(key: str, value: Any, refusals: Refusals) -> list[str]:
    if key not in COMPONENT_LISTS:
        return refusals.lines_of(Entry(("config", key), f"the key {key!r} of the configuration", value), {key: value})
    return refusals.listed(
        key,
        (
            Entry(("config", key, component["name"]), f"the component {component['name']!r} under {key}", component)
            for component in value
        ),
    )
