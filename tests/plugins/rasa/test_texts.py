"""A project in the forms Rasa reads: what people wrote, where they wrote it, and nothing of ours."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.importers import ProblemsError
from tenprint.plugins import ProjectPaths
from tenprint.plugins.rasa.texts import ReadProject, read_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

FILES = {
    "config.yml": "language: en\nrecipe: default.v1\nimporters: [{name: tenprint.plugins.rasa.TenprintImporter}]\n",
    "tenprint.yml": "importers: [{name: file}]\n",
    "domain.yml": "intents: [greet, faq]\nslots:\n  city: {type: text, influence_conversation: true, mappings: []}\n"
    "responses: {utter_greet: [{text: hello}]}\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n- intent: faq/why\n  examples: |\n    - why?\n"
    "responses: {utter_faq/why: [{text: because}]}\n",
    "data/stories.yml": "stories:\n- story: a\n  steps: [{intent: greet}, {action: utter_greet}]\n"
    "rules:\n- rule: b\n  steps: [{intent: faq}, {action: utter_faq}]\n",
    "data/test_stories.yml": "stories:\n- story: t\n  steps: [{intent: greet, user: hi}, {action: utter_greet}]\n",
}


@pytest.fixture
def project(write_project: ProjectWriter) -> ReadProject:
    return read_project(write_project(FILES), ProjectPaths())


def test_the_configuration_is_what_was_written_without_defaults_of_ours(project: ReadProject) -> None:
    assert project.config == {"language": "en", "recipe": "default.v1"}
    assert project.completed == {"pipeline", "policies"}


def test_components_that_were_written_are_kept(write_project: ProjectWriter) -> None:
    config = "pipeline:\n- name: DIETClassifier\n  epochs: 3\npolicies: []\n"
    project = read_project(write_project({**FILES, "config.yml": config}), ProjectPaths())
    assert project.config["pipeline"] == [{"name": "DIETClassifier", "epochs": 3}]


def test_the_domain_has_the_form_of_its_only_file(project: ReadProject) -> None:
    # A value that says what is so anyway would be left out of a domain that is written anew.
    assert project.domain()["slots"] == {"city": {"type": "text", "influence_conversation": True, "mappings": []}}


def test_responses_stay_where_they_were_found(project: ReadProject) -> None:
    assert list(project.domain()["responses"]) == ["utter_greet"]
    nlu, responses = project.nlu_texts()
    assert "- why?" in nlu
    assert "utter_faq/why" in responses
    assert "utter_greet" not in responses


def test_stories_rules_and_tests_are_apart(project: ReadProject) -> None:
    assert [sorted(content) for content in project.dialogues()] == [["stories", "version"], ["rules", "version"]]
    assert project.dialogues(100) == []
    assert b"story: t" in (project.tests() or b"")


def test_nothing_is_written_of_what_is_not_there(write_project: ProjectWriter) -> None:
    files = {"config.yml": "language: en\n", "tenprint.yml": FILES["tenprint.yml"], "domain.yml": FILES["domain.yml"]}
    project = read_project(write_project(files), ProjectPaths())
    assert (project.nlu_texts(), project.dialogues(), project.tests()) == ([], [], None)


def test_a_project_is_read_also_inside_a_running_event_loop(write_project: ProjectWriter) -> None:
    folder = write_project(FILES)

    async def ask() -> ReadProject:
        return read_project(folder, ProjectPaths())

    assert asyncio.run(ask()).config["language"] == "en"


def test_what_is_wrong_is_told_with_every_problem(write_project: ProjectWriter) -> None:
    folder = write_project({**FILES, "data/nlu.yml": "nlu:\n- intent: 3\n- nothing\n"})
    with pytest.raises(ProblemsError) as caught:
        read_project(folder, ProjectPaths())
    assert len([problem for problem in caught.value.problems if problem.severity == "error"]) > 1
