"""How items of several sources become one set.

`Identity` belongs to a kind of item and says when two items are the same thing. The policy says what happens when the
same thing has two meanings. Neither ever looks into a value: a policy sees keys, order, equality and facets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, get_args

from tenprint.importers.items import Path

MergePolicy = Literal["error", "first", "last", "namespace", "overlay"]
"""`first`, `last`: that source stays, and every disagreement is reported with both places; `error`: a disagreement is
an error; `namespace`: names of later sources get a prefix, what remains is as `error`; `overlay`: later sources change
earlier ones on purpose, and what they say about it is checked."""

NAMESPACED = ("intent", "response", "story", "rule")
"""Kinds of item whose names the policy `namespace` can give a prefix."""

POLICIES: tuple[MergePolicy, ...] = get_args(MergePolicy)

Level = Literal["files", "importers", "projects"]
"""What is merged: documents of one source, sources of a project, a project and the projects it imports."""

LEVELS: tuple[Level, ...] = get_args(Level)


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


def _no_kinds() -> Mapping[str, MergePolicy]:
    return {}


@dataclass(frozen=True, slots=True)
class MergeRules:
    """The policy of one level, by kind of item where kinds differ."""

    default: MergePolicy = "first"
    by_kind: Mapping[str, MergePolicy] = field(default_factory=_no_kinds)

    def policy(self, item_kind: str) -> MergePolicy:
        return self.by_kind.get(item_kind, self.default)

    def uses(self, policy: MergePolicy) -> bool:
        return policy == self.default or policy in self.by_kind.values()


@dataclass(frozen=True, slots=True)
class MergeSettings:
    """The rules of all levels."""

    files: MergeRules = field(default_factory=MergeRules)
    importers: MergeRules = field(default_factory=MergeRules)
    projects: MergeRules = field(default_factory=MergeRules)

    def rules(self, level: Level) -> MergeRules:
        return {"files": self.files, "importers": self.importers, "projects": self.projects}[level]

    def overlays(self, item_kind: str) -> bool:
        """Tell whether any level merges this kind by overlay."""
        return any(self.rules(level).policy(item_kind) == "overlay" for level in LEVELS)

    @property
    def has_marks(self) -> bool:
        """Tell whether names may be marked `.add` and `.replace`."""
        return any(self.rules(level).uses("overlay") for level in LEVELS)
