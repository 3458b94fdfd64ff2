"""Fragments of the changelog: each is found, has a type, and becomes entries of one list."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/changelog"
FRAGMENTS = sorted(path for path in FOLDER.glob("*.md") if path.name not in ("README.md", "CHANGELOG.md"))


def test_fragments_are_named_after_an_issue_and_a_type() -> None:
    types = r"(feature|bugfix|doc|removal|misc)"
    assert [path.name for path in FRAGMENTS if not re.fullmatch(rf"(\d+|\+[\w-]+)\.{types}\.md", path.name)] == []


def test_a_release_lists_every_entry_once() -> None:
    pytest.importorskip("towncrier")
    done = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "9.9"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    told = done.stdout.splitlines()
    assert any(re.fullmatch(r"# tenprint 9\.9 \(\d{4}-\d\d-\d\d\)", line) for line in told)
    for fragment in FRAGMENTS:
        text = fragment.read_text(encoding="utf-8").strip()
        for entry in re.split(r"\n(?=- )", text.removeprefix("- ")):
            first = entry.removeprefix("- ").splitlines()[0]
            assert told.count(f"- {first}") == 1, first
