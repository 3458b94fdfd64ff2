"""What a transform is given: items with their values, of the kinds it asks for. Pure.

Only items that count are given, and only documents that hold some of them are read once more. They come in an order
that follows from what they say, never from files: by kind, path and digest. Entries of an ordered list stay together,
in the order of the list.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tenprint.importers.itemising import ReadingRules, parts_of
from tenprint.importers.items import Part, Path, Row
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.merging import Identity
from tenprint.importers.reading import plain_value
from tenprint.importers.snapshot import Snapshot


class Origin(NamedTuple):
    """The item of a snapshot that an item of a transform was made of: its place among those that count."""

    place: int
    row: Row
    document: DocumentId


@dataclass(frozen=True, slots=True)
class TransformItem:
    """One thing with its value.

    The path follows from the value wherever the value says it all, as an example says its intent and its text; then any
    path will do. An item made anew stands in no file; those made by `replaced` and `derived` stand where theirs does.
    """

    kind: str
    path: Path
    value: Any
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def location(self) -> Location | None:
        """Where it is written, or where that is written that it was made of."""
        if self.origin is None:
            return None
        return self.origin.document.at(*self.origin.row[5:])

    @property
    def digest(self) -> bytes:
        """Digest of the item it was made of; nothing for one made anew."""
        return b"" if self.origin is None else self.origin.row[2]

    def replaced(self, value: Any) -> "TransformItem":
        """Return the same thing with another value."""
        return TransformItem(self.kind, self.path, value, self.origin)

    def derived(self, value: Any, *, kind: str | None = None, path: Path | None = None) -> "TransformItem":
        """Return another thing that follows from this one; it may be of another kind, and have another path."""
        return TransformItem(kind or self.kind, self.path if path is None else path, value, self.origin)


@dataclass(frozen=True, slots=True)
class Batch:
    """The items a transform is given, the parts of the documents they stand in, and the snapshot they are of."""

    snapshot: Snapshot
    kinds: frozenset[str]
    items: tuple[TransformItem, ...]
    parts: Mapping[int, tuple[Part, ...]]


def batch_of(snapshot: Snapshot, kinds: Collection[str], rules: ReadingRules) -> Batch:
    """Look up the values of all items of some kinds that count."""
    wanted = frozenset(kinds)
    documents = snapshot.unmerged.documents
    found = [(place, row) for place, row in enumerate(snapshot.table.rows) if row[0] in wanted]
    counting = snapshot.counting()
    parts = {
        number: parts_of(snapshot.documents[number], number, rules) for number in sorted({row[4] for _, row in found})
    }
    starts: dict[int, int] = {}
    for position, unmerged in enumerate(snapshot.unmerged.rows):
        if unmerged[4] in parts:
            starts.setdefault(unmerged[4], position)
    items = []
    for place, row in found:
        number = row[4]
        value = parts[number][counting[place] - starts[number]].value
        if not isinstance(snapshot.documents[number].content, bytes):
            # The document holds this very value, and not all values are frozen.
            value = plain_value(value)
        items.append(TransformItem(row[0], row[1], value, Origin(place, row, documents[number])))
    lists = list_kinds(rules)
    items.sort(key=lambda item: _order(item, lists))
    return Batch(snapshot, wanted, tuple(items), parts)


def _order(item: TransformItem, lists: Mapping[str, Identity]) -> tuple[str, Path, bytes]:
    group = list_of(item.kind, item.path, lists)
    return (item.kind, item.path, item.digest) if group is None else (item.kind, group, b"")


def list_kinds(rules: ReadingRules) -> dict[str, Identity]:
    """Return the kinds whose items are entries of ordered lists."""
    ordered = (Identity.GROUP, Identity.LIST)
    return {kind: identity for kind, identity in rules.identities().items() if identity in ordered}


def list_of(kind: str, path: Path, lists: Mapping[str, Identity]) -> Path | None:
    """Path of the ordered list an item belongs to; None where order means nothing."""
    return lists[kind].group_of(path) if kind in lists else None
