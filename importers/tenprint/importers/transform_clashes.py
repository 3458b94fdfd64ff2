"""Names that a transform gave to two things: which of them count. Pure.

Equal items of a set count once. For the others the policy decides of the level they meet on: files of one source,
projects of one source, or sources. What shared a name or a list before a transform is settled already.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Path, Row
from tenprint.importers.merging import Conflict, Identity, Level, kept_rows, repeated_positions, select
from tenprint.importers.snapshot import SourceDocument
from tenprint.importers.transforming import list_kinds, list_of

_Name = tuple[str, Path]
"""What may clash: kind of item, and the path of a thing or of an ordered list."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Positions and rows of what counts, in order, and the conflicts that are new."""

    kept: tuple[int, ...]
    rows: tuple[Row, ...]
    conflicts: tuple[Conflict, ...]


def settled(
    rows: Sequence[Row],
    before: Sequence[Row],
    documents: Sequence[SourceDocument],
    kinds: Collection[str],
    rules: ReadingRules,
) -> Settled:
    """Settle the rows of some kinds that a transform left; `before` are those it was given."""
    identities = rules.identities()
    dropped = repeated_positions(rows, {kind for kind in kinds if identities[kind] is Identity.SET})
    by_level: dict[Level, list[int]] = {}
    known = _named(before, kinds, rules)
    for (kind, path), positions in _named(rows, kinds, rules).items():
        held = {rows[position][4] for position in positions}
        if identities[kind] is not Identity.ONE:
            added = held - {before[position][4] for position in known.get((kind, path), ())}
            if not added or len(held) == 1:
                continue
        elif len(positions) == 1:
            continue
        by_level.setdefault(_level([documents[number] for number in held]), []).extend(positions)
    final = list(rows)
    conflicts: list[Conflict] = []
    for level, positions in by_level.items():
        positions.sort()
        meeting = [rows[position] for position in positions]
        selection = select(meeting, identities, rules.merge.rules(level))
        conflicts += selection.conflicts
        kept = [positions[place] for place in selection.kept]
        dropped.update(set(positions) - set(kept))
        for position, row in zip(kept, kept_rows(meeting, selection), strict=True):
            final[position] = row
    left = tuple(position for position in range(len(rows)) if position not in dropped)
    return Settled(left, tuple(final[position] for position in left), tuple(conflicts))


def _named(rows: Sequence[Row], kinds: Collection[str], rules: ReadingRules) -> dict[_Name, list[int]]:
    """Positions of the things and of the ordered lists of each name."""
    lists = list_kinds(rules)
    ones = {kind for kind, identity in rules.identities().items() if identity is Identity.ONE}
    wanted = (lists.keys() | ones) & set(kinds)
    named: dict[_Name, list[int]] = {}
    for position, row in enumerate(rows):
        if row[0] in wanted:
            kind, path = row[:2]
            group = path if kind in ones else list_of(kind, path, lists)
            if group is not None:
                named.setdefault((kind, group), []).append(position)
    return named


def _level(documents: Sequence[SourceDocument]) -> Level:
    """Level on which documents meet."""
    if len({document.id.source for document in documents}) > 1:
        return "importers"
    return "projects" if len({document.project for document in documents}) > 1 else "files"
