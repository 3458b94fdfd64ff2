"""README: its tour goes as written, and its two set-up commands are what a fresh machine needs."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Follow = Callable[[Path], None]
BlocksOf = Callable[[Path], list[Any]]


def test_the_tour_goes_as_written(follow: Follow, root: Path) -> None:
    follow(root / "README.md")


def test_set_up_takes_one_line_for_a_model_and_one_for_the_tests(blocks_of: BlocksOf, root: Path) -> None:
    commands = [block.text for block in blocks_of(root / "README.md") if block.language == "bash"]
    assert [command.count("\n") for command in commands] == [1, 1]
    to_train, to_test = commands
    assert to_train.rstrip().endswith("tenprint -C docs/tutorial/assistant train")
    assert to_test.rstrip().endswith("pytest")


def test_ci_takes_the_set_up_commands_from_readme(root: Path) -> None:
    script = (root / ".ci/run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "pip install -e" not in script.replace("pip install -e '.[dev]'", "")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_first_command_trains_a_model_in_a_fresh_copy(blocks_of: BlocksOf, root: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "tenprint"
    shutil.copytree(root, checkout, ignore=shutil.ignore_patterns(".git", ".*_cache", ".venv", ".tox", "models"))
    command = next(block.text for block in blocks_of(root / "README.md") if block.language == "bash")
    subprocess.run(["bash", "-c", command], cwd=checkout, check=True, stdin=subprocess.DEVNULL, timeout=500)
    assert list((checkout / "docs/tutorial/assistant/models").glob("*.tar.gz"))
