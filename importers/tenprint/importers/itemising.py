"""Documents to items: reads each document of a source once, all problems at once.

Pure: bytes in, readings out. The importers call it in worker threads, a batch of documents at a time.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.classifying import classify, is_test
from tenprint.importers.digest import digest_of
from tenprint.importers.errors import CanonicalFormError, ProblemsError
from tenprint.importers.items import Item, Part, Path, Row
from tenprint.importers.kinds import BUILT_IN_KINDS, NLU, STORIES, ItemKind, Kind, further_kinds
from tenprint.importers.kinds.nlu import example_rows
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Identity, MergeSettings, marked
from tenprint.importers.naming import Namespace, Renamed, renamer
from tenprint.importers.problem import Problem
from tenprint.importers.reading import (
    JSON_SUFFIX,
    NOWHERE,
    YAML_SUFFIXES,
    Document,
    ExampleLines,
    FileReference,
    MappingNode,
    Place,
    RawPart,
    Reader,
    Receive,
    ReceiveLines,
    cut_nlu,
    cut_stories,
    describe,
    lookup_parts,
    parse_document,
    parse_yaml,
    read_plain_entry,
)
from tenprint.importers.reading.environment import expanded, may_hold_variables, unexpanded
from tenprint.importers.reading.yaml_bytes import checked_text
from tenprint.importers.secret import HiddenValues
from tenprint.importers.snapshot import Role, SourceDocument

NEWEST_FORMAT = (3, 1)
"""Newest training-data format that is understood, as the `version` key writes it."""

_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})(\.[0-9]+)*")


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How documents are read and merged in one run; `namespace` is that of one source."""

    kinds: tuple[Kind, ...] = BUILT_IN_KINDS
    # Not printed: it may hold what nobody should read.
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Limits = field(default_factory=Limits)
    merge: MergeSettings = field(default_factory=MergeSettings)
    namespace: Namespace | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "environment", HiddenValues(self.environment))

    def item_kinds(self) -> dict[str, ItemKind]:
        return {item_kind.name: item_kind for kind in self.kinds for item_kind in kind.item_kinds}

    @property
    def further_kinds(self) -> tuple[Kind, ...]:
        """Kinds that plugins add."""
        return further_kinds(self.kinds)

    def identities(self) -> dict[str, Identity]:
        return {name: item_kind.identity for name, item_kind in self.item_kinds().items()}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source before it is read; a lookup file with the tables it belongs to."""

    id: DocumentId
    role: Role
    content: bytes
    origin: str | None = None
    tables: tuple[str, ...] = ()
    digest: bytes = field(init=False, repr=False, compare=False)
    """That of the content."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", digest_of(self.content))


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """What one document holds; its items carry the number it was read under.

    `references` are the files its lookup tables name; they are documents of their own.
    """

    document: SourceDocument
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    references: tuple[FileReference, ...] = ()


