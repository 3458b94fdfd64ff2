"""Snapshot: what one run has read, immutable; everything later in the run is computed from it and from nothing else."""

from dataclasses import dataclass, field, replace
from typing import Literal

from tenprint.importers.items import Item, ItemTable, Row, renumbered
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Conflict
from tenprint.importers.problem import Problem
from tenprint.importers.reading import RawPart

Role = Literal["config", "domain", "data", "tests", "default"]
"""Why a document was read: by which path of the project it was found, or that it completes a configuration."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source of a run: its revision is a cheap token that changes when its content does."""

    name: str
    revision: str | None
    status: Literal["ok"] = "ok"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One document: bytes, or the parts of a value where a source has no bytes.

    `kinds` names the kinds of data found in it; conversation tests have the role `tests` and are no training data.
    """

    id: DocumentId
    role: Role
    kinds: tuple[str, ...]
    content: bytes | tuple[RawPart, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Documents of all sources in order of precedence, and the merged items of their training data.

    The documents of the table are those of the snapshot, number by number.
    """

    sources: tuple[SourceState, ...]
    documents: tuple[SourceDocument, ...] = field(repr=False)
    unmerged: ItemTable = field(repr=False)
    """All items of all documents."""
    table: ItemTable = field(repr=False)
    """The items that count."""
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()

    def with_problems(self, *problems: Problem) -> "Snapshot":
        return replace(self, problems=(*self.problems, *problems))

    def in_role(self, item: Item, role: Role) -> bool:
        return self.documents[item.document].role == role


def shifted(snapshot: Snapshot, offset: int) -> tuple[Row, ...]:
    """All items of a snapshot as they are numbered when `offset` documents stand before its own."""
    return tuple(renumbered(snapshot.unmerged.rows, offset)) if offset else snapshot.unmerged.rows
