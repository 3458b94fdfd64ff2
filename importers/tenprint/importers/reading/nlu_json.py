"""Reads `rasa_nlu_data`, the NLU data of JSON files, into the same parts as those of the `nlu` section.

Texts are plain: entities stand beside them with offsets, which are checked rather than trusted. Blanks around an
example are left out, as they are in YAML, and its metadata gets the shape it has there.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tenprint.importers.data import EntitySpan, Example, LookupEntry, RegexFeature, Synonym
from tenprint.importers.reading.document import MappingNode, Place
from tenprint.importers.reading.names import BLANKS, checked_intent_name
from tenprint.importers.reading.reader import Reader, plain_value

NLU_JSON_KEY = "rasa_nlu_data"

_UNUSED_KEYS = {
    "intent_examples": "move its examples to `common_examples`",
    "entity_examples": "move its examples to `common_examples`, with an intent each",
    "gazette": "write its words as `lookup_tables`",
}
"""Keys that Rasa accepts and never reads, and what to do instead."""

_EXAMPLE_KEYS = ("text", "intent", "entities", "metadata")
_ENTITY_KEYS = ("start", "end", "entity", "value", "role", "group")
_METADATA_KEYS = {"intent", "example"}


def read_nlu_json(reader: Reader) -> None:
    """Emit the parts of all lists below `rasa_nlu_data`."""
    root = reader.root
    section = reader.mapping(root[NLU_JSON_KEY], NLU_JSON_KEY, root.value_place(NLU_JSON_KEY))
    if section is None:
        return
    readers = {
        "common_examples": _read_example,
        "regex_features": _read_regex,
        "lookup_tables": _read_lookup,
        "entity_synonyms": _read_synonyms,
    }
    known = [key for key in section if key in _UNUSED_KEYS]
    reader.check_keys(section, (*readers, *known), NLU_JSON_KEY, severity="warning")
    for key in known:
        if section[key]:
            message = f"{key} is never read, so its content is left out"
            place = section.key_place(key)
            reader.report("unused-key", message, place, hint=_UNUSED_KEYS[key], severity="warning")
    for key, read in readers.items():
        for entry, place in reader.entries(section, key, key) if section.get(key) is not None else ():
            node = reader.mapping(entry, f"an entry of {key}", place)
            if node is not None:
                read(reader, node, place)


def _needed(reader: Reader, node: MappingNode, key: str, what: str, place: Place) -> Any:
    """Value of a key, or None and a report."""
    if node.get(key) is None:
        reader.report("missing-key", f"{what} needs the key {key!r}", place)
        return None
    return node[key]


def _needed_text(reader: Reader, node: MappingNode, key: str, what: str, place: Place) -> str | None:
    value = _needed(reader, node, key, what, place)
    return None if value is None else reader.text(value, f"{key} of {what}", node.value_place(key))


def _read_example(reader: Reader, node: MappingNode, place: Place) -> None:
    what = "an example"
    reader.check_keys(node, _EXAMPLE_KEYS, what, severity="warning")
    text = _needed_text(reader, node, "text", what, place)
    intent = _needed_text(reader, node, "intent", what, place)
    if intent is not None:
        intent = checked_intent_name(reader, intent.strip(), node.value_place("intent"))
    if text is None or intent is None:
        return
    spans = tuple(_spans(reader, node, text))
    text = text.strip(BLANKS)
    reader.emit("intent-example", ("nlu", intent, text), Example(text, intent, spans, _metadata(node)), place)


def _metadata(node: MappingNode) -> Any:
    """Metadata as YAML shapes it: what Rasa has written is so already, all else is about the example."""
    metadata = plain_value(node.get("metadata"))
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not metadata or not metadata.keys() <= _METADATA_KEYS:
        return {"example": metadata}
    return {key: value for key, value in metadata.items() if value is not None} or None


def _spans(reader: Reader, node: MappingNode, text: str) -> Iterator[EntitySpan]:
    """Entities in the order of their places, which count from the first character that is no blank."""
    if node.get("entities") is None:
        return
    found: list[tuple[EntitySpan, Place]] = []
    for entry, place in reader.entries(node, "entities", "entities of an example"):
        entity = reader.mapping(entry, "an entity of an example", place)
        span = None if entity is None else _span(reader, entity, text, place)
        if span is not None:
            found.append((span, place))
    found.sort(key=lambda pair: pair[0][:2])
    for (one, _), (other, place) in pairwise(found):
        if one.start < other.start < one.end < other.end:
            reader.report(
                "entity-offsets",
                f"the entity {other.entity!r} begins inside the entity {one.entity!r} and ends behind it",
                place,
                hint="let entities follow each other, or cover the same text",
                severity="warning",
            )
    yield from (span for span, _ in found)


def _span(reader: Reader, entity: MappingNode, text: str, place: Place) -> EntitySpan | None:
    what = "an entity of an example"
    before = len(reader.problems)
    reader.check_keys(entity, _ENTITY_KEYS, what, severity="warning")
    warnings = len(reader.problems) - before
    name = _needed_text(reader, entity, "entity", what, place)
    start, end = (_offset(reader, entity, key, place) for key in ("start", "end"))
    role, group = (_label(reader, entity, key) for key in ("role", "group"))
    value = entity.get("value")
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        reader.wrong_type(f"value of {what}", "text or a number", value, entity.value_place("value"))
    if len(reader.problems) > before + warnings or name is None or start is None or end is None:
        return None
    blanks = len(text) - len(text.lstrip(BLANKS))
    stripped = text.strip(BLANKS)
    start, end = start - blanks, end - blanks
    if not 0 <= start < end <= len(stripped):
        reader.report(
            "entity-offsets",
            f"the entity {name!r} covers the characters {start + blanks} to {end + blanks} "
            f"of a text with {len(text)}" + (", its outer blanks among them" if blanks or stripped != text else ""),
            place,
            hint="`start` counts from 0, and `end` is the place behind the last character",
        )
        return None
    return EntitySpan(start, end, name, stripped[start:end] if value is None else value, role, group)


def _offset(reader: Reader, entity: MappingNode, key: str, place: Place) -> int | None:
    value = _needed(reader, entity, key, "an entity of an example", place)
    if value is None or type(value) is int:
        return value
    reader.wrong_type(f"{key} of an entity", "a whole number", value, entity.value_place(key))
    return None


def _label(reader: Reader, entity: MappingNode, key: str) -> str | None:
    value = entity.get(key)
    if value is None or isinstance(value, str):
        return value or None
    reader.wrong_type(f"{key} of an entity", "text", value, entity.value_place(key))
    return None


def _read_regex(reader: Reader, node: MappingNode, place: Place) -> None:
    what = "a regular expression"
    reader.check_keys(node, ("name", "pattern"), what, severity="warning")
    name = _needed_text(reader, node, "name", what, place)
    pattern = _needed_text(reader, node, "pattern", what, place)
    if name is not None and pattern is not None:
        reader.emit("regex", ("nlu", "regexes", name.strip(BLANKS)), RegexFeature(name.strip(BLANKS), pattern), place)


def _read_lookup(reader: Reader, node: MappingNode, place: Place) -> None:
    what = "a lookup table"
    reader.check_keys(node, ("name", "elements"), what, severity="warning")
    name = _needed_text(reader, node, "name", what, place)
    elements = _needed(reader, node, "elements", what, place)
    if name is None or elements is None:
        return
    name = name.strip(BLANKS)
    if isinstance(elements, str):
        path = reader.text(elements, f"elements of {what}", node.value_place("elements"))
        if path is not None:
            reader.refer(name, path, node.value_place("elements"))
        return
    for text, text_place in _texts(reader, node, "elements", what):
        reader.emit("lookup-entry", ("nlu", "lookups", name), LookupEntry(name, text), text_place)


def _read_synonyms(reader: Reader, node: MappingNode, place: Place) -> None:
    what = "a synonym"
    reader.check_keys(node, ("value", "synonyms"), what, severity="warning")
    value = _needed_text(reader, node, "value", what, place)
    if _needed(reader, node, "synonyms", what, place) is None or value is None:
        return
    for text, text_place in _texts(reader, node, "synonyms", what):
        reader.emit("synonym", ("nlu", "synonyms", text), Synonym(text, value.strip(BLANKS)), text_place)


def _texts(reader: Reader, node: MappingNode, key: str, what: str) -> Iterator[tuple[str, Place]]:
    for entry, place in reader.entries(node, key, f"{key} of {what}"):
        text = reader.text(entry, f"an entry of {key} of {what}", place)
        if text is not None:
            yield text.strip(BLANKS), place
