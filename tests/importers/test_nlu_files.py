"""Rows of files of nothing but examples: those of `read_file`, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers import DocumentId, ReadingRules, SourceFile, plain_nlu_rows, read_file

PLAIN = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - from [Paris](city)\n"


def usual_rows(content: bytes, document: DocumentId) -> tuple[object, ...]:
    return read_file(SourceFile(document, "data", content), 0, ReadingRules()).rows


@pytest.mark.parametrize("path", ["data/nlu.yml", "data/nlu.yaml", "data/test_nlu.yml"])
def test_rows_are_those_of_the_whole_reader(path: str) -> None:
    document = DocumentId("file", path)
    rows = plain_nlu_rows(PLAIN.encode(), document)

    assert rows is not None
    assert len(rows) == 2
    assert rows == usual_rows(PLAIN.encode(), document)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("nlu.json", PLAIN),
        ("nlu.md", PLAIN),
        ("nlu.yml", ""),
        ("nlu.yml", PLAIN + "odd: 1\n"),
        ("nlu.yml", PLAIN + "stories: []\n"),
        ("nlu.yml", PLAIN + "- synonym: x\n  examples: |\n    - y\n"),
        ("nlu.yml", PLAIN + "    - from [Paris](city\n"),
        ("nlu.yml", PLAIN + "    - from [Paris](\n"),
        ("nlu.yml", PLAIN.replace("greet", "a/b/c")),
        ("nlu.yml", PLAIN.replace("greet", "true")),
        ("nlu.yml", 'version: "9.9"\n' + PLAIN),
        ("nlu.yml", PLAIN.replace("|", ">")),
    ],
)
def test_any_other_file_has_no_rows_here_or_the_same(path: str, content: str) -> None:
    document = DocumentId("file", path)
    rows = plain_nlu_rows(content.encode(), document)

    reading = read_file(SourceFile(document, "data", content.encode()), 0, ReadingRules())
    assert rows is None or (rows == reading.rows and not reading.problems and reading.document.kinds == ("nlu",))
    assert rows is None or path == "nlu.yml"


LINES = st.sampled_from(
    [
        *("nlu:", "- intent: greet", "- intent: ask/when", "  examples: |", "    - hi", "    - [Rome](city)", "    -x"),
        *("", "   ", "# c", "      # c", "- regex: a", "version: '3.1'", 'version: "3.1"'),
        *("    - \u6771\u4eac", "\t- x"),
    ]
)


@given(lines=st.lists(LINES, max_size=9), plain=st.booleans())
def test_no_file_is_read_in_two_ways(lines: list[str], *, plain: bool) -> None:
    content = ((PLAIN if plain else "") + "\n".join(lines)).encode()
    document = DocumentId("file", "nlu.yml")
    rows = plain_nlu_rows(content, document)

    reading = read_file(SourceFile(document, "data", content), 0, ReadingRules())
    assert rows is None or (rows, (), ()) == (reading.rows, reading.problems, reading.references)
