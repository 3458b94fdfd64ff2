"""Rows of the soundness table for the domain: one function for each way to edit one thing."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.soundness.rows import (
    ALL,
    CORE,
    NLU_AND_UPDATE,
    UPDATE,
    Changed,
    Edit,
    Mutate,
    Row,
    drawn,
    swapped,
    with_domain,
)

from tenprint.importers.data import (
    Action,
    Domain,
    Entity,
    Form,
    Intent,
    ProjectData,
    Response,
    Slot,
    SlotMapping,
)

GENERATED = ("generated",)
ASSISTANT = ("assistant",)

Alter = Callable[[Any, Domain], Any]
"""Another value of the thing; None where it cannot be altered this way."""


def altered(section: str, kind: str, alter: Alter) -> Mutate:
    """Edit one entry of a section of the domain."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        values = getattr(project.domain, section)
        found = drawn(chance, values, lambda value: alter(value, project.domain) is not None)
        if found is None:
            return None
        index, value = found
        edited = with_domain(project, **{section: swapped(values, index, alter(value, project.domain))})
        return Edit(edited, Changed("modified", kind, ("domain", section, value.name)))

    return mutate


def added(section: str, kind: str, value: Any) -> Mutate:
    """Add one entry at the end of a section of the domain."""

    def mutate(project: ProjectData, chance: Random) -> Edit:
        del chance
        name = value if isinstance(value, str) else value.name
        values = getattr(project.domain, "end_to_end_actions" if section == "e2e_actions" else section)
        key = "end_to_end_actions" if section == "e2e_actions" else section
        edited = with_domain(project, **{key: (*values, value)})
        return Edit(edited, Changed("added", kind, ("domain", section, name)))

    return mutate


def removed(section: str, kind: str, name: str) -> Mutate:
    """Remove an entry that nothing else needs."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        values = getattr(project.domain, section)
        found = drawn(chance, values, lambda value: value.name == name)
        if found is None:
            return None
        return Edit(
            with_domain(project, **{section: swapped(values, found[0])}),
            Changed("removed", kind, ("domain", section, name)),
        )

    return mutate


def labelled(change: str, kind: str, alter: Callable[[tuple[str, ...]], tuple[str, ...] | None]) -> Mutate:
    """Add or remove a role or a group of an entity; the label is the one that is called `new`, or the first."""
    section = f"{kind.removeprefix('entity-')}s"

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        entities = project.domain.entities
        found = drawn(chance, entities, lambda entity: alter(getattr(entity, section)) is not None)
        if found is None:
            return None
        index, entity = found
        before = getattr(entity, section)
        after: Any = alter(before) or ()
        (label,) = set(before) ^ set(after)
        edited = with_domain(project, entities=swapped(entities, index, replace(entity, **{section: after})))
        return Edit(edited, Changed(change, kind, ("domain", "entities", entity.name, section, label)))

    return mutate


def remapped(change: str, alter: Callable[[tuple[SlotMapping, ...]], tuple[SlotMapping, ...] | None]) -> Mutate:
    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        slots = project.domain.slots
        found = drawn(chance, slots, lambda slot: bool(slot.mappings) and alter(slot.mappings) is not None)
        if found is None:
            return None
        index, slot = found
        mappings: Any = alter(slot.mappings)
        edited = with_domain(project, slots=swapped(slots, index, replace(slot, mappings=mappings)))
        return Edit(edited, Changed(change, "slot-mapping", ("domain", "slots", slot.name, "mappings")))

    return mutate


Variations = tuple[Any, ...]


def replied(change: str, alter: Callable[[Variations], Variations | None], *, retrieval: bool = False) -> Mutate:
    """Edit the variations of one response."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        responses = project.domain.responses
        found = drawn(
            chance,
            responses,
            lambda response: response.is_retrieval is retrieval and alter(response.variations) is not None,
        )
        if found is None:
            return None
        index, response = found
        variations: Any = alter(response.variations)
        new = replace(response, variations=variations)
        kind = "retrieval-response" if retrieval else "response"
        return Edit(
            with_domain(project, responses=swapped(responses, index, new)),
            Changed(change, kind, ("domain", "responses", response.name)),
        )

    return mutate


