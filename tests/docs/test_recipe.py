"""The recipe of docs/how-to/plan-in-ci.md chooses the right job: its script is run as it stands on the page."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from tests.program import PROJECT, run_here
from tests.projects_in_git import write_files

PAGE = (Path(__file__).parents[2] / "docs/how-to/plan-in-ci.md").read_text(encoding="utf-8")

CASES: Mapping[str, tuple[str, str, str]] = {
    "skip": ("data/stories.yml", "story: greet", "story: welcome"),
    "update": ("domain.yml", "text: hello", "text: hi"),
    "nlu": ("data/nlu.yml", "good day", "good morning"),
    "core": ("data/stories.yml", "    - intent: greet\n", "    - intent: greet\n      - action: action_listen\n"),
    "all": ("config.yml", "pipeline:", "recipe: default.v1\npipeline:"),
}
"""The answer -> the file, and what is written in place of what."""


def recipe() -> str:
    found = re.search(r"^```sh recipe\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def due(project: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "due.sh"
    script.write_text(recipe(), encoding="utf-8")
    return subprocess.run(
        ["sh", str(script), str(project)], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def trained(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    import sys  # noqa: PLC0415 - the program of this environment comes first

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    project = tmp_path / "project"
    write_files(project, PROJECT)
    assert run_here(capsys, "-C", str(project), "train").code == 0
    return project


@pytest.mark.parametrize("answer", CASES)
def test_the_recipe_answers_with_the_job_that_is_needed(trained: Path, tmp_path: Path, answer: str) -> None:
    path, old, new = CASES[answer]
    written = (trained / path).read_text(encoding="utf-8")
    assert old in written
    (trained / path).write_text(written.replace(old, new), encoding="utf-8")
    finished = due(trained, tmp_path)
    assert (finished.returncode, finished.stdout) == (0, f"{answer}\n"), finished.stderr


def test_a_model_that_only_loses_a_half_is_no_big_job(trained: Path, tmp_path: Path) -> None:
    (trained / "data/nlu.yml").unlink()
    finished = due(trained, tmp_path)
    assert (finished.returncode, finished.stdout) == (0, "update\n"), finished.stderr


def test_the_recipe_fails_with_the_problems_where_the_data_is_wrong(trained: Path, tmp_path: Path) -> None:
    (trained / "domain.yml").write_text("intents: [", encoding="utf-8")
    finished = due(trained, tmp_path)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert "domain.yml" in finished.stderr


def test_the_workflow_calls_commands_that_exist() -> None:
    found = re.search(r"^```yaml\n(name: What is due.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    steps = yaml.safe_load(found[1])["jobs"]["plan"]["steps"]
    commands = [step["run"] for step in steps if step.get("run", "").startswith("tenprint")]
    assert [command.split()[1] for command in commands] == ["validate", "diff", "diff"]
    assert [command.split("--format ")[1].split()[0] for command in commands[1:]] == ["markdown", "html"]
