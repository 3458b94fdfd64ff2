"""Item tables: what reading a document gave, as bytes that a later run can take instead of parsing again. Pure.

A table is found again under a key of all that reading depends on: the bytes, the role, what the name of the file says
about its format, the kinds of data that are known, the limits, the namespace, and the values of the environment
variables the document may use. Where somebody else's code has a say, or an error was found, there is no table. Warnings
stand in it with their places; then it counts only under the same path, which they may quote.

    <length of the head, 4 bytes> <head: JSON, ASCII> <32 bytes for each row: its digest>

The head holds rows in runs that differ only in the last name of their path, so that a hundred thousand of them are made
by a few calls, and nothing in it can be executed.
"""

import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.classifying import is_test
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile
from tenprint.importers.items import Facets, FacetValue, Row
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.problem import Problem, errors_among
from tenprint.importers.reading import TRAINING_SUFFIXES, FileReference
from tenprint.importers.reading.environment import may_hold_variables
from tenprint.importers.snapshot import SourceDocument
from tenprint.importers.table_rows import head_of_table, rows_of_table

TABLE_SCHEME = 1
"""Grows when equal bytes would be read to other rows, or when tables are written in another way."""

_VARIABLE = re.compile(rb"\$\{([^}]*)\}")
_PLAIN_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_LENGTH = struct.Struct(">I")


def variables_in(content: bytes) -> frozenset[str] | None:
    """Name the environment variables that a document may use; None where its bytes do not say.

    Only text between braces that is a name, and no line end, is the same in the bytes and in the values parsed of them.
    """
    if not may_hold_variables(content):
        return frozenset()
    found = set(_VARIABLE.findall(content))
    if not all(_PLAIN_NAME.fullmatch(name) for name in found):
        return None
    return frozenset(name.decode() for name in found)


def rules_digest(rules: ReadingRules) -> bytes:
    """Digest what the rules of a run say about reading, but for the environment."""
    limits = rules.limits
    namespace = rules.namespace
    return canonical_digest(
        (
            TABLE_SCHEME,
            tuple((kind.name, tuple(sorted(kind.keys))) for kind in rules.kinds),
            (limits.file_bytes, limits.depth, limits.nodes),
            rules.merge.has_marks,
            None if namespace is None else (namespace.name, tuple(sorted(namespace.of))),
        )
    )


def table_key(file: SourceFile, rules: ReadingRules, basis: bytes) -> bytes | None:
    """Return the key of the table of a file; None where it cannot have one.

    Args:
        file: The file.
        rules: How it is read.
        basis: Digest of what all files have in common: `rules_digest`, and the code that reads.
    """
    names = variables_in(file.content)
    if names is None:
        return None
    return canonical_digest(
        (
            basis,
            file.digest,
            file.role,
            next((suffix for suffix in TRAINING_SUFFIXES if file.id.path.endswith(suffix)), ""),
            is_test(file.id),
            file.tables,
            tuple((variable, rules.environment.get(variable)) for variable in sorted(names)),
        )
    )


def table_of(reading: DocumentReading, rules: ReadingRules) -> bytes | None:
    """Write a reading down; None where it is to be read again each time."""
    document = reading.document
    own = {kind.name for kind in rules.kinds if any(kind is built_in for built_in in BUILT_IN_KINDS)}
    if errors_among(reading.problems) or not own.issuperset(document.kinds):
        return None
    problems = [_written_problem(problem, document.id) for problem in reading.problems]
    if None in problems:
        return None
    facets: dict[Facets, int] = {}
    head = {
        "role": document.role,
        "kinds": document.kinds,
        "source": document.id.source if problems else None,
        "path": document.id.path if problems else None,
        "problems": problems,
        "references": reading.references,
        "runs": [_written_run(run, facets) for run in _runs(reading.rows)],
        "facets": [],
    }
    head["facets"] = [[[name, *_written_facet(value)] for name, value in found] for found in facets]
    raw = json.dumps(head, separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(raw)), raw, *(row[2] for row in reading.rows)))


def reading_of(table: bytes, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading | None:
    """Read a reading back, for this file under this number; None where the table is of another one, or damaged."""
    try:
        return _reading(table, file, number, rules)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error, RecursionError):
        return None


def _reading(table: bytes, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading | None:
    head, digests = head_of_table(table)
    if head["path"] is not None and (head["source"], head["path"]) != (file.id.source, file.id.path):
        return None
    rows = rows_of_table(head, digests, number)
    is_lookup = file.role == "lookup"
    document = SourceDocument(
        file.id, head["role"], tuple(head["kinds"]), file.content, rules.namespace, file.origin,
        file.tables if is_lookup else (),
    )  # fmt: skip
    problems = tuple(_read_problem(written, file.id) for written in head["problems"])
    references = tuple(FileReference(name, path, (line, column)) for name, path, (line, column) in head["references"])
    return DocumentReading(document, rows, problems, references)


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Part rows into runs of one kind with one path but for its last name."""
    return (list(run) for _, run in groupby(rows, key=lambda row: (row[0], row[1][:-1])))


def _written_run(run: Sequence[Row], facets: dict[Facets, int]) -> list[Any]:
    kind, path = run[0][0], run[0][1]
    return [
        kind,
        path[:-1],
        [row[1][-1] for row in run],
        [facets.setdefault(row[3], len(facets)) for row in run],
        [row[5] for row in run],
        [row[6] for row in run],
    ]


def _written_facet(value: FacetValue) -> tuple[str, Any]:
    if isinstance(value, bytes):
        return "bytes", value.hex()
    return ("text", value) if isinstance(value, str) else ("names", value)


def _written_problem(problem: Problem, document: DocumentId) -> list[Any] | None:
    """Write a problem down with places inside of its document; None for one that names another."""
    places = [None if place is None else _inside(place, document) for place in (problem.location, *problem.related)]
    if any(written is None for written in places[1:]) or (problem.location is not None and places[0] is None):
        return None
    return [problem.code, problem.message, places[0], problem.hint, problem.severity, places[1:]]


def _inside(place: Location, document: DocumentId) -> list[int] | None:
    line, column = place.line or 0, place.column or 0
    return [line, column] if place == document.at(line, column) else None


def _read_problem(written: Sequence[Any], document: DocumentId) -> Problem:
    code, message, place, hint, severity, related = written
    location = None if place is None else document.at(*place)
    return Problem(code, message, location, hint, severity, tuple(document.at(*other) for other in related))


def written_pack(tables: Mapping[bytes, bytes]) -> bytes:
    """Write tables into one piece, each with its key before it."""
    index = json.dumps([[key.hex(), len(table)] for key, table in tables.items()], separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(index)), index, *tables.values()))


def read_pack(pack: bytes) -> dict[bytes, bytes]:
    """Part a pack into its tables again; one that is none has no tables."""
    return {key: pack[start:end] for key, (start, end) in pack_places(pack).items()}


def pack_places(pack: bytes) -> dict[bytes, tuple[int, int]]:
    """Tell where each table of a pack begins and ends."""
    try:
        place = _LENGTH.size + _LENGTH.unpack_from(pack)[0]
        places: dict[bytes, tuple[int, int]] = {}
        for key, size in json.loads(pack[_LENGTH.size : place]):
            places[bytes.fromhex(key)] = (place, place + size)
            place += size
    except (ValueError, TypeError, struct.error, RecursionError):
        return {}
    return places


def digests_in(table: bytes) -> bytes:
    """Return the digests of all rows of a table, one behind the other."""
    return table[_LENGTH.size + _LENGTH.unpack_from(table)[0] :]