def other_text(variations: Variations) -> Variations | None:
    if not variations or "text" not in variations[0]:
        return None
    return ({**variations[0], "text": f"{variations[0]['text']} indeed"}, *variations[1:])


def noted(variations: Variations) -> Variations | None:
    return ({**variations[0], "metadata": {"seen": 1}}, *variations[1:]) if variations else None


def reversed_when_different(values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    return values[::-1] if len(values) > 1 and values[::-1] != values else None


def one_less(values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    return values[:-1] if len(values) > 1 and values[-1] not in values[:-1] else None


def set_in(section: str, kind: str, path: str, name: str, value: Any) -> Mutate:
    """Give a setting another value."""

    def mutate(project: ProjectData, chance: Random) -> Edit:
        del chance
        settings = getattr(project.domain, section)
        change = "modified" if name in settings else "added"
        return Edit(
            with_domain(project, **{section: {**settings, name: value}}), Changed(change, kind, ("domain", path, name))
        )

    return mutate


def uses(intent: Intent, domain: Domain) -> Intent:
    first = domain.entities[0].name
    return replace(intent, use_entities=() if intent.use_entities == (first,) else (first,), ignore_entities=())


def ignores(intent: Intent, domain: Domain) -> Intent | None:
    last = domain.entities[-1].name
    used = intent.use_entities is not None
    return None if used or last in intent.ignore_entities else replace(intent, ignore_entities=(last,))


def listed_reply(project: ProjectData, chance: Random) -> Edit | None:
    known = {action.name for action in project.domain.actions}
    found = drawn(chance, project.domain.responses, lambda reply: not reply.is_retrieval and reply.name not in known)
    return None if found is None else added("actions", "action", Action(found[1].name))(project, chance)


ROWS = (
    Row("an intent more", added("intents", "intent", Intent("brand_new")), CORE),
    Row("an intent less", removed("intents", "intent", "spare"), CORE, GENERATED),
    Row("entities an intent uses", altered("intents", "intent", uses), CORE),
    Row("entities an intent ignores", altered("intents", "intent", ignores), CORE),
    Row(
        "what an intent triggers",
        altered("intents", "intent", lambda intent, domain: replace(intent, triggers=domain.responses[0].name)),
        CORE,
    ),
    Row(
        "a property of an intent",
        altered("intents", "intent", lambda intent, _: replace(intent, properties={**intent.properties, "p": 1})),
        CORE,
    ),
    Row("an entity more", added("entities", "entity", Entity("brand_new")), CORE),
    Row("an entity less", removed("entities", "entity", "spare_entity"), CORE, GENERATED),
    Row(
        "influence of an entity",
        altered(
            "entities",
            "entity",
            lambda entity, _: replace(entity, influence_conversation=not entity.influence_conversation),
        ),
        CORE,
    ),
    Row("a role more", labelled("added", "entity-role", lambda roles: (*roles, "new")), CORE),
    Row("a role less", labelled("removed", "entity-role", lambda roles: roles[1:] if roles else None), CORE, GENERATED),
    Row("a group more", labelled("added", "entity-group", lambda groups: (*groups, "new")), CORE),
    Row("a slot more", added("slots", "slot", Slot("brand_new", "text")), CORE),
    Row("a slot less", removed("slots", "slot", "spare_slot"), CORE, GENERATED),
    Row(
        "the type of a slot",
        altered("slots", "slot", lambda slot, _: replace(slot, type="list") if slot.type == "text" else None),
        CORE,
    ),
    Row(
        "the first value of a slot",
        altered(
            "slots",
            "slot",
            lambda slot, _: (
                replace(slot, initial_value=f"{slot.initial_value}x") if slot.type in ("text", "categorical") else None
            ),
        ),
        CORE,
    ),
    Row(
        "influence of a slot",
        altered(
            "slots",
            "slot",
            lambda slot, _: (
                replace(slot, influence_conversation=not slot.influence_conversation)
                if slot.type in ("text", "bool")
                else None
            ),
        ),
        CORE,
    ),
    Row(
        "values of a slot",
        altered(
            "slots",
            "slot",
            lambda slot, _: (
                replace(slot, properties={**slot.properties, "values": [*slot.properties["values"], "huge"]})
                if "values" in slot.properties
                else None
            ),
        ),
        CORE,
    ),
    Row(
        "a mapping more",
        remapped("added", lambda found: (*found, SlotMapping({"type": "from_intent", "value": 7}))),
        UPDATE,
    ),
    Row(
        "what a mapping says",
        remapped("modified", lambda found: (SlotMapping({**found[0].properties, "not_intent": "spare"}), *found[1:])),
        UPDATE,
    ),
    Row("order of mappings", remapped("modified", reversed_when_different), UPDATE, GENERATED),
    Row(
        "slots a form asks for",
        altered(
            "forms",
            "form",
            lambda form, _: replace(form, required_slots=form.required_slots[:-1]) if form.required_slots else None,
        ),
        UPDATE,
    ),
    Row(
        "order of the slots a form asks for",
        altered(
            "forms",
            "form",
            lambda form, _: (
                replace(form, required_slots=form.required_slots[::-1]) if len(form.required_slots) > 1 else None
            ),
        ),
        UPDATE,
    ),
    Row(
        "intents a form ignores",
        altered(
            "forms",
            "form",
            lambda form, domain: (
                replace(form, ignored_intents=(domain.intents[0].name,))
                if domain.intents[0].name not in form.ignored_intents
                else None
            ),
        ),
        UPDATE,
    ),
    Row("a form more", added("forms", "form", Form("brand_new")), CORE),
    Row("an action more", added("actions", "action", Action("action_brand_new")), CORE),
    Row("an action less", removed("actions", "action", "action_spare"), CORE, GENERATED),
    Row(
        "a property of an action",
        altered("actions", "action", lambda action, _: replace(action, properties={**action.properties, "p": 1})),
        UPDATE,
    ),
    Row("a reply listed among the actions too", listed_reply, UPDATE),
    Row("the text of a reply", replied("modified", other_text), UPDATE),
    Row("a variation more", replied("added", lambda found: (*found, {"text": "one more"})), UPDATE),
    Row("a variation less", replied("removed", one_less), UPDATE),
    Row("order of variations", replied("modified", reversed_when_different), UPDATE),
    Row("metadata of a variation", replied("modified", noted), UPDATE),
    Row("a reply more", added("responses", "response", Response("utter_brand_new", ({"text": "x"},))), CORE),
    Row("a reply less", removed("responses", "response", "utter_spare"), CORE, GENERATED),
    Row(
        "an answer, where no component learns from it",
        replied("modified", other_text, retrieval=True),
        UPDATE,
        ASSISTANT,
    ),
    Row(
        "an answer, where a component may learn from it",
        replied("modified", other_text, retrieval=True),
        NLU_AND_UPDATE,
        GENERATED,
    ),
    Row(
        "order of answers, where a component may learn from them",
        replied("modified", reversed_when_different, retrieval=True),
        NLU_AND_UPDATE,
        GENERATED,
    ),
    Row("an end-to-end action more", added("e2e_actions", "e2e-action", "something new"), CORE),
    Row(
        "when a session ends",
        set_in("session", "session-setting", "session_config", "session_expiration_time", 1234),
        UPDATE,
    ),
    Row(
        "a setting of the domain",
        set_in("settings", "domain-setting", "config", "store_entities_as_slots", value=False),
        UPDATE,
    ),
)

END_TO_END_ROWS = (
    Row("the text of a reply, beside literal words", replied("modified", other_text), UPDATE, ("end to end",)),
    Row("an answer, beside literal words", replied("modified", other_text, retrieval=True), ALL, ("end to end",)),
)
