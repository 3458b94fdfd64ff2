"""The program as tests see it: run in this process or in one of its own, on a small project."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tenprint.plugins.cli.main import run
from tenprint.plugins.defaults import commands

PROJECT: Mapping[str, str] = {
    "config.yml": "pipeline:\n  - name: KeywordIntentClassifier\npolicies:\n  - name: MemoizationPolicy\n",
    "domain.yml": "intents:\n  - greet\nresponses:\n  utter_hello:\n    - text: hello\n",
    "data/nlu.yml": "nlu:\n  - intent: greet\n    examples: |\n      - hello\n      - good day\n",
    "data/stories.yml": "stories:\n  - story: greet\n    steps:\n      - intent: greet\n      - action: utter_hello\n",
}
"""The smallest project that trains both halves."""

COMMANDS: Mapping[str, str] = {command.name: command.summary for command in commands.COMMANDS}
"""Our commands with their summaries, as help lists them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left behind: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; anything else before or after it is an error."""
        return json.loads(self.out)


def run_here(capsys: pytest.CaptureFixture[str], *arguments: str) -> Outcome:
    """Run the program in this process."""
    capsys.readouterr()
    code = run(list(arguments))
    return Outcome(code, *capsys.readouterr())


def run_apart(
    arguments: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Outcome:
    """Run the program in a process of its own; what it prints is read as UTF-8."""
    finished = subprocess.run(
        [sys.executable, "-m", "tenprint", *arguments],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout, finished.stderr)


def run_code(code: str, *arguments: str, cwd: Path | None = None) -> Outcome:
    """Run Python code in a process of its own, which loads nothing that pytest has loaded."""
    finished = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout, finished.stderr)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything below a folder with its content; None for what is no plain file."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in folder.rglob("*")
    }
