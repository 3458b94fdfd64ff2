from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenprint.importers.data import EntitySpan, Example, LookupEntry, RegexFeature, Synonym
from tenprint.importers.errors import ProblemsError
from tenprint.importers.itemising import Itemiser, ReadingRules
from tenprint.importers.items import Row
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading import (
    NOWHERE,
    Document,
    MappingNode,
    Place,
    Reader,
    cut_nlu,
    parse_yaml,
    read_nlu,
    read_plain_entry,
)

DOCUMENT = DocumentId("files", "data/nlu.yml")
LIMITS = Limits()

Found = tuple[list[tuple[object, Place]], list[Problem]]
"""Values with their places, and what is reported."""


def read_plainly(text: str, limits: Limits = LIMITS) -> Found | None:
    entries = cut_nlu(text.encode(), limits)
    if entries is None:
        return None
    reader = Reader(Document(DOCUMENT, MappingNode(NOWHERE)))
    for entry in entries:
        read_plain_entry(reader, entry)
    return [(part.value, part.place) for part in reader.parts], reader.problems


def read_as_any_file(text: str, limits: Limits = LIMITS) -> Found | None:
    """None for a file that is broken, or holds other sections."""
    try:
        reader = Reader(parse_yaml(text.encode(), DOCUMENT, limits))
    except ProblemsError:
        return None
    if not {"version", "nlu"}.issuperset(reader.root):
        return None
    read_nlu(reader)
    return [(part.value, part.place) for part in reader.parts], reader.problems


PLAIN = """# What people say.
version: "3.1"
nlu:

- intent: greet
  examples: |
    - hello
    - good [morning](time)

- intent: chitchat/ask_name
  examples: |
    - who are you?
    -   "it's": {odd} #but [plain] text
    - from [Paris]{"entity": "city", "role": "from"} to [Rome](city:ROM) & *back*
- synonym: New York
  examples: |
    - the big [apple]

- regex: zip-code
  examples: |
    - [0-9]{5}
- lookup: city
  examples: |
    - Berlin
"""


def test_examples_of_the_plain_layout_are_read_with_their_places() -> None:
    morning = EntitySpan(5, 12, "time", "morning")
    paris, rome = EntitySpan(5, 10, "city", "Paris", "from"), EntitySpan(14, 18, "city", "ROM")
    assert read_plainly(PLAIN) == (
        [
            (Example("hello", "greet"), (7, 5)),
            (Example("good morning", "greet", (morning,)), (8, 5)),
            (Example("who are you?", "chitchat/ask_name"), (12, 5)),
            (Example('"it\'s": {odd} #but [plain] text', "chitchat/ask_name"), (13, 5)),
            (Example("from Paris to Rome & *back*", "chitchat/ask_name", (paris, rome)), (14, 5)),
            (Synonym("the big [apple]", "New York"), (17, 5)),
            (RegexFeature("zip-code", "[0-9]{5}"), (21, 5)),
            (LookupEntry("city", "Berlin"), (24, 5)),
        ],
        [],
    )
    assert read_plainly(PLAIN) == read_as_any_file(PLAIN)


def test_an_indented_list_is_plain_too() -> None:
    text = "nlu:\n  - intent: a\n    examples: |\n       - b\n       - c\n"
    assert read_plainly(text) == read_as_any_file(text) != ([], [])


def test_odd_annotations_are_reported_at_their_places() -> None:
    text = PLAIN.replace("(time)", '{"entity": 1}').replace("[plain]", "[a](b:)")
    found = read_plainly(text)
    assert found is not None
    assert [(problem.code, problem.location and problem.location.line) for problem in found[1]] == [
        ("invalid-annotation", 8),
        ("odd-brackets", 13),
    ]
    assert found == read_as_any_file(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("stories:\n- story: a\n  steps:\n  - action: b\n", id="stories"),
        pytest.param(PLAIN + "stories: []\n", id="another section"),
        pytest.param(PLAIN + "- lookup: a\n  file: b.txt\n", id="lookup file"),
        pytest.param(PLAIN + "...\n", id="end of document"),
        pytest.param(PLAIN.replace("3.1", "3.2"), id="newer version"),
        pytest.param(PLAIN.replace("greet", "yes: no"), id="odd name"),
        pytest.param(PLAIN.replace("greet", "null"), id="name that is no text"),
        pytest.param(PLAIN.replace("ask_name", "ask/name"), id="two slashes"),
        pytest.param(PLAIN.replace("|", "|-", 1), id="other block"),
        pytest.param(PLAIN.replace("|", "| # these", 1), id="comment behind a bar"),
        pytest.param(PLAIN.replace("    - who", "    who"), id="no dash"),
        pytest.param(PLAIN.replace("    - who", "     - who"), id="first line further right"),
        pytest.param(PLAIN.replace("    - good", "     - good"), id="line further right"),
        pytest.param(PLAIN.replace("    - good", "   - good"), id="line further left"),
        pytest.param(PLAIN.replace("    - good", "\n    - good"), id="empty line"),
        pytest.param(PLAIN.replace("  examples", "  metadata: 1\n  examples", 1), id="metadata"),
        pytest.param(PLAIN.replace("    - ", "  - "), id="block no further right than its key"),
        *(
            pytest.param(PLAIN.replace("hello", f"hel{odd}lo"), id=f"character {ord(odd):x}")
            for odd in "\0\x07\t\r\x7f\x85\u2028\u2029\ufeff\ufffe"
        ),
    ],
)
def test_anything_else_is_left_to_the_ordinary_way(text: str) -> None:
    assert read_plainly(text) is None


