"""Values of unquoted scalars: the table of Rasa's dialect and the edges around it."""

import math
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from tenprint.importers.reading.scalars import ODD_STARTS, Merge, ScalarError, resolve, resolve_key, resolve_tagged

TABLE: list[tuple[str, Any]] = [
    *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "NO", "On", "none", "tRUE", "nULL")),
    *((word, True) for word in ("true", "True", "TRUE")),
    *((word, False) for word in ("false", "False", "FALSE")),
    *((word, None) for word in ("null", "Null", "NULL", "~", "")),
    ("010", 10),
    ("08", 8),
    ("0o10", 8),
    ("0o8", "0o8"),
    ("0x1F", 31),
    ("-0x1f", -31),
    ("0X1F", "0X1F"),
    ("0b11", 3),
    ("0b12", "0b12"),
    ("1_000", 1000),
    ("_1", "_1"),
    ("+1", 1),
    ("-0", 0),
    ("1:30", "1:30"),
    ("1e3", 1000.0),
    ("1.0e3", 1000.0),
    ("1e-3", 0.001),
    ("12.", 12.0),
    (".5", 0.5),
    ("-.5", -0.5),
    ("2.0", 2.0),
    ("1_0.5", 10.5),
    (".5e+3", 500.0),
    (".5e3", ".5e3"),
    ("1.2.3", "1.2.3"),
    ("1.5.", "1.5."),
    ("-", "-"),
    ("+", "+"),
    (".", "."),
    ("...a", "...a"),
    ("1 2", "1 2"),
    (".inf", math.inf),
    ("-.INF", -math.inf),
    ("+.Inf", math.inf),
    (".iNf", ".iNf"),
    ("+.nan", "+.nan"),
    ("2020-01-01", date(2020, 1, 1)),
    ("2020-1-1", "2020-1-1"),
    ("2020-01-01 10:00:00", datetime(2020, 1, 1, 10, 0)),  # noqa: DTZ001  (no zone is what was written)
    ("2020-1-1t1:00:00", datetime(2020, 1, 1, 1, 0)),  # noqa: DTZ001
    ("2020-01-01T10:00:00Z", datetime(2020, 1, 1, 10, 0, tzinfo=timezone.utc)),
    (
        "2020-01-01 10:00:00.5 +02:30",
        datetime(2020, 1, 1, 10, 0, 0, 500_000, tzinfo=timezone(timedelta(hours=2, minutes=30))),
    ),
    ("2020-01-01 10:00:00 -3", datetime(2020, 1, 1, 10, 0, tzinfo=timezone(timedelta(hours=-3)))),
    ("2020-01-01 10:00:00.1234567", datetime(2020, 1, 1, 10, 0, 0, 123_457)),  # noqa: DTZ001
    ("2020-01-01 10:00:00.9999999", datetime(2020, 1, 1, 10, 0, 1)),  # noqa: DTZ001
    ("2020-01-01 10:00", "2020-01-01 10:00"),
    ("2020-01-01x", "2020-01-01x"),
    ("\u0661\u0662", "\u0661\u0662"),  # digits of other scripts are text
    ("word", "word"),
    ("utter_greet", "utter_greet"),
    ("<<<", "<<<"),
    ("==", "=="),
]


@pytest.mark.parametrize(("text", "value"), TABLE)
def test_unquoted_text_has_the_value_of_the_table(text: str, value: Any) -> None:
    resolved = resolve(text)
    assert resolved == value
    assert type(resolved) is type(value)


def test_not_a_number_is_a_number() -> None:
    assert all(math.isnan(resolve(text)) for text in (".nan", ".NaN", ".NAN"))


def test_words_that_are_not_text_start_with_an_odd_character() -> None:
    assert all(text[0] in ODD_STARTS for text, value in TABLE if text and not isinstance(value, str))
    assert not ODD_STARTS & set("abcdeghijklmopqrsuvwxyz/_")


@pytest.mark.parametrize(
    "text",
    [
        *("2020-13-01", "2020-02-30", "0000-01-01", "2020-01-01 25:00:00", "2020-01-01 10:00:00 +25"),
        *("9999-12-31 23:59:59.9999999", "._", "-_", "+__", "0b_", "0x_", "<<", "=", "9" * 4301),
        *("0x" + "f" * 10_000, "-0x" + "f" * 10_000, "0b" + "1" * 15_000),
    ],
)
def test_what_looks_like_a_value_and_has_none_is_refused(text: str) -> None:
    with pytest.raises(ScalarError) as caught:
        resolve(text)
    assert caught.value.hint
    assert len(caught.value.message) < 200


def test_integers_may_be_as_long_as_python_reads_them() -> None:
    assert resolve("9" * 4300) == 10**4300 - 1
    assert resolve("0x" + "f" * 3000) == 16**3000 - 1


def test_an_unquoted_merge_key_is_no_text() -> None:
    assert resolve_key("<<") is Merge.KEY
    assert resolve_key("=") == "="
    assert resolve_key("010") == 10


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "5", "5"),
        ("str", "", ""),
        ("int", "5", 5),
        ("float", "5", 5.0),
        ("float", "1e3", 1000.0),
        ("bool", "true", True),
        ("null", "~", None),
    ],
)
def test_harmless_tags_are_honoured(tag: str, text: str, value: Any) -> None:
    resolved = resolve_tagged(text, f"tag:yaml.org,2002:{tag}")
    assert resolved == value
    assert type(resolved) is type(value)


@pytest.mark.parametrize(("tag", "text"), [("int", "x"), ("int", "1.5"), ("int", "true"), ("float", "true")])
def test_a_value_must_fit_its_tag(tag: str, text: str) -> None:
    with pytest.raises(ScalarError, match="cannot be read as that"):
        resolve_tagged(text, f"tag:yaml.org,2002:{tag}")


@pytest.mark.parametrize("text", ["9" * 400, "-0x" + "f" * 400])
def test_an_integer_too_large_for_a_float_is_none(text: str) -> None:
    with pytest.raises(ScalarError, match="looks like a number but is none"):
        resolve_tagged(text, "tag:yaml.org,2002:float")


def test_other_tags_are_unknown() -> None:
    with pytest.raises(KeyError):
        resolve_tagged("x", "!env_var")
