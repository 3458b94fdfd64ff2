"""Reads a domain, or one file of a domain directory, in the 2.x and 3.x formats.

What several sources may share in parts is emitted in parts: roles and groups of an entity, mappings of a slot,
variations of a response, single settings.
"""

from collections.abc import Callable, Iterator
from typing import Any

from tenprint.importers.data import Action, Entity, Form, Intent
from tenprint.importers.reading.document import MappingNode, Place
from tenprint.importers.reading.reader import Reader, plain_value
from tenprint.importers.reading.responses import read_responses
from tenprint.importers.reading.slots import is_number, read_mappings, read_slots

_SESSION_KEYS = ("session_expiration_time", "carry_over_slots_to_new_session")


def read_domain(reader: Reader) -> None:
    """Emit the parts of every domain section the document has."""
    readers: dict[str, Callable[[Reader], None]] = {
        "intents": _read_intents,
        "entities": _read_entities,
        "slots": read_slots,
        "forms": _read_forms,
        "actions": _read_actions,
        "responses": read_responses,
        "e2e_actions": _read_end_to_end_actions,
        "session_config": _read_session,
        "config": _read_settings,
    }
    for key, read in readers.items():
        if key not in reader.root:
            continue
        # Null responses are refused, as they are beside examples: a reply that is missing is noticed by users first.
        if reader.root[key] is None and key != "responses":
            reader.report(
                "empty-section", f"{key} has no content", reader.root.key_place(key), severity="warning",
                hint="add entries, or remove the key",
            )  # fmt: skip
        else:
            read(reader)


def _named_entries(reader: Reader, key: str, what: str) -> Iterator[tuple[str, MappingNode | None, Place]]:
    """Entries of a list of names, each with its properties or None; a name written twice is reported."""
    seen: dict[str, Place] = {}
    for entry, place in reader.entries(reader.root, key, key):
        name, properties = _split_entry(reader, entry, what, place)
        if name is None:
            continue
        if name in seen:
            reader.report(
                "duplicate-name", f"{what} {name!r} is listed twice", place,
                hint="remove one of them", related=(reader.document.at(seen[name]),),
            )  # fmt: skip
            continue
        seen[name] = place
        yield name, properties, place


def _bare_names(reader: Reader, key: str, what: str) -> Iterator[tuple[str, Place]]:
    """Names of a list whose entries cannot have properties."""
    for name, properties, place in _named_entries(reader, key, what):
        if properties is None:
            yield name, place
        else:
            reader.wrong_type(f"an entry of {key}", "text", properties, place)


def _split_entry(reader: Reader, entry: Any, what: str, place: Place) -> tuple[str | None, MappingNode | None]:
    if not isinstance(entry, MappingNode):
        name = reader.text(entry, f"the name of an {what}", place)
        return (None if name is None else str(name).strip()), None
    if len(entry) != 1:
        reader.report(
            "entry-with-many-keys", f"an {what} is one name with its properties, here are {len(entry)} keys", place,
            hint="indent the properties below the name",
        )  # fmt: skip
        return None, None
    ((key, value),) = entry.items()
    name = reader.text(key, f"the name of an {what}", place)
    if name is None:
        return None, None
    if value is None:
        reader.report(
            "stray-colon", f"{what} {name!r} ends in a colon but has no properties", place, hint="remove the colon"
        )
        return None, None
    return str(name).strip(), reader.mapping(value, f"the properties of {what} {name!r}", entry.value_place(key))


def _others(node: MappingNode, known: tuple[str, ...]) -> dict[str, Any]:
    return {key: plain_value(value) for key, value in node.items() if key not in known}


def _read_intents(reader: Reader) -> None:
    known = ("use_entities", "ignore_entities", "triggers")
    for name, node, place in _named_entries(reader, "intents", "intent"):
        intent = Intent(name)
        if node is not None:
            what = f"intent {name!r}"
            use = node.get("use_entities", True)
            used: tuple[str, ...] | None = None if use is True else ()
            if use is not None and not isinstance(use, bool):
                used = tuple(sorted(reader.names(node, "use_entities", what)))
            ignored = reader.names(node, "ignore_entities", what) if node.get("ignore_entities") else ()
            _check_entities(reader, name, node, set(used or ()) & set(ignored))
            triggers = node.get("triggers")
            if triggers is not None:
                triggers = reader.text(triggers, f"triggers of {what}", node.value_place("triggers"))
            intent = Intent(name, used, tuple(sorted(ignored)), triggers, _others(node, known))
        reader.emit("intent", ("domain", "intents", name), intent, place)


def _check_entities(reader: Reader, name: str, node: MappingNode, both: set[str]) -> None:
    for entity in sorted(both):
        message = f"intent {name!r} both uses and ignores the entity {entity!r}, so it is ignored"
        place = node.value_place("ignore_entities")
        reader.report("used-and-ignored", message, place, severity="warning", hint="remove it from one of the lists")


