"""open_project(): what a project on disk is opened with, what it answers, and how mistakes are told."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.assistant import copy_of_assistant
from tests.chain import combined_in

from tenprint.fingerprinting import Fingerprint, TrainingReport, TrainingRequest
from tenprint.importers import ConfigurationError, ImporterContext, ProblemsError, TrainingDataImporter
from tenprint.importers.data import Domain, Intent, ProjectData
from tenprint.plugins import (
    Project,
    ProjectPaths,
    create_plugin_manager,
    hookimpl,
    open_project,
    registry_of,
    run_project,
)

ProjectWriter = Callable[[Mapping[str, str]], Path]


SMALL = {
    "config.yml": "language: en\n",
    "domain.yml": "intents: [greet]\nresponses: {utter_hello: [{text: hello}]}\n",
    "data/nlu.yml": "nlu: [{intent: greet, examples: [{text: hello}]}]\n",
    "data/rules.yml": "rules: [{rule: greet, steps: [{intent: greet}, {action: utter_hello}]}]\n",
}


def examples(project: Path, **arguments: Any) -> set[str]:
    found: ProjectData = run_project(project, "data", **arguments)
    return {example.text for example in found.nlu.examples}


@pytest.mark.anyio
async def test_an_open_project_answers_plans_fingerprints_data_and_problems(tmp_path: Path) -> None:
    copy_of_assistant(tmp_path / "assistant")
    async with open_project(tmp_path / "assistant") as project:
        assert isinstance(project, Project)
        assert (await project.plan()).action == "train"
        assert (await project.fingerprint())["trained_at"] is None
        assert (await project.data()).domain.intents
        assert await project.problems() == ()
        report = await project.train()
        assert (report.written, report.model is not None) == (True, True)
        assert not (await project.train()).written


def test_a_project_can_be_used_without_an_event_loop(write_project: ProjectWriter) -> None:
    project = write_project(SMALL)
    assert run_project(project, "plan").action == "train"
    assert run_project(str(project), "train").written
    assert [problem.code for problem in run_project(project, "problems")] == ["few-examples"]


def test_a_relative_path_is_as_good_as_an_absolute_one(
    write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(SMALL)
    absolute = run_project(project, "fingerprint")
    for folder, path in ((project.parent, project.name), (project, "."), (project / "data", "..")):
        monkeypatch.chdir(folder)
        assert run_project(path, "fingerprint") == absolute


def test_a_folder_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere") as caught:
        run_project(tmp_path / "nowhere", "plan")
    assert "-C" in str(caught.value.hint)


def test_a_folder_without_a_config_is_no_project(write_project: ProjectWriter) -> None:
    project = write_project({"data/nlu.yml": SMALL["data/nlu.yml"]})
    with pytest.raises(ConfigurationError, match=r"no config\.yml"):
        run_project(project, "plan")


def test_settings_alone_make_a_project_too(write_project: ProjectWriter) -> None:
    project = write_project({"tenprint.yml": "importers: [{name: file}]\n", "data/nlu.yml": SMALL["data/nlu.yml"]})
    assert examples(project) == {"hello"}


def test_the_config_may_end_in_yaml(write_project: ProjectWriter) -> None:
    project = write_project({"config.yaml": "language: fr\n", "data/nlu.yml": SMALL["data/nlu.yml"]})
    assert run_project(project, "data").config["language"] == "fr"


def test_other_paths_replace_the_usual_ones(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            **SMALL,
            "other/config.yml": "language: fr\n",
            "other/domain.yml": "intents: [wave]\n",
            "other/one/nlu.yml": "nlu: [{intent: wave, examples: [{text: ciao}]}]\n",
            "other/two.yml": "nlu: [{intent: wave, examples: [{text: salut}]}]\n",
        }
    )
    paths = ProjectPaths(
        config="other/config.yml", domain=project / "other" / "domain.yml", data=("other/one", "other/two.yml")
    )
    found = run_project(project, "data", paths=paths)
    assert found.config["language"] == "fr"
    assert [intent.name for intent in found.domain.intents] == ["wave"]
    assert examples(project, paths=paths) == {"ciao", "salut"}
    report = run_project(project, "train", paths=ProjectPaths(models="elsewhere"))
    assert Path(report.model).parent == project / "elsewhere"


@pytest.mark.parametrize(
    "paths", [ProjectPaths(config="nowhere.yml"), ProjectPaths(domain="nowhere"), ProjectPaths(data=("nowhere",))]
)
def test_another_path_that_is_not_there_is_an_error(write_project: ProjectWriter, paths: ProjectPaths) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        run_project(write_project(SMALL), "plan", paths=paths)


def test_the_importers_of_the_config_are_used(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            **SMALL,
            "config.yml": "importers: [{name: file}, {name: file, data: more}]\n",
            "more/nlu.yml": "nlu: [{intent: greet, examples: [{text: good day}]}]\n",
        }
    )
    assert examples(project) == {"hello", "good day"}


def test_the_importers_of_the_settings_win(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            **SMALL,
            "config.yml": "importers: [{name: somebody.elses.Importer}]\n",
            "tenprint.yml": "importers: [{name: file}]\n",
        }
    )
    assert examples(project) == {"hello"}


def test_an_unknown_importer_is_an_error_with_its_place_and_the_nearest_name(write_project: ProjectWriter) -> None:
    project = write_project({**SMALL, "config.yml": "language: en\nimporters:\n  - name: fille\n  - name: gti\n"})
    with pytest.raises(ProblemsError) as caught:
        run_project(project, "plan")
    assert [str(problem.location) for problem in caught.value.problems] == ["config.yml:3:5", "config.yml:4:5"]
    assert "file" in str(caught.value.problems[0].hint)


@pytest.mark.parametrize("name", ["config.yml", "tenprint.yml"])
def test_a_broken_file_of_settings_is_an_error_with_its_place(write_project: ProjectWriter, name: str) -> None:
    project = write_project({**SMALL, name: "importers: [\n"})
    with pytest.raises(ProblemsError) as caught:
        run_project(project, "plan")
    assert {problem.location.path for problem in caught.value.problems if problem.location} == {name}


class GreetingImporter(TrainingDataImporter):
    """Provides one intent, and remembers that it was closed."""

    NAME = "greeting"

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self.is_closed = False

    async def get_domain(self) -> Domain:
        return Domain((Intent(str(self.options["intent"])),))

    async def aclose(self) -> None:
        self.is_closed = True


class Greeting:
    @hookimpl
    def tenprint_register_importers(self) -> list[Any]:
        return [GreetingImporter]


@pytest.mark.anyio
async def test_an_importer_of_a_plugin_gets_its_options_and_is_closed(write_project: ProjectWriter) -> None:
    config = "importers: [{name: file}, {name: greeting, intent: wave}]\n"
    project = write_project({**SMALL, "config.yml": config})
    registry = registry_of(create_plugin_manager(plugins=[Greeting()]))
    async with open_project(project, registry=registry) as opened:
        assert {intent.name for intent in (await opened.data()).domain.intents} == {"greet", "wave"}
        importer = combined_in(opened.importer).importers[1]
        assert isinstance(importer, GreetingImporter)
        assert not importer.is_closed
    assert importer.is_closed


@pytest.mark.anyio
async def test_a_project_is_closed_after_a_failure_too(write_project: ProjectWriter) -> None:
    project = write_project({**SMALL, "config.yml": "importers: [{name: greeting, intent: wave}]\n"})
    registry = registry_of(create_plugin_manager(plugins=[Greeting()]))
    opened: list[Project] = []

    async def fail() -> None:
        async with open_project(project, registry=registry) as one:
            opened.append(one)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    (importer,) = combined_in(opened[0].importer).importers
    assert isinstance(importer, GreetingImporter)
    assert importer.is_closed


PLUGIN = """\
from tenprint.importers import TrainingDataImporter
from tenprint.importers.data import Domain, Intent
from tenprint.plugins import hookimpl


