"""Evaluations of a project: by folds, and of a model."""

from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest
from tests.program import PROJECT, tree

from tenprint.fingerprinting import (
    FoldOptions,
    ModelError,
    ModelNotFound,
    TrainingError,
    conversations_at,
    cross_validate,
    evaluate_core,
    evaluate_nlu,
    examples_at,
    split_command,
)
from tenprint.importers import ProblemsError
from tenprint.importers.data import Example
from tenprint.plugins import open_project
from tenprint.plugins.trainer_choice import TrainerChoice

pytestmark = pytest.mark.anyio

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

TESTS = """\
stories:
- story: greet
  steps:
  - user: hello
    intent: greet
  - action: utter_hello
"""
PIPELINE = """\
pipeline:
  - name: WhitespaceTokenizer
  - name: CountVectorsFeaturizer
  - name: LogisticRegressionClassifier
"""
NLU = """\
nlu:
- intent: greet
  examples: |
    - hello there
    - hello you
    - hello friend
    - hello again
- intent: bye
  examples: |
    - goodbye there
    - goodbye you
    - goodbye friend
    - goodbye again
"""
LEARNING = {
    **PROJECT,
    "config.yml": PIPELINE + "policies:\n  - name: MemoizationPolicy\n",
    "domain.yml": PROJECT["domain.yml"].replace("- greet", "- greet\n  - bye"),
    "data/nlu.yml": NLU,
}


async def test_each_example_is_asked_of_a_model_that_has_not_seen_it(write_project: ProjectWriter) -> None:
    folder = write_project(LEARNING)
    before, told = tree(folder), []
    async with open_project(folder, cached=False) as project:
        data = await project.data()
        options = FoldOptions(4, on_fold=lambda number, count: told.append((number, count)))
        found = await cross_validate(project.setup, data, options=options)
        again = await cross_validate(project.setup, data, options=FoldOptions(4))
    assert (len(found.answers), found.folds, found.accuracy) == (8, 4, 1.0)
    assert found.fold_accuracies == (1.0,) * 4
    assert told == [(number, 4) for number in (1, 2, 3, 4)]
    assert found.to_json() == again.to_json()
    assert tree(folder) == before


async def test_one_example_cannot_be_divided(write_project: ProjectWriter) -> None:
    nlu = "nlu:\n- intent: greet\n  examples: |\n    - hello\n"
    async with open_project(write_project({**PROJECT, "data/nlu.yml": nlu}), cached=False) as project:
        with pytest.raises(TrainingError, match="1 examples cannot be divided"):
            await cross_validate(project.setup, await project.data())


async def test_what_cannot_be_trained_is_told_as_train_does(write_project: ProjectWriter) -> None:
    config = PROJECT["config.yml"].replace("KeywordIntentClassifier", "LogisticRegressionClassifier")
    async with open_project(write_project({**PROJECT, "config.yml": config}), cached=False) as project:
        with pytest.raises(ProblemsError, match="featurizer") as caught:
            await cross_validate(project.setup, await project.data())
    (problem,) = caught.value.problems
    assert str(problem.location) == "config.yml:2:5"


async def test_a_model_is_asked_about_examples_of_its_own_and_of_others(write_project: ProjectWriter) -> None:
    folder = write_project({**PROJECT, "held/nlu.yml": NLU, "tests/test_a.yml": TESTS})
    async with open_project(folder, cached=False) as project:
        with pytest.raises(ModelNotFound):
            await evaluate_nlu(project.setup, [Example("hello", "greet")])
        await project.train(fixed_model_name="one")
        own = await evaluate_nlu(project.setup, (await project.data()).nlu.examples)
        known = project.registry.importers
        held = await examples_at(project.importer.context, [folder / "held"], known=known)
        other = await evaluate_nlu(project.setup, held, str(folder / "models" / "one.tar.gz"))
        tests = await conversations_at(project.importer.context, [folder / "tests"], known=known)
        core = await evaluate_core(project.setup, tests)
        with pytest.raises(TrainingError, match="no examples"):
            await evaluate_nlu(project.setup, ())
    assert (own.accuracy, own.model) == (1.0, str(folder / "models" / "one.tar.gz"))
    assert (len(other.answers), other.accuracy) == (8, 0.5)
    assert (len(core.played), core.failed) == (1, ())


async def test_a_run_that_is_cancelled_leaves_nothing(write_project: ProjectWriter, temporary_files: Path) -> None:
    async with open_project(write_project(LEARNING), cached=False) as project:
        data = await project.data()
        with anyio.CancelScope() as scope:
            options = FoldOptions(4, on_fold=lambda number, _: scope.cancel() if number == 2 else None)
            await cross_validate(project.setup, data, options=options)
    assert scope.cancelled_caught
    assert tree(temporary_files) == {}


async def test_a_model_of_another_program_is_refused(write_project: ProjectWriter) -> None:
    copy = "cp -r {original}/models/one.tar.gz {out}/{name}.tar.gz"
    folder = write_project(PROJECT)
    async with open_project(folder, cached=False) as project:
        await project.train(fixed_model_name="one")
    chosen = TrainerChoice("command", tuple(split_command(copy)))
    async with open_project(folder, cached=False, trainer=chosen) as project:
        await project.train(fixed_model_name="two")
        with pytest.raises(ModelError, match="made by another program"):
            await evaluate_nlu(project.setup, [Example("hello", "greet")], str(folder / "models" / "two.tar.gz"))


async def test_files_that_are_wrong_are_told(write_project: ProjectWriter) -> None:
    folder = write_project({**PROJECT, "held/nlu.yml": "nlu:\n- intnt: greet\n", "tests/test_a.yml": "stories: 3\n"})
    async with open_project(folder, cached=False) as project:
        known, context = project.registry.importers, project.importer.context
        with pytest.raises(ProblemsError, match=r"held/nlu\.yml"):
            await examples_at(context, [folder / "held"], known=known)
        with pytest.raises(ProblemsError, match=r"test_a\.yml"):
            await conversations_at(context, [folder / "tests"], known=known)


async def test_a_model_without_the_half_that_is_tested_says_so(write_project: ProjectWriter) -> None:
    def without(half: str) -> dict[str, str]:
        return {path: text for path, text in PROJECT.items() if path != f"data/{half}.yml"}

    folder = write_project(without("nlu"))
    async with open_project(folder, cached=False) as project:
        await project.train()
        with pytest.raises(ModelError, match="has no NLU half"):
            await evaluate_nlu(project.setup, [Example("hello", "greet")])
    (folder / "data" / "stories.yml").unlink()
    write_project({"data/nlu.yml": NLU})
    async with open_project(folder, cached=False) as project:
        await project.train(fixed_model_name="nlu")
        with pytest.raises(ModelError, match="has no Core half"):
            await evaluate_core(project.setup, [], str(folder / "models" / "nlu.tar.gz"))
