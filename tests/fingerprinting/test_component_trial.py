"""One component tried by itself, as a training does it."""

from pathlib import Path
from typing import Any

import pytest
from tests.plugins.testing.good_components import Lengths, Parrot, Telltale

from tenprint.fingerprinting import (
    Batch,
    ComponentTrial,
    CoreTrainingData,
    Dialogue,
    Message,
    ModelError,
    Token,
    TrainingError,
)
from tenprint.importers.data import ActionStep, Domain, Example, IntentStep, NluData, Slot, Stories, Story, Synonym

NLU = NluData((Example("hello there", "greet"), Example("see you", "leave")), (Synonym("tea", "drink"),))
CORE = CoreTrainingData(
    Stories((Story("one", (IntentStep("greet"), ActionStep("utter_greet"))),)), Domain(slots=(Slot("vip", "bool"),))
)


def test_what_was_trained_is_loaded_from_its_folder(tmp_path: Path) -> None:
    trial = ComponentTrial(Telltale, {"shortest": 5})
    trial.stored(trial.nlu_lesson(NLU), tmp_path)
    assert trial.loaded(tmp_path).process(Message("hello")).intent.name == "greet"
    assert trial.loaded(tmp_path).process(Message("see")).intent is None
    policy = ComponentTrial(Parrot)
    policy.stored(policy.core_lesson(CORE), tmp_path / "core")
    assert policy.loaded(tmp_path / "core").predict(Dialogue((IntentStep("greet"),))).name == "utter_greet"


def test_a_component_is_given_what_it_reads_and_nothing_else() -> None:
    lesson = ComponentTrial(Telltale).nlu_lesson(NLU)
    assert (lesson.examples, lesson.synonyms) == (NLU.examples, ())
    tokens = tuple(Message(example.text, tokens=(Token("x", 0, 1),)) for example in NLU.examples)
    assert ComponentTrial(Telltale).nlu_lesson(NLU, Batch(tokens)).batch.messages[0].tokens == ()
    prepared = ComponentTrial(Lengths).nlu_lesson(NLU, Batch(tokens))
    assert prepared.batch.messages == tokens
    assert [example.intent for example in prepared.examples] == ["", ""]
    assert ComponentTrial(Parrot).core_lesson(CORE) == CoreTrainingData(CORE.stories, Domain())


def test_options_are_checked_as_a_training_checks_them() -> None:
    assert ComponentTrial(Telltale).problems() == ()
    told = ComponentTrial(Telltale, {"shortest": "x", "longest": 7}).problems()
    assert [problem.code for problem in told] == ["component-option", "component-option"]
    assert ComponentTrial(Lengths).problems() == ()  # a tokenizer is taken to stand above


def test_damage_and_failures_are_told(tmp_path: Path) -> None:
    trial = ComponentTrial(Telltale)
    with pytest.raises(TrainingError, match="Telltale"):
        trial.stored(CORE, tmp_path)
    trial.stored(trial.nlu_lesson(NLU), tmp_path)
    (tmp_path / "words.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match=r"words\.json is no mapping"):
        trial.loaded(tmp_path)


def test_what_is_no_component_is_refused() -> None:
    odd: Any = dict
    with pytest.raises(TypeError, match="neither an NluComponent nor a Policy"):
        ComponentTrial(odd)


def test_its_code_and_its_inputs_are_known() -> None:
    assert ComponentTrial(Telltale).identity() == "trial:Telltale@1"
    assert not ComponentTrial(Telltale).inputs()
