"""The kind `domain`. What Core training reads of it enters the key `domain`; the rest is refreshed without training.

Core training knows actions and replies by their names alone, wherever they are written: they enter by the aspect
`action`. Reply texts enter `nlg`; those of retrieval intents, which a component of NLU may read, have a key of their
own beside. What matters only while the assistant runs has three keys: `session-settings`, `form-definitions` (bodies of
forms, and how slots are filled), and `domain-unread` (properties of actions, settings of the domain).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tenprint.importers.data import (
    RESPONSE_PREFIX,
    Action,
    Domain,
    Entity,
    Form,
    Intent,
    Response,
    Slot,
    SlotMapping,
    base_intent,
)
from tenprint.importers.items import Path
from tenprint.importers.kinds.descriptor import ItemKind, Kind, NamedValue, as_it_is, whole
from tenprint.importers.kinds.renaming import (
    rename_action,
    rename_entity,
    rename_form,
    rename_intent,
    rename_response,
    rename_setting,
    rename_slot,
    rename_slot_mapping,
)
from tenprint.importers.kinds.values import (
    below,
    form_fault,
    mapping_fault,
    named_below,
    of_type,
    slot_fault,
    variation_fault,
)
from tenprint.importers.merging import Identity
from tenprint.importers.reading import read_domain

_TRAINED = {"domain": "digest"}
_ACTION = {"domain": "action"}
_FORMS = {"form-definitions": "digest"}
_UNREAD = {"domain-unread": "digest"}
_LABEL = below("domain", "entities", length=5, types=(str,))


def _intent(intent: Intent) -> tuple[Any, ...]:
    used = None if intent.use_entities is None else set(intent.use_entities)
    return used, set(intent.ignore_entities), intent.triggers, dict(intent.properties)


def _slot(slot: Slot) -> tuple[Any, ...]:
    return slot.type, slot.initial_value, slot.influence_conversation, dict(slot.properties)


def _form(form: Form) -> tuple[Any, ...]:
    return form.required_slots, set(form.ignored_intents), dict(form.properties)


ITEM_KINDS = (
    ItemKind(
        "intent",
        Identity.ONE,
        whole(_intent),
        _TRAINED,
        rename_intent,
        path_of=named_below("domain", "intents"),
        fault=of_type(Intent),
    ),
    ItemKind(
        "entity",
        Identity.ONE,
        whole(lambda entity: (entity.influence_conversation, dict(entity.properties))),
        _TRAINED,
        rename_entity,
        path_of=named_below("domain", "entities"),
        fault=of_type(Entity),
    ),
    ItemKind("entity-role", Identity.ONE, whole(as_it_is), _TRAINED, rename_entity, fault=_LABEL),
    ItemKind("entity-group", Identity.ONE, whole(as_it_is), _TRAINED, rename_entity, fault=_LABEL),
    ItemKind(
        "slot",
        Identity.ONE,
        whole(_slot),
        _TRAINED,
        rename_slot,
        path_of=named_below("domain", "slots"),
        fault=slot_fault,
    ),
    ItemKind(
        "slot-mapping",
        Identity.GROUP,
        whole(lambda mapping: dict(mapping.properties)),
        _FORMS,
        rename_slot_mapping,
        fault=mapping_fault,
    ),
    ItemKind(
        "form",
        Identity.ONE,
        whole(_form),
        {"domain": "path", **_FORMS},
        rename_form,
        path_of=named_below("domain", "forms"),
        fault=form_fault,
    ),
    ItemKind(
        "action",
        Identity.ONE,
        whole(lambda action: dict(action.properties)),
        {**_ACTION, **_UNREAD},
        rename_action,
        path_of=named_below("domain", "actions"),
        fault=of_type(Action),
    ),
    ItemKind(
        "response",
        Identity.GROUP,
        whole(as_it_is),
        {**_ACTION, "nlg": "digest"},
        rename_response,
        fault=variation_fault(retrieval=False),
    ),
    ItemKind(
        "retrieval-response",
        Identity.GROUP,
        whole(as_it_is),
        {"nlg": "digest", "retrieval-responses": "digest"},
        rename_response,
        fault=variation_fault(retrieval=True),
    ),
    ItemKind(
        "e2e-action",
        Identity.ONE,
        whole(as_it_is),
        _TRAINED,
        path_of=lambda text: ("domain", "e2e_actions", text),
        fault=of_type(str),
    ),
    ItemKind(
        "session-setting",
        Identity.ONE,
        whole(as_it_is),
        {"session-settings": "digest"},
        fault=below("domain", "session_config", length=3),
    ),
    ItemKind(
        "domain-setting",
        Identity.ONE,
        whole(as_it_is),
        _UNREAD,
        rename_setting,
        fault=below("domain", "config", length=3),
    ),
)


def _take_apart(domain: Domain) -> Iterator[NamedValue]:
    for intent in domain.intents:
        yield NamedValue("intent", ("domain", "intents", intent.name), intent)
    for entity in domain.entities:
        yield from _entity_parts(entity)
    for slot in domain.slots:
        path = ("domain", "slots", slot.name)
        yield NamedValue("slot", path, replace(slot, mappings=()))
        yield from (NamedValue("slot-mapping", (*path, "mappings"), mapping) for mapping in slot.mappings)
    for form in domain.forms:
        yield from _form_parts(form)
    for action in domain.actions:
        yield NamedValue("action", ("domain", "actions", action.name), action)
    yield from _response_parts(domain.responses)
    for text in domain.end_to_end_actions:
        yield NamedValue("e2e-action", ("domain", "e2e_actions", text), text)
    yield from _setting_parts("session-setting", "session_config", domain.session)
    yield from _setting_parts("domain-setting", "config", domain.settings)


def _entity_parts(entity: Entity) -> Iterator[NamedValue]:
    path = ("domain", "entities", entity.name)
    yield NamedValue("entity", path, replace(entity, roles=(), groups=()))
    yield from (NamedValue("entity-role", (*path, "roles", role), role) for role in entity.roles)
    yield from (NamedValue("entity-group", (*path, "groups", group), group) for group in entity.groups)


def _form_parts(form: Form) -> Iterator[NamedValue]:
    path = ("domain", "forms", form.name)
    yield NamedValue("form", path, replace(form, slot_mappings={}))
    for slot, mappings in form.slot_mappings.items():
        yield from (NamedValue("slot-mapping", (*path, slot), mapping) for mapping in mappings)


def _setting_parts(kind: str, section: str, settings: Mapping[str, Any]) -> Iterator[NamedValue]:
    return (NamedValue(kind, ("domain", section, name), value) for name, value in settings.items())


def _response_parts(responses: Sequence[Response]) -> Iterator[NamedValue]:
    for response in responses:
        kind = "retrieval-response" if response.is_retrieval else "response"
        for variation in response.variations or (None,):
            yield NamedValue(kind, ("domain", "responses", response.name), variation)


class _Pieces:
    """Parts of one domain, sorted by what they belong to."""

    def __init__(self, parts: Sequence[NamedValue]) -> None:
        self.by_kind: dict[str, list[NamedValue]] = {}
        for part in parts:
            self.by_kind.setdefault(part.kind, []).append(part)

    def values(self, kind: str) -> tuple[Any, ...]:
        return tuple(part.value for part in self.by_kind.get(kind, ()))

    def settings(self, kind: str) -> dict[str, Any]:
        return {part.path[-1]: part.value for part in self.by_kind.get(kind, ())}

    def below(self, kind: str) -> dict[Path, list[Any]]:
        found: dict[Path, list[Any]] = {}
        for part in self.by_kind.get(kind, ()):
            found.setdefault(part.path, []).append(part.value)
        return found


def _put_together(parts: Sequence[NamedValue]) -> Domain:
    pieces = _Pieces(parts)
    roles = _labels(pieces, "entity-role")
    groups = _labels(pieces, "entity-group")
    mappings = pieces.below("slot-mapping")
    return Domain(
        intents=pieces.values("intent"),
        entities=tuple(_entity(entity, roles, groups) for entity in pieces.values("entity")),
        slots=tuple(
            replace(slot, mappings=tuple(mappings.get(("domain", "slots", slot.name, "mappings"), ())))
            for slot in pieces.values("slot")
        ),
        forms=tuple(_form_with(form, mappings) for form in pieces.values("form")),
        actions=pieces.values("action"),
        responses=_responses(pieces),
        end_to_end_actions=pieces.values("e2e-action"),
        session=pieces.settings("session-setting"),
        settings=pieces.settings("domain-setting"),
    )


def _labels(pieces: _Pieces, kind: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in pieces.by_kind.get(kind, ()):
        found.setdefault(part.path[2], []).append(part.value)
    return found


def _entity(entity: Entity, roles: Mapping[str, list[str]], groups: Mapping[str, list[str]]) -> Entity:
    return replace(entity, roles=tuple(roles.get(entity.name, ())), groups=tuple(groups.get(entity.name, ())))


def _form_with(form: Form, mappings: Mapping[Path, list[SlotMapping]]) -> Form:
    own = {path[3]: tuple(found) for path, found in mappings.items() if path[:3] == ("domain", "forms", form.name)}
    return replace(form, slot_mappings=own)


def _responses(pieces: _Pieces) -> tuple[Response, ...]:
    variations = {**pieces.below("response"), **pieces.below("retrieval-response")}
    return tuple(
        Response(path[2], tuple(variation for variation in found if variation is not None))
        for path, found in variations.items()
    )


def _intent_in_order(intent: Intent) -> Intent:
    used = None if intent.use_entities is None else tuple(sorted(intent.use_entities))
    return replace(intent, use_entities=used, ignore_entities=tuple(sorted(intent.ignore_entities)))


def core_view(domain: Domain, retrieval_intents: frozenset[str]) -> Domain:
    """Reduce a domain to what Core training reads, in canonical order.

    Equal `domain` keys mean equal views: no settings, names instead of the bodies of forms, and everything that can be
    done by its name among the actions, be it an action or a reply. Retrieval intents add themselves and their action,
    which need not stand in any file.
    """
    bases = {base_intent(name) for name in retrieval_intents}
    intents = {**{base: Intent(base) for base in bases}, **{intent.name: intent for intent in domain.intents}}
    replies = {response.name for response in domain.responses if not response.is_retrieval}
    names = {action.name for action in domain.actions} | replies | {RESPONSE_PREFIX + base for base in bases}
    return Domain(
        intents=tuple(_intent_in_order(intents[name]) for name in sorted(intents)),
        entities=tuple(
            replace(entity, roles=tuple(sorted(entity.roles)), groups=tuple(sorted(entity.groups)))
            for entity in sorted(domain.entities, key=lambda entity: entity.name)
        ),
        slots=tuple(replace(slot, mappings=()) for slot in sorted(domain.slots, key=lambda slot: slot.name)),
        forms=tuple(Form(name) for name in sorted(form.name for form in domain.forms)),
        actions=tuple(Action(name) for name in sorted(names)),
        end_to_end_actions=tuple(sorted(domain.end_to_end_actions)),
    )


DOMAIN = Kind(
    name="domain",
    keys=frozenset({"intents", "entities", "slots", "forms", "actions", "responses", "e2e_actions", "session_config"}),
    item_kinds=ITEM_KINDS,
    read=read_domain,
    take_apart=_take_apart,
    put_together=_put_together,
)
