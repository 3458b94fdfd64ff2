"""Rows of item tables alone: those that the whole table gives."""

import struct

import pytest

from tenprint.importers import DocumentId, ReadingRules, SourceFile, head_of_table, read_file, rows_of_table
from tenprint.importers.item_tables import reading_of, table_of

CONTENT = b"""nlu:
- intent: greet
  examples: |
    - hi
    - from [Paris]{"entity": "city", "role": "from"}
- lookup: city
  examples: |
    - Rome
stories:
- story: one
  steps:
  - intent: greet
  - action: utter_hello
"""
FILE = SourceFile(DocumentId("file", "data/nlu.yml"), "data", CONTENT)
RULES = ReadingRules()


def written() -> bytes:
    table = table_of(read_file(FILE, 0, RULES), RULES)
    assert table is not None
    return table


def test_rows_are_those_of_the_reading() -> None:
    reading = reading_of(written(), FILE, 3, RULES)
    assert reading is not None
    head, digests = head_of_table(written())

    assert rows_of_table(head, digests, 3) == reading.rows == read_file(FILE, 3, RULES).rows
    assert (head["role"], set(head["kinds"])) == ("data", {"nlu", "stories"})
    assert head["problems"] == head["references"] == []


@pytest.mark.parametrize("end", [3, 10, 200, -32, -1])
def test_a_table_that_is_cut_off_has_no_rows(end: int) -> None:
    with pytest.raises((ValueError, struct.error)):
        rows_of_table(*head_of_table(written()[:end]), 0)
