"""tenprint doctor: what a run stands on, line by line."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.installed import importing, install
from tests.program import PROJECT, Outcome, run_here

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


def line(outcome: Outcome, subject: str) -> str:
    return next(text for text in outcome.out.splitlines() if text.split()[1:2] == [subject])


def test_a_healthy_project_is_fine_all_over(capsys: pytest.CaptureFixture[str], write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "doctor", "-C", str(project))
    assert (outcome.code, outcome.err) == (0, "")
    assert {text.split()[0] for text in outcome.out.splitlines()} == {"ok"}
    for subject in ("python", "tenprint", "anyio", "pluggy", "project", "cache", "git"):
        assert line(outcome, subject)
    document = run_here(capsys, "doctor", "-C", str(project), "--json").document
    assert document["schema"] == "tenprint.doctor/1"
    assert {"subject": "plugin tenprint-defaults", "status": "ok"}.items() <= next(
        finding.items() for finding in document["findings"] if finding["subject"].startswith("plugin ")
    )


def test_a_folder_without_a_project_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "doctor", "-C", str(tmp_path))
    assert outcome.code == 0
    assert line(outcome, "project").startswith("warning")
    assert "name the project with -C DIR" in outcome.out


def test_broken_plugins_settings_and_locks_are_told_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "ant", "raise RuntimeError('out of leaves')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    project = write_project({**PROJECT, "tenprint.lock": "sources: 3\n"})
    outcome = run_here(capsys, "doctor", "-C", str(project))
    assert (outcome.code, outcome.err) == (1, "")
    assert "out of leaves" in outcome.out
    assert line(outcome, "lock").startswith("error")
    write_project({"tenprint.yml": "importer: []\n"})
    outcome = run_here(capsys, "doctor", "-C", str(project))
    assert (outcome.code, line(outcome, "tenprint.yml").split()[0]) == (1, "error")


def test_a_machine_without_git_or_a_cache_is_warned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "file"))
    outcome = run_here(capsys, "doctor", "-C", str(tmp_path))
    assert outcome.code == 0
    assert line(outcome, "git").startswith("warning")
    assert line(outcome, "cache").startswith("warning")


@pytest.mark.parametrize(("script", "told"), [("exit 3\n", "git does not run"), ("echo git version 2.1\n", "2.1")])
def test_a_git_that_does_not_run_or_is_too_old_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    git = tmp_path / "git"
    git.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = run_here(capsys, "doctor", "-C", str(tmp_path))
    assert line(outcome, "git").startswith("warning")
    assert told in line(outcome, "git")
    assert "install git 2.32 or newer" in outcome.out


def test_plugins_that_are_left_out_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    outcome = run_here(capsys, "-p", "no:tenprint-defaults", "doctor", "-C", str(tmp_path))
    assert outcome.code == 2  # the command itself came with it


def test_settings_that_are_broken_keep_the_installed_plugins_from_nothing(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    project = write_project({**PROJECT, "tenprint.yml": "plugins: 5\n"})
    outcome = run_here(capsys, "doctor", "-C", str(project))
    assert (outcome.code, line(outcome, "tenprint.yml").split()[0]) == (1, "error")
    assert "plugin tenprint-defaults" in outcome.out
    assert line(outcome, "project")


def test_a_module_that_is_not_there_and_a_name_that_is_left_out_in_vain_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    outcome = run_here(capsys, "-p", "no_such_nest", "-p", "no:ant", "doctor", "-C", str(tmp_path))
    assert outcome.code == 1
    assert "the plugin module 'no_such_nest' of -p cannot be loaded" in outcome.out
    assert "left out by -p, and not installed" in outcome.out
    assert line(outcome, "git")


def test_wrong_answers_are_told_with_their_plugin_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "ant", importing("ant").replace("[Importer]", "[5]"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    outcome = run_here(capsys, "doctor", "-C", str(tmp_path))
    assert outcome.code == 1
    assert outcome.out.count("returned 5 where an importer class is expected") == 1


def test_a_cache_folder_that_cannot_even_be_looked_at_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "a" * 300)
    outcome = run_here(capsys, "doctor", "-C", str(tmp_path))
    assert (outcome.code, outcome.err) == (1, "")
    assert "cannot be looked at: OSError" in outcome.out
    assert line(outcome, "git")


def test_the_cache_of_the_project_is_the_one_that_is_looked_at(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENPRINT_CACHE_DIR")
    project = write_project({**PROJECT, "tenprint.yml": "cache: {directory: kept-here}\n"})
    assert "kept-here" in line(run_here(capsys, "doctor", "-C", str(project)), "cache")
