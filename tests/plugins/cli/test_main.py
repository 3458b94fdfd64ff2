"""The program as a whole: help, version, wrong usage, and where the project is."""

import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.program import COMMANDS, PROJECT, run_apart, run_here

from tenprint.plugins.cli.main import main

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

OPTIONS = {
    "train": "-C --config --domain --data --models --locked --offline --no-cache --model --trainer --command"
    " --trust-stat --finetune --epoch-fraction --force --dry-run --fixed-model-name --json --quiet",
    "plan": "-C --config --domain --data --models --locked --offline --no-cache --model --trainer --command"
    " --trust-stat --finetune --epoch-fraction --force --exit-code --nodes --graph --format --json --quiet",
    "explain": "-C --config --domain --data --models --locked --offline --no-cache --model --trainer --command"
    " --force --json",
    "watch": "-C --config --domain --data --models --locked --offline --no-cache --model --trainer --command --json",
    "diff": "-C --config --domain --data --models --locked --offline --no-cache --exit-code --format --json --quiet",
    "fingerprint": "-C --config --domain --data --models --locked --offline --no-cache --json",
    "validate": "-C --config --domain --data --models --locked --offline --no-cache --fail-on --ignore --json --quiet",
    "show": "-C --config --domain --data --models --locked --offline --no-cache --blame --all --json",
    "export": "-C --config --domain --data --models --locked --offline --no-cache --force --json --quiet",
    "lock": "-C --config --upgrade --all --json --quiet",
    "models": "-C --models --verify --json",
    "parse": "-C --models --model --json",
    "test": "-C --config --domain --data --models --locked --offline --no-cache --model --folds --json --quiet",
    "cache": "-C --quota --json --quiet",
    "plugins": "-C --json",
    "doctor": "-C --json",
    "new": "--directory --force --policy --json --quiet",
}


def test_the_help_of_the_program_lists_every_command_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    for command, explanation in COMMANDS.items():
        assert f"  {command} " in outcome.out
        assert explanation.split()[0] in outcome.out
    for code in ("0 fine", "1 failure", "2 wrong usage", "3 something is due", "130 interrupted"):
        assert code in " ".join(outcome.out.split())


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_help_of_a_command_teaches_its_options(capsys: pytest.CaptureFixture[str], command: str, flag: str) -> None:
    outcome = run_here(capsys, command, flag)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: tenprint {command} [OPTIONS]")
    assert COMMANDS[command] in " ".join(outcome.out.split())
    listed = [word for line in outcome.out.splitlines() if line.startswith("  -") for word in line.split()]
    for option in OPTIONS[command].split():
        assert option in listed


def test_every_command_has_its_options_tested() -> None:
    assert list(OPTIONS) == list(COMMANDS)


@pytest.mark.parametrize("arguments", [["--version"], ["-C", "anywhere", "--version"]])
def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    outcome = run_here(capsys, *arguments)
    assert (outcome.code, outcome.out, outcome.err) == (0, f"tenprint {version('tenprint')}\n", "")


def test_the_program_can_be_called_as_a_module() -> None:
    assert run_apart(["--version"]).out == f"tenprint {version('tenprint')}\n"


def test_the_program_exits_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["no-such-command"])
    assert exited.value.code == 2
    assert "no such command" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pln"], "did you mean plan or plugins or explain?"),
        (["treign"], "did you mean train?"),
        (["quit"], "commands: "),
        (["plan", "--forc"], "--force"),
        (["plan", "extra"], "extra"),
        (["plan", "--model"], "--model"),
        (["parse"], "TEXT"),
        (["show", "everything"], "counts"),
        (["-C"], "-C"),
        (["--nonsense"], "--nonsense"),
        (["plan", "--json", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_two_and_says_what_would_be_right(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    outcome = run_here(capsys, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_no_command_at_all_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys)
    assert "Commands:" in outcome.out + outcome.err


@pytest.mark.parametrize("command", ["plan", "train", "fingerprint", "validate", "show", "models"])
def test_the_project_may_be_named_before_and_behind_the_command(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    project = str(write_project(PROJECT))
    behind = run_here(capsys, command, "-C", project)
    write_project({"models/.keep": ""})
    for model in Path(project, "models").glob("*.tar.gz"):
        model.unlink()
    before = run_here(capsys, "-C", project, command)
    assert (before.code, behind.code) == (0, 0)
    assert before.out.splitlines()[:1] == behind.out.splitlines()[:1]
    # What is named nearer to the command wins.
    assert run_here(capsys, "-C", "nowhere", command, "-C", project).code == 0


def test_without_a_name_the_current_directory_is_the_project(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_project(PROJECT))
    assert run_here(capsys, "train").code == 0
    assert run_here(capsys, "plan").out.startswith(f"nothing to do: models{os.sep}")


ELSEWHERE = {
    "set/config.yml": PROJECT["config.yml"],
    "set/domain.yml": PROJECT["domain.yml"],
    "set/nlu.yml": PROJECT["data/nlu.yml"],
    "set/stories.yml": PROJECT["data/stories.yml"],
}


def test_all_paths_are_relative_to_the_project(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(ELSEWHERE)
    monkeypatch.chdir(tmp_path)
    paths = ["--config", "set/config.yml", "--domain", "set/domain.yml", "--data", "set/nlu.yml"]
    paths += ["--data", "set/stories.yml", "--models", "set/models"]
    assert run_here(capsys, "-C", "project", "train", *paths, "--fixed-model-name", "one").code == 0
    assert [path.name for path in (project / "set" / "models").iterdir()] == ["one.tar.gz"]
    assert not (tmp_path / "set").exists()
    assert run_here(capsys, "-C", "project", "plan", *paths, "--exit-code").code == 0
    for command in ("fingerprint", "validate", "show"):
        assert run_here(capsys, "-C", "project", command, *paths).code == 0
    assert "one.tar.gz" in run_here(capsys, "-C", "project", "models", "--models", "set/models").out
    model = "set/models/one.tar.gz"
    assert run_here(capsys, "-C", "project", "plan", *paths, "--exit-code", "--model", model).code == 0
    assert run_here(capsys, "-C", "project", "train", *paths, "--model", model).out.startswith("nothing to do")
    assert run_here(capsys, "-C", "project", "parse", "hello", "--model", model).code == 0
    assert run_here(capsys, "-C", "project", "parse", "hello", "--models", "set/models").code == 0


@pytest.mark.parametrize("option", ["--config", "--domain", "--data"])
def test_a_path_that_exists_only_here_is_told_with_the_path_to_write(
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
) -> None:
    write_project(PROJECT)
    replaced = {"--config": "config.yml", "--domain": "domain.yml", "--data": "data/nlu.yml"}[option]
    (tmp_path / "other.yml").write_text(PROJECT[replaced])
    monkeypatch.chdir(tmp_path)
    outcome = run_here(capsys, "-C", "project", "plan", option, "other.yml")
    assert outcome.code == 1
    assert "there is no project/other.yml" in outcome.err
    assert "relative to the project" in outcome.err
    assert f"{option} {tmp_path}/other.yml" in outcome.err
    assert run_here(capsys, "-C", "project", "plan", option, f"{tmp_path}/other.yml").code == 0


def test_a_folder_is_no_configuration(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project(PROJECT))
    for named in ("data", ""):
        outcome = run_here(capsys, "-C", project, "plan", "--config", named)
        assert outcome.code == 1
        assert "is not a file" in outcome.err
