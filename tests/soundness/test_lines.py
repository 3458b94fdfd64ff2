"""An edit of one line of a file is found at that line: the files are the tutorial assistant's, as people wrote them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import anyio
import pytest
from tests.assistant import copy_of_assistant
from tests.soundness.judging import Base, base_of, judged_folder
from tests.soundness.rows import NLU, UPDATE, Verdict
from tests.soundness.test_mutations import assistant, verdict_of

HEADER = re.compile(r"\s*- (intent|synonym|regex|lookup):")
EXAMPLE = re.compile(r"      - (?!text:)\S.*[^:]$")
REPLY = re.compile(r"\s*- text: \"?\w.*$")
KINDS = ("intent-example", "regex", "lookup-entry", "response", "retrieval-response")
FAST = 40
"""The fast set takes every so-manieth line."""


class Line(NamedTuple):
    """One line that can be edited, and what such an edit is."""

    path: str
    number: int
    kind: str
    verdict: Verdict


def lines_of(folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("data/nlu/*.yml")):
        header = None
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = HEADER.match(text)
            header = found[1] if found else header
            kinds = dict(zip(("intent", "regex", "lookup"), KINDS, strict=False))
            if header in kinds and EXAMPLE.match(text):
                yield Line(str(path.relative_to(folder)), number, kinds[header], NLU)
    for name, kind in zip(("domain/responses.yml", "data/responses.yml"), KINDS[3:], strict=True):
        for number, text in enumerate((folder / name).read_text(encoding="utf-8").splitlines(), start=1):
            if REPLY.match(text):
                yield Line(name, number, kind, UPDATE)


def edit(folder: Path, line: Line) -> str:
    """Add a word to a line, and return the file as it was."""
    path = folder / line.path
    before = path.read_text(encoding="utf-8")
    lines = before.split("\n")
    text = lines[line.number - 1]
    lines[line.number - 1] = f'{text[:-1]} now"' if text.endswith('"') and line.verdict == UPDATE else f"{text} now"
    path.write_text("\n".join(lines), encoding="utf-8")
    return before


@pytest.fixture(scope="module")
def peg() -> Base:
    project = assistant()
    return anyio.run(base_of, "assistant", project)


def assert_found(folder: Path, base: Base, line: Line) -> None:
    before = edit(folder, line)
    plan = anyio.run(judged_folder, folder, base)
    found = [
        (change.change, change.kind, place.path, place.line) for change in plan.changes for place in change.locations
    ]
    assert found == [("modified", line.kind, line.path, line.number)]
    assert verdict_of(plan) == line.verdict
    (folder / line.path).write_text(before, encoding="utf-8")


def test_an_edited_line_is_the_place_of_the_only_change(peg: Base, tmp_path: Path) -> None:
    folder = copy_of_assistant(tmp_path / "peg")
    lines = list(lines_of(folder))
    assert {line.kind for line in lines} == {
        "intent-example",
        "regex",
        "lookup-entry",
        "response",
        "retrieval-response",
    }
    for line in lines[:: len(lines) // FAST]:
        assert_found(folder, peg, line)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_line_is_the_place_of_its_change(peg: Base, tmp_path: Path) -> None:
    folder = copy_of_assistant(tmp_path / "peg")
    lines = list(lines_of(folder))
    assert len(lines) >= 200
    for line in lines:
        assert_found(folder, peg, line)
    print(f"{len(lines)} edits of single lines")  # noqa: T201 - for the published page
