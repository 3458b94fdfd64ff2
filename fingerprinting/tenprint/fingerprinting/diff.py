"""Item-level differences between what a model was trained on and what is there now."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from tenprint.fingerprinting.errors import FingerprintError
from tenprint.fingerprinting.sections import SECTIONS, Section
from tenprint.importers import Item, ItemTable, Location, Path, canonical_digest, digest_text, kinds
from tenprint.importers.kinds import ItemKind
from tenprint.importers.merging import Identity

ChangeName = Literal["added", "removed", "modified", "renamed"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as a model remembers it, with the facets that are digests; a model knows no places."""

    kind: str
    path: Path
    digest: bytes
    facets: Mapping[str, bytes] = field(default_factory=dict)
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `locations` is empty for what only the old side has.

    `former_locations` is where it stood on the old side; a model does not say.
    """

    change: ChangeName
    kind: str
    path: Path
    sections: tuple[str, ...]
    before: bytes | None = None
    after: bytes | None = None
    renamed_from: Path | None = None
    locations: tuple[Location, ...] = ()
    former_locations: tuple[Location, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "change": self.change,
            "kind": self.kind,
            "path": list(self.path),
            "from": None if self.renamed_from is None else list(self.renamed_from),
            "sections": list(self.sections),
            "before": None if self.before is None else digest_text(self.before),
            "after": None if self.after is None else digest_text(self.after),
            "locations": [location.to_json() for location in self.locations],
            "former_locations": [location.to_json() for location in self.former_locations],
        }


def stored_items(table: ItemTable) -> dict[str, list[list[Any]]]:
    """Rows for `fingerprint.json`: by kind, the path, the digest in hexadecimal, and facets that are other digests."""
    rows: dict[str, list[list[Any]]] = {}
    for item in sorted(table, key=lambda item: item.kind):
        row: list[Any] = [list(item.path), item.digest.hex()]
        facets = {name: value.hex() for name, value in item.facets if isinstance(value, bytes) and value != item.digest}
        rows.setdefault(item.kind, []).append([*row, facets] if facets else row)
    return rows


def located_items(table: ItemTable, revision: str | None = None) -> tuple[StoredItem, ...]:
    """Make of a table what a model would remember of it, with the places; documents without a revision get this one."""
    documents = [
        document if document.revision else replace(document, revision=revision) for document in table.documents
    ]
    return tuple(
        StoredItem(
            item.kind,
            item.path,
            item.digest,
            {name: value for name, value in item.facets if isinstance(value, bytes) and value != item.digest},
            documents[item.document].at(item.line, item.column),
        )
        for item in table
    )


def read_stored_items(rows: Any, *, name: str) -> tuple[StoredItem, ...]:
    """Read what `stored_items` wrote; None, as old archives have it, is no items.

    Args:
        rows: The value of `items` in a fingerprint file.
        name: What messages call the file, usually its path.

    Raises:
        FingerprintError: Something else stands there.
    """
    try:
        return tuple(
            StoredItem(
                kind,
                tuple(str(name) for name in row[0]),
                bytes.fromhex(row[1]),
                {name: bytes.fromhex(value) for name, value in (row[2] if len(row) > 2 else {}).items()},  # noqa: PLR2004
            )
            for kind, found in (rows or {}).items()
            for row in found
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise FingerprintError(
            f"{name}: the items of the fingerprint cannot be read", hint="train again with --force"
        ) from error


def diff_items(
    old: Sequence[StoredItem],
    table: ItemTable,
    item_kinds: Mapping[str, ItemKind],
    *,
    differing: Iterable[str],
    sections: Sequence[Section] = SECTIONS,
) -> tuple[Change, ...]:
    """Name every difference once.

    `differing` are the fingerprint keys that differ; a change belongs to the sections of those of them that read it.
    """
    differ = _Differ(old, table, item_kinds, frozenset(differing), sections)
    return tuple(sorted(differ.changes(), key=_order))


def _order(change: Change) -> tuple[Any, ...]:
    place = change.locations[0] if change.locations else None
    return (change.kind, change.path, place.path if place else "", (place.line or 0) if place else 0, change.change)


class _Differ:
    """Pairs what left with what came, from the surest pairing to the vaguest."""

    def __init__(
        self,
        old: Sequence[StoredItem],
        table: ItemTable,
        item_kinds: Mapping[str, ItemKind],
        differing: frozenset[str],
        sections: Sequence[Section],
    ) -> None:
        self._table = table
        self._known_sections = sections
        self._kinds = item_kinds
        self._differing = differing
        self._old = old
        self._old_paths = {(item.kind, item.path) for item in old}
        self._new_paths = {(item.kind, item.path) for item in table}
        self._gone, self._come = _left_over(old, table)

    def changes(self) -> list[Change]:
        changes = self._paired(_same_training, "renamed")
        changes += self._paired(lambda item: (item.kind, item.path), "modified")
        changes += self._paired(self._same_list, "modified")
        changes += [self._change("removed", gone, None) for gone in self._gone]
        changes += [self._change("added", None, come) for come in self._come]
        return changes + self._reorderings()

    def _same_list(self, item: Item | StoredItem) -> Hashable:
        """Examples of one intent: an edited text is one change, not a removal and an addition."""
        return (item.kind, item.path[:-1]) if item.kind == "intent-example" else None

    def _paired(self, key: Callable[[Any], Hashable], name: ChangeName) -> list[Change]:
        waiting: dict[Hashable, list[StoredItem]] = {}
        for gone in self._gone:
            if (group := key(gone)) is not None:
                waiting.setdefault(group, []).append(gone)
        changes, come_left, used = [], [], set()
        for come in self._come:
            partners = waiting.get(key(come))
            if partners:
                gone = partners.pop(0)
                used.add(id(gone))
                changes.append(self._change(name if gone.path != come.path else "modified", gone, come))
            else:
                come_left.append(come)
        self._come = come_left
        self._gone = [gone for gone in self._gone if id(gone) not in used]
        return changes

    def _change(self, name: ChangeName, gone: StoredItem | None, come: Item | None) -> Change:
        item = come if come is not None else gone
        assert item is not None  # noqa: S101 - one of the two is given
        return Change(
            name,
            item.kind,
            item.path,
            self._sections(gone, come),
            None if gone is None else gone.digest,
            None if come is None else come.digest,
            gone.path if gone is not None and name == "renamed" else None,
            () if come is None else (self._table.location(come),),
            () if gone is None or gone.location is None else (gone.location,),
        )

    def _sections(self, gone: StoredItem | None, come: Item | None) -> tuple[str, ...]:
        item = come if come is not None else gone
        assert item is not None  # noqa: S101
        item_kind = self._kinds.get(item.kind)
        if item_kind is None:
            return ()
        keys = {
            key
            for key, aspect in item_kind.read_by.items()
            if key in self._differing and self._touches(aspect, gone, come)
        }
        return tuple(section.name for section in self._known_sections if not keys.isdisjoint(section.relevant_keys))

    def _touches(self, aspect: str, gone: StoredItem | None, come: Item | None) -> bool:
        """Tell whether what a key reads of an item differs."""
        if aspect in ("path", "action"):
            return (come is not None and (come.kind, come.path) not in self._old_paths) or (
                gone is not None and (gone.kind, gone.path) not in self._new_paths
            )
        if aspect == "digest" or gone is None or come is None:
            return True
        after = come.facet(aspect)
        return not isinstance(after, bytes) or gone.facets.get(aspect, gone.digest) != after

    def _reorderings(self) -> list[Change]:
        """Ordered lists that hold the same items in another order."""
        before = _lists(self._old, self._kinds)
        after = _lists(self._table, self._kinds)
        changes = []
        for key, items in after.items():
            old_digests = [item.digest for item in before.get(key, ())]
            digests = [item.digest for item in items]
            if old_digests != digests and sorted(old_digests) == sorted(digests):
                kind, path = key
                gone = StoredItem(kind, path, canonical_digest(tuple(old_digests)))
                come = items[0]._replace(path=path, digest=canonical_digest(tuple(digests)))
                changes.append(self._change("modified", gone, come))
        return changes


def _same_training(item: Item | StoredItem) -> Hashable:
    facets = item.facets.items() if isinstance(item, StoredItem) else item.facets
    digests = {name: value for name, value in facets if isinstance(value, bytes)}
    # Examples have none, and where there are no others the kinds that have this one are not loaded.
    training = digests.get(kinds.TRAINING) if digests else None
    return None if training is None else (item.kind, training)


def _left_over(old: Sequence[StoredItem], new: Iterable[Item]) -> tuple[list[StoredItem], list[Item]]:
    """Items that only one side has, counting repetitions."""
    counts: dict[tuple[str, bytes], int] = {}
    for stored in old:
        counts[stored.kind, stored.digest] = counts.get((stored.kind, stored.digest), 0) + 1
    come = []
    for item in new:
        key = (item.kind, item.digest)
        if counts.get(key, 0):
            counts[key] -= 1
        else:
            come.append(item)
    gone = []
    for stored in reversed(old):
        key = (stored.kind, stored.digest)
        if counts.get(key, 0):
            counts[key] -= 1
            gone.append(stored)
    return gone[::-1], come


def _lists(items: Iterable[T], item_kinds: Mapping[str, ItemKind]) -> dict[tuple[str, Path], list[T]]:
    lists: dict[tuple[str, Path], list[T]] = {}
    for item in items:
        kind, path = item.kind, item.path  # type: ignore[attr-defined]  # both sides have kind and path
        identity = item_kinds[kind].identity if kind in item_kinds else Identity.BAG
        group = identity.group_of(path)
        if group is not None:
            lists.setdefault((kind, group), []).append(item)
    return lists
