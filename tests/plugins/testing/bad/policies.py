"""Policies with a defect each."""

# ruff: noqa: ARG002, ARG003 - a defect is often to ignore what one is given

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.plugins.testing.good_components import Parrot

from tenprint.fingerprinting import ActionPrediction, CoreTrainingData, Dialogue
from tenprint.importers.data import IntentStep, LoopStep, SlotStep, UserStep


class Speechless(Parrot):
    """It has no opinion."""

    BREAKS = "test_something_is_predicted"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        return None


class AnswersNames(Parrot):
    """It answers with the name of an action."""

    BREAKS = "test_predictions_are_predictions_or_none"

    def predict(self, dialogue: Dialogue) -> Any:
        found = super().predict(dialogue)
        return None if found is None else found.name


class Invents(Parrot):
    """It predicts what nobody can run."""

    BREAKS = "test_predicted_actions_are_known"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        return ActionPrediction("utter_something_nice", 0.5)


class Overconfident(Parrot):
    """It is sure by percents."""

    BREAKS = "test_confidences_lie_between_0_and_1"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        found = super().predict(dialogue)
        return None if found is None else replace(found, confidence=50.0)


class Tires(Parrot):
    """It is less sure each time."""

    BREAKS = "test_asking_again_gives_the_same_answer"
    asked = 0

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        self.asked += 1
        return ActionPrediction("utter_greet", 1 / self.asked)


class Scribbles(Parrot):
    """It keeps the dialogue it works on where every thread writes."""

    BREAKS = "test_threads_may_ask_at_once"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        self.dialogue = dialogue
        time.sleep(0.001)
        return super().predict(self.dialogue)


class ChangesDialogues(Parrot):
    """It writes into values of slots."""

    BREAKS = "test_dialogues_stay_as_they_are"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        for event in dialogue.events:
            if isinstance(event, SlotStep) and isinstance(event.value, list):
                event.value.append("seen")
        return super().predict(dialogue)


class NeedsEvents(Parrot):
    """It cannot do without events."""

    BREAKS = "test_an_empty_dialogue_is_no_error"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        assert dialogue.events[-1] is not None
        return super().predict(dialogue)


class Breathless(Parrot):
    """It cannot do with many events."""

    BREAKS = "test_a_long_dialogue_is_no_error"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        assert len(dialogue.events) < 500
        return super().predict(dialogue)


class KnowsAllIntents(Parrot):
    """It has never heard of an unknown intent."""

    BREAKS = "test_unknown_names_are_no_error"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        assert not [e for e in dialogue.events if isinstance(e, IntentStep) and e.intent == "never_heard"]
        return super().predict(dialogue)


class Latin(Parrot):
    """It knows the letters of one language."""

    BREAKS = "test_odd_letters_are_no_error"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        for event in dialogue.events:
            if isinstance(event, UserStep):
                event.text.encode("latin-1")
        return super().predict(dialogue)


class KnowsNoEnd(Parrot):
    """It cannot do with a form that ends."""

    BREAKS = "test_events_of_every_kind_are_no_error"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        loops = [event.loop for event in dialogue.events if isinstance(event, LoopStep)]
        assert None not in loops or len(loops) < 2
        return super().predict(dialogue)


class NeedsAnInterpreter(Parrot):
    """It cannot be trained without an NLU half."""

    BREAKS = "test_no_interpreter_is_no_error"

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return super().reads(config) | {"interpreter"}

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        assert request.interpreter is not None
        return super().train(config, request)


class Urgent(Parrot):
    """Its priority is a word."""

    BREAKS = "test_the_priority_is_a_number"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"priority": "high"}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return () if config["priority"] in ("high", "low") else ("option `priority` must be high or low",)


class FirstCome(Parrot):
    """It stores stories as they come."""

    BREAKS = "test_the_order_of_the_data_does_not_matter"

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        return {**super().train(config, request), "names.json": [story.name for story in request.stories.stories]}


class ReadsMore(Parrot):
    """It stores names of slots, of which it does not say that it reads them."""

    BREAKS = "test_only_what_it_reads_counts"

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        return {**super().train(config, request), "slots.json": sorted(slot.name for slot in request.domain.slots)}


class Trusting(Parrot):
    """It believes whatever its file holds."""

    BREAKS = "test_damaged_files_are_told_when_they_are_loaded"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Parrot":
        return cls(files["actions.json"])
