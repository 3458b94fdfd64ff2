"""The one merge: which items of a joined table stay.

Works on the items of all documents in source order; the order is the precedence. Selecting twice changes nothing, and
selecting parts first and then the whole gives what selecting the whole gives (the property tests own this).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tenprint.importers.items import Item, ItemTable, Path
from tenprint.importers.merging.conflict import Conflict
from tenprint.importers.merging.policy import Identity


@dataclass(frozen=True, slots=True)
class Selection:
    """Positions of the items that stay, in order, and what they disagreed with."""

    kept: tuple[int, ...]
    conflicts: tuple[Conflict, ...]


def select(items: Sequence[Item], identities: Mapping[str, Identity]) -> Selection:
    """Apply the policy `first`.

    Items of a kind without an identity of its own are kept as they are: losing them would be worse.
    """
    kept: list[int] = []
    conflicts: list[Conflict] = []
    singles: dict[tuple[str, Path], Item] = {}
    seen: set[bytes] = set()
    groups = _groups(items, identities)
    for position, item in enumerate(items):
        identity = identities.get(item.kind, Identity.BAG)
        if identity is Identity.BAG:
            kept.append(position)
        elif identity is Identity.SET:
            if item.digest not in seen:
                seen.add(item.digest)
                kept.append(position)
        elif identity is Identity.ONE:
            first = singles.setdefault((item.kind, item.path), item)
            if first is item:
                kept.append(position)
            elif first.digest != item.digest:
                conflicts.append(Conflict(first, item))
        elif item.document == next(iter(groups[item.kind, identity.group_of(item.path)])):
            kept.append(position)
    conflicts += _group_conflicts(groups.values())
    return Selection(tuple(kept), tuple(conflicts))


_Groups = dict[tuple[str, Path | None], dict[int, list[Item]]]


def _groups(items: Iterable[Item], identities: Mapping[str, Identity]) -> _Groups:
    """Ordered lists by path and document; the first document of each path is the one that counts."""
    groups: _Groups = {}
    ordered = {kind: identity for kind, identity in identities.items() if identity in (Identity.GROUP, Identity.LIST)}
    for item in items:
        if item.kind in ordered:
            group = ordered[item.kind].group_of(item.path)
            groups.setdefault((item.kind, group), {}).setdefault(item.document, []).append(item)
    return groups


def _group_conflicts(groups: Iterable[Mapping[int, Sequence[Item]]]) -> Iterable[Conflict]:
    for by_document in groups:
        first, *others = by_document.values()
        for other in others:
            if [item.digest for item in other] != [item.digest for item in first]:
                yield Conflict(first[0], other[0])


def merged(table: ItemTable, identities: Mapping[str, Identity]) -> tuple[ItemTable, tuple[Conflict, ...]]:
    """Keep what `select` keeps; documents keep their numbers."""
    selection = select(table.items, identities)
    return ItemTable(table.documents, tuple(table.items[position] for position in selection.kept)), selection.conflicts
