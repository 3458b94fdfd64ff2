"""Records are read back as they were written, or not at all."""

from typing import Any

import pytest

from tenprint.importers import Secret
from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.store.record import Record, record_of, row_of, seal_of

ONE, TWO = (digest_text(digest_of(content)) for content in (b"1", b"2"))


def test_a_record_comes_back_as_it_was_written() -> None:
    value = {"url": "https://x/ü", "n": 1, "none": None, "list": [1.5, True], "map": {"b": 1, "a": 2}}
    row = row_of("http", "key", value, [TWO, ONE, TWO], 12.25)
    assert record_of(row) == Record("http", "key", value, (TWO, ONE, TWO), 12.25, 12.25)


@pytest.mark.parametrize(
    ("column", "altered"),
    [(0, "git"), (1, "keY"), (2, '{"n":2}'), (3, TWO), (3, ""), (4, 12.5), (6, b""), (6, None), (2, None), (4, "x")],
)
def test_a_record_with_a_flipped_bit_is_none(column: int, altered: Any) -> None:
    row: list[Any] = list(row_of("http", "key", {"n": 1}, [ONE], 12.25))
    row[column] = altered
    assert record_of(tuple(row)) is None


@pytest.mark.parametrize("value", [[], None, 1, "text", [{}]])
def test_a_record_of_something_else_than_a_mapping_is_none(value: Any) -> None:
    assert record_of(row_of("http", "key", value, [ONE], 12.25)) is None


@pytest.mark.parametrize("named", ["x", "md5:0", f"{ONE} sha256:zz", f"sha256:{'G' * 64}", "sha256:"])
def test_a_record_of_something_else_than_digests_is_none(named: str) -> None:
    recorded = 12.25
    seal = seal_of("http", "key", "{}", named, recorded)
    assert record_of(("http", "key", "{}", named, recorded, recorded, seal)) is None


def test_the_time_of_use_may_change() -> None:
    row = row_of("http", "key", {}, [], 12.25)
    record = record_of((*row[:5], 99.0, row[6]))
    assert record is not None
    assert record.used_at == 99.0


def test_what_is_no_json_and_what_is_no_digest_is_refused() -> None:
    for value in ({"token": Secret({"env": "T"})}, {"x": b"bytes"}, {"x": object()}):
        with pytest.raises(TypeError):
            row_of("s", "k", value, [], 0.0)
    with pytest.raises(ValueError, match="not JSON compliant"):
        row_of("s", "k", {"x": float("nan")}, [], 0.0)
    with pytest.raises(ValueError, match="digest"):
        row_of("s", "k", {}, ["md5:0"], 0.0)
