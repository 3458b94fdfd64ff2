import json
import math
from typing import Any

import pytest

from tenprint.importers.data import BotStep, Domain, Entity, EntitySpan, Intent, IntentStep, Slot, SlotStep, StepEntity
from tenprint.plugins.components.relevance import OTHER_CATEGORY, Relevance

DOMAIN = Domain(
    intents=(
        Intent("all"),
        Intent("some", use_entities=("city",)),
        Intent("fewer", ignore_entities=("city",)),
        Intent("none", use_entities=()),
    ),
    entities=(Entity("city", roles=("from", "to")), Entity("when"), Entity("secret", influence_conversation=False)),
    slots=(
        Slot("name", "text"),
        Slot("list", "list"),
        Slot("flag", "bool"),
        Slot("level", "float", properties={"min_value": 0, "max_value": 10}),
        Slot("kind", "categorical", properties={"values": ["Fish", True, 3]}),
        Slot("free", "any"),
        Slot("hidden", "text", influence_conversation=False),
        Slot("custom", "my.own.SlotType"),
        Slot("started", "bool", initial_value=False),
    ),
)
RELEVANCE = Relevance.from_json(json.loads(json.dumps(Relevance.of_domain(DOMAIN).to_json())))


def feature(slot: Any, value: Any) -> Any:
    step = SlotStep(slot, value)
    return RELEVANCE.feature(step) if RELEVANCE.tells(step) else "nothing told"


@pytest.mark.parametrize(
    ("slot", "value", "expected"),
    [
        ("name", "Ada", True),
        ("name", "", True),
        ("name", None, None),
        ("list", [0], True),
        ("list", [], None),
        ("flag", False, False),
        ("flag", "True", True),
        ("flag", "perhaps", None),
        ("level", 4, 4.0),
        ("level", 99, 10.0),
        ("level", "2.5", 2.5),
        ("level", "many", None),
        ("level", math.nan, None),
        ("kind", "FISH", "fish"),
        ("kind", True, "true"),
        ("kind", 3, "3"),
        ("kind", "fowl", OTHER_CATEGORY),
        ("kind", None, None),
        ("custom", 0, True),
        ("free", "x", "nothing told"),
        ("hidden", "x", "nothing told"),
        ("undeclared", "x", "nothing told"),
    ],
)
def test_a_slot_counts_by_its_type(slot: Any, value: Any, expected: Any) -> None:
    assert feature(slot, value) == expected
    assert type(feature(slot, value)) is type(expected)


def test_a_bare_name_tells_something_where_being_set_is_all() -> None:
    assert RELEVANCE.feature(SlotStep("name", has_value=False)) is True
    assert not RELEVANCE.tells(SlotStep("flag", has_value=False))


def test_initial_values_count() -> None:
    assert RELEVANCE.initial_features == {"started": False}


@pytest.mark.parametrize(
    ("intent", "entities"),
    [("all", ["city", "city#from", "when@1"]), ("some", ["city", "city#from"]), ("fewer", ["when@1"]), ("none", [])],
)
def test_entities_count_by_name_as_their_intent_uses_them(intent: Any, entities: Any) -> None:
    step = IntentStep(
        intent,
        (
            StepEntity("when", "now", group="1"),
            StepEntity("city", "Rome", role="from"),
            StepEntity("city", "Oslo"),
            StepEntity("city", "Bern"),
            StepEntity("secret", "x"),
        ),
    )

    assert RELEVANCE.spoken(step).get("entities", []) == entities


def test_annotations_inside_the_text_replace_listed_entities() -> None:
    step = IntentStep("all", (StepEntity("when"),), text="to Rome", spans=(EntitySpan(3, 7, "city", "Rome"),))

    assert RELEVANCE.spoken(step) == {"intent": "all", "entities": ["city"]}


def test_words_of_the_assistant_are_kept_as_they_are() -> None:
    assert RELEVANCE.spoken(BotStep("Hello!")) == {"bot": "Hello!"}
