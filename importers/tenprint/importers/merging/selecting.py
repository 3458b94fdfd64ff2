"""The one merge: which items of a joined table stay.

Works on the items of all documents in source order; the order is the precedence. Selecting twice changes nothing, and
selecting parts first and then the whole gives what selecting the whole gives (the property tests own this).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from tenprint.importers.items import Item, ItemTable, Path, Row
from tenprint.importers.merging.conflict import Conflict
from tenprint.importers.merging.marks import Mark, with_mark
from tenprint.importers.merging.overlaying import overlay
from tenprint.importers.merging.policy import Identity, MergePolicy, MergeRules


@dataclass(frozen=True, slots=True)
class Selection:
    """Positions of the items that stay, in order, and what they disagreed with.

    `marks` are those of overlays that became others, by position.
    """

    kept: tuple[int, ...]
    conflicts: tuple[Conflict, ...]
    marks: Mapping[int, Mark] = field(default_factory=dict)


def select(
    rows: Sequence[Row],
    identities: Mapping[str, Identity],
    rules: MergeRules | None = None,
    units: Sequence[int] | None = None,
) -> Selection:
    """Apply the policies.

    Items of a kind without an identity of its own are kept as they are: losing them would be worse.

    Args:
        rows: All items, in order of precedence.
        identities: Kind of item -> when two are the same thing.
        rules: The policies; `first` for all kinds by default.
        units: What is merged, for each document by its number; an ordered list comes whole from one unit. Each
            document is one by default.
    """
    rules = rules or MergeRules()
    if units is None:
        units = range(1 + max(map(itemgetter(4), rows), default=0))
    overlaid = {kind for kind in identities if rules.policy(kind) == "overlay"} if rules.uses("overlay") else set()
    sets = frozenset(kind for kind, identity in identities.items() if identity is Identity.SET and kind not in overlaid)
    dropped = repeated_positions(rows, sets)
    # Most rows are of sets, and those were all looked at in one go.
    plain = frozenset(identities) - sets - overlaid
    chosen = _Chooser(rows, identities, rules, units)
    for position, row in enumerate(rows):
        if row[0] in plain:
            chosen.look(position, row)
    chosen.settle_singles()
    chosen.settle_lists()
    dropped |= chosen.dropped
    conflicts = chosen.conflicts
    marks: Mapping[int, Mark] = {}
    if overlaid:
        positions = [position for position, row in enumerate(rows) if row[0] in overlaid]
        found = overlay(rows, positions, identities, units)
        dropped |= found.dropped
        conflicts = [*conflicts, *found.conflicts]
        marks = found.marks
    every = range(len(rows))
    kept = tuple(position for position in every if position not in dropped) if dropped else tuple(every)
    return Selection(kept, tuple(conflicts), marks)


class _Chooser:
    """Settles things and ordered lists by `first`, `last` and `error`."""

    def __init__(
        self, rows: Sequence[Row], identities: Mapping[str, Identity], rules: MergeRules, units: Sequence[int]
    ) -> None:
        self._rows = rows
        self._identities = identities
        self._rules = rules
        self._units = units
        self._singles: dict[tuple[str, Path], int] = {}
        self._repeated: dict[tuple[str, Path], list[int]] = {}
        self._lists: dict[tuple[str, Path], dict[int, list[int]]] = {}
        self.dropped: set[int] = set()
        self.conflicts: list[Conflict] = []

    def look(self, position: int, row: Row) -> None:
        kind, path = row[0], row[1]
        identity = self._identities[kind]
        if identity is Identity.ONE:
            first = self._singles.setdefault((kind, path), position)
            if first != position:
                self._repeated.setdefault((kind, path), [first]).append(position)
            return
        group = identity.group_of(path)
        if group is not None:
            self._lists.setdefault((kind, group), {}).setdefault(self._units[row[4]], []).append(position)

    def settle_singles(self) -> None:
        for (kind, _), members in self._repeated.items():
            policy = self._rules.policy(kind)
            kept = members.pop(-1 if policy == "last" else 0)
            self.dropped.update(members)
            for other in members:
                if self._rows[other][2] != self._rows[kept][2]:
                    self._disagree(kept, other, policy)

    def settle_lists(self) -> None:
        for (kind, _), by_unit in self._lists.items():
            if len(by_unit) == 1:
                continue
            policy = self._rules.policy(kind)
            members = list(by_unit.values())
            kept = members.pop(-1 if policy == "last" else 0)
            meaning = [self._rows[position][2] for position in kept]
            for other in members:
                self.dropped.update(other)
                if [self._rows[position][2] for position in other] != meaning:
                    self._disagree(kept[0], other[0], policy)

    def _disagree(self, kept: int, dropped: int, policy: MergePolicy) -> None:
        self.conflicts.append(Conflict(Item._make(self._rows[kept]), Item._make(self._rows[dropped]), policy))


def repeated_positions(rows: Sequence[Row], kinds: Collection[str]) -> set[int]:
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


def merged(
    table: ItemTable,
    identities: Mapping[str, Identity],
    rules: MergeRules | None = None,
    units: Sequence[int] | None = None,
) -> tuple[ItemTable, tuple[Conflict, ...]]:
    """Keep what `select` keeps; documents keep their numbers."""
    selection = select(table.rows, identities, rules, units)
    return ItemTable(table.documents, kept_rows(table.rows, selection)), selection.conflicts


def kept_rows(rows: Sequence[Row], selection: Selection) -> tuple[Row, ...]:
    """Rows that stay, with the marks they have now."""
    marks = selection.marks
    if len(selection.kept) == len(rows) and not marks and isinstance(rows, tuple):
        return rows
    if not marks:
        return tuple(rows[position] for position in selection.kept)
    return tuple(
        with_mark(rows[position], marks[position]) if position in marks else rows[position]
        for position in selection.kept
    )
