"""A snapshot and what a transform has made of its items to the next snapshot. Pure.

Rules:
- Whether an item has changed is seen by its digest, not by who made it. Items that have not changed keep their rows,
  and a snapshot of which nothing has changed is the same one.
- Results stand in the document, at the line and the place of what they were made of; what was made anew stands in a
  document of the transform. In an ordered list they stand in the order the transform gives them.
- Documents without a change stay what they are. The others hold values from then on, under the names that count.
- What a transform gives one name conflicts as it would between files, sources or projects. Where it gave no new thing a
  name that is taken, nothing is merged again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tenprint.importers.applied import TRANSFORMS
from tenprint.importers.errors import TenprintError, TransformError
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Facets, Item, ItemTable, Path, Row
from tenprint.importers.kinds import ItemKind
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import MARK, Conflict, Identity
from tenprint.importers.problem import Problem
from tenprint.importers.reading import RawPart, nearest
from tenprint.importers.snapshot import Snapshot, SourceDocument
from tenprint.importers.transform_clashes import settled
from tenprint.importers.transforming import Batch, TransformItem, list_kinds, list_of

MOST_PROBLEMS = 100
"""A transform that is wrong is so for every item, and nobody reads more."""


@dataclass(frozen=True, slots=True)
class _Made:
    """One result: the row that counts, its value, and the place among the items that count it was made of."""

    row: Row
    value: Any
    place: int | None
    changed: bool


def with_results(batch: Batch, results: Sequence[TransformItem], name: str, rules: ReadingRules) -> Snapshot:
    """Return the snapshot in which the results count instead of the items of the batch.

    Raises:
        TransformError: Some are no items, all of them with their places.
    """
    reader = _ResultReader(batch, name, rules)
    made = [found for result in results if (found := reader.read(result)) is not None]
    if reader.problems:
        raise TransformError(reader.problems)
    made = _once(made, rules)
    placed = _placed(batch, made, rules)
    changed = _changed_documents(batch, placed)
    new = [each for each in made if each.place is None]
    if not changed and not new:
        return batch.snapshot
    rebuilt = _Rebuilt(batch, placed, changed)
    rebuilt.add_new(new, name)
    return rebuilt.snapshot(rules)


class _ResultReader:
    """Looks at results one by one: what they are now, and what is wrong with them."""

    def __init__(self, batch: Batch, name: str, rules: ReadingRules) -> None:
        self.problems: list[Problem] = []
        self._batch = batch
        self._name = name
        self._kinds = rules.item_kinds()
        self._rows = batch.snapshot.table.rows

    def read(self, result: TransformItem) -> _Made | None:
        if len(self.problems) >= MOST_PROBLEMS:
            return None
        wrong = self._refusal(result)
        if wrong is not None:
            self._refuse(result, *wrong)
            return None
        item_kind = self._kinds[result.kind]
        path, digest, facets, failure = _digested(item_kind, result)
        origin = result.origin
        if origin is not None and failure is None and origin.row[:3] == (result.kind, path, digest):
            return _Made(origin.row, result.value, origin.place, changed=False)
        fault = item_kind.fault(result.path, result.value) if item_kind.fault is not None else None
        if fault is None and failure is None and not _is_path(path):
            fault = "its path is no tuple of names that are not blank"
        if fault is not None or failure is not None:
            self._refuse(result, f"made what is no {result.kind}: {fault or failure}", "mend the transform")
            return None
        document, line, column = (len(self._batch.snapshot.documents), 0, 0) if origin is None else origin.row[4:]
        noted = _noted(facets, None if origin is None else origin.row, path, self._name)
        row = (result.kind, path, digest, noted, document, line, column)
        return _Made(row, result.value, None if origin is None else origin.place, changed=True)

    def _refusal(self, result: Any) -> tuple[str, str] | None:
        """Say what is wrong with a result before its value is looked at, and what to do."""
        if not isinstance(result, TransformItem):
            return (
                f"returned {type(result).__name__} where an item is expected",
                "return items: those it was given, `item.replaced(value)`, `item.derived(value)`, or new ones",
            )
        if result.kind not in self._batch.kinds:
            hint = nearest(result.kind, self._batch.kinds) if result.kind not in self._kinds else None
            return f"made an item of the kind {result.kind!r}, which is not among its KINDS", hint or "add it to KINDS"
        origin = result.origin
        if origin is not None and not (origin.place < len(self._rows) and self._rows[origin.place] is origin.row):
            return (
                "returned an item that it was not given",
                "return items of this call alone; keep none of earlier ones",
            )
        return None

    def _refuse(self, result: Any, what: str, hint: str) -> None:
        place = result.location if isinstance(result, TransformItem) else None
        self.problems.append(Problem(TransformError.reference, f"the transform {self._name!r} {what}", place, hint))


def _digested(item_kind: ItemKind, result: TransformItem) -> tuple[Path, bytes, Facets, str | None]:
    """Digest a result under the path that follows from its value; the last is the reason why that cannot be done."""
    try:
        path = result.path if item_kind.path_of is None else item_kind.path_of(result.value)
        return path, *item_kind.itemise(result.kind, path, result.value), None
    except TenprintError as error:
        return result.path, b"", (), error.message
    except Exception as error:  # noqa: BLE001 - a value of a plugin may fail in any way
        return result.path, b"", (), f"{type(error).__name__}: {error}"


def _is_path(path: Any) -> bool:
    return isinstance(path, tuple) and bool(path) and all(map(_is_name, path))


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and bool(name) and not name.isspace()


def _noted(facets: Facets, origin: Row | None, path: Path, name: str) -> Facets:
    """Add what the origin of an item says: the mark of an overlay that is still about it, and who changed it before."""
    before: tuple[str, ...] = ()
    kept = []
    for facet, value in () if origin is None else origin[3]:
        if facet == TRANSFORMS and isinstance(value, tuple):
            before = value
        elif facet == MARK and isinstance(value, tuple) and path[: len(value) - 1] == value[1:]:
            kept.append((facet, value))
    return tuple(sorted((*facets, *kept, (TRANSFORMS, (*before, name)))))


def _once(made: Sequence[_Made], rules: ReadingRules) -> list[_Made]:
    """Leave out what was made twice of one item, and of what counts once."""
    identities = rules.identities()
    seen: set[tuple[int | None, bytes]] = set()
    left = []
    for each in made:
        if identities[each.row[0]] is Identity.SET:
            if (each.place, each.row[2]) in seen:
                continue
            seen.add((each.place, each.row[2]))
        left.append(each)
    return left


def _placed(batch: Batch, made: Sequence[_Made], rules: ReadingRules) -> dict[int, list[_Made]]:
    """Results by the place they take; those of one ordered list take each other's, in the order they were given in."""
    lists = list_kinds(rules)
    taken: dict[tuple[int, str, Path], list[_Made]] = {}
    placed: dict[int, list[_Made]] = {}
    for each in made:
        if each.place is None:
            continue
        group = list_of(each.row[0], each.row[1], lists)
        if group is None:
            placed.setdefault(each.place, []).append(each)
        else:
            document = batch.snapshot.table.rows[each.place][4]
            taken.setdefault((document, each.row[0], group), []).append(each)
    for entries in taken.values():
        places = sorted(each.place for each in entries if each.place is not None)
        for place, each in zip(places, entries, strict=True):
            placed.setdefault(place, []).append(each)
    return placed


