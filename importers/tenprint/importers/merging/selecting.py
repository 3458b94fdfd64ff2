"""The one merge: which items of a joined table stay.

Works on the items of all documents in source order; the order is the precedence. Selecting twice changes nothing, and
selecting parts first and then the whole gives what selecting the whole gives (the property tests own this).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tenprint.importers.items import Item, ItemTable, Path, Row
from tenprint.importers.merging.conflict import Conflict
from tenprint.importers.merging.policy import Identity


@dataclass(frozen=True, slots=True)
class Selection:
    """Positions of the items that stay, in order, and what they disagreed with."""

    kept: tuple[int, ...]
    conflicts: tuple[Conflict, ...]


def select(rows: Sequence[Row], identities: Mapping[str, Identity]) -> Selection:
    """Apply the policy `first`.

    Items of a kind without an identity of its own are kept as they are: losing them would be worse.
    """
    sets = frozenset(kind for kind, identity in identities.items() if identity is Identity.SET)
    dropped = _repeated(rows, sets)
    conflicts: list[Conflict] = []
    singles: dict[tuple[str, Path], Row] = {}
    groups = _groups(rows, identities)
    for position, row in enumerate(rows):
        # Most rows are of sets, and those were all looked at in one go.
        if row[0] in sets:
            continue
        identity = identities.get(row[0], Identity.BAG)
        if identity is Identity.ONE:
            first = singles.setdefault((row[0], row[1]), row)
            if first is not row:
                dropped.add(position)
                if first[2] != row[2]:
                    conflicts.append(Conflict(Item._make(first), Item._make(row)))
        elif identity is not Identity.BAG:
            group = identity.group_of(row[1])
            if group is not None and row[4] != next(iter(groups[row[0], group])):
                dropped.add(position)
    conflicts += _group_conflicts(groups.values())
    return Selection(tuple(position for position in range(len(rows)) if position not in dropped), tuple(conflicts))


def _repeated(rows: Sequence[Row], kinds: frozenset[str]) -> set[int]:
    """Positions of the items of sets that an equal one stands before."""
    digests = [row[2] for row in rows if row[0] in kinds]
    if len(set(digests)) == len(digests):
        return set()
    seen: set[bytes] = set()
    repeated: set[int] = set()
    for position, row in enumerate(rows):
        if row[0] in kinds:
            if row[2] in seen:
                repeated.add(position)
            seen.add(row[2])
    return repeated


_Groups = dict[tuple[str, Path], dict[int, list[Item]]]


def _groups(rows: Iterable[Row], identities: Mapping[str, Identity]) -> _Groups:
    """Ordered lists by path and document; the first document of each path is the one that counts."""
    groups: _Groups = {}
    ordered = {kind: identity for kind, identity in identities.items() if identity in (Identity.GROUP, Identity.LIST)}
    for row in rows:
        kind = row[0]
        if kind in ordered:
            group = ordered[kind].group_of(row[1])
            if group is not None:
                groups.setdefault((kind, group), {}).setdefault(row[4], []).append(Item._make(row))
    return groups


def _group_conflicts(groups: Iterable[Mapping[int, Sequence[Item]]]) -> Iterable[Conflict]:
    for by_document in groups:
        first, *others = by_document.values()
        for other in others:
            if [item.digest for item in other] != [item.digest for item in first]:
                yield Conflict(first[0], other[0])


def merged(table: ItemTable, identities: Mapping[str, Identity]) -> tuple[ItemTable, tuple[Conflict, ...]]:
    """Keep what `select` keeps; documents keep their numbers."""
    selection = select(table.rows, identities)
    if len(selection.kept) == len(table):
        return table, selection.conflicts
    return ItemTable(table.documents, tuple(table.rows[position] for position in selection.kept)), selection.conflicts
