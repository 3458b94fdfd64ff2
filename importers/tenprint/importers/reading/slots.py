"""Reads slots and how they are filled: below the slot in the 3.x format, below forms in the 2.x format.

The class of a slot type is never imported: a type of somebody's own is kept as written. Settings that mean nothing for
a type are told and kept, as the assistant may know them.
"""

from collections.abc import Mapping
from typing import Any

from tenprint.importers.data import Slot, SlotMapping
from tenprint.importers.reading.document import MappingNode, Place, SequenceNode
from tenprint.importers.reading.reader import Reader, nearest, plain_value

_TYPES = ("text", "bool", "list", "float", "categorical", "any", "unfeaturized")
_WITHOUT_INFLUENCE = ("any", "unfeaturized")
_CLASSES = {
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "ListSlot": "list",
    "FloatSlot": "float",
    "CategoricalSlot": "categorical",
    "AnySlot": "any",
    "UnfeaturizedSlot": "unfeaturized",
}
"""Classes that stand in domains Rasa has written, and the types they are."""
_CLASS_MODULES = ("rasa.shared.core.slots", "rasa.core.slots")

_OWN_KEYS = ("type", "initial_value", "influence_conversation", "mappings")
_SETTINGS: Mapping[str, tuple[str, ...]] = {"categorical": ("values",), "float": ("min_value", "max_value")}
_ANY_SETTINGS = ("value_reset_delay", "auto_fill")

_MAPPING_KEYS = {
    "from_entity": ("entity",),
    "from_intent": ("value",),
    "from_trigger_intent": ("value",),
    "from_text": (),
    "custom": (),
}
"""Types of slot mappings and the keys each must have."""
_MAPPING_TEXTS = ("entity", "role", "group", "action")
_MAPPING_NAMES = ("intent", "not_intent")
_CONDITION_KEYS = ("active_loop", "requested_slot")


def read_slots(reader: Reader) -> None:
    """Emit a part for each slot, and one for each of its mappings."""
    section = reader.mapping(reader.root["slots"], "slots", reader.root.value_place("slots"))
    for name, value, place, value_place in reader.members(section, "slots") if section is not None else ():
        node = reader.mapping(value, f"slot {name!r}", value_place)
        kind = None if node is None else _slot_type(reader, name, node, place)
        if node is None or kind is None:
            continue
        default = kind not in _WITHOUT_INFLUENCE
        influence = reader.flag(node, "influence_conversation", default=default)
        if influence and not default:
            message = f"a slot of type {kind} cannot influence the conversation"
            key_place = node.value_place("influence_conversation")
            reader.report("slot-influence", message, key_place, hint="remove the key, or use another type")
            influence = False
        settings = _settings(reader, name, kind, node)
        slot = Slot(name, kind, plain_value(node.get("initial_value")), influence, properties=settings)
        reader.emit("slot", ("domain", "slots", name), slot, place)
        if node.get("mappings") is not None:
            read_mappings(reader, node, "mappings", ("domain", "slots", name, "mappings"))


def _slot_type(reader: Reader, name: str, node: MappingNode, place: Place) -> str | None:
    if "type" not in node:
        reader.report("missing-key", f"slot {name!r} needs a type", place, hint="add `type: text`, for example")
        return None
    written = reader.text(node["type"], f"the type of slot {name!r}", node.value_place("type"))
    if written is None:
        return None
    kind = str(written).strip()
    module, dot, class_name = kind.rpartition(".")
    if module in _CLASS_MODULES and class_name in _CLASSES:
        return _CLASSES[class_name]
    if kind in _TYPES:
        return kind
    type_place = node.value_place("type")
    if dot:
        message = f"the type {kind!r} of slot {name!r} is kept as a name; nothing is known of its class"
        reader.report("slot-type", message, type_place, severity="warning", hint=nearest(kind, _TYPES))
        return kind
    reader.report("slot-type", f"slot {name!r} has no known type: {kind!r}", type_place, hint=nearest(kind, _TYPES))
    return None


def _settings(reader: Reader, name: str, kind: str, node: MappingNode) -> dict[str, Any]:
    """Return the settings of a slot beside its own keys, checked as its type asks."""
    settings = {key: plain_value(value) for key, value in node.items() if key not in _OWN_KEYS}
    if kind in _TYPES:
        known = (*_OWN_KEYS, *_ANY_SETTINGS, *_SETTINGS.get(kind, ()))
        reader.check_keys(node, known, f"a slot of type {kind}", severity="warning")
    if kind == "float":
        _check_range(reader, name, node)
    if kind == "categorical":
        values = _values(reader, name, node)
        if values is not None:
            settings["values"] = values
    return settings


