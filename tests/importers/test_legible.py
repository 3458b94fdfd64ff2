"""Values as people read them."""

from datetime import date

import pytest

from tenprint.importers.data import (
    Action,
    ActionStep,
    EntitySpan,
    Example,
    Intent,
    IntentStep,
    LookupEntry,
    Rule,
    Slot,
    SlotMapping,
    Story,
    Synonym,
    UserStep,
)
from tenprint.importers.legible import full_text, legible, short_text


@pytest.mark.parametrize(
    ("value", "path", "shown"),
    [
        (Intent("greet"), ("domain", "intents", "greet"), {}),
        (Intent("greet", use_entities=()), ("domain", "intents", "greet"), {"use_entities": []}),
        (Slot("text", "text"), ("domain", "slots", "text"), {"type": "text"}),
        (Action("act", {"send_domain": True}), ("domain", "actions", "act"), {"send_domain": True}),
        (SlotMapping({"type": "custom"}), ("domain", "slots", "s", "mappings"), {"type": "custom"}),
        (Synonym("tents", "tent"), ("nlu", "synonyms", "tents"), {"value": "tent"}),
        (LookupEntry("size", "big"), ("nlu", "lookups", "size"), {"element": "big"}),
        (Example("hi", "greet"), ("nlu", "greet", "hi"), "hi"),
        (Example("to Rome", "go", (EntitySpan(3, 7, "city", "Rome"),)), ("nlu", "go", "to Rome"), "to [Rome](city)"),
        (Example("a [b] c", "go", (EntitySpan(0, 7, "x", 1), EntitySpan(2, 4, "y", 2))), ("nlu", "go", "?"), "a [b] c"),
        (Example("hi", "greet", (), {"example": 1}), (), {"text": "hi", "metadata": {"example": 1}}),
        ({"name": "A", "epochs": 1}, ("config", "pipeline", "A"), {"name": "A", "epochs": 1}),
        ([date(2020, 1, 2), float("nan"), 1.5, None, True], (), ["2020-01-02", "nan", 1.5, None, True]),
        ({}, (), {}),
    ],
)
def test_a_value_is_shown_as_it_was_written(value: object, path: tuple[str, ...], shown: object) -> None:
    assert legible(value, path) == shown


def test_dialogues_are_shown_as_their_lines() -> None:
    story = Story("hello", (IntentStep("greet"), ActionStep("utter_greet")))
    assert legible(story, ("stories", "hello")) == {"steps": [{"intent": "greet"}, {"action": "utter_greet"}]}
    rule = Rule("hello", (IntentStep("greet"),), conversation_start=True)
    assert legible(rule, ("rules", "hello")) == {"conversation_start": True, "steps": [{"intent": "greet"}]}


def test_a_dialogue_that_no_file_can_hold_is_shown_by_its_fields() -> None:
    shown = legible(Story("odd", (UserStep(" [a](b) "),)), ("stories", "odd"))
    assert shown == {"steps": [{"text": " [a](b) "}]}


def test_a_short_text_is_one_line_and_is_cut() -> None:
    assert short_text({"text": "a\nb"}) == '{"text": "a\\nb"}'
    cut = short_text("x" * 100, limit=20)
    assert (len(cut), cut[-4:]) == (20, " ...")


def test_a_full_text_is_the_text_itself_or_json_which_gets_lines_when_it_is_long() -> None:
    assert full_text("hello") == "hello"
    assert full_text({"a": [1]}) == '{"a": [1]}'
    assert full_text({"a": "x" * 100}).splitlines()[0] == "{"
