import math
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.whole_projects import ODD_TEXTS, any_values

from tenprint.importers import DocumentId
from tenprint.importers.canonical import canonical
from tenprint.importers.reading import parse_yaml, plain_value
from tenprint.importers.writing.yaml_text import Unwritable, document, scalar, yaml_lines


def again(value: Any) -> Any:
    content = document({"section": yaml_lines({"key": value})})
    return plain_value(parse_yaml(content, DocumentId("file", "a.yml")).root)["key"]


@given(any_values)
def test_any_value_is_read_as_it_was(value: Any) -> None:
    assert canonical(again(value)) == canonical(value)


@given(st.dictionaries(st.sampled_from(ODD_TEXTS) | st.integers() | st.booleans() | st.none(), any_values, min_size=1))
def test_any_key_is_read_as_it_was(value: dict[Any, Any]) -> None:
    assert canonical(again([value])) == canonical([value])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hello", "hello"),
        ("Where is it, please?", "Where is it, please?"),
        ("it's", "it's"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("yes", '"yes"'),
        ("No", '"No"'),
        ("1", '"1"'),
        ("2020-01-01", '"2020-01-01"'),
        ("a: b", '"a: b"'),
        ("a # b", '"a # b"'),
        ("${HOME}", '"${HOME}"'),
        (r"\b\w+", r"'\b\w+'"),
        ('say "hi"', "'say \"hi\"'"),
        ("", '""'),
        ("a ", '"a "'),
        ("\u00fcber", "\u00fcber"),
        ("\x07\u2028\u00a0\ufeff", r'"\x07\L\_\ufeff"'),
    ],
)
def test_text_has_quotes_only_where_it_needs_them(text: str, written: str) -> None:
    assert scalar(text) == written


def test_collections_are_written_in_block_style() -> None:
    value = {"a": {"b": [1, {"c": None, "d": []}, ["e"]]}, "f": {}}
    assert yaml_lines(value) == [
        *("a:", "  b:", "  - 1", "  - c: null", "    d: []", "  - - e", "f: {}"),
    ]


def test_text_of_several_lines_is_a_literal_block_where_that_is_possible() -> None:
    assert yaml_lines({"a": "one\n\n two\n"}) == ['a: "one\\n\\n two\\n"']
    assert yaml_lines({"a": "one\n\ntwo\n"}) == ["a: |", "  one", "", "  two"]
    assert yaml_lines({"a": "one\ntwo"}) == ["a: |-", "  one", "  two"]
    assert yaml_lines({"a": "one\ntwo\n\n"}) == ['a: "one\\ntwo\\n\\n"']


def test_a_long_key_is_marked() -> None:
    assert yaml_lines({"x" * 1100: [1]}) == [f"? {'x' * 1100}", ":", "- 1"]


@pytest.mark.parametrize(
    "value",
    [
        (1, 2),
        {1, 2},
        b"bytes",
        object(),
        "\ud800",
        {("a", "b"): 1},
        10**5000,
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(seconds=30))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_yaml_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(Unwritable):
        yaml_lines({"key": value})


def test_what_is_nested_too_deeply_or_in_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(Unwritable, match="more than 64"):
        yaml_lines({"key": endless})


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e300, 5e-324, -0.0, date(1, 1, 1), datetime(9999, 12, 31)])  # noqa: DTZ001
def test_odd_numbers_and_times_are_read_as_they_were(value: Any) -> None:
    assert repr(again(value)) == repr(value)


def test_nothing_is_an_empty_mapping() -> None:
    assert document({}) == b"{}\n"
