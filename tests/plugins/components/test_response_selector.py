"""Which response answers a message of a retrieval intent."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.components.training import loaded, objections, stored, trained

from tenprint.fingerprinting import DamagedFile, Message, NluComponent, ParsedIntent
from tenprint.importers import ProblemsError
from tenprint.importers.data import Example, NluData, Response
from tenprint.plugins.components import KeywordIntentClassifier, ResponseSelector
from tenprint.plugins.components.likeness import Likeness

TEXTS = {
    "faq/hours": ["when do you open", "what are your opening hours", "are you open on Sunday"],
    "faq/place": ["where are you", "which street is the shop in", "how do I find the shop"],
    "chitchat/name": ["what is your name", "who are you"],
    "chitchat/joke": ["tell me a joke"],
    "greet": ["hello"],
}
NLU = NluData(
    tuple(Example(text, intent) for intent, texts in TEXTS.items() for text in texts),
    responses=(
        Response("utter_faq/hours", ({"text": "From Monday to Friday, nine to five"}, {"custom": {"a": 1}})),
        Response("utter_faq/place", ({"text": "Harbour Road 7"},)),
        Response("utter_faq/no_examples", ({"text": "unheard of"},)),
    ),
)


def selector(nlu: NluData = NLU, **options: Any) -> NluComponent:
    return loaded((ResponseSelector, options), stored((ResponseSelector, options), nlu))


def asked(text: str, intent: str | None, **options: Any) -> Message:
    message = Message(text, None if intent is None else ParsedIntent(intent, 0.9))
    return selector(**options).process(message)


def chosen(message: Message) -> list[tuple[str, str]]:
    return [(selection.selector, selection.ranking[0].name) for selection in message.selections]


@pytest.mark.parametrize(
    ("text", "intent", "name"),
    [
        ("at what hours are you open", "faq", "faq/hours"),
        ("openning hors?", "faq", "faq/hours"),
        ("the street of the shop", "faq", "faq/place"),
        ("WHO ARE YOU", "chitchat", "chitchat/name"),
    ],
)
def test_the_response_whose_examples_are_most_alike_is_chosen(text: str, intent: str, name: str) -> None:
    assert chosen(asked(text, intent)) == [("default", name)]


def test_an_example_itself_is_as_sure_as_can_be() -> None:
    (selection,) = asked("where are you", "faq").selections
    assert selection.ranking[0] == ParsedIntent("faq/place", 1.0)
    assert 0 <= selection.ranking[1].confidence < 1
    assert {entry.name for entry in selection.ranking} == {"faq/hours", "faq/place"}


@pytest.mark.parametrize("intent", [None, "greet", "unheard-of"])
def test_a_message_of_another_intent_is_left_alone(intent: str | None) -> None:
    assert chosen(asked("when do you open", intent)) == []


def test_a_selector_may_be_for_one_intent_and_several_stand_beside_each_other() -> None:
    assert chosen(asked("when do you open", "faq", retrieval_intent="faq")) == [("faq", "faq/hours")]
    assert chosen(asked("who are you", "chitchat", retrieval_intent="faq")) == []
    both = selector(retrieval_intent="faq").process(asked("when do you open", "faq"))
    assert chosen(both) == [("default", "faq/hours"), ("faq", "faq/hours")]
    assert chosen(selector().process(both)) == [("faq", "faq/hours"), ("default", "faq/hours")]


@pytest.mark.parametrize(("length", "count"), [(1, 1), (2, 2), (0, 2), (10, 2)])
def test_a_ranking_is_as_long_as_asked_for(length: int, count: int) -> None:
    (selection,) = asked("when do you open", "faq", ranking_length=length).selections
    assert len(selection.ranking) == count


def test_the_words_of_responses_count_only_where_they_are_asked_for() -> None:
    def best(**options: Any) -> ParsedIntent:
        (selection,) = asked("Harbour Road", "faq", **options).selections
        return selection.ranking[0]

    assert best().confidence < best(use_text_as_label=True).confidence
    assert best(use_text_as_label=True).name == "faq/place"
    assert best(use_text_as_label=True).confidence > 0.5
    config = ResponseSelector.get_default_config()
    assert ResponseSelector.reads(config) == {"intents"}
    assert ResponseSelector.reads({**config, "use_text_as_label": True}) == {"intents", "retrieval-responses"}
    assert ResponseSelector.needs(config) == {"intents"}


def test_the_document_says_what_was_chosen_and_what_the_assistant_does() -> None:
    document = asked("where are you", "faq", ranking_length=1).to_json()
    assert document["response_selector"] == {
        "default": {
            "response": {"intent_response_key": "faq/place", "confidence": 1.0, "utter_action": "utter_faq/place"},
            "ranking": [{"intent_response_key": "faq/place", "confidence": 1.0}],
        }
    }
    assert "response_selector" not in asked("hello", "greet").to_json()


def test_it_stands_behind_what_recognises_intents() -> None:
    model = trained([(KeywordIntentClassifier, {}), (ResponseSelector, {})], NLU)
    assert chosen(model.parse("when do you open")) == [("default", "faq/hours")]
    assert chosen(model.parse("hello")) == []


def test_equal_data_in_any_order_give_equal_bytes() -> None:
    turned = replace(NLU, examples=tuple(reversed(NLU.examples)), responses=NLU.responses[::-1])
    for options in ({}, {"use_text_as_label": True}):
        assert stored((ResponseSelector, options), NLU) == stored((ResponseSelector, options), turned)


@pytest.mark.parametrize("text", ["", "?!", "\ud800\0", "x" * 10_000])
def test_odd_messages_are_answered(text: str) -> None:
    (selection,) = asked(text, "faq").selections
    assert all(0 <= entry.confidence <= 1 for entry in selection.ranking)


def test_an_intent_without_examples_is_an_error_where_it_is_asked_for() -> None:
    with pytest.raises(ProblemsError, match="`weather`"):
        stored((ResponseSelector, {"retrieval_intent": "weather"}), NLU)
    assert chosen(selector(NluData((Example("hello", "greet"),))).process(Message("hello"))) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ranking_length": -1}, "`ranking_length`"),
        ({"retrieval_intent": 3}, "`retrieval_intent`"),
        ({"retrieval_intent": "faq/hours"}, '"faq"'),
        ({"use_text_as_label": "yes"}, "`use_text_as_label`"),
    ],
)
def test_options_that_cannot_be_are_told(options: Mapping[str, Any], told: str) -> None:
    (sentence,) = objections(ResponseSelector, **options)
    assert told in sentence


def test_options_of_the_field_that_have_no_meaning_here_are_accepted() -> None:
    assert objections(ResponseSelector, epochs=100, constrain_similarities=True, random_seed=42) == ()
    for option in ("epochs", "constrain_similarities", "random_seed"):
        assert option in "".join(objections(ResponseSelector, **{option: ["many"]}))


@pytest.mark.parametrize("content", [[], {"faq": ["x"]}, {"faq/a": "x"}, {"faq/a": [1]}, None])
def test_a_damaged_file_is_named(content: Any) -> None:
    with pytest.raises(DamagedFile, match=r"examples\.json"):
        loaded((ResponseSelector, {}), {"examples.json": json.dumps(content).encode()})


TEXT = st.text(max_size=20)


@given(st.lists(TEXT, min_size=1, max_size=5), TEXT)
def test_how_alike_texts_are_lies_between_0_and_1_and_a_text_is_most_like_itself(texts: list[str], text: str) -> None:
    likeness = Likeness.of(texts)
    alike = likeness.compared(text)
    assert len(alike) == len(texts)
    assert all(0 <= value <= 1 for value in alike)
    for number, one in enumerate(texts):
        own = likeness.compared(one)
        assert own[number] == pytest.approx(max(own))
