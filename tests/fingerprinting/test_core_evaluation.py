"""Conversation tests, played."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tenprint.fingerprinting import (
    ActionPrediction,
    Answer,
    CoreTrainingData,
    Dialogue,
    Json,
    Message,
    ParsedIntent,
    Policy,
)
from tenprint.fingerprinting.conversation_tests import ConversationTest, WrittenStep
from tenprint.fingerprinting.core_evaluation import Assistant, CoreEvaluation, Played, play
from tenprint.importers import Location
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    EntitySpan,
    IntentStep,
    LoopStep,
    Slot,
    SlotMapping,
    SlotStep,
    Step,
    UserStep,
)

GREET, HELLO, LISTEN = IntentStep("greet"), ActionStep("utter_hello"), ActionStep("action_listen")
Says = Callable[[Dialogue], str | None]


@dataclass(frozen=True, slots=True)
class Telling(Policy):
    """Says what a function says."""

    says: Says
    confidence: float = 1.0

    @classmethod
    def train(cls, config: Json, request: CoreTrainingData) -> dict[str, Answer]:
        raise NotImplementedError

    @classmethod
    def load(cls, config: Json, files: Json) -> "Telling":
        raise NotImplementedError

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        name = self.says(dialogue)
        return None if name is None else ActionPrediction(name, self.confidence)


def polite(dialogue: Dialogue) -> str:
    """Greets once for each message."""
    return "utter_hello" if isinstance(dialogue.events[-1], IntentStep | UserStep) else "action_listen"


def written(*steps: Step) -> ConversationTest:
    each = tuple(WrittenStep(step, Location("file", "test_a.yml", number, 3)) for number, step in enumerate(steps, 2))
    return ConversationTest("a test", Location("file", "test_a.yml", 1, 3), each)


def played(*steps: Step, assistant: Assistant | None = None) -> Played:
    (found,) = play([written(*steps)], assistant or Assistant([Telling(polite)]))
    return found


def failures(found: Played) -> list[tuple[str, str | None, int | None]]:
    return [(turn.written, turn.happened, turn.location.line) for turn in found.failures]


def test_a_conversation_that_goes_as_it_is_written_passes() -> None:
    assert failures(played(GREET, HELLO, GREET, HELLO)) == []
    assert failures(played(GREET, HELLO, LISTEN, GREET, HELLO)) == []
    assert failures(played()) == []


def test_a_wrong_step_is_told_with_its_line_and_the_rest_goes_on_as_written() -> None:
    found = played(GREET, ActionStep("utter_bye"), GREET, HELLO)
    assert failures(found) == [("action: utter_bye", "action: utter_hello", 3)]


def test_an_assistant_that_does_not_wait_is_told() -> None:
    found = played(GREET, GREET, HELLO)
    assert failures(found) == [("action: action_listen", "action: utter_hello", 3)]
    silent = Assistant([Telling(lambda _: None)])
    assert failures(played(GREET, HELLO, assistant=silent)) == [
        ("action: utter_hello", "no action", 3),
        ("action: action_listen", "no action", 3),
    ]


def test_end_to_end_texts_are_predicted_as_texts() -> None:
    says = Assistant([Telling(lambda dialogue: "hello" if len(dialogue.events) == 1 else "action_listen")])
    assert failures(played(UserStep("hi"), BotStep("hello"), assistant=says)) == []
    assert failures(played(UserStep("hi"), BotStep("good day"), assistant=says)) == [
        ("bot: good day", "action: hello", 3)
    ]


@pytest.mark.parametrize(
    ("intent", "entities", "told"),
    [
        ("greet", [{"entity": "name", "start": 3, "end": 6, "value": "Anna"}], None),
        ("bye", [{"entity": "name", "start": 3, "end": 6, "value": "Ann"}], "intent: bye (name: Ann)"),
        ("greet", [], "intent: greet"),
        ("greet", [{"entity": "name", "start": 3, "end": 6, "role": "to"}], "intent: greet (name#to: Ann)"),
        (None, [], "intent: none"),
    ],
)
def test_words_are_asked_of_nlu_and_compared_with_what_is_written(
    intent: str | None, entities: list[dict[str, Json]], told: str | None
) -> None:
    message = Message("hi Ann", None if intent is None else ParsedIntent(intent, 1.0), entities=tuple(entities))
    step = IntentStep("greet", text="hi Ann", spans=(EntitySpan(3, 6, "name", "Ann"),))
    found = played(step, HELLO, assistant=Assistant([Telling(polite)], lambda _: message))
    expected = [] if told is None else [("intent: greet (name: Ann)  # hi Ann", told, 2)]
    assert failures(found) == expected
    assert failures(played(step, HELLO)) == []


def test_a_form_may_refuse_a_message_that_is_written_to_go_elsewhere() -> None:
    form = Telling(
        lambda dialogue: (
            "action_listen"
            if dialogue.events[-1] in (ActionStep("form"), LoopStep("form"))
            else "utter_faq"
            if dialogue.events[-1] == LoopStep(None)
            else "form"
        )
    )
    steps = (GREET, ActionStep("form"), LoopStep("form"), IntentStep("faq"))
    assert failures(played(*steps, ActionStep("form"), assistant=Assistant([form]))) == []
    assert failures(played(*steps, ActionStep("utter_faq"), ActionStep("form"), assistant=Assistant([form]))) == []
    assert failures(played(*steps, ActionStep("other"), ActionStep("form"), assistant=Assistant([form]))) == [
        ("action: other", "action: utter_faq", 6)
    ]


def test_a_form_that_has_refused_a_message_waits_with_it_until_it_runs_again() -> None:
    form, answer, faq, deny = ActionStep("form"), ActionStep("utter_faq"), IntentStep("faq"), IntentStep("deny")

    def says(dialogue: Dialogue) -> str:
        *before, last = dialogue.events
        if last == LoopStep(None):
            return "utter_faq" if isinstance(before[-1], IntentStep) else "action_listen"
        return "action_listen" if last in (form, LoopStep("form")) else "form"

    begun = (GREET, form, LoopStep("form"), faq)
    assistant = Assistant([Telling(says)])
    assert failures(played(*begun, answer, SlotStep("next", "x"), deny, form, assistant=assistant)) == []
    assert failures(played(*begun, answer, assistant=assistant)) == []
    # Nothing was refused here: after the message that it took, the form has just not run.
    assert failures(played(*begun, deny, form, assistant=assistant)) == [("action: action_listen", "action: form", 6)]


def test_slots_that_fill_themselves_are_set() -> None:
    member = Slot("member", "bool", mappings=(SlotMapping({"type": "from_intent", "intent": "join", "value": True}),))
    seen: list[Dialogue] = []

    def watching(dialogue: Dialogue) -> str:
        seen.append(dialogue)
        return "utter_hello" if len(seen) == 1 else "action_listen"

    joined = IntentStep("join")
    assistant = Assistant([Telling(watching)], slots=(member,))
    assert failures(played(joined, HELLO, assistant=assistant)) == []
    assert seen[0].events == (joined, SlotStep("member", value=True))


def test_the_document_has_the_keys_of_the_schema() -> None:
    tests = play([written(GREET, HELLO), written(GREET, ActionStep("x"))], Assistant([Telling(polite)]))
    document = CoreEvaluation(tests, "models/a.tar.gz").to_json()
    place = {"source": "file", "path": "test_a.yml", "line": 3, "column": 3, "revision": None}
    assert {key: document[key] for key in ("schema", "tested", "model", "stories", "steps")} == {
        "schema": "tenprint.test/1",
        "tested": "core",
        "model": "models/a.tar.gz",
        "stories": {"count": 2, "passed": 1},
        "steps": {"count": 2, "right": 1, "accuracy": 0.5},
    }
    assert document["tests"][1] == {
        "name": "a test",
        "passed": False,
        "steps": 1,
        "location": {**place, "line": 1},
        "failures": [{"expected": "action: x", "predicted": "action: utter_hello", "location": place}],
    }
