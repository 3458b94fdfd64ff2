"""Domain values back to YAML; reading the result gives an equal domain."""

import io
import re
from collections.abc import Mapping
from typing import Any

from tenprint.importers.data import Action, Domain, Entity, Form, Intent, Slot

FORMAT_VERSION = "3.1"

_TEXT = "tag:yaml.org,2002:str"
_NEEDS_QUOTES = re.compile("[$][{]|[\x85\u2028\u2029]")
"""Variables, which would be replaced in plain text, and line ends of YAML 1.1."""


def domain_mapping(domain: Domain) -> dict[str, Any]:
    """Lay a domain out as a domain file does; sections without content are left out."""
    sections: dict[str, Any] = {
        "intents": [_entry(intent.name, _intent(intent)) for intent in domain.intents],
        "entities": [_entry(entity.name, _entity(entity)) for entity in domain.entities],
        "slots": {slot.name: _slot(slot) for slot in domain.slots},
        "forms": {form.name: _form(form) for form in domain.forms},
        "actions": [_entry(action.name, _action(action)) for action in domain.actions],
        "responses": {response.name: [dict(entry) for entry in response.variations] for response in domain.responses},
        "e2e_actions": list(domain.end_to_end_actions),
        "session_config": dict(domain.session),
        "config": dict(domain.settings),
    }
    return {"version": FORMAT_VERSION, **{key: section for key, section in sections.items() if section}}


def domain_yaml(domain: Domain) -> bytes:
    """Write a domain as YAML 1.2, in the order its values have."""
    # Heavy, and only a model that is packed needs it.
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.representer import SafeRepresenter  # noqa: PLC0415

    class Representer(SafeRepresenter):
        """Quotes what the emitter would leave plain although readers would see something else in it."""

        def represent_str(self, data: str) -> Any:
            return self.represent_scalar(_TEXT, data, style='"' if _NEEDS_QUOTES.search(data) else None)

    Representer.add_representer(str, Representer.represent_str)
    # The pure emitter: it knows which plain words YAML 1.2 would read as something else than text.
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = Representer
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 4096
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # untyped attribute, None by default
    stream = io.BytesIO()
    yaml.dump(domain_mapping(domain), stream)
    return stream.getvalue()


def _entry(name: str, properties: Mapping[str, Any]) -> Any:
    return {name: dict(properties)} if properties else name


def _intent(intent: Intent) -> dict[str, Any]:
    properties = dict(intent.properties)
    if intent.use_entities is not None:
        properties["use_entities"] = list(intent.use_entities)
    if intent.ignore_entities:
        properties["ignore_entities"] = list(intent.ignore_entities)
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
