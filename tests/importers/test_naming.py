"""Names of a source in a namespace, and names with marks of overlays."""

from typing import Any

import pytest

from tenprint.importers.data import (
    Action,
    ActionStep,
    Entity,
    Example,
    Form,
    Intent,
    IntentStep,
    LoopStep,
    OrStep,
    Rule,
    Slot,
    SlotMapping,
    SlotStep,
    Story,
    Synonym,
)
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Path
from tenprint.importers.merging import NAMESPACED, MergeRules
from tenprint.importers.naming import Namespace, namespace_of, renamer

KINDS = ReadingRules().item_kinds()
SHOP = Namespace("shop")


def renamed(kind: str, path: Path, value: Any, *, namespace: Namespace | None = SHOP, marks: bool = False) -> Any:
    rename = renamer(namespace, marks=marks)
    assert rename is not None
    return rename(KINDS[kind], path, value)


@pytest.mark.parametrize(
    ("what", "name", "expected"),
    [
        ("intent", "greet", "shop.greet"),
        ("intent", "faq/hours", "shop.faq/hours"),
        ("intent", "nlu_fallback", "nlu_fallback"),
        ("response", "utter_greet", "utter_shop.greet"),
        ("response", "utter_faq/hours", "utter_shop.faq/hours"),
        ("response", "utter_ask_name", "utter_ask_name"),
        ("response", "utter_default", "utter_default"),
        ("response", "hello", "hello"),
        ("action", "utter_greet", "utter_shop.greet"),
        ("action", "action_listen", "action_listen"),
        ("action", "book_form", "book_form"),
        ("slot", "city", "city"),
        ("entity", "city", "city"),
        ("form", "book_form", "book_form"),
        ("story", "happy path", "shop.happy path"),
        ("rule", "say bye", "shop.say bye"),
    ],
)
def test_what_is_only_data_gets_the_prefix(what: str, name: str, expected: str) -> None:
    assert SHOP.counting(what, name) == expected


def test_a_namespace_covers_the_kinds_whose_policy_says_so() -> None:
    assert namespace_of("shop", MergeRules("namespace")) == Namespace("shop", frozenset(NAMESPACED))
    assert namespace_of("shop", MergeRules("last", {"intent": "namespace"})) == Namespace("shop", frozenset({"intent"}))
    assert namespace_of("shop", MergeRules("first")) is None
    assert namespace_of("team a/b", MergeRules("namespace")) == Namespace("team-a-b", frozenset(NAMESPACED))


def test_responses_of_retrieval_intents_go_with_their_intents() -> None:
    only_intents = Namespace("shop", frozenset({"intent"}))

    assert only_intents.counting("response", "utter_faq/a") == "utter_shop.faq/a"
    assert only_intents.counting("response", "utter_greet") == "utter_greet"


def test_a_story_mentions_the_names_of_its_own_source() -> None:
    steps = (
        IntentStep("greet"),
        OrStep((IntentStep("yes"), SlotStep("city", "x"))),
        ActionStep("utter_greet"),
        ActionStep("book_form"),
        LoopStep("book_form"),
    )
    path, story, mark = renamed("story", ("stories", "s"), Story("s", steps))

    assert path == ("stories", "shop.s")
    assert story == Story(
        "shop.s",
        (
            IntentStep("shop.greet"),
            OrStep((IntentStep("shop.yes"), SlotStep("city", "x"))),
            ActionStep("utter_shop.greet"),
            ActionStep("book_form"),
            LoopStep("book_form"),
        ),
    )
    assert mark is None


def test_a_rule_is_renamed_like_a_story() -> None:
    path, rule, _ = renamed("rule", ("rules", "r"), Rule("r", (IntentStep("greet"),), (LoopStep("f"),)))

    assert (path, rule) == (("rules", "shop.r"), Rule("shop.r", (IntentStep("shop.greet"),), (LoopStep("f"),)))


