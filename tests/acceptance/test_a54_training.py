"""Acceptance cases A54 to A58 and A65: whole trainings."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting import CoreTrainingData, Policy, RunReport, TrainingError, unpack_model
from tenprint.importers import ConfigurationError, Registered
from tenprint.plugins import ProjectPaths, Registry, create_plugin_manager, open_project, registry_of, run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

PROJECT = {
    "config.yml": "language: en\n",
    "domain.yml": "intents: [greet]\nresponses: {utter_hello: [{text: hello}]}\n",
    "data/nlu.yml": "nlu: [{intent: greet, examples: [{text: hello}]}]\n",
    "data/rules.yml": "rules: [{rule: greet, steps: [{intent: greet}, {action: utter_hello}]}]\n",
}


def test_a54_data_that_is_no_training_data_is_named_and_not_trained_on(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "language: en\n", "data/letters.yml": "nllu: [{intent: greet}]\n"})
    with pytest.raises(TrainingError) as caught:
        run_project(project, "train")
    nothing, unused = caught.value.problems
    assert nothing.hint is not None
    assert "check their format" in nothing.hint
    assert (unused.severity, str(unused.location)) == ("warning", "data/letters.yml:1:1")
    assert "nlu" in str(unused.hint)
    assert not (project / "models").exists()


def test_a55_without_any_data_the_user_is_told_where_to_put_it(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "language: en\n"})
    with pytest.raises(TrainingError, match="no training data: neither NLU examples nor stories or rules") as caught:
        run_project(project, "train")
    (nothing,) = caught.value.problems
    assert nothing.hint is not None
    assert "--data" in nothing.hint
    assert not (project / "models").exists()


def test_a55_data_that_is_not_there_is_an_error_that_names_it(write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    with pytest.raises(ConfigurationError, match="nowhere"):
        run_project(project, "train", paths=ProjectPaths(data=("nowhere",)))
    assert not (project / "models").exists()


def test_a56_retrieval_examples_without_a_response_are_warned_of(write_project: ProjectWriter) -> None:
    faq = "nlu: [{intent: faq/hours, examples: [{text: when}]}]\n"
    project = write_project({"config.yml": "language: en\n", "data/nlu.yml": faq})
    report = run_project(project, "train")
    assert {problem.code for problem in (*report.problems, *report.plan.problems)} == {"missing-response"}
    assert all("add a response phrase" in problem.hint for problem in (*report.problems, *report.plan.problems))
    write_project({"domain.yml": "intents: [faq]\nresponses: {utter_faq/hours: [{text: from ten on}]}\n"})
    report = run_project(project, "train", force=True)
    assert (*report.problems, *report.plan.problems) == ()


class Listening(Policy):
    """Stores what the interpreter it was given takes `hello` for."""

    NAME = "Listening"
    VERSION = "1"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"patience": 1}

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config
        heard = None if request.interpreter is None else request.interpreter("hello").to_json()["intent"]["name"]
        return {"heard.json": [request.interpreter is not None, heard]}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Listening":
        del config, files
        return cls()

    def predict(self, dialogue: Any) -> None:
        del dialogue


def registry() -> Registry:
    known = registry_of(create_plugin_manager())
    return replace(known, components={**known.components, "Listening": Registered("Listening", Listening, "test")})


async def trained(project: Path) -> tuple[RunReport, list[Any]]:
    """Train, and return what the policy heard."""
    async with open_project(project, registry=registry()) as opened:
        report = await opened.train()
    assert report.model is not None
    with unpack_model(report.model) as unpacked:
        return report, json.loads((Path(unpacked) / "core" / "0-Listening" / "heard.json").read_bytes())


LISTENING = "language: en\npolicies: [{name: Listening, patience: 1}]\n"


@pytest.mark.anyio
async def test_a57_core_learns_with_the_nlu_half_of_the_same_run_and_else_with_the_old_one(
    write_project: ProjectWriter,
) -> None:
    project = write_project({**PROJECT, "config.yml": LISTENING})
    _, heard = await trained(project)
    assert heard == [True, "greet"]
    write_project({"config.yml": LISTENING.replace("patience: 1", "patience: 2")})
    report, heard = await trained(project)
    assert report.plan.retrains("core")
    assert not report.plan.retrains("nlu")
    assert heard == [True, "greet"]
    write_project(
        {
            "config.yml": LISTENING,
            "domain.yml": PROJECT["domain.yml"].replace("[greet]", "[greet, wave]"),
            "data/nlu.yml": PROJECT["data/nlu.yml"].replace("intent: greet", "intent: wave"),
        }
    )
    report, heard = await trained(project)
    assert report.plan.retrains("nlu")
    assert heard == [True, "wave"]


@pytest.mark.anyio
async def test_a57_without_nlu_data_core_learns_without_an_interpreter(write_project: ProjectWriter) -> None:
    project = write_project({**PROJECT, "config.yml": LISTENING})
    (project / "data" / "nlu.yml").unlink()
    _, heard = await trained(project)
    assert heard == [False, None]


@pytest.mark.parametrize(
    ("missing", "completed"),
    [("data/rules.yml", {"pipeline"}), ("data/nlu.yml", {"policies"}), (None, {"pipeline", "policies"})],
)
def test_a58_the_config_is_completed_for_the_half_that_has_data(
    write_project: ProjectWriter, missing: str | None, completed: dict[str, str]
) -> None:
    files = {path: text for path, text in PROJECT.items() if path != missing}
    project = write_project(files)
    before = (project / "config.yml").read_bytes()
    data = run_project(project, "data")
    assert set(data.config) == {"language", *completed}
    nodes = run_project(project, "train").plan.nodes
    assert {node.name.split("/")[0] for node in nodes} == {
        {"pipeline": "nlu", "policies": "core"}[key] for key in completed
    }
    assert (project / "config.yml").read_bytes() == before


def test_a65_an_example_more_is_nlu_only_without_literal_texts_in_stories(write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    run_project(project, "train")
    write_project({"data/nlu.yml": PROJECT["data/nlu.yml"].replace("{text: hello}", "{text: hello}, {text: hi}")})
    plan = run_project(project, "plan")
    assert plan.retrains("nlu")
    assert not plan.retrains("core")
    assert not plan.retrains("nlg")
