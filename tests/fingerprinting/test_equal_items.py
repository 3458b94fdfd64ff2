"""Leaving equal items out of a comparison changes nothing that it says, whatever is repeated, moved or damaged."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.diff import diff_items, read_stored_items, stored_items
from tenprint.fingerprinting.equal_items import is_nothing_alone, without_equal
from tenprint.importers import DocumentId, ItemTable, ReadingRules, Row, digest_of
from tenprint.importers.kinds import TRAINING

ITEM_KINDS = ReadingRules().item_kinds()
KEYS = tuple(sorted({key for kind in ITEM_KINDS.values() for key in kind.read_by}))
KINDS = ["story", "intent-example", "synonym", "intent", "pipeline-component", "unknown"]
NAMES = st.integers(0, 4)


def row(kind: str, name: int, line: int) -> Row:
    digest = digest_of(f"{kind} {name}".encode())
    facets = ((TRAINING, digest_of(f"{name % 3}".encode())),) if kind == "story" else ()
    path = ("config", "pipeline", str(line)) if kind == "pipeline-component" else (kind, "greet", f"{name}")
    return (kind, path, digest, facets, 0, line, 1)


def table(found: list[tuple[str, int]]) -> ItemTable:
    rows = tuple(row(kind, name, line) for line, (kind, name) in enumerate(found, start=1))
    return ItemTable((DocumentId("memory", "values"),), rows)


SIDES = st.lists(st.tuples(st.sampled_from(KINDS), NAMES), max_size=12)


@given(old=SIDES, new=SIDES, beginning=SIDES, end=SIDES)
def test_the_differences_are_those_of_the_whole(
    old: list[tuple[str, int]], new: list[tuple[str, int]], beginning: list[tuple[str, int]], end: list[tuple[str, int]]
) -> None:
    before, after = table([*beginning, *old, *end]), table([*beginning, *new, *end])
    rows: Any = json.loads(json.dumps(stored_items(before)))
    left_rows, left = without_equal(rows, after, ITEM_KINDS)

    whole = diff_items(read_stored_items(rows, name="f"), after, ITEM_KINDS, differing=KEYS)
    assert diff_items(read_stored_items(left_rows, name="f"), left, ITEM_KINDS, differing=KEYS) == whole
    assert len(left) <= len(after)


def test_equal_sides_have_nothing_left_that_stands_alone() -> None:
    same = table([("story", 1), ("story", 1), ("intent-example", 2), ("intent", 3), ("pipeline-component", 1)])
    rows, left = without_equal(stored_items(same), same, ITEM_KINDS)

    assert rows["story"] == rows["intent-example"] == rows["intent"] == []
    assert left.kinds() == {"pipeline-component"}
    assert is_nothing_alone(rows, left, ITEM_KINDS)
    assert not is_nothing_alone(*without_equal(stored_items(same), table([("story", 1)]), ITEM_KINDS), ITEM_KINDS)


def test_another_order_is_told() -> None:
    rows, left = without_equal(
        stored_items(table([("intent-example", 1), ("intent-example", 2)])),
        table([("intent-example", 2), ("intent-example", 1)]),
        ITEM_KINDS,
    )

    assert not is_nothing_alone(rows, left, ITEM_KINDS)


@pytest.mark.parametrize(
    "rows", [None, [], 3, {"story": 3}, {"story": [3]}, {"story": [["a"]]}, {"story": [[["a"], "zz"]]},
    {"story": [[["a"], "00"]]}, {"story": [[["a"], 4]]}, {"story": [{}]}],
)  # fmt: skip
def test_what_is_damaged_is_left_to_whoever_reads_it(rows: Any) -> None:
    same = table([("story", 1)])

    assert without_equal(rows, same, ITEM_KINDS) == (rows, same)
    assert not is_nothing_alone(rows, same, ITEM_KINDS)
