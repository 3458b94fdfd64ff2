"""Properties of what a policy says about dialogues."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tenprint.fingerprinting import ActionPrediction, Dialogue
from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.importers.data import (
    DEFAULT_ACTIONS,
    ActionStep,
    BotStep,
    IntentStep,
    LoopStep,
    SlotStep,
    StepEntity,
    UserStep,
)
from tenprint.plugins.testing.component_samples import ODD_TEXTS
from tenprint.plugins.testing.kit import skip_after
from tenprint.plugins.testing.policy_kit import PolicyKit

_TURNS = 2_000
_THREADS = 4
_UNHEARD: tuple[Any, ...] = (
    IntentStep("never_heard", (StepEntity("never", "heard"),)),
    ActionStep("utter_never_heard"),
    SlotStep("never_heard", value=1),
    SlotStep("never_set", has_value=False),
    LoopStep("never_heard_form"),
    LoopStep(None),
    UserStep("never heard"),
    BotStep("never said"),
)
"""Events of every kind with names that no domain has."""


class PolicyAnswers(PolicyKit):
    """Properties of what a policy says about dialogues."""

    def test_something_is_predicted(self) -> None:
        """It has an opinion about a dialogue of these tests, or all other properties would hold for nothing."""
        if not self._predictions():
            self.fail("it has no opinion about any dialogue", "override data or dialogues, so that it has one")

    def test_predictions_are_predictions_or_none(self) -> None:
        """`predict` answers an ActionPrediction with the name of an action, or None where it has no opinion."""
        policy = self.trained()
        for dialogue in self.dialogues():
            answer: Any = policy.predict(dialogue)
            name: Any = answer.name if isinstance(answer, ActionPrediction) else None
            if answer is not None and not (isinstance(name, str) and name):
                self.fail(f"predict answers {answer!r}", "answer ActionPrediction(name, confidence), or None")

    def test_predicted_actions_are_known(self) -> None:
        """What is predicted is an action of the domain, a form, a response, a default action, or a text of a story."""
        known = self._known()
        for prediction in self._predictions():
            if prediction.name not in known:
                self.fail(f"it predicts {prediction.name!r}, which nobody can run", "predict what was learned")

    def test_confidences_lie_between_0_and_1(self) -> None:
        """How sure the policy is lies between 0 and 1."""
        for prediction in self._predictions():
            if not 0 <= prediction.confidence <= 1:
                told = f"it is sure of {prediction.name!r} by {prediction.confidence!r}"
                self.fail(told, "answer a share from 0 to 1")

    def test_asking_again_gives_the_same_answer(self) -> None:
        """What was asked before changes no answer."""
        policy = self.trained()
        first = self.answers(policy)
        for dialogue in reversed(self.dialogues()):
            policy.predict(dialogue)
        advice = "keep nothing of dialogues in the policy"
        self.same_answers(first, self.answers(policy), "the same dialogues asked twice", advice)

    def test_threads_may_ask_at_once(self) -> None:
        """Several threads that ask at the same time get what each would get alone."""
        policy = self.trained()
        expected = self.answers(policy)
        if expected != self.answers(policy):
            skip_after("test_asking_again_gives_the_same_answer")
        with ThreadPoolExecutor(_THREADS) as threads:
            found = list(threads.map(lambda _: self.answers(policy), range(_THREADS * 2)))
        for picture in found:
            self.same_answers(expected, picture, "one thread and several", "keep what belongs to a call in the call")

    def test_dialogues_stay_as_they_are(self) -> None:
        """A policy changes nothing of the dialogue it is given: other policies are asked about the same."""
        policy = self.trained()
        for dialogue in (*self.dialogues(), Dialogue((SlotStep("list", value=[1, 2]), IntentStep("greet")))):
            before = fingerprint_of(dialogue)
            policy.predict(dialogue)
            if fingerprint_of(dialogue) != before:
                self.fail("the dialogue it was given is changed", "copy what must be changed")

    def test_an_empty_dialogue_is_no_error(self) -> None:
        """A dialogue in which nothing has happened is answered, if only by None."""
        self._no_error(Dialogue(), "a dialogue without events")

    def test_a_long_dialogue_is_no_error(self) -> None:
        """A dialogue of some thousand events is answered, in time."""
        turn = (IntentStep("greet"), ActionStep("utter_greet"), ActionStep("action_listen"))
        self._no_error(Dialogue(turn * _TURNS), f"a dialogue of {len(turn) * _TURNS} events")

    def test_unknown_names_are_no_error(self) -> None:
        """Intents, entities, slots, actions and forms that nobody has declared are answered, if only by None."""
        for event in _UNHEARD:
            for events in ((event,), (event, ActionStep("action_listen")), (ActionStep("action_listen"), event)):
                self._no_error(Dialogue(events), f"{event!r}")

    def test_odd_letters_are_no_error(self) -> None:
        """Words of users are answered in whatever letters they are written."""
        for text in ODD_TEXTS:
            self._no_error(Dialogue((UserStep(text),)), f"the text {text!r}")

    def test_events_of_every_kind_are_no_error(self) -> None:
        """A dialogue with every kind of event in it is answered, however they follow each other."""
        for start in range(len(_UNHEARD)):
            self._no_error(Dialogue((*_UNHEARD[start:], *_UNHEARD[:start])), "a dialogue with every kind of event")

    def test_no_interpreter_is_no_error(self) -> None:
        """Where no NLU half is trained, it is trained without an interpreter."""
        lesson = replace(self.lesson(), interpreter=None)
        self.answers(self.loaded(self.stored("alone", lesson)))

    def test_the_priority_is_a_number(self) -> None:
        """The option `priority`, which decides who is asked first, has a number as its default."""
        priority = self.component.get_default_config().get("priority")
        if "priority" not in self.component.get_default_config():
            pytest.skip("it has no option `priority`")
        if isinstance(priority, bool) or not isinstance(priority, int | float):
            self.fail(f"the priority is {priority!r}", "write a number, such as 1")

    def _predictions(self) -> list[ActionPrediction]:
        policy = self.trained()
        answers = [policy.predict(dialogue) for dialogue in self.dialogues()]
        return [answer for answer in answers if isinstance(answer, ActionPrediction)]

    def _known(self) -> set[str]:
        given = self.data()
        domain = given.domain
        declared: tuple[Any, ...] = (*domain.actions, *domain.forms, *domain.responses)
        return {
            *DEFAULT_ACTIONS,
            *(one.name.partition("/")[0] for one in declared),
            *(one.name for one in declared),
            *domain.end_to_end_actions,
            *_spoken(given),
        }

    def _no_error(self, dialogue: Dialogue, what: str) -> None:
        try:
            self.trained().predict(dialogue)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            self.fail(f"{what} raises {type(error).__name__}: {error}", "answer None where there is no opinion")


def _spoken(given: Any) -> Iterator[str]:
    """What the assistant says in dialogues, word by word."""
    for dialogue in (*given.stories.stories, *given.stories.rules):
        yield from (step.text for step in dialogue.steps if isinstance(step, BotStep))
