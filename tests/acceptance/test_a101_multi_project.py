"""Acceptance cases A101 to A109: projects that import projects."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest

from tenprint.fingerprinting import unpack_model
from tenprint.importers import ImporterContext
from tenprint.importers.data import IntentStep
from tenprint.importers.file import FileImporter
from tenprint.importers.multi_project import MultiProjectImporter
from tenprint.plugins import run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio

STORY = "stories: [{{story: {}, steps: [{{intent: greet}}, {{action: utter_hi}}]}}]\n"


def shown(path: Path, project: Path) -> str:
    return Path(os.path.relpath(path, project)).as_posix()


async def imports_of(project: Path, config: str = "config.yml") -> list[str]:
    importer = MultiProjectImporter({}, ImporterContext(project, config=project / config))
    return [shown(path, project) for path in await importer.imports()]


async def codes(importer: MultiProjectImporter) -> list[str]:
    return [problem.code for problem in (await importer.snapshot()).problems]


async def test_a101_imports_are_followed_from_project_to_project(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "config.yml": "imports: [A]\n",
            "A/config.yml": "imports: [../B]\n",
            "B/config.yml": "language: en\n",
            "B/nested/config.yml": "imports: [../../A]\n",
        }
    )
    assert await imports_of(project) == ["A", "B"]


@pytest.mark.parametrize("config", ["language: en\n", "imports:\n"])
async def test_a102_without_imports_there_are_none_and_every_path_counts(
    write_project: ProjectWriter, config: str
) -> None:
    project = write_project({"config.yml": config})
    importer = MultiProjectImporter({}, ImporterContext(project))

    assert await importer.imports() == ()
    assert await importer.is_imported(Path("any/where/x.yml"))
    assert await codes(importer) == []


async def test_a103_paths_are_compared_component_by_component(write_project: ProjectWriter) -> None:
    project = write_project(
        {"config.yml": "imports: [A/A/A, A/B/A]\n", "A/A/A/x.yml": "intents: [a]\n", "A/B/A/x.yml": "intents: [b]\n"}
    )
    (project / "A/C").mkdir()
    importer = MultiProjectImporter({}, ImporterContext(project))

    for path, expected in {
        "A/A/A/x.yml": True,
        "A/A/A/deeper/x.yml": True,
        "A/B/A/x.yml": True,
        "A/C/x.yml": False,
        "A/A/B/x.yml": False,
        "A/B/x.yml": False,
        # W-IMP-10: the system before took part of a name for the whole.
        "A/A/AB/x.yml": False,
    }.items():
        assert await importer.is_imported(Path(path)) is expected, path


async def test_a104_a_round_of_imports_is_followed_once_and_told(write_project: ProjectWriter) -> None:
    project = write_project(
        {"config.yml": "imports: [A]\n", "A/config.yml": "imports: [../B]\n", "B/config.yml": "imports:\n- ../A\n"}
    )
    importer = MultiProjectImporter({}, ImporterContext(project))
    (problem,) = (await importer.snapshot()).problems

    assert await imports_of(project) == ["A", "B"]
    assert (problem.code, problem.severity, str(problem.location)) == ("import-cycle", "warning", "B/config.yml:2:3")
    assert "A -> B -> A" in problem.message


async def test_a105_imports_may_lie_beside_the_project(write_project: ProjectWriter) -> None:
    project = write_project(
        {"A/config.yml": "imports: [../B]\n", "B/config.yml": "imports: [../C]\n", "C/x.yml": "intents: [c]\n"}
    )
    assert await imports_of(project, "A/config.yml") == ["B", "C"]
    importer = MultiProjectImporter({}, ImporterContext(project / "A"))
    assert [path.name for path in await importer.imports()] == ["B", "C"]
    assert [document.id.path for document in (await importer.snapshot()).documents] == ["config.yml", "../C/x.yml"]


def extra_paths(project: Path) -> MultiProjectImporter:
    data = (project / "extra", project / "files/one.yml")
    return MultiProjectImporter({}, ImporterContext(project, data=data))


EXTRA = {
    "config.yml": "imports: [A]\n",
    "A/x.yml": "intents: [a]\n",
    "extra/stories.yml": STORY.format("folder"),
    "files/one.yml": STORY.format("file"),
    "files/beside.yml": STORY.format("beside"),
}


async def test_a106_training_paths_that_are_named_are_imported_and_read(write_project: ProjectWriter) -> None:
    importer = extra_paths(write_project(EXTRA))

    assert await importer.is_imported(Path("files/one.yml"))
    assert await importer.is_imported(Path("extra/stories.yml"))
    assert [story.name for story in (await importer.get_stories()).stories] == ["folder", "file"]


async def test_a107_what_lies_beside_or_below_named_paths_is_not_imported(write_project: ProjectWriter) -> None:
    importer = extra_paths(write_project(EXTRA))

    assert not await importer.is_imported(Path("files/beside.yml"))
    assert not await importer.is_imported(Path("extra/deeper/x.yml"))


async def test_a108_tests_of_an_imported_project_are_tests(write_project: ProjectWriter) -> None:
    test = "stories: [{story: t, steps: [{intent: greet, user: hi}]}]\n"
    project = write_project(
        {"config.yml": "imports: [A]\n", "A/data/stories/s.yml": STORY.format("s"), "A/test_stories.yml": test}
    )
    importer = MultiProjectImporter({}, ImporterContext(project))

    assert [story.name for story in (await importer.get_stories()).stories] == ["s"]
    (story,) = (await importer.get_conversation_tests()).stories
    assert story.steps == (IntentStep("greet", text="hi"),)


MOODS = {
    "config.yml": "importers: [{name: MultiProjectImporter}]\nimports: [data/MoodBot, data/ChitchatBot]\n",
    "domain.yml": "actions: [action_own]\n",
    "data/MoodBot/config.yml": "language: en\n",
    "data/MoodBot/domain.yml": "intents: [mood_great]\nresponses: {utter_happy: [{text: good}]}\n",
    "data/MoodBot/data/nlu.yml": "nlu: [{intent: mood_great, examples: [{text: great}]}]\n",
    "data/MoodBot/data/stories.yml": "stories: [{story: m, steps: [{intent: mood_great}, {action: utter_happy}]}]\n",
    "data/ChitchatBot/config.yml": "imports: [../GreetBot]\n",
    # W-IMP-9: one file with examples, responses and intents loses none of them.
    "data/ChitchatBot/all.yml": (
        "intents: [ask_name]\nresponses: {utter_name: [{text: Sara}]}\n"
        "nlu: [{intent: ask_name, examples: [{text: who}]}]\n"
        "rules: [{rule: n, steps: [{intent: ask_name}, {action: utter_name}]}]\n"
    ),
    "data/GreetBot/actions/act.py": "import os\n",
    "data/GreetBot/endpoints.yml": "action_endpoint: {url: x}\n",
    "data/GreetBot/domain/greet.yml": "intents: [greet]\nresponses: {utter_greet: [{text: hey}]}\n",
    "data/GreetBot/data/nlu.yml": "nlu: [{intent: greet, examples: [{text: hello}]}]\n",
    "data/GreetBot/test_stories.yml": "stories: [{story: t, steps: [{intent: greet, user: salute}]}]\n",
}


def test_a109_a_model_of_several_projects_has_the_domain_and_the_examples_of_all(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project = write_project(MOODS)
    report = run_project(project, "train")
    assert report.plan.problems == ()

    unpack_model(report.model, tmp_path / "model")
    in_model = FileImporter({"domain": "core/domain.yml"}, ImporterContext(tmp_path / "model"))
    domain = anyio.run(in_model.get_domain)
    assert {intent.name for intent in domain.intents} == {"mood_great", "ask_name", "greet"}
    assert {response.name for response in domain.responses} == {"utter_happy", "utter_name", "utter_greet"}
    (keywords,) = (tmp_path / "model/nlu").rglob("keywords.json")
    assert json.loads(keywords.read_text(encoding="utf-8")) == {
        "mood_great": ["great"],
        "ask_name": ["who"],
        "greet": ["hello"],
    }


def test_a109_imports_without_an_importer_that_follows_them_are_told(write_project: ProjectWriter) -> None:
    """The system before ignored them silently (rasa2.md section 2.3)."""
    project = write_project({"config.yml": "language: en\nimports: [A]\n", "A/x.yml": "intents: [a]\n"})
    told = [problem for problem in run_project(project, "problems") if problem.code == "unused-imports"]
    assert [(problem.severity, str(problem.location)) for problem in told] == [("warning", "config.yml:2:1")]
    write_project({"config.yml": "language: en\nimports: []\n"})
    assert [problem.code for problem in run_project(project, "problems")] == ["no-training-data"]
