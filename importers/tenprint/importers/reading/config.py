"""Reads the model configuration: language, pipeline, policies, and whatever else stands beside them."""

from difflib import get_close_matches
from typing import Any

from tenprint.importers.reading.document import MappingNode, Place
from tenprint.importers.reading.reader import Reader, nearest, nearest_to_any, plain_value

COMPONENT_LISTS = {"pipeline": "pipeline-component", "policies": "policy"}
"""Key of the config -> item kind of the components it lists."""

_KNOWN_KEYS = (*COMPONENT_LISTS, "language", "recipe", "assistant_id", "importers", "imports", "version")
_MARKS = (".add", ".replace")
_MARKED = (*COMPONENT_LISTS, "language")


def read_config(reader: Reader) -> None:
    """Emit one part for each component and one for each other key; an absent or null list has no parts."""
    for name, value, place, value_place in reader.members(reader.root, "the configuration"):
        key = _without_mark(name) if reader.marks else name
        if key in COMPONENT_LISTS:
            if value is not None:
                _read_components(reader, name, COMPONENT_LISTS[key])
        elif reader.marks and key == name and "." in name and name.partition(".")[0] in _MARKED:
            hint = nearest(name, tuple(f"{name.partition('.')[0]}{mark}" for mark in _MARKS), otherwise="marks")
            reader.report("unknown-key", f"there is no key {name!r} in a layer", place, hint=hint)
        elif key == "language" and not isinstance(value, str):
            reader.wrong_type("language", "text", value, value_place)
        elif key == "version" and not isinstance(value, (str, int, float)):
            reader.wrong_type("version", "text", value, value_place)
        else:
            _tell_likely_typo(reader, name, place)
            reader.emit("config-key", ("config", name), plain_value(value), place)


def _tell_likely_typo(reader: Reader, name: str, place: Place) -> None:
    """Any key is allowed, but `pipelin` would train the defaults without a word."""
    meant = get_close_matches(name, _KNOWN_KEYS, n=1, cutoff=0.75) if name not in _KNOWN_KEYS else []
    if meant:
        message = f"the configuration has the key {name!r}, which nothing reads"
        reader.report("unknown-key", message, place, hint=f"did you mean {meant[0]}?", severity="warning")


def _without_mark(name: str) -> str:
    return next((name.removesuffix(mark) for mark in _MARKS if name.endswith(mark)), name)


def _read_components(reader: Reader, key: str, item_kind: str) -> None:
    for entry, place in reader.entries(reader.root, key, key):
        hint = f"write `- name: {entry}`" if isinstance(entry, str) else None
        node = reader.mapping(entry, f"a component under {key}", place, hint=hint)
        if node is None:
            continue
        component = _component(reader, node, key, place)
        if component is not None:
            reader.emit(item_kind, ("config", key, component["name"]), component, place)


def _component(reader: Reader, node: MappingNode, key: str, place: Place) -> dict[str, Any] | None:
    if "name" not in node:
        hint = nearest_to_any(node, ("name",), otherwise="write")
        reader.report("missing-key", f"a component under {key} needs the key 'name'", place, hint=hint)
        return None
    if reader.text(node["name"], f"the name of a component under {key}", node.value_place("name")) is None:
        return None
    for option in node:
        if not isinstance(option, str):
            reader.wrong_type(f"an option of {node['name']}", "text", option, node.key_place(option))
            return None
    component: dict[str, Any] = plain_value(node)
    return component
