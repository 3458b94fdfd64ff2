"""The policy `overlay`: later units change earlier ones on purpose.

Without a mark a name replaces what has this name (one thing, or an ordered list), and adds to what is a set. `.replace`
drops everything below that name in earlier units, `.add` adds to an ordered list or adds a new thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tenprint.importers.items import Item, Path, Row
from tenprint.importers.merging.conflict import Conflict
from tenprint.importers.merging.marks import ADD, REPLACE, REPLACED, UNMET, Mark, mark_of
from tenprint.importers.merging.policy import Identity

_REPLACING = (REPLACE, REPLACED, UNMET)


@dataclass(slots=True)
class Overlaid:
    """Positions that go, marks that became others, and additions of what was there.

    A replacement that took place is marked so. What takes the place of a replacement inherits its mark: it must do the
    same to sources that are put before both.
    """

    dropped: set[int] = field(default_factory=set)
    marks: dict[int, Mark] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def overlay(
    rows: Sequence[Row], positions: Sequence[int], identities: Mapping[str, Identity], units: Sequence[int]
) -> Overlaid:
    """Settle the rows at these positions; `units` gives the unit of each document, in order of precedence."""
    found = Overlaid()
    _replace(rows, positions, units, found)
    left = [position for position in positions if position not in found.dropped]
    singles: dict[tuple[str, Path], int] = {}
    lists: dict[tuple[str, Path], list[int]] = {}
    equal: dict[tuple[str, bytes], int] = {}
    for position in left:
        kind, path, digest = rows[position][:3]
        identity = identities.get(kind, Identity.BAG)
        group = identity.group_of(path)
        if group is not None:
            lists.setdefault((kind, group), []).append(position)
        elif identity is Identity.ONE:
            _settle_single(rows, singles, (kind, path), position, found)
        elif identity is Identity.SET:
            _settle_equal(rows, equal, (kind, digest), position, found)
    for members in lists.values():
        _settle_list(rows, members, units, found)
    return found


def _replace(rows: Sequence[Row], positions: Iterable[int], units: Sequence[int], found: Overlaid) -> None:
    """Drop what stands below a replaced name in earlier units."""
    replacing: dict[Path, list[int]] = {}
    for position in positions:
        mark = mark_of(rows[position]) if rows[position][3] else None
        if mark is not None and mark[0] in _REPLACING:
            replacing.setdefault(mark[1], []).append(position)
    if not replacing:
        return
    last_unit = {target: max(units[rows[p][4]] for p in members) for target, members in replacing.items()}
    satisfied: set[Path] = set()
    for position in positions:
        path = rows[position][1]
        for length in range(1, len(path) + 1):
            target = path[:length]
            if target in last_unit and units[rows[position][4]] < last_unit[target]:
                found.dropped.add(position)
                mark = mark_of(rows[position])
                if mark is None or mark[0] != REPLACE:
                    satisfied.add(target)
    for target in satisfied:
        found.marks.update(dict.fromkeys(replacing[target], (REPLACED, target)))


def _settle_single(
    rows: Sequence[Row], singles: dict[tuple[str, Path], int], key: tuple[str, Path], position: int, found: Overlaid
) -> None:
    before = singles.get(key)
    singles[key] = position
    if before is None:
        return
    found.dropped.add(before)
    mark = mark_of(rows[position])
    if mark is not None and mark[0] == ADD and rows[before][2] != rows[position][2]:
        found.conflicts.append(Conflict(Item._make(rows[before]), Item._make(rows[position]), "overlay"))
    _inherit(rows, before, position, found)


def _inherit(rows: Sequence[Row], dropped: int, kept: int, found: Overlaid) -> None:
    mark = found.marks.get(dropped, mark_of(rows[dropped]))
    own = found.marks.get(kept, mark_of(rows[kept]))
    if mark is not None and mark[0] in _REPLACING and (own is None or own[0] not in _REPLACING):
        found.marks[kept] = (UNMET, mark[1]) if mark[0] == REPLACE else mark


def _settle_equal(
    rows: Sequence[Row], equal: dict[tuple[str, bytes], int], key: tuple[str, bytes], position: int, found: Overlaid
) -> None:
    """Keep one of equal items: the first one, unless only a later one says that it replaces."""
    first = equal.setdefault(key, position)
    if first == position:
        return
    if mark_of(rows[first]) is None and mark_of(rows[position]) is not None:
        found.dropped.add(first)
        equal[key] = position
    else:
        found.dropped.add(position)
        mark, own = found.marks.get(first, mark_of(rows[first])), mark_of(rows[position])
        if mark is not None and mark[0] == REPLACE and (own is None or own[0] not in _REPLACING):
            found.marks[first] = (UNMET, mark[1])


def _settle_list(rows: Sequence[Row], members: Sequence[int], units: Sequence[int], found: Overlaid) -> None:
    """Begin an ordered list with the last unit that does more than add to it."""
    begins = [units[rows[p][4]] for p in members if (mark := mark_of(rows[p])) is None or mark[0] != ADD]
    if begins:
        last = max(begins)
        gone = [p for p in members if units[rows[p][4]] < last]
        found.dropped.update(gone)
        first = next(p for p in members if units[rows[p][4]] == last)
        for position in gone:
            _inherit(rows, position, first, found)
