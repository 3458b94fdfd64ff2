"""Readings and snapshots to one snapshot, by the policies of the level they meet on. Pure.

This is where the law of the spine lives: the items of a combination are the merge of the items.
"""

from collections.abc import Iterable, Sequence

from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.items import ItemTable, Row, renumbered
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile
from tenprint.importers.merging import Level, kept_rows, select
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState


def snapshot_of(state: SourceState, readings: Sequence[DocumentReading], rules: ReadingRules) -> Snapshot:
    """Make the snapshot of one source; its readings carry their numbers already."""
    documents = tuple(reading.document for reading in readings)
    rows = tuple(row for reading in readings for row in reading.rows)
    unmerged = ItemTable(tuple(document.id for document in documents), rows)
    selection = select(rows, rules.identities(), rules.merge.files)
    return Snapshot(
        (state,),
        documents,
        unmerged,
        ItemTable(unmerged.documents, kept_rows(rows, selection)),
        selection.conflicts,
        tuple(problem for reading in readings for problem in reading.problems),
        _unless_all(selection.kept, rows),
    )


def combined(snapshots: Sequence[Snapshot], rules: ReadingRules, *, level: Level = "importers") -> Snapshot:
    """Make one snapshot of several, in order of precedence; what was dropped inside one of them stays dropped."""
    if len(snapshots) == 1:
        return snapshots[0]
    joined = _Joined()
    for snapshot in snapshots:
        joined.add(snapshot)
    selection = select(joined.rows, rules.identities(), rules.merge.rules(level), joined.units)
    ids = tuple(document.id for document in joined.documents)
    unmerged = ItemTable(ids, tuple(joined.unmerged))
    kept = tuple(joined.places[position] for position in selection.kept)
    shifted = (
        conflict.shifted(offset)
        for snapshot, offset in zip(snapshots, joined.offsets, strict=True)
        for conflict in snapshot.conflicts
    )
    return Snapshot(
        tuple(state for snapshot in snapshots for state in snapshot.sources),
        tuple(joined.documents),
        unmerged,
        ItemTable(ids, kept_rows(tuple(joined.rows), selection)),
        (*shifted, *selection.conflicts),
        tuple(problem for snapshot in snapshots for problem in snapshot.problems),
        _unless_all(kept, unmerged.rows),
    )


def _unless_all(kept: tuple[int, ...], rows: Sequence[Row]) -> tuple[int, ...] | None:
    return None if len(kept) == len(rows) else kept


class _Joined:
    """Several snapshots laid end to end: all items, and those that count in their own snapshot with their places."""

    def __init__(self) -> None:
        self.documents: list[SourceDocument] = []
        self.unmerged: list[Row] = []
        self.rows: list[Row] = []
        self.places: list[int] = []
        self.units: list[int] = []
        self.offsets: list[int] = []
        self._known: dict[tuple[str, bytes], SourceDocument] = {}

    def add(self, snapshot: Snapshot) -> None:
        offset, place = len(self.documents), len(self.unmerged)
        again = frozenset(number for number, document in enumerate(snapshot.documents) if self._seen(document))
        for position, row in zip(snapshot.counting(), renumbered(snapshot.table.rows, offset), strict=True):
            if row[4] - offset not in again:
                self.rows.append(row)
                self.places.append(place + position)
        self.unmerged += renumbered(snapshot.unmerged.rows, offset)
        self.documents += snapshot.documents
        self.units += [len(self.offsets)] * len(snapshot.documents)
        self.offsets.append(offset)
        for document in snapshot.documents:
            if document.origin is not None and isinstance(document.content, bytes):
                self._known.setdefault((document.origin, document.content), document)

    def _seen(self, document: SourceDocument) -> bool:
        """Tell whether an earlier source has read the same file for the same purpose: its items count once."""
        if document.origin is None or not isinstance(document.content, bytes):
            return False
        known = self._known.get((document.origin, document.content))
        return known is not None and (known.role, known.namespace) == (document.role, document.namespace)


def revision_of(files: Iterable[SourceFile]) -> str:
    """Digest of the names and bytes of files: the revision of a source that has no better one."""
    lines = [f"{digest_of(file.content).hex()}  {file.id.path}\n" for file in files]
    return digest_text(digest_of("".join(lines).encode("utf-8", "surrogateescape")))
