"""Conflicts: two sources that say different things about one path."""

from dataclasses import dataclass, replace

from tenprint.importers.items import Item, ItemTable
from tenprint.importers.merging.policy import MergePolicy
from tenprint.importers.problem import Problem, Severity

_VERDICTS: dict[MergePolicy, tuple[Severity, str, str]] = {
    "error": ("error", "this must not be", "remove one of them, or make them equal"),
    "first": ("warning", "the first one counts", "remove one of them, or make them equal"),
    "last": ("warning", "the last one counts", "remove one of them, or make them equal"),
    "namespace": (
        "error",
        "a namespace covers intents, responses, stories and rules only",
        "make them equal, or set another policy for this kind under `merge`",
    ),
    "overlay": (
        "error",
        "it is to be added, but is there already",
        "write it without `.add` to replace what is there",
    ),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """`kept` counts, `dropped` does not; both are items of the table that was merged."""

    kept: Item
    dropped: Item
    policy: MergePolicy = "first"

    def shifted(self, offset: int) -> "Conflict":
        """The same conflict where `offset` documents stand before its own."""
        kept = self.kept._replace(document=self.kept.document + offset)
        return replace(self, kept=kept, dropped=self.dropped._replace(document=self.dropped.document + offset))

    def to_problem(self, table: ItemTable, *, kept: str = "", dropped: str = "", what: str = "") -> Problem:
        """Tell it, with both values where their texts are given; it stands where the value is that does not count.

        `what` names the two; their kind and the end of their path by default.
        """
        severity, verdict, hint = _VERDICTS[self.policy]
        what = what or f"{self.kept.kind.replace('-', ' ')} {self.kept.path[-1]!r}"
        values = f": here {dropped}, there {kept}" if kept and dropped else ""
        return Problem(
            "conflict",
            f"{what} is given twice with different content{values}; {verdict}",
            table.location(self.dropped),
            hint=hint,
            severity=severity,
            related=(table.location(self.kept),),
        )
