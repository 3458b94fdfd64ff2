"""Many items to one set, with blame."""

from tenprint.importers.merging.conflict import Conflict
from tenprint.importers.merging.marks import MARK, Mark, marked, pending_problems, split_name
from tenprint.importers.merging.policy import (
    LEVELS,
    NAMESPACED,
    POLICIES,
    Identity,
    Level,
    MergePolicy,
    MergeRules,
    MergeSettings,
)
from tenprint.importers.merging.selecting import Selection, kept_rows, merged, repeated_positions, select

__all__ = (
    "LEVELS",
    "MARK",
    "NAMESPACED",
    "POLICIES",
    "Conflict",
    "Identity",
    "Level",
    "Mark",
    "MergePolicy",
    "MergeRules",
    "MergeSettings",
    "Selection",
    "kept_rows",
    "marked",
    "merged",
    "pending_problems",
    "repeated_positions",
    "select",
    "split_name",
)
