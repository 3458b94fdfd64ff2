"""Which names count for what a source says: prefixes of its namespace, and names without the marks of overlays. Pure.

A namespace covers what is only data: intents, responses, stories and rules. Actions, forms, slots and entities are
names in somebody's code and in texts, so they stay; so do names that assistants know without being told.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tenprint.importers.data import (
    DEFAULT_INTENTS,
    DEFAULT_RESPONSES,
    RESPONSE_PREFIX,
    RETRIEVAL_SEPARATOR,
    base_intent,
)
from tenprint.importers.items import Path
from tenprint.importers.kinds import ItemKind, Kind, Names, namespaced_kinds
from tenprint.importers.merging import NAMESPACED, Mark, MergeRules, split_name

_ASKING = "utter_ask"
"""Responses with these names are looked up by forms and default actions."""

_UNFIT = re.compile(r"[^\w.-]+")

Renamed = tuple[Path, Any, Mark | None]


@dataclass(frozen=True, slots=True)
class Namespace:
    """A prefix for the names of one source, and what it covers."""

    name: str
    of: frozenset[str] = frozenset(NAMESPACED)

    def counting(self, what: str, name: str) -> str:
        """Return the name that counts."""
        if what == "action" and name.startswith(RESPONSE_PREFIX):
            what = "response"
        if what == "response":
            return self._response(name)
        base = base_intent(name)
        if what not in self.of or (what == "intent" and base in DEFAULT_INTENTS):
            return name
        return f"{self.name}.{name}"

    def _response(self, name: str) -> str:
        base = name.removeprefix(RESPONSE_PREFIX)
        covered = "intent" if RETRIEVAL_SEPARATOR in name else "response"
        if covered not in self.of or name in DEFAULT_RESPONSES or name.startswith(_ASKING) or base == name:
            return name
        return f"{RESPONSE_PREFIX}{self.name}.{base}"


def namespace_of(name: str, rules: MergeRules, kinds: Iterable[Kind] = ()) -> Namespace | None:
    """Make the namespace of a source whose names get a prefix by these rules.

    What would end a name, such as a slash or a blank in the name of a folder, becomes a hyphen.
    """
    covered = frozenset(what for what in namespaced_kinds(kinds) if rules.policy(what) == "namespace")
    return Namespace(_UNFIT.sub("-", name), covered) if covered else None


def renamer(namespace: Namespace | None, *, marks: bool) -> Callable[[ItemKind, Path, Any], Renamed] | None:
    """Make the function that gives parts the names that count, and tells their marks; None where nothing changes."""
    if namespace is None and not marks:
        return None
    names: Names | None = None if namespace is None else namespace.counting

    def rename(item_kind: ItemKind, path: Path, value: Any) -> Renamed:
        place = item_kind.name_at
        if item_kind.rename is None or len(path) <= place:
            return path, value, None
        name = path[place] if item_kind.name_in is None else item_kind.name_in(value)
        mark = split_name(name)[1] if marks else None
        if mark is not None:
            path, value = item_kind.rename(path, value, _unmarked)
        if names is not None:
            path, value = item_kind.rename(path, value, names)
        return path, value, None if mark is None else (mark, path[: place + 1])

    return rename


def _unmarked(_what: str, name: str) -> str:
    return split_name(name)[0]
