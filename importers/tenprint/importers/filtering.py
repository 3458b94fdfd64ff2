"""Snapshots with less in them: only some kinds of data. Pure.

What is left keeps its documents, their numbers and its places, so locations stay what they were. Problems stay too: who
trains half of a project still wants to know what is wrong with the other.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from tenprint.importers.items import ItemTable, Row
from tenprint.importers.kinds import Kind, TrainedSection, further_kinds
from tenprint.importers.snapshot import Snapshot, SourceDocument


def training_kinds(kinds: Iterable[Kind], section: TrainedSection) -> tuple[Kind, ...]:
    """Kinds that plugins add and a section is trained on."""
    return tuple(kind for kind in further_kinds(kinds) if kind.trained_items(section))


def only_of(snapshot: Snapshot, kinds: Collection[Kind], *, tests: bool) -> Snapshot:
    """Keep the items of some kinds, and conversation tests where they are wanted."""
    names = frozenset(name for kind in kinds for name in kind.item_names)
    documents = tuple(_reduced(document, kinds, names, tests=tests) for document in snapshot.documents)
    places: dict[int, int] = {}
    rows: list[Row] = []
    for position, row in enumerate(snapshot.unmerged.rows):
        if row[0] in names:
            places[position] = len(rows)
            rows.append(row)
    kept = tuple(places[position] for position in snapshot.counting() if position in places)
    ids = snapshot.unmerged.documents
    return replace(
        snapshot,
        documents=documents,
        unmerged=ItemTable(ids, tuple(rows)),
        table=ItemTable(ids, tuple(row for row in snapshot.table.rows if row[0] in names)),
        conflicts=tuple(conflict for conflict in snapshot.conflicts if conflict.kept.kind in names),
        kept=None if len(kept) == len(rows) else kept,
    )


def _reduced(
    document: SourceDocument, kinds: Collection[Kind], names: Collection[str], *, tests: bool
) -> SourceDocument:
    if document.role == "tests":
        return document if tests else replace(document, role="data", kinds=())
    content = document.content
    if not isinstance(content, bytes):
        content = tuple(part for part in content if part.kind in names)
    left = {kind.name for kind in kinds}
    return replace(document, kinds=tuple(name for name in document.kinds if name in left), content=content)
