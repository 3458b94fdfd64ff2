"""Many items to one set, with blame."""

from tenprint.importers.merging.conflict import Conflict
from tenprint.importers.merging.policy import Identity, MergePolicy
from tenprint.importers.merging.selecting import Selection, merged, select

__all__ = ("Conflict", "Identity", "MergePolicy", "Selection", "merged", "select")