def _check_range(reader: Reader, name: str, node: MappingNode) -> None:
    bounds = {"min_value": 0.0, "max_value": 1.0}
    for key in bounds:
        if key in node and is_number(node[key]):
            bounds[key] = node[key]
        elif key in node:
            reader.wrong_type(f"{key} of slot {name!r}", "a number", node[key], node.value_place(key))
            return
    low, high = bounds.values()
    if not low < high:
        message = f"the range of slot {name!r} is empty: {low} to {high}"
        place = node.value_place("max_value" if "max_value" in node else "min_value")
        reader.report(
            "slot-range",
            message,
            place,
            hint="without `max_value` a range ends at 1, without `min_value` it begins at 0",
        )
        return
    initial = node.get("initial_value")
    if initial is not None and is_number(initial) and not low <= initial <= high:
        message = f"the initial value of slot {name!r} is outside of its range from {low} to {high}"
        place = node.value_place("initial_value")
        reader.report("slot-range", message, place, severity="warning", hint="change the value or the range")


def is_number(value: Any) -> bool:
    """Tell whether a value is a number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _values(reader: Reader, name: str, node: MappingNode) -> list[Any] | None:
    """Return the values of a categorical slot without nulls; None where there is no list."""
    listed = node.get("values")
    if listed is None or (isinstance(listed, SequenceNode) and not listed):
        place = node.value_place("type" if "values" not in node else "values")
        message = f"the categorical slot {name!r} has no values, so that none is told from another"
        reader.report("slot-values", message, place, severity="warning", hint="list them under `values`")
        return None
    values = []
    for value, place in reader.entries(node, "values", f"values of slot {name!r}"):
        if value is None:
            message = f"a value of slot {name!r} is null and is left out"
            reader.report(
                "slot-values", message, place, severity="warning", hint='write "null" in quotes, or remove it'
            )
        elif isinstance(value, (dict, list)):
            reader.wrong_type(f"a value of slot {name!r}", "text, a number, true or false", value, place)
        else:
            values.append(plain_value(value))
    return values


def read_mappings(reader: Reader, node: MappingNode, key: str, path: tuple[str, ...]) -> None:
    """Emit a part for each mapping of the list under a key."""
    what = f"the mappings of {path[2]!r}"
    for entry, place in reader.entries(node, key, what):
        mapping = reader.mapping(entry, f"an entry of {what}", place)
        if mapping is None:
            continue
        kind = mapping.get("type")
        if not isinstance(kind, str) or kind not in _MAPPING_KEYS:
            message, hint = f"an entry of {what} has no known type", "types: " + ", ".join(_MAPPING_KEYS)
            reader.report("mapping-type", message, place, hint=hint)
            continue
        _check_mapping(reader, mapping, kind, place)
        reader.emit("slot-mapping", path, SlotMapping(plain_value(mapping)), place)


def _check_mapping(reader: Reader, mapping: MappingNode, kind: str, place: Place) -> None:
    for needed in _MAPPING_KEYS[kind]:
        if needed not in mapping:
            reader.report("missing-key", f"a mapping of type {kind} needs the key {needed!r}", place)
    known = ("type", "value", "conditions", *_MAPPING_TEXTS, *_MAPPING_NAMES)
    reader.check_keys(mapping, known, "a slot mapping")
    for key in _MAPPING_TEXTS:
        if mapping.get(key) is not None:
            reader.text(mapping[key], f"{key} of a slot mapping", mapping.value_place(key))
    for key in _MAPPING_NAMES:
        if isinstance(mapping.get(key), SequenceNode):
            reader.names(mapping, key, "a slot mapping")
        elif mapping.get(key) is not None:
            reader.text(mapping[key], f"{key} of a slot mapping", mapping.value_place(key))
    if mapping.get("conditions") is not None:
        _check_conditions(reader, mapping)


def _check_conditions(reader: Reader, mapping: MappingNode) -> None:
    what = "a condition of a slot mapping"
    for entry, place in reader.entries(mapping, "conditions", "conditions of a slot mapping"):
        condition = reader.mapping(entry, what, place)
        if condition is None:
            continue
        reader.check_keys(condition, _CONDITION_KEYS, what)
        if not condition:
            hint = "name a form, or write null for none"
            reader.report("missing-key", f"{what} needs the key 'active_loop'", place, hint=hint)
        for key in _CONDITION_KEYS:
            if condition.get(key) is not None:
                reader.text(condition[key], f"{key} of {what}", condition.value_place(key))
