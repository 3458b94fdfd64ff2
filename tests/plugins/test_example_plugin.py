"""The example plugin: its importer, transform, command and observer; its kind has tests of its own."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.program import Outcome, run_here

from tenprint.fingerprinting import Policy
from tenprint.importers import (
    ImporterContext,
    ProblemsError,
    ReadingRules,
    SourceError,
    TrainingDataImporter,
    run_to_end,
)
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins import create_plugin_manager, registry_of
from tenprint.plugins.testing import ImporterConformance, TransformConformance
from tenprint_example import plugin
from tenprint_example.flows import Flow, FlowStep
from tenprint_example.importers import PhraseFolderImporter
from tenprint_example.kinds import FLOWS
from tenprint_example.observers import VARIABLE
from tenprint_example.transforms import WithoutDrafts

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

PROJECT: Mapping[str, str] = {
    "config.yml": "pipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: FlowPolicy\n",
    "domain.yml": (
        "intents: [greet, lend]\nactions: [action_check_shelf]\nslots:\n  thing: {type: text}\n"
        "responses:\n  utter_hello:\n  - text: hello\n  utter_ask_thing:\n  - text: which?\n"
    ),
    "data/stories.yml": "stories:\n- story: greet\n  steps:\n  - intent: greet\n  - action: utter_hello\n",
    "data/flows.yml": (
        "flows:\n  lend:\n    steps:\n    - collect: thing\n    - action: action_check_shelf\n"
        "  sell:\n    description: DRAFT of what we may do one day\n    steps:\n    - action: utter_hello\n"
    ),
    "phrases/greet.txt": "hello\n\n# hi there\n  hi\n",
    "phrases/lend.txt": "lend me a tent\nmay I have a yurt\n",
    "tenprint.yml": (
        "plugins: [tenprint_example.plugin]\n"
        "importers:\n- name: file\n- name: phrase-folder\n  directory: phrases\n"
        "transforms:\n- without-drafts\n"
    ),
}


class TestPhraseFolder(ImporterConformance):
    IMPORTER = PhraseFolderImporter

    def write_source(self, project: Path) -> Mapping[str, Any]:
        folder = project / "phrases"
        folder.mkdir()
        (folder / "greet.txt").write_text("hello\nhi\n", encoding="utf-8")
        (folder / "find_cafe.txt").write_text("where is the caf\u00e9?\n# not this\n", encoding="utf-8")
        return {"directory": "phrases", "comment": "#"}

    def change_source(self, project: Path) -> None:
        (project / "phrases/greet.txt").write_text("hello\ngood day\n", encoding="utf-8")

    def break_source(self, project: Path) -> int:
        (project / "phrases/greet.txt").write_bytes(b"hello\ncaf\xe9\n")
        (project / "phrases/find_cafe.txt").write_text("# nothing\n", encoding="utf-8")
        return 2

    def remove_source(self, project: Path) -> None:
        (project / "phrases").rename(project / "gone")


class TestWithoutDrafts(TransformConformance):
    TRANSFORM = WithoutDrafts
    OPTIONS: ClassVar[Mapping[str, Any]] = {"mark": "\u00e9bauche"}

    def rules(self) -> ReadingRules:
        return ReadingRules(kinds=(*BUILT_IN_KINDS, FLOWS))

    def source(self) -> TrainingDataImporter:
        steps = (FlowStep("action", "utter_hello"),)
        flows = [Flow("a", steps, "\u00e9bauche"), Flow("b", steps, "\u00e9bauche 2"), Flow("c", steps, "done")]
        context = ImporterContext(self.project, rules=self.rules())
        return MemoryImporter(further={"flows": {flow.name: flow for flow in flows}}, context=context)


def test_what_is_wrong_with_a_folder_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "greet.txt").write_bytes(b"hello\ncaf\xe9\n")
    (tmp_path / "leave.txt").write_bytes(b"# bye\n")
    context = ImporterContext(tmp_path.parent)
    importer = PhraseFolderImporter({"directory": tmp_path.name}, context)

    problems = run_to_end(importer.snapshot).problems

    assert [(problem.code, str(problem.location)) for problem in problems] == [
        ("phrase-encoding", f"{tmp_path.name}/greet.txt:2:1"),
        ("no-phrases", f"{tmp_path.name}/leave.txt:1:1"),
    ]
    with pytest.raises(ProblemsError):
        run_to_end(PhraseFolderImporter({"directory": tmp_path.name}, context).get_nlu_data)
    with pytest.raises(SourceError, match="there is no folder"):
        run_to_end(PhraseFolderImporter({"directory": "elsewhere"}, context).snapshot)


def test_it_says_which_version_of_the_hooks_it_was_written_for() -> None:
    assert plugin.TENPRINT_SPEC == 2


def test_every_hook_of_the_example_answers() -> None:
    registry = registry_of(create_plugin_manager(plugins=[plugin]))

    assert registry.importers["phrase-folder"].provided is PhraseFolderImporter
    assert registry.transforms["without-drafts"].provided is WithoutDrafts
    assert registry.kinds["flows"].provided.item_names == FLOWS.item_names
    assert issubclass(registry.components["FlowPolicy"].provided, Policy)
    assert "run-log" in registry.observers
    assert registry.commands["flows"].summary == "List the flows of a project."


@pytest.fixture
def run(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the program on a project that uses all of the plugin."""
    project = str(write_project(PROJECT))
    return lambda *arguments: run_here(capsys, "-C", project, *arguments)


def test_examples_stand_at_their_lines(run: Callable[..., Outcome]) -> None:
    shown = run("show", "intent", "greet")
    assert (shown.code, shown.err) == (0, "")
    assert "  hello  phrases/greet.txt:1:1  [phrase-folder " in shown.out
    assert "  hi  phrases/greet.txt:4:3  [phrase-folder " in shown.out
    assert "hi there" not in shown.out


def test_flows_are_listed_without_the_drafts(run: Callable[..., Outcome]) -> None:
    listed = run("flows")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out == "lend  (data/flows.yml:2:3)  actions: action_check_shelf  slots: thing\n1 flow\n"
    document = run("flows", "--json").document
    assert document["schema"] == "tenprint-example.flows/1"
    assert [flow["name"] for flow in document["flows"]] == ["lend"]


def test_its_command_fails_like_ours(run: Callable[..., Outcome], write_project: ProjectWriter) -> None:
    write_project({"data/more.yml": "flows:\n  lend: {}\n  again: 1\n"})
    told = run("flows")
    assert told.code == 1
    assert "data/more.yml:3:10: error: the flow 'again' must be a mapping" in told.err
    assert "Traceback" not in told.err
    assert [problem["code"] for problem in run("flows", "--json").document["problems"]][:1] == ["flow-without-steps"]


def test_the_log_of_a_run_names_its_sources_nodes_and_model(
    run: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    log = tmp_path / "log.jsonl"
    assert run("plan").code == 0
    monkeypatch.setenv(VARIABLE, str(log))
    trained = run("train", "--fixed-model-name", "first")
    assert (trained.code, trained.err) == (0, "")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {line.get("source") for line in lines if line["event"] == "source"} == {"file", "phrase-folder"}
    assert [line["event"] for line in lines if line["event"] != "source"] == ["plan", "node", "node", "model"]
    assert lines[-1] == {"event": "model", "model": "first.tar.gz"}
    assert run("plan", "--exit-code").code == 0
