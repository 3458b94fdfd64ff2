"""Slots that fill themselves when the user says something."""

from typing import Any

import pytest

from tenprint.fingerprinting.slot_filling import filled_slots
from tenprint.importers.data import EntitySpan, IntentStep, Slot, SlotMapping, SlotStep, StepEntity

TRIP = IntentStep(
    "travel",
    text="from Rome to Oslo",
    spans=(EntitySpan(5, 9, "city", "Rome", "from"), EntitySpan(13, 17, "city", "Oslo", "to")),
)


def slot(*mappings: dict[str, Any], type_: str = "text") -> Slot:
    return Slot("it", type_, mappings=tuple(SlotMapping(mapping) for mapping in mappings))


@pytest.mark.parametrize(
    ("mapping", "value"),
    [
        ({"type": "from_entity", "entity": "city", "role": "from"}, "Rome"),
        ({"type": "from_entity", "entity": "city"}, "Oslo"),
        ({"type": "from_entity", "entity": "city", "intent": "travel"}, "Oslo"),
        ({"type": "from_entity", "entity": "city", "intent": ["travel", "x"]}, "Oslo"),
        ({"type": "from_intent", "intent": "travel", "value": True}, True),
        ({"type": "from_entity", "entity": "city", "conditions": [{"active_loop": None}]}, "Oslo"),
    ],
)
def test_a_slot_takes_what_its_mapping_says(mapping: dict[str, Any], value: Any) -> None:
    assert filled_slots(TRIP, [slot(mapping)], active_loop=None) == (SlotStep("it", value),)


@pytest.mark.parametrize(
    "mapping",
    [
        {"type": "from_entity", "entity": "person"},
        {"type": "from_entity", "entity": "city", "group": "1"},
        {"type": "from_entity", "entity": "city", "intent": "greet"},
        {"type": "from_entity", "entity": "city", "not_intent": ["travel"]},
        {"type": "from_entity", "entity": "city", "conditions": [{"active_loop": "form"}]},
        {"type": "from_entity", "entity": "city", "conditions": [{"active_loop": None, "requested_slot": "it"}]},
        {"type": "from_intent", "intent": "greet", "value": True},
        {"type": "from_text"},
        {"type": "custom"},
        {},
    ],
)
def test_a_mapping_that_does_not_fit_leaves_the_slot_alone(mapping: dict[str, Any]) -> None:
    assert filled_slots(TRIP, [slot(mapping)], active_loop=None) == ()


def test_a_list_takes_all_and_the_first_mapping_that_fits_counts() -> None:
    both = slot({"type": "from_entity", "entity": "city"}, type_="list")
    assert filled_slots(TRIP, [both], active_loop=None) == (SlotStep("it", ["Rome", "Oslo"]),)
    first = slot(
        {"type": "from_entity", "entity": "none"},
        {"type": "from_intent", "value": 1},
        {"type": "from_intent", "value": 2},
    )
    assert filled_slots(TRIP, [first], active_loop=None) == (SlotStep("it", 1),)


def test_an_entity_without_a_value_sets_a_slot_without_one() -> None:
    step = IntentStep("travel", (StepEntity("city"),))
    taken = slot({"type": "from_entity", "entity": "city"})
    assert filled_slots(step, [taken], active_loop=None) == (SlotStep("it", "", has_value=False),)
