"""Domain values back to YAML; reading the result gives an equal domain.

A domain in the shape of 2.x stays in it, because nothing but its author can say what its 3.x form would be: forms then
hold their slot mappings, and the version says so.
"""

from collections.abc import Mapping
from typing import Any

from tenprint.importers.data import Action, Domain, Entity, Form, Intent, Response, Slot
from tenprint.importers.errors import ProblemsError
from tenprint.importers.writing.refusals import Entry, Refusals
from tenprint.importers.writing.yaml_text import document, scalar

FORMAT_VERSION = "3.1"
FORMAT_VERSION_2 = "2.0"

_NOUNS = {
    "intents": "intent",
    "entities": "entity",
    "slots": "slot",
    "forms": "form",
    "actions": "action",
    "responses": "response",
    "e2e_actions": "end-to-end action",
    "session_config": "session setting",
    "config": "setting",
}


def format_version(domain: Domain) -> str:
    """Return the version of the format a domain is in: 2.x mapped slots in forms, or filled them by their names."""
    has_old_forms = any(form.slot_mappings for form in domain.forms)
    has_old_slots = any(slot.type == "unfeaturized" for slot in domain.slots) or (
        bool(domain.slots) and not any(slot.mappings for slot in domain.slots)
    )
    return FORMAT_VERSION_2 if has_old_forms or has_old_slots else FORMAT_VERSION


def domain_mapping(domain: Domain) -> dict[str, Any]:
    """Lay a domain out as a domain file does; sections without content are left out."""
    sections: dict[str, Any] = {
        "intents": [_entry(intent.name, _intent(intent)) for intent in domain.intents],
        "entities": [_entry(entity.name, _entity(entity)) for entity in domain.entities],
        "slots": {slot.name: _slot(slot) for slot in domain.slots},
        "forms": {form.name: _form(form) for form in domain.forms},
        "actions": [_entry(action.name, _action(action)) for action in domain.actions],
        "responses": {response.name: _response(response) for response in _responses(domain)},
        "e2e_actions": list(domain.end_to_end_actions),
        "session_config": dict(domain.session),
        "config": dict(domain.settings),
    }
    return {"version": format_version(domain), **{key: section for key, section in sections.items() if section}}


def domain_lines(domain: Domain, refusals: Refusals) -> dict[str, list[str]]:
    """Lines of each section that has content, without the version."""
    lines: dict[str, list[str]] = {}
    for key, section in domain_mapping(domain).items():
        if key == "version":
            continue
        if isinstance(section, list):
            lines[key] = refusals.listed(key, (_named(key, _name(entry), entry) for entry in section))
        else:
            lines[key] = refusals.mapped(key, (_named(key, name, {name: entry}) for name, entry in section.items()))
    return lines


def domain_yaml(domain: Domain) -> bytes:
    """Write a domain as YAML 1.2, in the order its values have.

    Raises:
        ProblemsError: It holds values that YAML cannot express; a domain that was read never does.
    """
    refusals = Refusals()
    lines = domain_lines(domain, refusals)
    if refusals.problems:
        raise ProblemsError(refusals.problems)
    return document({"version": version_lines(domain), **lines})


def version_lines(domain: Domain) -> list[str]:
    return [f"version: {scalar(format_version(domain))}"]


def _named(key: str, name: str, content: Any) -> Entry:
    return Entry(("domain", key, name), f"the {_NOUNS[key]} {name!r}", content)


def _name(entry: Any) -> str:
    return entry if isinstance(entry, str) else next(iter(entry))


def _entry(name: str, properties: Mapping[str, Any]) -> Any:
    return {name: dict(properties)} if properties else name


def _intent(intent: Intent) -> dict[str, Any]:
    properties = dict(intent.properties)
    if intent.use_entities is not None:
        properties["use_entities"] = sorted(intent.use_entities)
    if intent.ignore_entities:
        properties["ignore_entities"] = sorted(intent.ignore_entities)
    if intent.triggers is not None:
        properties["triggers"] = intent.triggers
    return properties


def _entity(entity: Entity) -> dict[str, Any]:
    properties = dict(entity.properties)
    if entity.roles:
        properties["roles"] = list(entity.roles)
    if entity.groups:
        properties["groups"] = list(entity.groups)
    if not entity.influence_conversation:
        properties["influence_conversation"] = False
    return properties


def _slot(slot: Slot) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": slot.type, **slot.properties}
    if slot.initial_value is not None:
        properties["initial_value"] = slot.initial_value
    if slot.influence_conversation != (slot.type != "any"):
        properties["influence_conversation"] = slot.influence_conversation
    if slot.mappings:
        properties["mappings"] = [dict(mapping.properties) for mapping in slot.mappings]
    return properties


def _form(form: Form) -> dict[str, Any]:
    properties = dict(form.properties)
    if form.slot_mappings:
        properties["required_slots"] = {
            slot: [dict(mapping.properties) for mapping in form.slot_mappings.get(slot, ())]
            for slot in form.required_slots
        }
    else:
        properties["required_slots"] = list(form.required_slots)
    if form.ignored_intents:
        properties["ignored_intents"] = list(form.ignored_intents)
    return properties


def _action(action: Action) -> dict[str, Any]:
    return dict(action.properties)


def _responses(domain: Domain) -> list[Response]:
    """Responses in the order in which reading puts them: those of retrieval intents last."""
    return sorted(domain.responses, key=lambda response: response.is_retrieval)


def _response(response: Response) -> list[dict[str, Any]]:
    return [dict(variation) for variation in response.variations]
