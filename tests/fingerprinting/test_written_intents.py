from typing import Any

import pytest

from tenprint.fingerprinting.component import Message, ParsedIntent, Selection
from tenprint.fingerprinting.predicting import Interpreter
from tenprint.fingerprinting.written_intents import as_written

TAKEN_FOR = ParsedIntent("farewell", 0.7)


def taken(text: str) -> Message:
    """A message that the components have taken for something."""
    return Message(
        text, TAKEN_FOR, (TAKEN_FOR,), ({"entity": "a", "value": "b", "start": 0, "end": 1},), selections=(SELECTION,)
    )


SELECTION = Selection("faq", (ParsedIntent("faq/hours", 0.9),))


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("/greet", ParsedIntent("greet", 1.0), []),
        ("  /greet\n", ParsedIntent("greet", 1.0), []),
        ("/greet@0.25", ParsedIntent("greet", 0.25), []),
        ('/inform{"city": "Rome"}', ParsedIntent("inform", 1.0), [("city", "Rome", 7, 23)]),
        ('/inform@0.5 {"n": 2, "city": ["Rome", null]}', ParsedIntent("inform", 0.5),
         [("n", 2, 12, 44), ("city", "Rome", 12, 44), ("city", None, 12, 44)]),
        ('/inform{"a": {"b": 1}}', ParsedIntent("inform", 1.0), [("a", {"b": 1}, 7, 22)]),
        ("/inform{}", ParsedIntent("inform", 1.0), []),
    ],
)  # fmt: skip
def test_what_a_message_says_of_itself_counts(
    text: str, intent: ParsedIntent, entities: list[tuple[str, Any, int, int]]
) -> None:
    message = as_written(taken(text))
    assert (message.text, message.intent, message.ranking) == (text, intent, (intent,))
    assert [tuple(entity.values()) for entity in message.entities] == entities
    assert message.selections == ()


def test_a_retrieval_intent_keeps_its_key_in_the_ranking() -> None:
    message = as_written(taken("/faq/hours"))
    assert message.intent == ParsedIntent("faq", 1.0)
    assert message.ranking == (ParsedIntent("faq/hours", 1.0),)


@pytest.mark.parametrize(
    "text",
    [
        "", "greet", "/", "//greet", "/ greet", "/greet me", "/greet/", "/@0.5", "/greet@2", "/greet@1.2.3", "a /greet",
        "/greet{", '/greet{"a"}', '/greet{"a": NaN}', '/greet{"a": 1e999}', "/greet" + '{"a":' * 100_000 + "}",
        '/greet{"a": 1} now',
    ],
    ids=lambda text: text[:20] or "nothing",
)  # fmt: skip
def test_any_other_message_stays_what_it_was_taken_for(text: str) -> None:
    assert as_written(taken(text)) == taken(text)


def test_an_interpreter_hears_what_is_written() -> None:
    assert Interpreter(()).parse("/greet").intent == ParsedIntent("greet", 1.0)
    assert Interpreter(()).parse("greet").intent is None
