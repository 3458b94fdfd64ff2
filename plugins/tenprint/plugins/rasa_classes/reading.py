"""Sections of training data that never were a file, read by the readers of all kinds. No place in them has a line."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from tenprint.importers import (
    DocumentId,
    DocumentReading,
    Problem,
    ReadingRules,
    SourceDocument,
    SourceError,
    file_bytes,
    itemise,
)
from tenprint.importers.kinds import CONFIG, STORIES, Kind
from tenprint.importers.reading import Document, FileReference, RawPart, Reader, lookup_parts, nodes_of

Role = Literal["config", "domain", "data", "tests"]

_NO_PLACE = (0, 0)
_DIALOGUES = {"stories": "story", "rules": "rule"}
"""Section -> the key of its entries that names them."""


def reading_of(
    sections: Mapping[str, Any], document: DocumentId, role: Role, *, number: int, rules: ReadingRules, folder: Path
) -> DocumentReading:
    """Read sections; files of lookup tables are looked for in a folder."""
    kinds = _kinds_of(sections, role, rules)
    parts: list[RawPart] = []
    problems: list[Problem] = []
    for whose, piece in _pieces(sections, role):
        reader = Reader(Document(document, nodes_of(piece)), marks=rules.merge.has_marks)
        for kind in kinds:
            kind.read(reader)
        for reference in reader.references:
            parts += _elements(reader, reference, folder, rules)
        parts += reader.parts
        problems += (replace(problem, message=problem.message + whose) for problem in reader.problems)
    content = tuple(part._replace(place=_NO_PLACE) for part in parts)
    names = tuple(kind.name for kind in kinds)
    rows = () if role == "tests" else itemise(content, number, rules)
    return DocumentReading(SourceDocument(document, role, names, content, rules.namespace), rows, tuple(problems))


def _kinds_of(sections: Mapping[str, Any], role: Role, rules: ReadingRules) -> tuple[Kind, ...]:
    if role == "config":
        return (CONFIG,)
    if role == "tests":
        return (STORIES,)
    return tuple(kind for kind in rules.kinds if kind is not CONFIG and not kind.keys.isdisjoint(sections))


def _pieces(sections: Mapping[str, Any], role: Role) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Take dialogues one by one, because a problem without a line must say in which of them it is."""
    if role == "config":
        yield "", sections
        return
    for section, key in _DIALOGUES.items():
        for dialogue in sections.get(section) or ():
            yield f", in the {key} {dialogue.get(key)!r}", {section: [dialogue]}
    rest = {key: value for key, value in sections.items() if key not in _DIALOGUES}
    if rest:
        yield "", rest


def _elements(reader: Reader, reference: FileReference, folder: Path, rules: ReadingRules) -> Iterator[RawPart]:
    try:
        text = file_bytes(folder / reference.path, rules.limits).decode()
    except (SourceError, UnicodeDecodeError) as error:
        why = error.message if isinstance(error, SourceError) else "is no UTF-8 text"
        reader.report(
            "lookup-file",
            f"the file {reference.path!r} of lookup table {reference.table!r} {why}",
            _NO_PLACE,
            hint=f"put it into {folder}, or let the importer return the elements",
        )
        return
    for part in lookup_parts(text, (reference.table,)):
        yield RawPart(*part)
