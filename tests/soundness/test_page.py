"""The published table is the one that is tested."""

import re
from pathlib import Path

from tests.soundness.rewriting import REWRITES
from tests.soundness.table import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "soundness.md"


def section(heading: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_table_of_the_page_has_the_rows_that_are_tried() -> None:
    written = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section("What is due after which edit").splitlines()
        if line.startswith("| ") and not line.startswith("| Edit")
    ]
    assert written == [
        [
            row.name,
            f"`{row.verdict.action}`",
            *("due" if due else "" for due in row.verdict[1:]),
            ", ".join(row.bases),
        ]
        for row in ROWS
    ]


def test_the_page_lists_every_way_to_rewrite() -> None:
    assert re.findall(r"^- (.*)$", section("What means nothing"), re.MULTILINE) == list(REWRITES)
