"""TransformSpec: one entry of a `transforms:` list, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from tenprint.importers.location import Location
from tenprint.importers.reading import MappingNode, Place, Reader, plain_value
from tenprint.importers.transform import TRANSFORM_KEYS

_ADVICE = "write each transform as `- name: its-name`, with its options below, or as its name alone"


def _no_places() -> Mapping[str, Location]:
    return {}


@dataclass(frozen=True, slots=True)
class TransformSpec:
    """Name, options and seed of a transform, and where they are written."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    location: Location | None = None
    option_locations: Mapping[str, Location] = field(default_factory=_no_places)


def transform_specs(reader: Reader, node: MappingNode, what: str) -> tuple[TransformSpec, ...]:
    """Read the list under `transforms` of a mapping; what is wrong with it is reported.

    Args:
        reader: Reports.
        node: The mapping, which may have no such key.
        what: What messages call the list.
    """
    if "transforms" not in node:
        return ()
    specs = (_spec(reader, entry, place, what) for entry, place in reader.entries(node, "transforms", what))
    return tuple(spec for spec in specs if spec is not None)


def _spec(reader: Reader, entry: Any, place: Place, what: str) -> TransformSpec | None:
    location = reader.document.at(place)
    if isinstance(entry, str):
        name = reader.text(entry, f"an entry of {what}", place)
        return None if name is None else TransformSpec(str(name).strip(), location=location)
    if not isinstance(entry, MappingNode):
        reader.wrong_type(f"an entry of {what}", "a name or a mapping", entry, place)
        return None
    if "name" not in entry:
        near = get_close_matches("name", [key for key in entry if isinstance(key, str)], n=1)
        meant = f"; `{near[0]}` is an option" if near else ""
        reader.report("missing-key", f"an entry of {what} has no key 'name'{meant}", place, hint=_ADVICE)
        return None
    name = reader.text(entry["name"], "the name of a transform", entry.value_place("name"))
    seed = entry.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int):
        reader.wrong_type("the seed of a transform", "a whole number", seed, entry.value_place("seed"))
        return None
    keys = [key for key in entry if key not in TRANSFORM_KEYS]
    for key in keys:
        if not isinstance(key, str):
            reader.wrong_type("an option of a transform", "text", key, entry.key_place(key))
    if name is None:
        return None
    options = {str(key): plain_value(entry[key]) for key in keys}
    places = {str(key): reader.document.at(entry.key_place(key)) for key in entry if isinstance(key, str)}
    return TransformSpec(str(name).strip(), options, int(seed), location, places)
