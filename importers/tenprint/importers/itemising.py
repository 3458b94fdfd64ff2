"""Documents to items: reads each document of a source once, all problems at once.

Pure: bytes in, readings out. The importers call it in worker threads, a batch of documents at a time.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.classifying import classify
from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.errors import CanonicalFormError, ProblemsError
from tenprint.importers.items import Item, ItemTable, Part, Path, Row
from tenprint.importers.kinds import BUILT_IN_KINDS, ItemKind, Kind
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Identity, merged
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, MappingNode, Place, RawPart, Reader, Receive, describe, parse_yaml
from tenprint.importers.reading.environment import expanded, unexpanded
from tenprint.importers.snapshot import Role, Snapshot, SourceDocument, SourceState, shifted

NEWEST_FORMAT = (3, 1)
"""Newest training-data format that is understood, as the `version` key writes it."""

_VERSION = re.compile(r"(\d+)\.(\d+)(\.\d+)*")


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How documents are read in one run."""

    kinds: tuple[Kind, ...] = BUILT_IN_KINDS
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def item_kinds(self) -> dict[str, ItemKind]:
        return {item_kind.name: item_kind for kind in self.kinds for item_kind in kind.item_kinds}

    def identities(self) -> dict[str, Identity]:
        return {name: item_kind.identity for name, item_kind in self.item_kinds().items()}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source before it is read."""

    id: DocumentId
    role: Role
    content: bytes


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """What one document holds; its items carry the number it was read under."""

    document: SourceDocument
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_file(file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading:
    """Read one file; `number` is its place among the documents of the source."""
    rows: list[Row] = []
    try:
        reader, kinds, role = _read(file.id, file.role, file.content, rules, _itemiser(rows, number, rules, file.id))
    except ProblemsError as error:
        return DocumentReading(SourceDocument(file.id, file.role, (), file.content), (), error.problems)
    document = SourceDocument(file.id, role, tuple(kind.name for kind in kinds), file.content)
    return DocumentReading(document, () if role == "tests" else tuple(rows), tuple(reader.problems))


def parts_of(document: SourceDocument, number: int, rules: ReadingRules) -> tuple[Part, ...]:
    """Items of a document with their values; of a file this parses its bytes once more.

    Raises:
        ProblemsError: The document is not what it was; cannot happen with a document of a snapshot without errors.
    """
    if isinstance(document.content, bytes):
        reader, _, _ = _read(document.id, document.role, document.content, rules)
        raw: Sequence[RawPart] = reader.parts
    else:
        raw = document.content
    rows = itemise(raw, number, rules)
    return tuple(Part(Item._make(row), part.value) for row, part in zip(rows, raw, strict=True))


def _read(
    document_id: DocumentId, role: Role, content: bytes, rules: ReadingRules, receive: Receive | None = None
) -> tuple[Reader, tuple[Kind, ...], Role]:
    document = parse_yaml(content, document_id, rules.limits)
    if not isinstance(document.root, MappingNode):
        message = f"the file must hold a mapping of sections, not {describe(document.root)}"
        raise ProblemsError(
            [Problem("not-a-mapping", message, document_id.at(1, 1), "begin with a key such as `nlu:`")]
        )
    if role == "tests":
        role = "data"
    found = classify(document, role, rules.kinds)
    problems = list(found.problems)
    if b"${" in content:
        document, unset = _with_variables(document, found.kinds, rules.environment)
        problems += unset
    if role != "config" and found.kinds:
        problems += _version_problems(document)
    reader = Reader(document, receive)
    reader.problems += problems
    for kind in found.kinds:
        kind.read(reader)
    return reader, found.kinds, found.role


def _with_variables(
    document: Document, kinds: Iterable[Kind], environment: Mapping[str, str]
) -> tuple[Document, list[Problem]]:
    names = {kind.name for kind in kinds}
    # A file without training data may hold anything, such as the variables of another program.
    if names and names <= {"config", "domain"}:
        return expanded(document, environment)
    return unexpanded(document), []


def _version_problems(document: Document) -> list[Problem]:
    version = document.root.get("version")
    if version is None:
        return []
    match = _VERSION.fullmatch(str(version).strip())
    place = document.at(document.root.value_place("version"))
    if match is None:
        return [Problem("format-version", f"{version!r} is no format version", place, 'write `version: "3.1"`')]
    if (int(match[1]), int(match[2])) > NEWEST_FORMAT:
        message = f"format {version} is newer than {NEWEST_FORMAT[0]}.{NEWEST_FORMAT[1]}, the newest understood"
        return [Problem("format-version", message, place, "upgrade tenprint, or save the file in an older format")]
    return []


def _itemiser(rows: list[Row], number: int, rules: ReadingRules, document: DocumentId | None = None) -> Receive:
    """Make the function that digests a part and adds its row; a value without canonical form is told at its place."""
    itemisers = {name: item_kind.itemise for name, item_kind in rules.item_kinds().items()}

    def add(kind: str, path: Path, value: Any, place: Place) -> None:
        line, column = place
        try:
            digest, facets = itemisers[kind](kind, path, value)
        except CanonicalFormError as error:
            if document is None:
                raise
            problem = Problem(error.reference, error.message, document.at(line, column), error.hint)
            raise ProblemsError([problem]) from error
        rows.append((kind, path, digest, facets, number, line, column))

    return add


def itemise(parts: Iterable[RawPart], number: int, rules: ReadingRules) -> tuple[Row, ...]:
    """Digest each part."""
    rows: list[Row] = []
    add = _itemiser(rows, number, rules)
    for part in parts:
        add(*part)
    return tuple(rows)


def snapshot_of(state: SourceState, readings: Sequence[DocumentReading], rules: ReadingRules) -> Snapshot:
    """Make the snapshot of one source; its readings carry their numbers already."""
    unmerged = ItemTable(
        tuple(reading.document.id for reading in readings),
        tuple(row for reading in readings for row in reading.rows),
    )
    return _snapshot(
        (state,),
        tuple(reading.document for reading in readings),
        unmerged,
        tuple(problem for reading in readings for problem in reading.problems),
        rules,
    )


def combined(snapshots: Sequence[Snapshot], rules: ReadingRules) -> Snapshot:
    """Make one snapshot of several; earlier ones take precedence.

    This is where the law of the spine lives: the items of the combination are the merge of the items.
    """
    if len(snapshots) == 1:
        return snapshots[0]
    documents: list[SourceDocument] = []
    rows: list[Row] = []
    for snapshot in snapshots:
        rows += shifted(snapshot, len(documents))
        documents += snapshot.documents
    return _snapshot(
        tuple(state for snapshot in snapshots for state in snapshot.sources),
        tuple(documents),
        ItemTable(tuple(document.id for document in documents), tuple(rows)),
        tuple(problem for snapshot in snapshots for problem in snapshot.problems),
        rules,
    )


def _snapshot(
    sources: tuple[SourceState, ...],
    documents: tuple[SourceDocument, ...],
    unmerged: ItemTable,
    problems: tuple[Problem, ...],
    rules: ReadingRules,
) -> Snapshot:
    table, conflicts = merged(unmerged, rules.identities())
    return Snapshot(sources, documents, unmerged, table, conflicts, problems)


def revision_of(files: Iterable[SourceFile]) -> str:
    """Digest of the names and bytes of files: the revision of a source that has no better one."""
    lines = [f"{digest_of(file.content).hex()}  {file.id.path}\n" for file in files]
    return digest_text(digest_of("".join(lines).encode("utf-8", "surrogateescape")))
