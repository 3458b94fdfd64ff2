from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.importers.assembling import items_of
from tenprint.importers.data import Action, Domain, Entity, Form, Intent, Response, Slot, SlotMapping
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Item
from tenprint.importers.kinds import DOMAIN, core_view

RULES = ReadingRules()
MAPPING = SlotMapping({"type": "from_text"})

Named = Intent | Entity | Slot | Form | Action | Response
SECTIONS: dict[type, str] = {
    Intent: "intents",
    Entity: "entities",
    Slot: "slots",
    Form: "forms",
    Action: "actions",
    Response: "responses",
}


def items(*named: Named) -> list[Item]:
    sections: dict[str, Any] = {}
    for value in named:
        sections[SECTIONS[type(value)]] = (*sections.get(SECTIONS[type(value)], ()), value)
    return [Item._make(row) for row in items_of(DOMAIN, Domain(**sections), RULES)]


def digests(value: Named) -> list[bytes]:
    return sorted(item.digest for item in items(value))


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (Intent("a"), {"name": "b"}),
        (Intent("a"), {"use_entities": ()}),
        (Intent("a", ("x",)), {"use_entities": ("y",)}),
        (Intent("a"), {"ignore_entities": ("x",)}),
        (Intent("a"), {"triggers": "x"}),
        (Intent("a"), {"properties": {"x": None}}),
        (Entity("a"), {"influence_conversation": False}),
        (Entity("a"), {"roles": ("x",)}),
        (Entity("a", roles=("x",)), {"roles": (), "groups": ("x",)}),
        (Entity("a"), {"properties": {"x": 1}}),
        (Slot("a", "text"), {"type": "any"}),
        (Slot("a", "text"), {"initial_value": "None"}),
        (Slot("a", "text", 1), {"initial_value": "1"}),
        (Slot("a", "text"), {"influence_conversation": False}),
        (Slot("a", "text"), {"mappings": (MAPPING,)}),
        (Slot("a", "text"), {"properties": {"values": ["x"]}}),
        (Slot("a", "text", properties={"values": ["x", "y"]}), {"properties": {"values": ["y", "x"]}}),
        (Form("a"), {"required_slots": ("x",)}),
        (Form("a", ("x", "y")), {"required_slots": ("y", "x")}),
        (Form("a"), {"ignored_intents": ("x",)}),
        (Form("a"), {"slot_mappings": {"x": (MAPPING,)}}),
        (Action("a"), {"properties": {"send_domain": True}}),
        (Response("utter_a"), {"variations": ({"text": "x"},)}),
        (Response("utter_a", ({"text": "x"},)), {"variations": ({"text": "y"},)}),
        (Response("utter_a", ({"text": "x"},)), {"variations": ({"text": "x"}, {"text": "x"})}),
        (Response("utter_a", ({"text": "x"},)), {"name": "utter_a/x"}),
    ],
)
def test_every_part_of_a_domain_has_a_say(value: Named, change: dict[str, Any]) -> None:
    assert digests(replace(value, **change)) != digests(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Intent("a", ("x", "y")), Intent("a", ("y", "x"))),
        (Intent("a", None, ("x", "y")), Intent("a", None, ("y", "x"))),
        (Entity("a", ("x", "y")), Entity("a", ("y", "x"))),
        (Form("a", (), ("x", "y")), Form("a", (), ("y", "x"))),
        (Slot("a", "text", properties={"x": 1, "y": 2}), Slot("a", "text", properties={"y": 2, "x": 1})),
        (Response("utter_a", ({"text": "x", "id": "y"},)), Response("utter_a", ({"id": "y", "text": "x"},))),
    ],
)
def test_some_orders_mean_nothing(one: Named, other: Named) -> None:
    assert digests(one) == digests(other)