class WavingImporter(TrainingDataImporter):
    NAME = "waving"

    async def get_domain(self):
        return Domain((Intent("wave"),))


@hookimpl
def tenprint_register_importers():
    return [WavingImporter]
"""


def test_plugins_of_the_settings_are_imported_and_may_be_named_twice(
    write_project: ProjectWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "peg_waving_plugin.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings = "plugins: [peg_waving_plugin, peg_waving_plugin, tenprint.plugins.defaults]\n"
    config = "importers: [{name: waving}]\n"
    project = write_project({**SMALL, "config.yml": config, "tenprint.yml": settings})
    assert [intent.name for intent in run_project(project, "data").domain.intents] == ["wave"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "no module named"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("def (:\n", "SyntaxError"),
        ("raise RuntimeError('out of glue')\n", "RuntimeError: out of glue"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_an_error_that_names_it(
    write_project: ProjectWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, expected: str
) -> None:
    if text is not None:
        (tmp_path / "peg_broken_plugin.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    project = write_project({**SMALL, "tenprint.yml": "plugins: [peg_broken_plugin]\n"})
    with pytest.raises(ProblemsError, match=f"peg_broken_plugin.*{expected}") as caught:
        run_project(project, "plan")
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location)) == ("configuration", "tenprint.yml:1:11")
    assert problem.hint


class WritingTrainer:
    """A trainer that writes one file for each section."""

    def __init__(self) -> None:
        self.requests: list[TrainingRequest] = []

    async def train(self, request: TrainingRequest) -> TrainingReport:
        self.requests.append(request)
        for section in request.sections:
            (request.folder / section).mkdir()
            (request.folder / section / "weights.json").write_text("{}", encoding="utf-8")
        return TrainingReport({"all": 0.5})


@pytest.mark.anyio
async def test_another_trainer_gets_the_sections_of_the_plan_and_data_in_canonical_order(
    write_project: ProjectWriter,
) -> None:
    project = write_project(
        {
            **SMALL,
            "domain.yml": "intents: [wave, greet]\nresponses: {utter_hello: [{text: hello}]}\n",
            "data/nlu.yml": "nlu: [{intent: greet, examples: [{text: ho}, {text: hi}]}]\n",
        }
    )
    trainer = WritingTrainer()
    async with open_project(project, trainer=trainer) as opened:
        report = await opened.train()
    (request,) = trainer.requests
    assert request.sections == {"core", "nlu"}
    assert [example.text for example in request.nlu.examples] == ["hi", "ho"]
    assert [intent.name for intent in request.domain.intents] == ["greet", "wave"]
    assert [rule.name for rule in request.stories.rules] == [""]
    assert request.previous_nlu is None
    assert report.seconds["all"] == 0.5


def test_values_of_the_environment_enter_as_data(write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_project({**SMALL, "config.yml": "language: ${PEG_LANGUAGE}\n"})
    taken: list[Fingerprint] = []
    for language in ("en", "en", "de"):
        monkeypatch.setenv("PEG_LANGUAGE", language)
        taken.append(run_project(project, "fingerprint"))
    assert taken[0] == taken[1]
    assert {key for key in taken[0] if taken[0][key] != taken[2][key]} == {"nlu-config"}


def test_values_of_the_environment_are_options_of_importers(
    write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = "importers:\n- name: file\n- name: file\n  data: ${PEG_DATA}\nown: ${PEG_UNSET}\n"
    project = write_project({**SMALL, "config.yml": config, "more/nlu.yml": "nlu: []\n"})
    with pytest.raises(ProblemsError, match="'PEG_DATA' is not set") as caught:
        run_project(project, "fingerprint")
    assert [str(problem.location) for problem in caught.value.problems] == ["config.yml:4:9"]
    monkeypatch.setenv("PEG_DATA", "more")
    with pytest.raises(ProblemsError, match="'PEG_UNSET' is not set"):
        run_project(project, "fingerprint")
    monkeypatch.setenv("PEG_UNSET", "")
    assert run_project(project, "fingerprint")


def test_wrong_data_is_listed_by_problems_and_refused_by_everything_else(write_project: ProjectWriter) -> None:
    project = write_project({**SMALL, "domain.yml": "intents: [wave]\n"})
    error, *warnings = run_project(project, "problems")
    assert (error.code, error.severity) == ("undeclared-intent", "error")
    assert "undeclared-action" in [warning.code for warning in warnings]
    for operation in ("plan", "train", "fingerprint", "data"):
        with pytest.raises(ProblemsError):
            run_project(project, operation)
    assert not (project / "models").exists()


@pytest.mark.parametrize("value", ["soon", "0", "-1", "inf", "nan", ""])
def test_a_wrong_time_for_stalls_is_an_error(
    write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TENPRINT_STALL_SECONDS", value)
    with pytest.raises(ConfigurationError, match="TENPRINT_STALL_SECONDS") as caught:
        run_project(write_project(SMALL), "plan")
    assert caught.value.hint


def test_importers_that_block_are_reported_where_the_environment_asks_for_it(
    write_project: ProjectWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = (
        "import time\nfrom tenprint.importers import TrainingDataImporter\nfrom tenprint.importers.data import Domain\n"
        "class Own(TrainingDataImporter):\n    async def get_domain(self):\n"
        "        for _ in range(40):\n            time.sleep(0.01)\n        return Domain()\n"
    )
    (tmp_path / "peg_blocking.py").write_text(own, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings = "importers:\n  - name: file\n  - name: peg_blocking.Own\n    as: slow\n"
    project = write_project({**SMALL, "tenprint.yml": settings})

    assert [problem.code for problem in run_project(project, "problems")].count("blocked-loop") == 0
    monkeypatch.setenv("TENPRINT_STALL_SECONDS", "0.1")
    blocked = [problem.message for problem in run_project(project, "problems") if problem.code == "blocked-loop"]
    # A busy machine may hold up others too.
    (told,) = [message for message in blocked if "'slow'" in message]
    assert re.search(r"'slow' held up all others for \d+\.\d s", told)