def _changed_documents(batch: Batch, placed: dict[int, list[_Made]]) -> set[int]:
    changed = set()
    for item in batch.items:
        if item.origin is not None:
            found = placed.get(item.origin.place, [])
            if len(found) != 1 or found[0].changed or found[0].place != item.origin.place:
                changed.add(item.origin.row[4])
    return changed


class _Rebuilt:
    """The rows and documents of the next snapshot, document by document."""

    def __init__(self, batch: Batch, placed: dict[int, list[_Made]], changed: set[int]) -> None:
        self._batch = batch
        self._placed = placed
        self._rows: list[Row] = []
        self._counting: list[Row] = []
        self._kept: list[int] = []
        self._contents: dict[int, list[RawPart]] = {number: [] for number in changed}
        self._new: SourceDocument | None = None
        starts: dict[int, int] = {}
        snapshot = batch.snapshot
        places = {position: place for place, position in enumerate(snapshot.counting())}
        for position, row in enumerate(snapshot.unmerged.rows):
            place = places.get(position)
            if row[4] in changed:
                start = starts.setdefault(row[4], position)
                self._put(row, place, position - start)
            else:
                self._keep(row, place)

    def _keep(self, row: Row, place: int | None) -> None:
        if place is not None:
            self._kept.append(len(self._rows))
            self._counting.append(self._batch.snapshot.table.rows[place])
        self._rows.append(row)

    def _put(self, row: Row, place: int | None, number: int) -> None:
        """Put what counts instead of a row of a document that changes: the row itself, or results."""
        if place is None or row[0] not in self._batch.kinds:
            self._contents[row[4]].append(_part(row, self._batch.parts[row[4]][number].value))
            self._keep(row, place)
            return
        for each in self._placed.get(place, ()):
            self._add(each)

    def _add(self, made: _Made) -> None:
        self._contents[made.row[4]].append(_part(made.row, made.value))
        self._kept.append(len(self._rows))
        self._counting.append(made.row)
        self._rows.append(made.row)

    def add_new(self, made: Sequence[_Made], name: str) -> None:
        """Add a document of what stands in no file."""
        if not made:
            return
        snapshot = self._batch.snapshot
        number = len(snapshot.documents)
        source = snapshot.sources[0].name if len(snapshot.sources) == 1 else name
        self._new = SourceDocument(DocumentId(source, f"<{name}>"), "data", (), (), settled=True)
        self._contents[number] = []
        for each in made:
            self._add(each)

    def snapshot(self, rules: ReadingRules) -> Snapshot:
        before = self._batch.snapshot
        documents = before.documents if self._new is None else (*before.documents, self._new)
        documents = tuple(self._document(document, number, rules) for number, document in enumerate(documents))
        found = settled(self._counting, before.table.rows, documents, self._batch.kinds, rules)
        kept = tuple(self._kept[position] for position in found.kept)
        ids = tuple(document.id for document in documents)
        return replace(
            before,
            documents=documents,
            unmerged=ItemTable(ids, tuple(self._rows)),
            table=ItemTable(ids, found.rows),
            conflicts=(*self._conflicts(before.conflicts), *found.conflicts),
            kept=None if len(kept) == len(self._rows) else kept,
        )

    def _document(self, document: SourceDocument, number: int, rules: ReadingRules) -> SourceDocument:
        if number not in self._contents:
            return document
        parts = tuple(self._contents[number])
        owners = {item_kind.name: kind.name for kind in rules.kinds for item_kind in kind.item_kinds}
        kinds = dict.fromkeys((*document.kinds, *(owners[part.kind] for part in parts)))
        return replace(document, content=parts, kinds=tuple(kinds), namespace=None, settled=True)

    def _conflicts(self, conflicts: Sequence[Conflict]) -> list[Conflict]:
        """Tell what was dropped from what counts now; where nothing of that name is left, there is nothing to tell."""
        if not conflicts:
            return []
        origins = {row[:3] + row[4:]: place for place, row in enumerate(self._batch.snapshot.table.rows)}
        told = []
        for conflict in conflicts:
            kept = conflict.kept
            place = origins.get(kept[:3] + kept[4:])
            if place is None or kept.kind not in self._batch.kinds or kept.document not in self._contents:
                told.append(conflict)
                continue
            row = next((each.row for each in self._placed.get(place, ()) if each.row[:2] == kept[:2]), None)
            if row is not None:
                told.append(replace(conflict, kept=Item._make(row)))
        return told


def _part(row: Row, value: Any) -> RawPart:
    return RawPart(row[0], row[1], value, (row[5], row[6]))