def test_parts_that_sources_may_share_are_items_of_their_own() -> None:
    found = items(
        Entity("city", ("from",), ("one",)),
        Slot("s", "text", mappings=(MAPPING,)),
        Form("f", ("s",), slot_mappings={"s": (MAPPING, MAPPING)}),
        Response("utter_a", ({"text": "x"}, {"text": "y"})),
        Response("utter_faq/a", ({"text": "x"},)),
        Response("utter_none"),
    )

    assert [(item.kind, item.path) for item in found] == [
        ("entity", ("domain", "entities", "city")),
        ("entity-role", ("domain", "entities", "city", "roles", "from")),
        ("entity-group", ("domain", "entities", "city", "groups", "one")),
        ("slot", ("domain", "slots", "s")),
        ("slot-mapping", ("domain", "slots", "s", "mappings")),
        ("form", ("domain", "forms", "f")),
        ("slot-mapping", ("domain", "forms", "f", "s")),
        ("slot-mapping", ("domain", "forms", "f", "s")),
        ("response", ("domain", "responses", "utter_a")),
        ("response", ("domain", "responses", "utter_a")),
        ("retrieval-response", ("domain", "responses", "utter_faq/a")),
        ("response", ("domain", "responses", "utter_none")),
    ]


def test_the_item_of_a_whole_does_not_hold_its_parts() -> None:
    bare, with_roles = items(Entity("a"))[0], items(Entity("a", ("x",), ("y",)))[0]
    slot, mapped = items(Slot("a", "text"))[0], items(Slot("a", "text", mappings=(MAPPING,)))[0]
    form, with_mappings = items(Form("a"))[0], items(Form("a", slot_mappings={"x": (MAPPING,)}))[0]

    assert (bare, slot, form) == (with_roles, mapped, with_mappings)


def test_who_reads_what() -> None:
    trained, unread = {"domain": "digest"}, {"domain-unread": "digest"}
    action, filled = {"domain": "action"}, {"form-definitions": "digest"}

    assert {item_kind.name: dict(item_kind.read_by) for item_kind in DOMAIN.item_kinds} == {
        "intent": trained,
        "entity": trained,
        "entity-role": trained,
        "entity-group": trained,
        "slot": trained,
        "slot-mapping": filled,
        "form": {"domain": "path", **filled},
        "action": {**action, **unread},
        "response": {**action, "nlg": "digest"},
        "retrieval-response": {"nlg": "digest", "retrieval-responses": "digest"},
        "e2e-action": trained,
        "session-setting": {"session-settings": "digest"},
        "domain-setting": unread,
    }


@given(strategies.domains)
def test_what_is_taken_apart_can_be_put_together(domain: Domain) -> None:
    again = DOMAIN.put_together(list(DOMAIN.take_apart(domain)))

    assert {response.name: response for response in again.responses} == {
        response.name: response for response in domain.responses
    }
    assert replace(again, responses=()) == replace(domain, responses=())


@given(strategies.domains, st.randoms(use_true_random=False))
def test_the_view_of_core_does_not_show_any_order_of_names(domain: Domain, random: Any) -> None:
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        order = list(values)
        random.shuffle(order)
        return tuple(order)

    other = replace(
        domain,
        intents=tuple(
            replace(
                intent,
                use_entities=None if intent.use_entities is None else shuffled(intent.use_entities),
                ignore_entities=shuffled(intent.ignore_entities),
            )
            for intent in shuffled(domain.intents)
        ),
        entities=tuple(
            replace(entity, roles=shuffled(entity.roles), groups=shuffled(entity.groups))
            for entity in shuffled(domain.entities)
        ),
        slots=shuffled(domain.slots),
        forms=shuffled(domain.forms),
        actions=shuffled(domain.actions),
        responses=shuffled(domain.responses),
        end_to_end_actions=shuffled(domain.end_to_end_actions),
    )

    assert core_view(other, frozenset()) == core_view(domain, frozenset())


def test_the_view_of_core_shows_names_instead_of_what_training_does_not_read() -> None:
    domain = Domain(
        intents=(Intent("b"), Intent("a")),
        slots=(Slot("s", "text", mappings=(MAPPING,)),),
        forms=(Form("f", ("s",), ("a",)),),
        actions=(Action("act", {"send_domain": True}),),
        responses=(Response("utter_x", ({"text": "x"},)), Response("utter_faq/a", ({"text": "y"},))),
        session={"session_expiration_time": 1},
        settings={"store_entities_as_slots": False},
    )

    assert core_view(domain, frozenset({"faq/a", "faq/b"})) == Domain(
        intents=(Intent("a"), Intent("b"), Intent("faq")),
        slots=(Slot("s", "text"),),
        forms=(Form("f"),),
        actions=(Action("act"), Action("utter_faq"), Action("utter_x")),
    )
