"""Leaves out of a comparison what both sides have at the same end of a list, before anything is made of it.

After most edits a model and a project have a hundred thousand items in common and a handful that differ. Lists of equal
digests are told apart by comparing bytes. What is left names the same differences as the whole. Pure.
"""

from collections.abc import Sequence
from typing import Any

from tenprint.fingerprinting.fingerprint import ItemKinds
from tenprint.importers import ItemTable, Row
from tenprint.importers.kinds import ItemKind
from tenprint.importers.merging import Identity

_SIZE = 32
"""Bytes of a digest."""
_BY_PATH = ("path", "action")
"""What keys read of items that depends on all others of their kind."""
_ALONE = (Identity.SET, Identity.BAG, Identity.ONE)
"""Items that no place in a list belongs to."""


def without_equal(rows: Any, table: ItemTable, item_kinds: ItemKinds) -> tuple[Any, ItemTable]:
    """Leave out what begins and ends the items of a kind on both sides.

    Args:
        rows: The value of `items` in a fingerprint file; what is no such value is returned as it is.
        table: The other side.
        item_kinds: Those of both sides.
    """
    if not isinstance(rows, dict):
        return rows, table
    by_kind: dict[str, Sequence[Row]] = dict(table.by_kind())
    left = dict(rows)
    for name, found in rows.items():
        kind = item_kinds.get(name)
        if kind is not None and isinstance(found, list) and name in by_kind and _stand_alone(kind):
            left[name], by_kind[name] = _unequal(found, by_kind[name])
    return left, ItemTable(table.documents, tuple(row for kept in by_kind.values() for row in kept))


def is_nothing_alone(rows: Any, table: ItemTable, item_kinds: ItemKinds) -> bool:
    """Tell whether neither side has any item left that stands alone: they were equal, in the same order."""
    left = {*(name for name, found in rows.items() if found), *table.kinds()} if isinstance(rows, dict) else {""}
    return not any(name not in item_kinds or _stand_alone(item_kinds[name]) for name in left)


def _stand_alone(kind: ItemKind) -> bool:
    return kind.identity in _ALONE and not any(aspect in _BY_PATH for aspect in kind.read_by.values())


def _unequal(old: list[Any], new: Sequence[Row]) -> tuple[list[Any], Sequence[Row]]:
    try:
        before = bytes.fromhex("".join([row[1] for row in old]))
    except (IndexError, TypeError, ValueError, KeyError):  # whoever reads it says what is wrong
        return old, new
    after = b"".join([row[2] for row in new])
    if len(before) != _SIZE * len(old):
        return old, new
    most = min(len(old), len(new))
    start = _equal_beginning(before, after, most)
    end = _equal_end(before, after, most - start)
    left_old, left_new = old[start : len(old) - end], new[start : len(new) - end]
    # One of several equal items is named by counting from the beginning, so none of them may be left out at the end.
    gone = before[start * _SIZE : len(before) - end * _SIZE]
    digests = {row[2] for row in left_new}.union(gone[place : place + _SIZE] for place in range(0, len(gone), _SIZE))
    if not digests.isdisjoint(row[2] for row in new[len(new) - end :]):
        return old[start:], new[start:]
    return left_old, left_new


def _equal_beginning(before: bytes, after: bytes, most: int) -> int:
    """Count the digests with which both begin."""
    known, unknown = 0, most
    while known < unknown:
        middle = (known + unknown + 1) // 2
        place = slice(known * _SIZE, middle * _SIZE)
        if before[place] == after[place]:
            known = middle
        else:
            unknown = middle - 1
    return known


def _equal_end(before: bytes, after: bytes, most: int) -> int:
    """Count the digests with which both end."""
    known, unknown = 0, most
    while known < unknown:
        middle = (known + unknown + 1) // 2
        if before[len(before) - middle * _SIZE :] == after[len(after) - middle * _SIZE :]:
            known = middle
        else:
            unknown = middle - 1
    return known
