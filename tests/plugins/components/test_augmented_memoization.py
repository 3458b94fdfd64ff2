"""A policy that forgets the beginning of a conversation where that helps it remember."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting import CoreTrainingData, Dialogue, Event
from tenprint.importers.data import ActionStep, Domain, IntentStep, LoopStep, Slot, SlotStep, Step, Stories, Story
from tenprint.plugins.components import AugmentedMemoizationPolicy, MemoizationPolicy

GREET, MOOD, BYE = (IntentStep(name) for name in ("greet", "mood", "bye"))
HELLO, ASK, CIAO = (ActionStep(name) for name in ("utter_hello", "utter_ask", "utter_ciao"))
DOMAIN = Domain(slots=(Slot("vip", "bool"),))
Told = Sequence[tuple[Step, ...]]


def trained(
    stories: Told, max_history: int | None = 5, policy: type[MemoizationPolicy] = AugmentedMemoizationPolicy
) -> MemoizationPolicy:
    config = {**policy.get_default_config(), "max_history": max_history}
    files = policy.train(config, CoreTrainingData(Stories(tuple(Story("", steps) for steps in stories)), DOMAIN))
    return policy.load(config, json.loads(json.dumps(files)))


def after(policy: MemoizationPolicy, *events: Event) -> str | None:
    found = policy.predict(Dialogue(events))
    return None if found is None else found.name


@pytest.mark.parametrize("max_history", [1, 2, 5, None])
def test_a_story_is_found_again_behind_what_it_does_not_know(max_history: int | None) -> None:
    policy = trained([(GREET, HELLO, BYE, CIAO)], max_history)

    assert after(policy, MOOD, ASK, GREET) == "utter_hello"
    assert after(policy, MOOD, ASK, GREET, HELLO) == "action_listen"
    assert after(policy, MOOD, ASK, MOOD, ASK, GREET, HELLO, BYE) == "utter_ciao"
    assert after(policy, GREET, HELLO, MOOD) is None
    assert after(policy) is None


def test_the_longest_history_it_remembers_counts() -> None:
    policy = trained([(BYE, CIAO), (GREET, HELLO, BYE, ASK)])

    assert after(policy, BYE) == "utter_ciao"
    assert after(policy, MOOD, ASK, GREET, HELLO, BYE) == "utter_ask"
    assert after(policy, MOOD, ASK, BYE) == "utter_ciao"


def test_what_is_forgotten_takes_its_slots_and_its_loop_with_it() -> None:
    policy = trained([(GREET, HELLO)])

    assert after(policy, MOOD, SlotStep("vip", value=True), ASK, GREET) == "utter_hello"
    assert after(policy, MOOD, ActionStep("form"), LoopStep("form"), GREET) == "utter_hello"
    assert after(trained([(GREET, HELLO)], policy=MemoizationPolicy), MOOD, ASK, GREET) is None


EVENTS = st.sampled_from([GREET, MOOD, BYE, HELLO, ASK, CIAO, SlotStep("vip", value=True), LoopStep("form")])
DIALOGUES = st.lists(EVENTS, max_size=8).map(tuple)


@given(st.lists(DIALOGUES, max_size=4), DIALOGUES, st.sampled_from([1, 2, 3, None]))
def test_what_the_simple_policy_remembers_is_remembered(
    stories: list[tuple[Any, ...]], events: tuple[Any, ...], max_history: int | None
) -> None:
    simple = trained(stories, max_history, MemoizationPolicy)
    augmented = trained(stories, max_history)
    remembered = after(simple, *events)
    assert remembered is None or after(augmented, *events) == remembered


def test_it_learns_what_the_simple_policy_learns() -> None:
    config = AugmentedMemoizationPolicy.get_default_config()
    assert config == MemoizationPolicy.get_default_config()
    assert AugmentedMemoizationPolicy.reads(config) == MemoizationPolicy.reads(config)
    assert AugmentedMemoizationPolicy.NAME == "AugmentedMemoizationPolicy"
