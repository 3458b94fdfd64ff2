"""How items of several sources become one set.

`Identity` belongs to a kind of item and says when two items are the same thing. The policy says what happens when the
same thing has two meanings. Neither ever looks into a value: a policy sees keys, order, equality and facets.
"""

from enum import Enum
from typing import Literal

from tenprint.importers.items import Path

MergePolicy = Literal["first"]
"""`first`: the earlier source stays, and every disagreement is reported with both places."""


class Identity(Enum):
    """When two items of one kind are the same thing."""

    ONE = "one for each path"
    """A name stands for one thing: intents, slots, settings."""
    GROUP = "one ordered list for each path"
    """All items of a path belong together and come from one document: variations of a response."""
    LIST = "one ordered list for each parent path"
    """As GROUP, but each entry has a name of its own at the end of its path: components of a pipeline."""
    SET = "equal items count once"
    """Repeating says nothing new: NLU examples."""
    BAG = "every item counts"
    """Repeating weighs more: stories."""

    def group_of(self, path: Path) -> Path | None:
        """Path of the ordered list an item belongs to, or None where order means nothing."""
        if self is Identity.GROUP:
            return path
        return path[:-1] if self is Identity.LIST else None
