"""Answers of components as bytes."""

import json
from typing import Any

import numpy as np
import pytest

from tenprint.fingerprinting.answer_files import answer_bytes, answer_content


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", {"b": [1, 2.5, None, "grüß"]}), ("a.crfsuite", b"\0\1"), ("README", b""), ("a.JSON", b"{}")],
)
def test_the_end_of_a_name_says_what_a_file_holds(name: str, content: Any) -> None:
    assert answer_content(name, answer_bytes(name, content)) == content


def test_an_array_is_an_array() -> None:
    assert answer_content("a.npy", answer_bytes("a.npy", np.eye(2))).tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.json", float("nan"), ValueError),
        ("a.json", {1, 2}, TypeError),
        ("a.json", b"{}", TypeError),
        ("a.npy", [1], TypeError),
        ("a.bin", "text", TypeError),
        ("a.bin", {"a": 1}, TypeError),
    ],
)
def test_what_does_not_fit_the_name_is_refused(name: str, content: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        answer_bytes(name, content)


@pytest.mark.parametrize("content", ["NaN", "-Infinity", "{", "", "[" * 100_000, '"\ud800"'])
def test_json_is_what_the_standard_has(content: str) -> None:
    with pytest.raises(ValueError, match="is damaged"):
        answer_content("a.json", content.encode(errors="surrogatepass"))


def test_equal_values_have_equal_bytes() -> None:
    assert answer_bytes("a.json", {"b": 1, "a": 2}) == answer_bytes("a.json", {"a": 2, "b": 1})
    assert json.loads(answer_bytes("a.json", {"a": 2})) == {"a": 2}