@pytest.mark.parametrize(
    ("kind", "path", "value", "expected"),
    [
        (
            "intent",
            ("domain", "intents", "greet"),
            Intent("greet", ("city",), triggers="utter_greet"),
            (("domain", "intents", "shop.greet"), Intent("shop.greet", ("city",), triggers="utter_shop.greet")),
        ),
        (
            "form",
            ("domain", "forms", "book"),
            Form("book", ("city",), ("greet",)),
            (("domain", "forms", "book"), Form("book", ("city",), ("shop.greet",))),
        ),
        (
            "slot-mapping",
            ("domain", "slots", "city", "mappings"),
            SlotMapping({"type": "from_text", "intent": ["greet"], "not_intent": "bye"}),
            (
                ("domain", "slots", "city", "mappings"),
                SlotMapping({"type": "from_text", "intent": ["shop.greet"], "not_intent": "shop.bye"}),
            ),
        ),
        (
            "response",
            ("domain", "responses", "utter_hi"),
            {
                "text": "hi",
                "buttons": [{"title": "yes", "payload": '/affirm{"a": 1}'}, {"title": "no", "payload": "no"}],
            },
            (
                ("domain", "responses", "utter_shop.hi"),
                {
                    "text": "hi",
                    "buttons": [
                        {"title": "yes", "payload": '/shop.affirm{"a": 1}'},
                        {"title": "no", "payload": "no"},
                    ],
                },
            ),
        ),
        (
            "intent-example",
            ("nlu", "greet", "hi"),
            Example("hi", "greet"),
            (("nlu", "shop.greet", "hi"), Example("hi", "shop.greet")),
        ),
        (
            "config-key",
            ("config", "language"),
            "en",
            (("config", "language"), "en"),
        ),
    ],
)
def test_parts_are_renamed_in_their_path_and_their_value(kind: str, path: Path, value: Any, expected: Any) -> None:
    before = repr(value)

    assert renamed(kind, path, value)[:2] == expected
    assert repr(value) == before


@pytest.mark.parametrize(
    ("kind", "path", "value", "bare"),
    [
        ("response", ("domain", "responses", "utter_hi.add"), {"text": "hi"}, {"text": "hi"}),
        ("intent-example", ("nlu", "greet.add", "hi"), Example("hi", "greet.add"), Example("hi", "greet")),
        ("slot", ("domain", "slots", "city.add"), Slot("city.add", "text"), Slot("city", "text")),
        ("entity", ("domain", "entities", "city.add"), Entity("city.add"), Entity("city")),
        ("action", ("domain", "actions", "action_a.add"), Action("action_a.add"), Action("action_a")),
        ("story", ("stories", "s.add"), Story("s.add", ()), Story("s", ())),
        ("synonym", ("nlu", "synonyms", "big apple"), Synonym("big apple", "NY.add"), Synonym("big apple", "NY")),
        ("config-key", ("config", "language.add"), "en", "en"),
        ("domain-setting", ("domain", "config", "a.add"), "x", "x"),
        ("policy", ("config", "policies.add", "RulePolicy"), {"name": "RulePolicy"}, {"name": "RulePolicy"}),
    ],
)
def test_a_mark_is_told_and_is_no_part_of_the_name(kind: str, path: Path, value: Any, bare: Any) -> None:
    new_path, new_value, mark = renamed(kind, path, value, namespace=None, marks=True)

    assert new_value == bare
    assert mark is not None
    assert mark[0] == "add"
    assert mark[1] == new_path[: KINDS[kind].name_at + 1]
    assert not any(name.endswith(".add") for name in new_path)


def test_names_without_marks_are_left_alone() -> None:
    assert renamed("slot", ("domain", "slots", "a.b"), Slot("a.b", "text"), namespace=None, marks=True) == (
        ("domain", "slots", "a.b"),
        Slot("a.b", "text"),
        None,
    )


def test_a_name_that_is_nothing_but_a_mark_stays() -> None:
    path, _, mark = renamed("slot", ("domain", "slots", ".add"), Slot(".add", "text"), namespace=None, marks=True)

    assert (path[2], mark) == (".add", None)


def test_without_namespace_and_marks_nothing_is_renamed() -> None:
    assert renamer(None, marks=False) is None
