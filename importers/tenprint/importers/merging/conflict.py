"""Conflicts: two sources that say different things about one path."""

from dataclasses import dataclass

from tenprint.importers.items import Item, ItemTable
from tenprint.importers.problem import Problem


@dataclass(frozen=True, slots=True)
class Conflict:
    """`kept` counts, `dropped` does not; both are items of the table that was merged."""

    kept: Item
    dropped: Item

    def to_problem(self, table: ItemTable) -> Problem:
        kind = self.kept.kind.replace("-", " ")
        return Problem(
            "conflict",
            f"{kind} {self.kept.path[-1]!r} is given twice with different content; the first one counts",
            table.location(self.dropped),
            hint="remove one of them, or make them equal",
            severity="warning",
            related=(table.location(self.kept),),
        )
