"""JSON as strictly as YAML: places for every value, all problems, no recursion."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.importers.readings import DOCUMENT, told

from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.reading import MappingNode, SequenceNode
from tenprint.importers.reading.json_document import parse_json

DEPTH = 50_000


def root(text: str) -> Any:
    return parse_json(text.encode(), DOCUMENT).root


def refused(content: str | bytes, limits: Limits | None = None) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        parse_json(content if isinstance(content, bytes) else content.encode(), DOCUMENT, limits or Limits())
    assert all(problem.hint for problem in caught.value.problems)
    return [told(problem) for problem in caught.value.problems]


def test_values_have_their_types_and_places() -> None:
    found = root('{"a": [1, -2.5, true, null],\n "b" : {"c": "x\\u00e9\\n"} }')

    assert found == {"a": [1, -2.5, True, None], "b": {"c": "x\u00e9\n"}}
    assert [type(value) for value in found["a"]] == [int, float, bool, type(None)]
    assert type(found) is MappingNode
    assert type(found["a"]) is SequenceNode
    assert [found["a"].place(index) for index in range(4)] == [(1, 8), (1, 11), (1, 17), (1, 23)]
    assert found.key_place("b") == (2, 2)
    assert found.value_place("b") == (2, 8)
    assert found["b"].value_place("c") == (2, 14)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts(end: str) -> None:
    assert root(f"[{end}1,{end}2]").place(1) == (3, 1)


def test_places_count_characters() -> None:
    assert root('["\U0001f600", 1]').place(1) == (1, 7)


def test_a_byte_order_mark_is_left_out() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}', DOCUMENT).root == {"a": 1}


@pytest.mark.parametrize("text", ["", " \n\t", "{}", "[]"])
def test_nothing_is_an_empty_mapping(text: str) -> None:
    assert type(root(text)) is MappingNode
    assert root(text) == {}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_what_python_writes_is_read_as_it_was(value: Any, indent: Any, ascii_only: bool) -> None:  # noqa: FBT001
    found = root("[" + json.dumps(value, indent=indent, ensure_ascii=ascii_only) + "]")

    assert found == [value]


@given(st.text(st.sampled_from('{}[]",:\\ \ntruefalsn0123456789.eE+-')))
def test_no_text_breaks_the_parser_and_what_is_accepted_is_what_python_accepts(text: str) -> None:
    try:
        found = parse_json(text.encode(), DOCUMENT).root
    except ProblemsError:
        return
    assert (json.loads(text) if text.strip() else {}) in (found, [], 0, False, None, "")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "json-syntax 1:2"),
        ("[1", "json-syntax 1:3"),
        ('{"a"', "json-syntax 1:5"),
        ('{"a": ', "json-syntax 1:7"),
        ('{"a": 1', "json-syntax 1:8"),
        ("[1,]", "json-syntax 1:4"),
        ('{"a": 1,}', "json-syntax 1:9"),
        ("[1 2]", "json-syntax 1:4"),
        ("[1}", "json-syntax 1:3"),
        ('{"a" 1}', "json-syntax 1:6"),
        ("{a: 1}", "json-syntax 1:2"),
        ("{'a': 1}", "json-syntax 1:2"),
        ("{1: 1}", "json-syntax 1:2"),
        ("[NaN]", "json-syntax 1:2"),
        ("[Infinity]", "json-syntax 1:2"),
        ("[-Infinity]", "json-syntax 1:2"),
        ("[True]", "json-syntax 1:2"),
        ("[01]", "json-syntax 1:3"),
        ("[+1]", "json-syntax 1:2"),
        ("[.5]", "json-syntax 1:2"),
        ("[1.]", "json-syntax 1:3"),
        ("[1e999]", "json-syntax 1:2"),
        ("[-1e999]", "json-syntax 1:2"),
        (f"[{'1' * 5000}]", "json-syntax 1:2"),
        ('["a', "json-syntax 1:2"),
        ('["a\nb"]', "json-syntax 1:4"),
        ('["\\x"]', "json-syntax 1:3"),
        ('["\\u12"]', "json-syntax 1:4"),
        ('["\\ud83d"]', "json-syntax 1:2"),
        ('["\\uDE00x"]', "json-syntax 1:2"),
        ('{"\\ud83d": 1}', "json-syntax 1:2"),
        ("{} {}", "json-syntax 1:4"),
        ("[1] x", "json-syntax 1:5"),
        ("// a\n[1]", "json-syntax 1:1"),
        ("[1, # a\n2]", "json-syntax 1:5"),
        ('{"a": 1, "b": {"a": 1},\n "a": 2}', "duplicate-key 2:2"),
    ],
)
def test_what_is_no_json_is_told_at_its_place(text: str, complaint: str) -> None:
    assert refused(text) == [complaint]


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert root('["\\ud83d\\ude00"]') == ["\U0001f600"]


def test_several_problems_are_told_together() -> None:
    text = '{"a": 1, "a": "\\ud83d", "b": 1e999, "b": 1}'

    assert refused(text) == ["duplicate-key 1:10", "json-syntax 1:15", "json-syntax 1:30", "duplicate-key 1:37"]


def test_of_a_duplicate_key_both_places_are_told() -> None:
    with pytest.raises(ProblemsError) as caught:
        root('{"a": 1,\n "a": 2}')
    assert [str(place) for place in caught.value.problems[0].related] == ["data/file.yml:1:2"]


def test_the_line_is_shown() -> None:
    with pytest.raises(ProblemsError, match=r'(?s)a comma or .\}. is due\n    \{"a": 1 "b": 2\}\n {12}\^'):
        root('{"a": 1 "b": 2}')


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"a": "\u00e9"}'.encode("latin-1"), "encoding 1:8"),
        ('{"a": 1}'.encode("utf-16"), "encoding 1:1"),
        ('{"a": 1}'.encode("utf-16-le"), "binary-file 1:2"),
        (b'{"a": "\xed\xa0\x80"}', "encoding 1:8"),
    ],
)
def test_other_encodings_are_refused(content: bytes, complaint: str) -> None:
    assert refused(content) == [complaint]


def test_limits_are_kept() -> None:
    assert refused("[[[1]]]", Limits(depth=2)) == ["too-deep 1:3"]
    assert refused("[[[]]]", Limits(depth=2)) == ["too-deep 1:3"]
    assert parse_json(b"[[1], []]", DOCUMENT, Limits(depth=2)).root == [[1], []]
    assert refused("[" * DEPTH + "]" * DEPTH, Limits(depth=64)) == ["too-deep 1:65"]
    assert refused("[1, 2, 3]", Limits(nodes=3)) == ["too-many-nodes 1:8"]
    assert refused(" " * 11, Limits(file_bytes=10)) == ["file-too-large None:None"]


def test_deep_collections_need_no_deep_stack() -> None:
    found = parse_json(b"[" * DEPTH + b"1" + b"]" * DEPTH, DOCUMENT, Limits(depth=DEPTH)).root

    for _ in range(DEPTH - 1):
        (found,) = found
    assert found == [1]
