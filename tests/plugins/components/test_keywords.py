import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.component import Message, ParsedIntent
from tenprint.importers.data import EntitySpan, Example, NluData
from tenprint.plugins.components.keywords import ANNOTATIONS_FILE, KEYWORDS_FILE, KeywordIntentClassifier

EXAMPLES = (
    Example("hi", "greet"),
    Example("Hello there!", "greet"),
    Example("there", "place"),
    Example("bye", "goodbye"),
    Example("when do you open", "faq/opening_hours"),
    Example("where are you", "faq/address"),
    Example("fly to NYC", "book", (EntitySpan(7, 10, "city", "New York", role="to"),)),
    Example("👋", "greet"),
)


def trained(*examples: Example, case_sensitive: bool = False) -> KeywordIntentClassifier:
    config = {"case_sensitive": case_sensitive}
    files = KeywordIntentClassifier.train(config, NluData(examples))
    return KeywordIntentClassifier.load(config, json.loads(json.dumps(files)))


def intent_of(text: str, *, case_sensitive: bool = False) -> str | None:
    intent = trained(*EXAMPLES, case_sensitive=case_sensitive).process(Message(text)).intent
    return None if intent is None else intent.name


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", "greet"),
        ("HI, you!", "greet"),
        ("well, hello, there", "greet"),
        ("over there", "place"),
        ("this", None),
        ("thi", None),
        ("", None),
        ("  ", None),
        ("thanks 👋", "greet"),
        ("👋👋", None),
    ],
)
def test_an_example_is_found_as_whole_words_and_the_longest_wins(text: Any, intent: Any) -> None:
    assert intent_of(text) == intent


def test_case_counts_unless_told_otherwise() -> None:
    assert KeywordIntentClassifier.get_default_config() == {"case_sensitive": True}
    assert intent_of("Hi") == "greet"
    assert intent_of("Hi", case_sensitive=True) is None
    assert intent_of("hi", case_sensitive=True) == "greet"


def test_letters_composed_in_different_ways_are_the_same() -> None:
    assert trained(Example("caf\u00e9", "drink")).process(Message("a cafe\u0301 please")).intent == ParsedIntent(
        "drink", 1.0
    )


def test_a_retrieval_intent_has_its_base_name_and_the_ranking_the_full_one() -> None:
    message = trained(*EXAMPLES).process(Message("hi, when do you open"))

    assert message.intent == ParsedIntent("faq", 1.0)
    assert message.ranking == (ParsedIntent("faq/opening_hours", 1.0), ParsedIntent("greet", 0.125))


def test_of_equally_long_examples_the_first_in_the_message_wins_then_the_alphabet() -> None:
    component = trained(Example("aaa", "second"), Example("bbb", "first"), Example("bbb", "another"))

    assert [entry.name for entry in component.process(Message("aaa bbb")).ranking] == ["second", "another", "first"]
    assert component.process(Message("bbb")).intent == ParsedIntent("another", 1.0)


def test_a_message_that_equals_an_example_has_its_entities() -> None:
    component = trained(*EXAMPLES)
    city = {
        "entity": "city",
        "value": "New York",
        "start": 7,
        "end": 10,
        "role": "to",
        "extractor": "KeywordIntentClassifier",
    }

    assert component.process(Message("Fly to nyc")).entities == (city,)
    assert component.process(Message("please fly to NYC")).entities == ()


def test_entities_found_before_are_kept() -> None:
    found = {"entity": "number", "value": 2}

    assert trained(*EXAMPLES).process(Message("hi", entities=(found,))).entities == (found,)


def test_annotations_follow_the_intent_and_then_the_case() -> None:
    component = trained(
        Example("may", "b", (EntitySpan(0, 3, "verb", "may"),)),
        Example("may", "a", (EntitySpan(0, 3, "month", "lower"),)),
        Example("May", "a", (EntitySpan(0, 3, "month", "upper"),)),
    )

    assert [entity["value"] for entity in component.process(Message("may")).entities] == ["lower"]
    assert [entity["value"] for entity in component.process(Message("May")).entities] == ["upper"]


def test_offsets_are_not_taken_from_a_text_of_another_length() -> None:
    component = trained(Example("Straße 5", "address", (EntitySpan(7, 8, "number", "5"),)))

    message = component.process(Message("strasse 5"))

    assert message.intent == ParsedIntent("address", 1.0)
    assert message.entities == ()


@given(shuffled=st.permutations(EXAMPLES))
def test_the_order_of_examples_changes_nothing(shuffled: list[Example]) -> None:
    first = KeywordIntentClassifier.train({"case_sensitive": False}, NluData(EXAMPLES))
    second = KeywordIntentClassifier.train({"case_sensitive": False}, NluData(tuple(shuffled)))

    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def test_what_is_stored_can_be_read_by_a_person() -> None:
    files = KeywordIntentClassifier.train({"case_sensitive": False}, NluData(EXAMPLES))

    assert files[KEYWORDS_FILE]["greet"] == ["Hello there!", "hi", "👋"]
    assert [row["text"] for row in files[ANNOTATIONS_FILE]] == ["fly to NYC"]


def test_many_examples_are_searched_by_their_words() -> None:
    examples = [Example(f"word{number % 500} part{number}", f"intent{number % 50}") for number in range(20_000)]
    component = trained(*examples)

    message = component.process(Message("so word3 part1003 " + "word3 " * 2000))

    assert message.intent == ParsedIntent("intent3", 1.0)


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_case_sensitive_must_be_true_or_false(value: Any) -> None:
    (sentence,) = KeywordIntentClassifier.check_config({"case_sensitive": value})

    assert "`case_sensitive` must be true or false" in sentence