def read_file(file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading:
    """Read one file; `number` is its place among the documents of the source."""
    itemiser = Itemiser(number, rules, rules.namespace, document=file.id)
    try:
        if file.role == "lookup":
            _read_lookup(file.id, file.content, file.tables, rules, itemiser.add)
            document = SourceDocument(
                file.id, "lookup", (NLU.name,), file.content, rules.namespace, file.origin, file.tables
            )
            return DocumentReading(document, tuple(itemiser.rows), ())
        reader, kinds, role = _read(file.id, file.role, file.content, rules, itemiser)
    except ProblemsError as error:
        return DocumentReading(SourceDocument(file.id, file.role, (), file.content), (), error.problems)
    names = tuple(kind.name for kind in kinds)
    document = SourceDocument(file.id, role, names, file.content, rules.namespace, file.origin)
    rows = () if role == "tests" else tuple(itemiser.rows)
    return DocumentReading(document, rows, tuple(reader.problems), tuple(reader.references))


def parts_of(document: SourceDocument, number: int, rules: ReadingRules) -> tuple[Part, ...]:
    """Items of a document with their values, of the kinds it is said to hold; a file is parsed once more.

    Raises:
        ProblemsError: The document is not what it was; cannot happen with a document of a snapshot without errors.
    """
    if not document.kinds:
        return ()
    itemiser = Itemiser(number, rules, document.namespace, keep_values=True, settled=document.settled)
    if isinstance(document.content, bytes) and document.role == "lookup":
        _read_lookup(document.id, document.content, document.tables, rules, itemiser.add)
    elif isinstance(document.content, bytes):
        _read(document.id, document.role, document.content, rules, itemiser, only=document.kinds)
    else:
        for part in document.content:
            itemiser.add(*part)
    return tuple(Part(Item._make(row), value) for row, value in zip(itemiser.rows, itemiser.values, strict=True))


def _read(
    document_id: DocumentId,
    role: Role,
    content: bytes,
    rules: ReadingRules,
    itemiser: "Itemiser",
    *,
    only: Collection[str] | None = None,
) -> tuple[Reader, tuple[Kind, ...], Role]:
    plain = _read_plain(document_id, role, content, rules, itemiser)
    if plain is not None:
        return plain
    parse = parse_yaml if role == "config" else parse_document
    document = parse(content, document_id, rules.limits)
    # Of another product's JSON any value may be the root; it is named for what it is.
    if not isinstance(document.root, MappingNode) and not (parse is parse_document and _is_json(document_id)):
        message = f"the file must hold a mapping of sections, not {describe(document.root)}"
        raise ProblemsError(
            [Problem("not-a-mapping", message, document_id.at(1, 1), "begin with a key such as `nlu:`")]
        )
    if role == "tests":
        role = "data"
    found = classify(document, role, rules.kinds)
    problems = list(found.problems)
    if may_hold_variables(content):
        document, unset = _with_variables(document, found.kinds, rules.environment)
        problems += unset
    if role != "config" and found.kinds:
        problems += _version_problems(document)
    reader = Reader(document, itemiser.add, marks=rules.merge.has_marks)
    reader.problems += problems
    for kind in found.kinds:
        if only is None or kind.name in only:
            kind.read(reader)
    return reader, found.kinds, found.role


def _read_plain(
    document_id: DocumentId, role: Role, content: bytes, rules: ReadingRules, itemiser: "Itemiser"
) -> tuple[Reader, tuple[Kind, ...], Role] | None:
    """Read a file of nothing but NLU data or stories in the plainest layout as `_read` would, in half the time."""
    if role != "data" or not document_id.path.endswith(YAML_SUFFIXES) or rules.further_kinds:
        return None
    reader = Reader(Document(document_id, MappingNode(NOWHERE)), itemiser.add, itemiser.add_lines)
    entries = cut_nlu(content, rules.limits)
    if entries is not None:
        for entry in entries:
            read_plain_entry(reader, entry)
        return reader, (NLU,), role
    stories = None if is_test(document_id) else cut_stories(content, document_id, rules.limits)
    if stories is None:
        return None
    for story, place in stories:
        reader.emit("story", ("stories", story.name), story, place)
    return reader, (STORIES,), role


def _is_json(document_id: DocumentId) -> bool:
    return document_id.path.endswith(JSON_SUFFIX)


def _read_lookup(
    document_id: DocumentId, content: bytes, tables: tuple[str, ...], rules: ReadingRules, receive: Receive
) -> None:
    """Emit the elements of a file for each table it belongs to.

    Raises:
        ProblemsError: It is no UTF-8 text, or holds more elements than a document may hold values.
    """
    text = checked_text(content, document_id, limits=rules.limits)
    if text.count("\n") >= rules.limits.nodes:
        message = f"the file has more than {rules.limits.nodes} lines"
        hint = "divide it among several tables, or raise the limit `nodes`"
        raise ProblemsError([Problem("too-many-nodes", message, document_id.at(0, 0), hint)])
    for part in lookup_parts(text, tables):
        receive(*part)


def _with_variables(
    document: Document, kinds: Iterable[Kind], environment: Mapping[str, str]
) -> tuple[Document, list[Problem]]:
    if expands_variables([kind.name for kind in kinds]):
        return expanded(document, environment)
    return unexpanded(document), []


def expands_variables(kinds: Collection[str]) -> bool:
    """Tell whether a document with these kinds of data may use environment variables.

    A file without training data may hold anything, such as the variables of another program.
    """
    return bool(kinds) and {"config", "domain"}.issuperset(kinds)


def _version_problems(document: Document) -> list[Problem]:
    version = document.root.get("version")
    if version is None:
        return []
    match = _VERSION.fullmatch(str(version).strip())
    place = document.at(document.root.value_place("version"))
    if match is None:
        message = f"version must be a text such as 3.1, not {describe(version)}"
        return [Problem("format-version", message, place, 'write `version: "3.1"`')]
    if (int(match[1]), int(match[2])) > NEWEST_FORMAT:
        message = f"format {version} is newer than {NEWEST_FORMAT[0]}.{NEWEST_FORMAT[1]}, the newest understood"
        return [Problem("format-version", message, place, "upgrade tenprint, or save the file in an older format")]
    return []


class Itemiser:
    """Digests the parts of one document as they are emitted.

    `add` is a function, not a method: readers hold it, and one that held its owner would be a cycle around a document.
    `add_lines` is there where many examples can be added without a look at each.
    """

    def __init__(
        self,
        number: int,
        rules: ReadingRules,
        namespace: Namespace | None,
        *,
        document: DocumentId | None = None,
        keep_values: bool = False,
        settled: bool = False,
    ) -> None:
        self.rows: list[Row] = []
        self.values: list[Any] = []
        self.add = _adder(self.rows, self.values if keep_values else None, number, rules, document)
        rename = None if settled else renamer(namespace, marks=rules.merge.has_marks)
        if rename is not None:
            self.add = _renaming(self.rows, self.add, rename, rules.item_kinds())
        one_by_one = keep_values or rename is not None
        self.add_lines = None if one_by_one else _lines_adder(self.rows, number)


def _adder(
    rows: list[Row], values: list[Any] | None, number: int, rules: ReadingRules, document: DocumentId | None
) -> Receive:
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
        if values is not None:
            values.append(value)

    return add


def _lines_adder(rows: list[Row], number: int) -> ReceiveLines:
    def add_lines(lines: ExampleLines) -> None:
        rows.extend(example_rows(lines, number))

    return add_lines


def _renaming(
    rows: list[Row],
    add: Receive,
    rename: Callable[[ItemKind, Path, Any], Renamed],
    item_kinds: Mapping[str, ItemKind],
) -> Receive:
    """Make the function that adds a part under the names that count, and keeps its mark as a facet."""

    def renamed(kind: str, path: Path, value: Any, place: Place) -> None:
        path, value, mark = rename(item_kinds[kind], path, value)
        add(kind, path, value, place)
        if mark is not None:
            name, path, digest, facets, number, line, column = rows[-1]
            rows[-1] = (name, path, digest, marked(facets, *mark), number, line, column)

    return renamed


def itemise(parts: Iterable[RawPart], number: int, rules: ReadingRules) -> tuple[Row, ...]:
    """Digest each part."""
    itemiser = Itemiser(number, rules, rules.namespace)
    for part in parts:
        itemiser.add(*part)
    return tuple(itemiser.rows)
