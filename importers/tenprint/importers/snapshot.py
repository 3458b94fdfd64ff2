"""Snapshot: what one run has read, immutable; everything later in the run is computed from it and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tenprint.importers.applied import AppliedTransform
from tenprint.importers.inputs import InputState
from tenprint.importers.items import Item, ItemTable
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Conflict
from tenprint.importers.naming import Namespace
from tenprint.importers.problem import Problem
from tenprint.importers.reading import RawPart

Role = Literal["config", "domain", "data", "tests", "lookup", "default"]
"""Why a document was read: by which path of the project it was found, that a lookup table of another document names it,
or that it completes a configuration."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How a source left the lock: the locked revision, and what lies between, a line each."""

    locked: str
    changes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {"locked": self.locked, "changes": list(self.changes)}


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source of a run: its revision is a cheap token that changes when its content does.

    An optional source that could not be read is `missing`; one that could not be reached may be as it was `last-good`.
    """

    name: str
    revision: str | None
    status: Literal["ok", "missing", "last-good"] = "ok"
    drift: Drift | None = None
    fetched_at: float | None = None
    """When what stands in for it was fetched, in seconds since 1970; only of a source that is `last-good`."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One document: bytes, or the parts of a value where a source has no bytes.

    `kinds` names the kinds of data found in it; conversation tests have the role `tests` and are no training data.
    `origin` is equal for one file that is reached over two sources; `namespace` gives its names a prefix. `tables` are
    the lookup tables that a lookup file belongs to.
    """

    id: DocumentId
    role: Role
    kinds: tuple[str, ...]
    content: bytes | tuple[RawPart, ...] = field(repr=False)
    namespace: Namespace | None = None
    origin: str | None = field(default=None, compare=False)
    tables: tuple[str, ...] = ()
    project: int = field(default=0, compare=False)
    """Which of the projects of one source it belongs to; 0 is the one that imports the others."""
    settled: bool = field(default=False, compare=False)
    """Its parts have the names that count: no namespace and no mark of an overlay is left in them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Documents of all sources in order of precedence, and the merged items of their training data.

    The documents of the tables are those of the snapshot, number by number.
    """

    sources: tuple[SourceState, ...]
    documents: tuple[SourceDocument, ...] = field(repr=False)
    unmerged: ItemTable = field(repr=False)
    """All items of all documents."""
    table: ItemTable = field(repr=False)
    """The items that count."""
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: tuple[int, ...] | None = field(default=None, repr=False)
    """Places in `unmerged` of the items that count; None when all do."""
    transforms: tuple[AppliedTransform, ...] = ()
    """What has transformed it, in order."""
    inputs: tuple[InputState, ...] = ()
    """What its importers and transforms have declared that they read beside it, as it was before they read it."""

    def counting(self) -> Sequence[int]:
        """Places in `unmerged` of the items that count."""
        return range(len(self.unmerged)) if self.kept is None else self.kept

    def with_problems(self, *problems: Problem) -> "Snapshot":
        return replace(self, problems=(*self.problems, *problems))

    def in_role(self, item: Item, role: Role) -> bool:
        return self.documents[item.document].role == role
