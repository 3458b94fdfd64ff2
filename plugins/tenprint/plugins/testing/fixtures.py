"""Fixtures for the tests of plugins: pytest loads them with `-p tenprint.plugins.testing.fixtures`."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tenprint.plugins.cli.main import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind: its exit code, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document that a command with `--json` printed."""
        return json.loads(self.out)


class ProjectUnderTest:
    """A project in a folder of its own; commands run in this process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, files: Mapping[str, str | bytes]) -> Path:
        """Write files, by their paths relative to the project; returns its folder."""
        for path, content in files.items():
            target = self.path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.path

    def run(self, *arguments: str) -> Outcome:
        """Run a command of tenprint on the project, such as `run("plan", "--json")`."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["-C", str(self.path), *arguments])
        printed = []
        for stream in (out, err):
            stream.seek(0)
            printed.append(stream.read())
        return Outcome(code, *printed)


@pytest.fixture
def tenprint_project(tmp_path: Path) -> ProjectUnderTest:
    """Give the test an empty project: write files into it, run commands on it."""
    folder = tmp_path / "project"
    folder.mkdir()
    return ProjectUnderTest(folder)
