"""Marks of overlays: a name that ends in `.add` or `.replace` says what it wants of the sources before it.

A mark is a facet of the item: what it does, and the path it does it to. It never enters a digest. A replacement that
found what it replaces is marked as done, because it still replaces whatever is merged before it later. What takes the
place of one that found nothing is marked as such: it is there to be replaced, which the other was not.
"""

from tenprint.importers.items import Facets, Item, ItemTable, Path, Row
from tenprint.importers.merging.policy import MergeSettings
from tenprint.importers.problem import Problem

MARK = "overlay"
ADD = "add"
REPLACE = "replace"
REPLACED = "replaced"
UNMET = "unmet"

Mark = tuple[str, Path]


def split_name(name: str) -> tuple[str, str | None]:
    """Part a name from its mark: `utter_greet.add` is `utter_greet` and `add`."""
    for mark in (ADD, REPLACE):
        bare = name.removesuffix(f".{mark}")
        if bare and bare != name:
            return bare, mark
    return name, None


def marked(facets: Facets, mark: str, target: Path) -> Facets:
    """Facets with a mark instead of the one they have."""
    others = tuple(facet for facet in facets if facet[0] != MARK)
    return tuple(sorted((*others, (MARK, (mark, *target)))))


def mark_of(row: Row) -> Mark | None:
    """What a row wants, and of which path."""
    for name, value in row[3]:
        if name == MARK and isinstance(value, tuple):
            return value[0], value[1:]
    return None


def with_mark(row: Row, mark: Mark) -> Row:
    """Copy a row with another mark."""
    kind, path, digest, facets, document, line, column = row
    return kind, path, digest, marked(facets, *mark), document, line, column


def pending_problems(table: ItemTable, settings: MergeSettings | None = None) -> tuple[Problem, ...]:
    """Marks that did nothing: replacements of what no source before them has, and marks of kinds without an overlay.

    Each target is told once. Without settings all kinds may have one.
    """
    first: dict[tuple[str, Path], Item] = {}
    for row in table.rows:
        if row[3] and (mark := mark_of(row)) is not None:
            if settings is not None and not settings.overlays(row[0]):
                first.setdefault(("", mark[1]), Item._make(row))
            elif mark[0] in (REPLACE, UNMET):
                first.setdefault((REPLACE, mark[1]), Item._make(row))
    return tuple(
        _nothing_to_replace(table, item, target) if mark else _useless(table, item, target)
        for (mark, target), item in first.items()
    )


def _nothing_to_replace(table: ItemTable, item: Item, target: Path) -> Problem:
    return Problem(
        "nothing-to-replace",
        f"{target[-1]!r} is to be replaced, but no source before this one has it",
        table.location(item),
        f"write {target[-1]} without `.{REPLACE}` to add it, or check its spelling",
    )


def _useless(table: ItemTable, item: Item, target: Path) -> Problem:
    return Problem(
        "mark-without-overlay",
        f"{target[-1]!r} is marked `.{ADD}` or `.{REPLACE}`, but no level merges {item.kind} by overlay",
        table.location(item),
        f"remove the mark, or write `{item.kind}: overlay` below that level of `merge`",
    )
