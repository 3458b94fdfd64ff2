"""Ctrl-C in the middle of a training: exit code 130, no traceback, nothing half-written."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
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
        Path(os.environ["PEG_STARTED"]).touch()
        time.sleep(1.0)
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


def started(program: "subprocess.Popen[str]", sign: Path) -> None:
    """Wait until the component trains."""
    deadline = monotonic() + 30
    while not sign.exists():
        assert program.poll() is None, program.communicate()
        assert monotonic() < deadline
        sleep(0.01)


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_an_interrupted_training_leaves_nothing_behind(
    write_project: ProjectWriter, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "peg_slow.py").write_text(PLUGIN)
    (tmp_path / "temporary").mkdir()
    config = "pipeline:\n  - name: Slow\n  - name: KeywordIntentClassifier\npolicies:\n  - name: MemoizationPolicy\n"
    project = write_project({**PROJECT, "config.yml": config, "tenprint.yml": "plugins: [peg_slow]\n"})
    before = tree(project)
    sign = tmp_path / "started"
    environment = {"PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path / "temporary"), "PEG_STARTED": str(sign)}
    with subprocess.Popen(
        [sys.executable, "-m", "tenprint", "-C", str(project), "train", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as program:
        started(program, sign)
        assert any((tmp_path / "temporary").iterdir())
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err.strip()) == (130, "", "interrupted")
    assert tree(project) == before
    assert tree(tmp_path / "temporary") == {}
