"""Reads `responses`, which stand in the domain or beside NLU examples and mean the same in both places."""

from typing import Any

from tenprint.importers.data import RETRIEVAL_SEPARATOR
from tenprint.importers.problem import errors_among
from tenprint.importers.reading.document import MappingNode, Place
from tenprint.importers.reading.reader import Reader, plain_value

_TEXT_KEYS = ("text", "image", "button_type", "channel", "id")
_LIST_KEYS = ("buttons", "quick_replies", "elements", "condition")
_MAPPING_KEYS = ("custom", "attachment")
_BUTTON_KEYS = ("buttons", "quick_replies")
_CONDITION_KEYS = ("type", "name", "value")
_KEYS = (*_TEXT_KEYS, *_LIST_KEYS, *_MAPPING_KEYS, "metadata")


def read_responses(reader: Reader) -> None:
    """Emit one part for each variation; a response with an empty list is one part without a value."""
    section = reader.mapping(reader.root["responses"], "responses", reader.root.value_place("responses"))
    for name, value, place, _ in reader.members(section, "responses") if section is not None else ():
        kind = "retrieval-response" if RETRIEVAL_SEPARATOR in name else "response"
        path = ("domain", "responses", str(name))
        if value == []:
            reader.emit(kind, path, None, place)
            continue
        assert section is not None  # noqa: S101 - members come from it
        for entry, entry_place in reader.entries(section, name, f"response {name!r}"):
            variation = reader.mapping(entry, f"a variation of response {name!r}", entry_place)
            if variation is not None and _is_valid(reader, variation, f"a variation of response {name!r}", entry_place):
                reader.emit(kind, path, plain_value(variation), entry_place)


def _is_valid(reader: Reader, variation: MappingNode, what: str, place: Place) -> bool:
    before = len(reader.problems)
    reader.check_keys(variation, _KEYS, what)
    if "text" not in variation and "custom" not in variation:
        reader.report("missing-key", f"{what} needs a text or a custom payload", place, hint="add `text: ...`")
    for key, value in variation.items():
        if not _has_right_type(key, value):
            reader.wrong_type(f"{key} of {what}", _expected(key), value, variation.value_place(key))
        elif key in _BUTTON_KEYS:
            for button, button_place in reader.entries(variation, key, key):
                _check_texts(reader, button, ("title", "payload"), f"an entry of {key} of {what}", button_place)
        elif key == "condition":
            _check_conditions(reader, variation, what)
    return not errors_among(reader.problems[before:])


def _check_texts(reader: Reader, node: MappingNode, keys: tuple[str, ...], what: str, place: Place) -> None:
    for key in keys:
        if key not in node:
            reader.report("missing-key", f"{what} needs the key {key!r}", place)
        elif not isinstance(node[key], str):
            reader.wrong_type(f"{key} of {what}", "text", node[key], node.value_place(key))


def _check_conditions(reader: Reader, variation: MappingNode, what: str) -> None:
    what = f"a condition of {what}"
    for condition, place in reader.entries(variation, "condition", what):
        reader.check_keys(condition, _CONDITION_KEYS, what)
        _check_texts(reader, condition, ("type", "name") if "type" in condition else ("name",), what, place)
        if "value" not in condition:
            reader.report("missing-key", f"{what} needs the key 'value'", place)
        kind = condition.get("type", "slot")
        if isinstance(kind, str) and kind != "slot":
            message = f"{what} has the type {kind!r}, which nobody evaluates: its name is taken as that of a slot"
            kind_place = condition.value_place("type")
            reader.report("condition-type", message, kind_place, severity="warning", hint="write `type: slot`")


def _has_right_type(key: str, value: Any) -> bool:
    if key in _TEXT_KEYS:
        return isinstance(value, str)
    if key in _MAPPING_KEYS:
        return isinstance(value, dict)
    if key in _LIST_KEYS:
        return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
    return True


def _expected(key: str) -> str:
    if key in _TEXT_KEYS:
        return "text"
    return "a mapping" if key in _MAPPING_KEYS else "a list of mappings"