def _read_entities(reader: Reader) -> None:
    known = ("roles", "groups", "influence_conversation")
    for name, node, place in _named_entries(reader, "entities", "entity"):
        path = ("domain", "entities", name)
        if node is None:
            reader.emit("entity", path, Entity(name), place)
            continue
        influence = reader.flag(node, "influence_conversation", default=True)
        entity = Entity(name, influence_conversation=influence, properties=_others(node, known))
        reader.emit("entity", path, entity, place)
        for key, kind in (("roles", "entity-role"), ("groups", "entity-group")):
            for label, label_place in reader.entries(node, key, f"{key} of entity {name!r}") if node.get(key) else ():
                text = reader.text(label, f"an entry of {key} of entity {name!r}", label_place)
                if text is not None:
                    reader.emit(kind, (*path, key, str(text)), str(text), label_place)


def _section_mapping(reader: Reader, key: str) -> MappingNode | None:
    return reader.mapping(reader.root[key], key, reader.root.value_place(key))


def _read_forms(reader: Reader) -> None:
    if isinstance(reader.root["forms"], list):
        # Format of 1.x: names only.
        for name, place in _bare_names(reader, "forms", "form"):
            reader.emit("form", ("domain", "forms", name), Form(name), place)
        return
    section = _section_mapping(reader, "forms")
    if section is None:
        return
    for name, value, place, value_place in reader.members(section, "forms"):
        if value is None:
            reader.emit("form", ("domain", "forms", name), Form(name), place)
            continue
        node = reader.mapping(value, f"form {name!r}", value_place)
        if node is not None:
            _read_form(reader, name, node, place)


def _read_form(reader: Reader, name: str, node: MappingNode, place: Place) -> None:
    known = ("required_slots", "ignored_intents")
    slots: tuple[str, ...] = ()
    path = ("domain", "forms", name)
    ignored = node.get("ignored_intents")
    if isinstance(ignored, str):
        ignored_intents: tuple[str, ...] = (str(ignored),)
    else:
        ignored_intents = reader.names(node, "ignored_intents", f"form {name!r}") if ignored else ()
    if "ignored_intents" in node and "required_slots" not in node and len(node) == 1:
        message = f"form {name!r} has `ignored_intents` but no `required_slots`"
        reader.report("missing-key", message, place, hint="add `required_slots` with the slots the form asks for")
    required = node if _is_legacy(node) else node.get("required_slots")
    if isinstance(required, MappingNode):
        members = [
            member for member in reader.members(required, f"the slots of form {name!r}") if member[0] not in known
        ]
        slots = tuple(slot for slot, _, _, _ in members)
        for slot, mappings, _, _ in members:
            if mappings is not None:
                read_mappings(reader, required, slot, (*path, slot))
    elif required is not None:
        slots = reader.names(node, "required_slots", f"form {name!r}")
    properties = {} if _is_legacy(node) else _others(node, known)
    reader.emit("form", path, Form(name, slots, ignored_intents, properties=properties), place)


def _is_legacy(node: MappingNode) -> bool:
    """Early 2.x forms listed their slots directly, without `required_slots`."""
    return bool(node) and "required_slots" not in node and all(isinstance(value, list) for value in node.values())


def _read_actions(reader: Reader) -> None:
    for name, node, place in _named_entries(reader, "actions", "action"):
        if node is not None:
            reader.flag(node, "send_domain", default=False)
        reader.emit("action", ("domain", "actions", name), Action(name, plain_value(node or {})), place)


def _read_end_to_end_actions(reader: Reader) -> None:
    for text, place in _bare_names(reader, "e2e_actions", "end-to-end action"):
        reader.emit("e2e-action", ("domain", "e2e_actions", text), text, place)


def _read_session(reader: Reader) -> None:
    section = _section_mapping(reader, "session_config")
    if section is None:
        return
    reader.check_keys(section, _SESSION_KEYS, "session_config")
    for name, value, place, value_place in reader.members(section, "session_config"):
        if name not in _SESSION_KEYS:
            continue
        is_flag = name == _SESSION_KEYS[1]
        right = isinstance(value, bool) if is_flag else is_number(value)
        if not right or not (is_flag or value >= 0):
            expected = "true or false" if is_flag else "a number of minutes, 0 or more"
            reader.wrong_type(name, expected, value, value_place)
        else:
            reader.emit("session-setting", ("domain", "session_config", name), value, place)


def _read_settings(reader: Reader) -> None:
    section = _section_mapping(reader, "config")
    for name, value, place, _ in reader.members(section, "config") if section is not None else ():
        reader.emit("domain-setting", ("domain", "config", name), plain_value(value), place)
