import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.component import ActionPrediction, CoreTrainingData, Dialogue, Event
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    Domain,
    IntentStep,
    LoopStep,
    Slot,
    SlotStep,
    Step,
    StepEntity,
    Stories,
    Story,
    UserStep,
)
from tenprint.plugins.components.memoization import HISTORIES_FILE, MemoizationPolicy

GREET, MOOD, BYE = (IntentStep(name) for name in ("greet", "mood", "bye"))
HELLO, ASK, CIAO = (ActionStep(name) for name in ("utter_hello", "utter_ask", "utter_ciao"))
DOMAIN = Domain(slots=(Slot("name", "text"), Slot("tier", "categorical", properties={"values": ["gold", "none"]})))


def train(*stories: tuple[Step, ...], max_history: int | None = 5) -> tuple[dict[str, Any], Any]:
    config = {**MemoizationPolicy.get_default_config(), "max_history": max_history}
    data = CoreTrainingData(Stories(tuple(Story("", steps) for steps in stories)), DOMAIN)
    return config, MemoizationPolicy.train(config, data)


def trained(*stories: tuple[Step, ...], max_history: int | None = 5) -> MemoizationPolicy:
    config, files = train(*stories, max_history=max_history)
    return MemoizationPolicy.load(config, json.loads(json.dumps(files)))


def after(policy: MemoizationPolicy, *events: Event) -> str | None:
    prediction = policy.predict(Dialogue(events))
    assert prediction is None or prediction == ActionPrediction(prediction.name, 1.0)
    return None if prediction is None else prediction.name


def test_a_story_is_followed_from_turn_to_turn() -> None:
    policy = trained((GREET, HELLO, ASK, MOOD, CIAO))

    assert after(policy, GREET) == "utter_hello"
    assert after(policy, GREET, HELLO) == "utter_ask"
    assert after(policy, GREET, HELLO, ASK) == "action_listen"
    assert after(policy, GREET, HELLO, ASK, MOOD) == "utter_ciao"
    assert after(policy, GREET, HELLO, ASK, MOOD, CIAO) == "action_listen"
    assert after(policy, MOOD) is None
    assert after(policy) is None


def test_waiting_may_be_written_or_not() -> None:
    policy = trained((GREET, HELLO, ActionStep("action_listen"), BYE, CIAO))

    assert after(policy, GREET, HELLO) == "action_listen"
    assert after(policy, GREET, HELLO, ActionStep("action_listen"), BYE) == "utter_ciao"
    assert after(policy, GREET, HELLO, BYE) == "utter_ciao"


def test_only_the_last_turns_count() -> None:
    short = trained((GREET, HELLO, BYE, CIAO), max_history=1)
    long = trained((GREET, HELLO, BYE, CIAO), max_history=2)

    assert after(short, MOOD, ASK, BYE) == "utter_ciao"
    assert after(long, MOOD, ASK, BYE) is None
    assert after(long, MOOD, ASK, GREET, HELLO, BYE) == "utter_ciao"
    assert after(trained((GREET, HELLO), max_history=None), MOOD, ASK, GREET) is None


def test_histories_with_two_ways_on_are_dropped() -> None:
    policy = trained((GREET, HELLO), (GREET, ASK), (BYE, CIAO))

    assert after(policy, GREET) is None
    assert after(policy, GREET, HELLO) == "action_listen"
    assert after(policy, BYE) == "utter_ciao"


def test_slots_count_by_their_features() -> None:
    policy = trained(
        (GREET, SlotStep("name", "Ada"), HELLO),
        (GREET, SlotStep("tier", "gold"), ASK),
        (GREET, CIAO),
    )

    assert after(policy, GREET, SlotStep("name", "Bob")) == "utter_hello"
    assert after(policy, GREET, SlotStep("tier", "Gold")) == "utter_ask"
    assert after(policy, GREET, SlotStep("tier", "tin")) is None
    assert after(policy, GREET, SlotStep("undeclared", 1)) == "utter_ciao"
    assert after(policy, GREET, SlotStep("name", "Bob"), SlotStep("name", None)) == "utter_ciao"


def test_a_slot_set_earlier_than_the_history_still_counts() -> None:
    policy = trained((GREET, SlotStep("name", "Ada"), HELLO, BYE, CIAO), max_history=1)

    assert after(policy, MOOD, SlotStep("name", "Eve"), ASK, BYE) == "utter_ciao"
    assert after(policy, MOOD, ASK, BYE) is None


def test_entities_count_by_name() -> None:
    policy = trained((IntentStep("greet", (StepEntity("city", "Rome"),)), HELLO))

    assert after(policy, IntentStep("greet", (StepEntity("city", "Oslo"),))) == "utter_hello"
    assert after(policy, GREET) is None


def test_turns_that_the_loop_took_up_are_forgotten() -> None:
    form, opened, closed = ActionStep("form"), LoopStep("form"), LoopStep(None)
    policy = trained((BYE, form, opened, SlotStep("name", "Ada"), closed, CIAO))
    answer = IntentStep("inform")

    assert after(policy, BYE) == "form"
    assert after(policy, BYE, form, opened) is None
    assert after(policy, BYE, form, opened, answer, form, SlotStep("name", "x"), closed) == "utter_ciao"


def test_words_are_remembered_end_to_end() -> None:
    policy = trained((UserStep("good day"), BotStep("Good day to you!")))

    assert after(policy, UserStep("good day")) == "Good day to you!"
    assert after(policy, UserStep("good day"), BotStep("Good day to you!")) == "action_listen"


def test_nothing_is_known_after_a_dialogue_that_breaks_off() -> None:
    policy = trained((GREET, HELLO, CheckpointStep("nowhere")))

    assert after(policy, GREET) == "utter_hello"
    assert after(policy, GREET, HELLO) is None


LINKED: tuple[tuple[Step, ...], ...] = (
    (GREET, HELLO, CheckpointStep("x")),
    (CheckpointStep("x"), MOOD, SlotStep("name", "a"), ASK),
    (CheckpointStep("x"), BYE, CIAO),
    (GREET, ASK),
    (BYE, CIAO, GREET, HELLO),
)


@given(shuffled=st.permutations(LINKED))
def test_the_order_of_stories_changes_nothing(shuffled: list[tuple[Step, ...]]) -> None:
    assert json.dumps(train(*shuffled)) == json.dumps(train(*LINKED))


def test_what_is_stored_can_be_read_by_a_person() -> None:
    _, files = train((GREET, SlotStep("name", "Ada"), HELLO))

    assert files[HISTORIES_FILE] == [
        {"when": [{"before": "nothing"}, {"intent": "greet", "slots": {"name": True}}], "then": "utter_hello"},
        {
            "when": [
                {"before": "nothing"},
                {"intent": "greet", "slots": {"name": True}},
                {"action": "utter_hello", "slots": {"name": True}},
            ],
            "then": "action_listen",
        },
    ]


@pytest.mark.parametrize("value", [-1, 0, "two", True, 2.5])
def test_max_history_must_be_a_whole_number(value: Any) -> None:
    (sentence,) = MemoizationPolicy.check_config({**MemoizationPolicy.get_default_config(), "max_history": value})

    assert "`max_history` must be a whole number" in sentence


@pytest.mark.parametrize("value", [1, 5, None])
def test_max_history_may_be_without_bound(value: Any) -> None:
    assert MemoizationPolicy.check_config({**MemoizationPolicy.get_default_config(), "max_history": value}) == ()
