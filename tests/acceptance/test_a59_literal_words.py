"""Acceptance cases A59 to A64 and A66: dialogues with literal words, which other systems call end-to-end.

Where we decide more finely the test says so: NLU is due for the words of dialogues only where a component of the
pipeline learns from them (ADR 0024), and Core where policies may hear the NLU half that changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.nodes_project import LITERAL_FILES
from tests.program import run_here

from tenprint.fingerprinting import CoreTrainingData, Message, NluComponent, Policy, RunReport, TrainingPlan
from tenprint.importers import Registered, run_to_end
from tenprint.plugins import create_plugin_manager, open_project, registry_of, run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

STORIES = "data/stories.yml"


class Overhearing(NluComponent):
    """Learns the words of users in dialogues."""

    NAME = "Overhearing"
    VERSION = "1"

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"examples", "story-messages"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: Any) -> Mapping[str, Any]:
        del config
        return {"heard.json": sorted(message.text for message in nlu.messages)}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Overhearing":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


class Listening(Policy):
    """Learns what the NLU half takes a word for."""

    NAME = "Listening"
    VERSION = "1"

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config
        heard = None if request.interpreter is None else request.interpreter("hey you").to_json()["intent"]["name"]
        return {"heard.json": [len(request.stories.stories), heard]}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Listening":
        del config, files
        return cls()

    def predict(self, dialogue: Any) -> None:
        del dialogue


CONFIG = """\
language: en
pipeline: [{name: KeywordIntentClassifier}, {name: Overhearing}]
policies: [{name: MemoizationPolicy}, {name: Listening}]
"""
FILES = {**LITERAL_FILES, "config.yml": CONFIG}


def operate(project: Path, operation: str) -> Any:
    ours = registry_of(create_plugin_manager())
    both: tuple[Any, ...] = (Overhearing, Listening)
    added = {each.NAME: Registered(each.NAME, each, "some-tests") for each in both}

    async def call() -> Any:
        async with open_project(project, registry=replace(ours, components={**ours.components, **added})) as opened:
            return await getattr(opened, operation)()

    return run_to_end(call)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def project(write_project: ProjectWriter) -> Path:
    """Return a trained project whose pipeline learns the words of dialogues, and whose policy asks the NLU half."""
    written = write_project(FILES)
    operate(written, "train")
    return written


def due(plan: TrainingPlan) -> set[str]:
    return {name for name in ("core", "nlu") if plan.retrains(name)}


def trained(project: Path) -> tuple[set[str], set[str]]:
    """Return the halves that are due and, after the training, the nodes that ran for it."""
    planned: TrainingPlan = operate(project, "plan")
    report: RunReport = operate(project, "train")
    assert due(report.plan) == due(planned)
    assert due(operate(project, "plan")) == set()
    return due(planned), {node.name for node in report.plan.nodes if node.verdict == "run"}


def edit(project: Path, path: str, old: str, new: str) -> None:
    text = (project / path).read_text(encoding="utf-8")
    assert old in text
    (project / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a59_changed_words_in_dialogues_are_no_experiment_and_nobody_is_warned(write_project: ProjectWriter) -> None:
    report: RunReport = operate(write_project(FILES), "train")
    assert (*report.problems, *report.plan.problems) == ()


def test_a60_unchanged_neither_half_is_due(project: Path) -> None:
    assert trained(project) == (set(), set())


def test_a61_a_new_text_of_a_user_makes_both_halves_due(project: Path) -> None:
    edit(project, STORIES, "- user: hey you", "- user: what a day")
    halves, nodes = trained(project)
    assert halves == {"core", "nlu"}
    assert nodes == {"nlu/1-Overhearing", "nlu-half", "core/0-MemoizationPolicy", "core/1-Listening"}


def test_a61_changed_a_pipeline_that_does_not_learn_from_it_is_not_due(
    write_project: ProjectWriter,
) -> None:
    project = write_project({**LITERAL_FILES, "config.yml": CONFIG.replace(", {name: Overhearing}", "")})
    operate(project, "train")
    edit(project, STORIES, "- user: hey you", "- user: what a day")
    assert trained(project) == ({"core"}, {"core/0-MemoizationPolicy", "core/1-Listening"})


def test_a62_a_text_that_is_known_already_makes_only_core_due(project: Path) -> None:
    known = "  - user: hey you\n"
    edit(project, STORIES, known, f"{known}  - action: utter_done\n{known}")
    assert trained(project) == ({"core"}, {"core/0-MemoizationPolicy", "core/1-Listening"})


def test_a63_changed_without_nlu_data_there_is_one_half(write_project: ProjectWriter) -> None:
    project = write_project({path: text for path, text in FILES.items() if path != "data/nlu.yml"})
    halves, nodes = trained(project)
    assert halves == {"core"}
    assert nodes == {"core/0-MemoizationPolicy", "core/1-Listening"}


def test_a64_an_example_more_makes_both_halves_due_and_runs_who_hears_of_it(project: Path) -> None:
    edit(project, "data/nlu.yml", "- good morning", "- good morning\n    - good day")
    halves, nodes = trained(project)
    assert halves == {"core", "nlu"}
    # A policy that does not ask the NLU half learns nothing new.
    assert {"nlu/1-Overhearing", "core/1-Listening"} <= nodes
    assert "core/0-MemoizationPolicy" not in nodes


def test_a66_changed_one_command_trains_whatever_is_due(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(LITERAL_FILES)
    outcome = run_here(capsys, "-C", str(project), "train", "core")
    assert (outcome.code, "core" in outcome.err) == (2, True)
    assert not (project / "models").exists()
    assert due(run_project(project, "train").plan) == {"core", "nlu"}
