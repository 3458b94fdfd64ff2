"""A program that plans and trains again and again holds no more files open than before."""

import os
from pathlib import Path

import pytest
from tests.assistant import copy_of_assistant

from tenprint.plugins import run_project


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - entries that are gone at once


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
def test_plans_and_trainings_leave_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    project = copy_of_assistant(tmp_path / "project")
    config = project / "config.yml"
    text = config.read_text(encoding="utf-8")
    run_project(project, "train")
    before = open_files()

    for history in (1, 2, 3):
        config.write_text(text.replace("max_history: 4", f"max_history: {history}"), encoding="utf-8")
        assert run_project(project, "plan").action == "train"
        run_project(project, "train")

    assert open_files() <= before
