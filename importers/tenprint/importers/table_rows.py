"""The rows of an item table as bytes: runs that differ only in the last name of their path, and the digests. Pure.

`item_tables` says what else stands in a table. Who wants nothing but rows need not load what reads documents.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from tenprint.importers.items import Facets, FacetValue, Path, Row

_LENGTH = struct.Struct(">I")
_DIGEST = struct.Struct("32s")


def head_of_table(table: bytes) -> tuple[Any, bytes]:
    """Part a table into its head and the digests of its rows.

    Raises:
        ValueError: It is none; or struct.error, RecursionError.
    """
    start = _LENGTH.size + _LENGTH.unpack_from(table)[0]
    return json.loads(table[_LENGTH.size : start]), table[start:]


def rows_of_table(head: Any, digests: bytes, number: int) -> tuple[Row, ...]:
    """Put the rows of a table together, under the number of a document.

    Raises:
        ValueError: Its parts differ in length, or it is none; or KeyError, TypeError, IndexError, struct.error.
    """
    found = [digest for (digest,) in _DIGEST.iter_unpack(digests)]
    facets = [_read_facets(written) for written in head["facets"]]
    rows: list[Row] = []
    for run in head["runs"]:
        rows += _read_run(run, facets, found[len(rows) : len(rows) + len(run[2])], number)
    if len(rows) != len(found):
        raise ValueError("a table has as many rows as digests")
    return tuple(rows)


def _read_run(run: Sequence[Any], facets: Sequence[Facets], digests: Sequence[bytes], number: int) -> Iterator[Row]:
    kind, prefix, names, places, lines, columns = run
    if not len(names) == len(places) == len(lines) == len(columns) == len(digests):
        raise ValueError("the columns of a run differ in length")
    paths: Iterator[Path] = zip(*map(repeat, prefix), names)  # noqa: B905 - those of the prefix never end
    found = map(facets.__getitem__, places)
    return zip(repeat(kind), paths, digests, found, repeat(number), lines, columns)


def _read_facets(written: Sequence[Sequence[Any]]) -> Facets:
    return tuple((name, _read_facet(form, value)) for name, form, value in written)


def _read_facet(form: str, value: Any) -> FacetValue:
    if form == "bytes":
        return bytes.fromhex(value)
    found: FacetValue = tuple(value) if form == "names" else value
    return found
