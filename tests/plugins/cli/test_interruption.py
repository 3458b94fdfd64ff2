"""Ctrl-C in the middle of a training: exit code 130, no traceback, nothing half-written."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from tests.program import PROJECT, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

PLUGIN = """
import os
import time
from pathlib import Path

from tenprint.fingerprinting import NluComponent
from tenprint.plugins import hookimpl


class Slow(NluComponent):
    NAME = "Slow"
    VERSION = "1"

    @classmethod
    def train(cls, config, nlu):
        folder = Path(os.environ["PEG_FOLDER"])
        (folder / "started").touch()
        while not (folder / "may go on").exists():
            time.sleep(0.01)
        return {}

    @classmethod
    def load(cls, config, files):
        return cls()

    def process(self, message):
        return message


@hookimpl
def tenprint_register_components():
    return [Slow]
"""


@pytest.fixture
def project(write_project: ProjectWriter, tmp_path: Path) -> Path:
    """Return a project whose first component goes on when the test lets it."""
    (tmp_path / "peg_slow.py").write_text(PLUGIN)
    (tmp_path / "temporary").mkdir()
    config = "pipeline:\n  - name: Slow\n  - name: KeywordIntentClassifier\npolicies:\n  - name: MemoizationPolicy\n"
    return write_project({**PROJECT, "config.yml": config, "tenprint.yml": "plugins: [peg_slow]\n"})


@contextmanager
def training(project: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the program, and wait until the slow component trains."""
    folder = project.parent
    environment = {
        "PYTHONPATH": str(folder),
        "TMPDIR": str(folder / "temporary"),
        "PEG_FOLDER": str(folder),
        # What another test has trained is no reason to be done at once.
        "TENPRINT_CACHE_DIR": str(folder / "cache"),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tenprint", "-C", str(project), "train", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as program:
        deadline = monotonic() + 60
        while not (folder / "started").exists():
            assert program.poll() is None, program.communicate()
            assert monotonic() < deadline
            sleep(0.01)
        assert any((folder / "temporary").iterdir())
        yield program


def ended(program: "subprocess.Popen[str]", number: signal.Signals, folder: Path) -> tuple[str, str]:
    """Ask a training to stop, let its component go on when that was heard, and return what was printed."""
    assert program.stderr is not None
    program.send_signal(number)
    first = program.stderr.readline()
    (folder / "may go on").touch()
    out, err = program.communicate(timeout=60)
    return out, first + err


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_an_interrupted_training_leaves_nothing_behind(project: Path, tmp_path: Path, arguments: list[str]) -> None:
    before = tree(project)
    with training(project, *arguments) as program:
        out, err = ended(program, signal.SIGINT, tmp_path)
    assert (program.returncode, out) == (130, "")
    assert [line.partition(" ")[0] for line in err.split("\n") if line] == ["stopping", "interrupted"]
    assert tree(project) == before
    assert tree(tmp_path / "temporary") == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_asked_to_end_cleans_up_as_well(project: Path, tmp_path: Path, number: signal.Signals) -> None:
    before = tree(project)
    with training(project) as program:
        out, _ = ended(program, number, tmp_path)
    assert (program.returncode, out) == (130, "")
    assert tree(project) == before
    assert tree(tmp_path / "temporary") == {}


def test_who_interrupts_twice_does_not_wait_for_the_component(project: Path, tmp_path: Path) -> None:
    before = tree(project)
    with training(project) as program:
        program.send_signal(signal.SIGINT)
        assert program.stderr is not None
        assert program.stderr.readline().startswith("stopping")
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err.strip()) == (130, "", "interrupted")
    assert tree(project) == before
    assert tree(tmp_path / "temporary") == {}