@pytest.mark.parametrize(
    "limits",
    [replace(LIMITS, depth=4), replace(LIMITS, nodes=20), replace(LIMITS, file_bytes=100)],
    ids=["depth", "nodes", "bytes"],
)
def test_a_file_beyond_a_limit_is_left_to_the_ordinary_way(limits: Limits) -> None:
    assert read_plainly(PLAIN, limits) is None


def test_text_that_is_no_utf_8_is_left_to_the_ordinary_way() -> None:
    assert cut_nlu(PLAIN.encode().replace(b"hello", b"hell\xff"), LIMITS) is None


@pytest.mark.parametrize("long", ["-", "- ", " ", "a", "a: ", "/a", "# ", "\n", "#\n"])
@pytest.mark.parametrize("before", ["", "nlu:\n- intent: ", "nlu:\n- intent: a\n  examples: |\n    - b\n"])
def test_long_lines_take_no_longer_than_their_length(before: str, long: str) -> None:
    text = before + long * 200_000 + "'"
    assert read_plainly(text) is None


LINES = (
    *PLAIN.splitlines(),
    *(
        "- intent: a b",
        "- intent: a",
        "  examples: |",
        "    - intent: a",
        "      - b",
        "    -",
        "    -b",
        "    - ",
        "b",
    ),
    *(
        "# - intent: a",
        "    # a",
        "   ",
        "...",
        "---",
        "    - [a](b)(c)",
        "    - \\[a](b)",
        "    - [a](b:",
        "  - c",
        " ",
    ),
    *(
        "- lookup: a",
        "- synonym: 1",
        "- regex: b c",
        "  intent: a",
        "    - caf\u00e9",
        "     more",
        "  examples: >",
        "   - a",
        "  - intent: b",
        "- ",
    ),
)
"""Lines of which files are made that are plain, nearly plain, or broken."""


@given(st.lists(st.sampled_from(LINES), max_size=12), st.booleans(), st.booleans())
@example(["    - intent: a", "...", "- intent: b", "  examples: |", "    - c"], True, True)
def test_what_is_read_plainly_is_what_any_file_would_say(lines: list[str], begun: bool, ended: bool) -> None:  # noqa: FBT001
    head = ["nlu:", "- intent: one", "  examples: |", "    - first"] if begun else []
    text = "\n".join([*head, *lines]) + "\n" * ended
    found = read_plainly(text)
    assert found is None or found == read_as_any_file(text)


@given(st.integers(0, len(PLAIN)), st.integers(0, 3), st.text("-:#'\"[{|>&*!%@ \n\t.a\x85", max_size=3))
def test_an_edit_anywhere_is_read_as_in_any_file(place: int, gone: int, put: str) -> None:
    text = PLAIN[:place] + put + PLAIN[place + gone :]
    found = read_plainly(text)
    assert found is None or found == read_as_any_file(text)


def rows_of(text: str, *, at_once: bool) -> list[Row]:
    """Rows of a plain file, its examples added many at once or one by one."""
    itemiser = Itemiser(3, ReadingRules(), None)
    document = Document(DOCUMENT, MappingNode(NOWHERE))
    reader = Reader(document, itemiser.add, itemiser.add_lines if at_once else None)
    for entry in cut_nlu(text.encode(), LIMITS) or []:
        read_plain_entry(reader, entry)
    return itemiser.rows


@given(
    st.lists(st.sampled_from(["a", "b [c](d)", 'e [f]{"entity": "d", "value": "1"}', "[g](h) [i](j:k)"]), min_size=1)
)
def test_rows_added_at_once_are_those_added_one_by_one(texts: list[str]) -> None:
    text = "nlu:\n- intent: one\n  examples: |\n" + "".join(f"    - {each}\n" for each in texts)
    rows = rows_of(text, at_once=True)
    assert len(rows) == len(texts)
    assert rows == rows_of(text, at_once=False)


def test_numbers_that_are_equal_but_not_the_same_have_digests_of_their_own() -> None:
    values = ('"1"', "1", "1.0", "0.0", "-0.0", "0")
    text = "nlu:\n- intent: one\n  examples: |\n" + "".join(
        f'    - [a]{{"entity": "b", "value": {value}}}\n' for value in values
    )
    rows = rows_of(text, at_once=True)
    assert len({row[2] for row in rows}) == len(values)
    assert rows == rows_of(text, at_once=False)
