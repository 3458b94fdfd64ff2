"""Readings and snapshots to one snapshot, by the policies of the level they meet on. Pure.

This is where the law of the spine lives: the items of a combination are the merge of the items.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile
from tenprint.importers.items import ItemTable, Row, renumbered
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Conflict, Level, kept_rows, select
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState


def snapshot_of(state: SourceState, readings: Sequence[DocumentReading], rules: ReadingRules) -> Snapshot:
    """Make the snapshot of one source; its readings carry their numbers already."""
    documents = tuple(reading.document for reading in readings)
    rows = tuple(chain.from_iterable(reading.rows for reading in readings))
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
    documents = tuple(joined.documents)
    if level == "projects":
        documents = tuple(replace(each, project=unit) for each, unit in zip(documents, joined.units, strict=True))
    ids = tuple(document.id for document in documents)
    unmerged = ItemTable(ids, tuple(joined.unmerged))
    kept = tuple(joined.places[position] for position in selection.kept)
    return Snapshot(
        tuple(state for snapshot in snapshots for state in snapshot.sources),
        documents,
        unmerged,
        ItemTable(ids, kept_rows(tuple(joined.rows), selection)),
        (*joined.conflicts, *selection.conflicts),
        tuple(joined.problems),
        _unless_all(kept, unmerged.rows),
        tuple(transform for snapshot in snapshots for transform in snapshot.transforms),
        tuple(state for snapshot in snapshots for state in snapshot.inputs),
    )


def with_addition(snapshot: Snapshot, addition: Snapshot) -> Snapshot:
    """Add a snapshot that has nothing in common with another one, as defaults have; nothing is merged.

    The sources stay those of the first one.
    """
    offset, place = len(snapshot.documents), len(snapshot.unmerged)
    ids = snapshot.unmerged.documents + addition.unmerged.documents
    added = tuple(renumbered(addition.table.rows, offset))
    return replace(
        snapshot,
        documents=snapshot.documents + addition.documents,
        unmerged=ItemTable(ids, snapshot.unmerged.rows + added),
        table=ItemTable(ids, snapshot.table.rows + added),
        kept=None if snapshot.kept is None else (*snapshot.kept, *range(place, place + len(added))),
    )


def without(snapshot: Snapshot, left_out: Collection[int]) -> Snapshot:
    """Leave documents out, by their numbers, with all that they hold."""
    if not left_out:
        return snapshot
    staying = [number for number in range(len(snapshot.documents)) if number not in left_out]
    places = {number: place for place, number in enumerate(staying)}
    rows = snapshot.unmerged.rows
    moved = {place: new for new, place in enumerate(place for place, row in enumerate(rows) if row[4] in places)}
    ids = tuple(snapshot.unmerged.documents[number] for number in staying)
    unmerged = ItemTable(ids, _moved(rows, places))
    kept = tuple(moved[place] for place in snapshot.counting() if place in moved)
    return replace(
        snapshot,
        documents=tuple(snapshot.documents[number] for number in staying),
        unmerged=unmerged,
        table=ItemTable(ids, _moved(snapshot.table.rows, places)),
        conflicts=tuple(
            replace(
                conflict,
                kept=conflict.kept._replace(document=places[conflict.kept.document]),
                dropped=conflict.dropped._replace(document=places[conflict.dropped.document]),
            )
            for conflict in snapshot.conflicts
            if conflict.kept.document in places and conflict.dropped.document in places
        ),
        kept=_unless_all(kept, unmerged.rows),
    )


def _moved(rows: Iterable[Row], places: Mapping[int, int]) -> tuple[Row, ...]:
    return tuple(
        (kind, path, digest, facets, places[document], line, column)
        for kind, path, digest, facets, document, line, column in rows
        if document in places
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
        self.conflicts: list[Conflict] = []
        self.problems: list[Problem] = []
        self._count = 0
        self._known: dict[tuple[str, bytes], SourceDocument] = {}

    def add(self, snapshot: Snapshot) -> None:
        offset, place = len(self.documents), len(self.unmerged)
        again = frozenset(number for number, document in enumerate(snapshot.documents) if self._seen(document))
        rows = snapshot.table.rows
        positions: Sequence[int] = snapshot.counting()
        if again:
            counting = [number for number, row in enumerate(rows) if row[4] not in again]
            rows, positions = tuple(rows[number] for number in counting), [positions[number] for number in counting]
        # The first snapshot is the largest by far where defaults are added to it; its rows stay what they are.
        self.rows += renumbered(rows, offset) if offset else rows
        self.places += [place + position for position in positions] if place else positions
        self.unmerged += renumbered(snapshot.unmerged.rows, offset) if offset else snapshot.unmerged.rows
        self.documents += snapshot.documents
        self.units += [self._count] * len(snapshot.documents)
        self._count += 1
        self._tell(snapshot, offset, again)
        for document in snapshot.documents:
            if document.origin is not None and isinstance(document.content, bytes):
                self._known.setdefault((document.origin, document.content), document)

    def _tell(self, snapshot: Snapshot, offset: int, again: Collection[int]) -> None:
        """Take over what is odd about a snapshot, but for what an earlier source has told of the same files."""
        told = {snapshot.documents[number].id for number in again}
        self.conflicts += (
            conflict.shifted(offset)
            for conflict in snapshot.conflicts
            if not {conflict.kept.document, conflict.dropped.document} <= set(again)
        )
        self.problems += (problem for problem in snapshot.problems if _document_of(problem) not in told)

    def _seen(self, document: SourceDocument) -> bool:
        """Tell whether an earlier source has read the same file for the same purpose: its items count once."""
        if document.origin is None or not isinstance(document.content, bytes):
            return False
        known = self._known.get((document.origin, document.content))
        if known is None or not set(document.kinds) <= set(known.kinds):
            return False
        return (known.role, known.namespace) == (document.role, document.namespace)


def _document_of(problem: Problem) -> DocumentId | None:
    place = problem.location
    return None if place is None else DocumentId(place.source, place.path, place.revision)


def revision_of(files: Iterable[SourceFile]) -> str:
    """Digest of the names and bytes of files: the revision of a source that has no better one."""
    return revision_of_digests((file.digest.hex(), file.id.path) for file in files)


def revision_of_digests(files: Iterable[tuple[str, str]]) -> str:
    """As `revision_of`, of the digests of bytes in hexadecimal and the paths."""
    lines = [f"{digest}  {path}\n" for digest, path in files]
    return digest_text(digest_of("".join(lines).encode("utf-8", "surrogateescape")))
