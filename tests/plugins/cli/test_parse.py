from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.fingerprinting.test_evaluating import TESTS
from tests.program import PROJECT, run_apart, run_here

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


@pytest.fixture
def project(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> str:
    folder = str(write_project(PROJECT))
    assert run_here(capsys, "-C", folder, "train", "--fixed-model-name", "first").code == 0
    return folder


def test_a_message_is_understood_by_the_newest_model(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", project, "parse", "hello")
    assert (outcome.code, outcome.out, outcome.err) == (0, "intent    greet (1.00)\n", "")


@pytest.mark.parametrize("text", ["something else entirely", "", "n\0ul", "\x1b[31m"])
def test_a_message_without_an_intent_says_so(project: str, capsys: pytest.CaptureFixture[str], text: str) -> None:
    outcome = run_here(capsys, "-C", project, "parse", text)
    assert (outcome.code, outcome.out) == (0, "intent    none\n")


def test_the_document_has_the_keys_of_the_schema(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", project, "parse", "hello", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.document == {
        "schema": "tenprint.parse/1",
        "text": "hello",
        "intent": {"name": "greet", "confidence": 1.0},
        "intent_ranking": [{"name": "greet", "confidence": 1.0}],
        "entities": [],
    }
    nothing = run_here(capsys, "-C", project, "parse", "nothing", "--json").document
    assert nothing["intent"] == {"name": None, "confidence": 0.0}


def test_without_a_model_the_next_step_is_told(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    for arguments in ((), ("--model", "models/none.tar.gz"), ("--models", "elsewhere")):
        outcome = run_here(capsys, "-C", project, "parse", "hello", *arguments)
        assert (outcome.code, outcome.out) == (1, "")
        assert "hint: train a model first (`tenprint train`)" in outcome.err


def test_a_model_without_an_nlu_half_says_so(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    files = {path: content for path, content in PROJECT.items() if path != "data/nlu.yml"}
    project = str(write_project(files))
    assert run_here(capsys, "-C", project, "train").code == 0
    outcome = run_here(capsys, "-C", project, "parse", "hello")
    assert outcome.code == 1
    assert "no NLU half" in outcome.err


PLUGIN = """
from dataclasses import replace

from tenprint.fingerprinting import NluComponent, ParsedIntent
from tenprint.plugins import hookimpl


class Shouting(NluComponent):
    NAME = "Shouting"
    VERSION = "1"

    @classmethod
    def train(cls, config, nlu):
        return {}

    @classmethod
    def load(cls, config, files):
        return cls()

    def process(self, message):
        return replace(message, intent=ParsedIntent("shouting", 0.5)) if message.text.isupper() else message


@hookimpl
def tenprint_register_components():
    return [Shouting]
"""


def test_a_component_of_the_project_s_own_plugin_is_known(write_project: ProjectWriter, tmp_path: Path) -> None:
    (tmp_path / "peg_shouting.py").write_text(PLUGIN)
    config = "pipeline:\n  - name: Shouting\npolicies:\n  - name: MemoizationPolicy\n"
    project = str(write_project({**PROJECT, "config.yml": config, "tenprint.yml": "plugins: [peg_shouting]\n"}))
    environment = {"PYTHONPATH": str(tmp_path)}
    assert run_apart(["-C", project, "train"], environment=environment).code == 0
    outcome = run_apart(["-C", project, "parse", "HELLO"], environment=environment)
    assert (outcome.code, outcome.out, outcome.err) == (0, "intent    shouting (0.50)\n", "")
    broken = PLUGIN.replace("return replace(", "return message.texts and replace(")
    (tmp_path / "peg_shouting.py").write_text(broken)
    outcome = run_apart(["-C", project, "parse", "HELLO"], environment=environment)
    assert (outcome.code, outcome.out) == (1, "")
    assert "error: a component of " in outcome.err
    assert ".tar.gz failed: AttributeError: " in outcome.err
    assert "peg_shouting.py:21" in outcome.err
    assert "[model]" in outcome.err


def test_a_component_nobody_provides_is_told_with_the_archive_and_not_the_folder_it_was_unpacked_to(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "peg_shouting.py").write_text(PLUGIN)
    config = "pipeline:\n  - name: Shouting\npolicies:\n  - name: MemoizationPolicy\n"
    project = write_project({**PROJECT, "config.yml": config, "tests/test_a.yml": TESTS})
    trained = run_apart(
        ["-p", "peg_shouting", "-C", str(project), "train", "--fixed-model-name", "m"],
        environment={"PYTHONPATH": str(tmp_path)},
    )
    assert trained.code == 0
    for command in (["parse", "HELLO"], ["test", "core"]):
        outcome = run_here(capsys, "-C", str(project), *command)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err == (
            f"error: {project}/models/m.tar.gz: nlu/0-Shouting was trained with `Shouting`, which no plugin provides"
            " [unknown-component]\n  hint: install the plugin that provides `Shouting`, or train the model again\n"
        )
