"""What the deep checks look at: items, and the values of domain and dialogues beside their items.

Examples have no values here: there are too many of them, and their items say nearly all that is asked.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.importers.assembling import value_of
from tenprint.importers.checking.mentions import DOMAIN_KINDS, Rows, names_of
from tenprint.importers.checking.places import Places, in_order
from tenprint.importers.data import RESPONSE_PREFIX, RETRIEVAL_SEPARATOR, base_intent
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Item, Part, Path, Row
from tenprint.importers.kinds import CONFIG, DOMAIN, STORIES, Kind
from tenprint.importers.snapshot import Snapshot

_PAYLOAD = re.compile(r"/([^{@\s\"']+)")
"""What a button sends: an intent, perhaps with entities in braces."""

_COMMAND = "SetSlots("
"""Begins what a button sends to set slots, and no intent."""


@dataclass(frozen=True, slots=True)
class CheckedProject:
    """One project, made by `checked_project`."""

    snapshot: Snapshot
    rows: Rows
    parts: Mapping[str, Sequence[Part]]
    """Items with their values by kind, in order of path and place."""
    words: frozenset[str]
    """All texts of the configuration: components may name actions and entities."""
    config: Mapping[str, Any]
    places: Places

    @property
    def has_domain(self) -> bool:
        return not self.rows.keys().isdisjoint(DOMAIN_KINDS)

    @property
    def dialogues(self) -> Sequence[Part]:
        return (*self.of("story"), *self.of("rule"))

    def of(self, *kinds: str) -> Sequence[Part]:
        return tuple(part for kind in kinds for part in self.parts.get(kind, ()))

    def names(self, *kinds: str) -> frozenset[str]:
        """Names of all items of the domain that are of these kinds."""
        return names_of(self.rows, *kinds)

    def values(self, kind: str) -> dict[str, Any]:
        """Values of a kind of the domain by name."""
        return {part.item.path[2]: part.value for part in self.of(kind)}

    def taught_intents(self) -> frozenset[str]:
        """Intents that have examples, by their base names."""
        return frozenset(base_intent(row[1][1]) for row in self.rows.get("intent-example", ()))

    def retrieval_intents(self) -> frozenset[str]:
        """Full names of the retrieval intents that have examples."""
        found = {row[1][1] for row in self.rows.get("intent-example", ())}
        return frozenset(name for name in found if RETRIEVAL_SEPARATOR in name)

    def answered_intents(self) -> frozenset[str]:
        """Full names of the retrieval intents that have a response."""
        return frozenset(name.removeprefix(RESPONSE_PREFIX) for name in self.names("retrieval-response"))

    def base_responses(self) -> frozenset[str]:
        """Names of the responses to retrieval intents without their keys: each is an action that sends one of them."""
        return frozenset(base_intent(name) for name in self.names("retrieval-response"))

    def retrieval_actions(self) -> frozenset[str]:
        """Actions that answer retrieval intents; no file declares them."""
        names = self.retrieval_intents() | self.answered_intents()
        return frozenset(RESPONSE_PREFIX + base_intent(name) for name in names)

    def payload_intents(self) -> frozenset[str]:
        """Intents that buttons send without a message: `/affirm`."""
        texts = (text for part in self.of("response", "retrieval-response") for text in texts_in(part.value))
        return frozenset(base_intent(found[1]) for text in texts if (found := _PAYLOAD.match(text)) is not None)

    def intent_users(self) -> Mapping[str, Sequence[Item]]:
        """Dialogues by the base names of the intents in them."""
        found: dict[str, list[Item]] = {}
        for part in self.dialogues:
            for name in {base_intent(intent) for intent in part.item.names("intents")}:
                found.setdefault(name, []).append(part.item)
        return {name: found[name] for name in sorted(found)}


def checked_project(snapshot: Snapshot, rules: ReadingRules) -> CheckedProject:
    """Build the values of domain and dialogues."""
    rows = snapshot.table.by_kind()
    parts: dict[str, list[Part]] = {}
    for kind in (DOMAIN, STORIES):
        for part in _located(kind, value_of(kind, snapshot, rules), rows):
            parts.setdefault(part.item.kind, []).append(part)
    config = value_of(CONFIG, snapshot, rules)
    return CheckedProject(
        snapshot,
        rows,
        {kind: _sorted(found, snapshot) for kind, found in parts.items()},
        frozenset(texts_in(config)),
        config,
        Places(snapshot),
    )


def _located(kind: Kind, value: Any, rows: Rows) -> Iterator[Part]:
    """Parts of a value with the items they came from: items of one path come in the order of their values."""
    waiting: dict[tuple[str, Path], deque[Row]] = {}
    for item_kind in kind.item_kinds:
        for row in rows.get(item_kind.name, ()):
            waiting.setdefault((row[0], row[1]), deque()).append(row)
    for named in kind.take_apart(value):
        found = waiting.get((named.kind, named.path))
        if found:
            yield Part(Item._make(found.popleft()), named.value)


def _sorted(parts: Sequence[Part], snapshot: Snapshot) -> Sequence[Part]:
    # Two parts of one item do not exist, so the identity of an item finds its value again.
    values = {id(part.item): part for part in parts}
    return tuple(values[id(item)] for item in in_order((part.item for part in parts), snapshot))


def button_intents(variation: Any) -> Iterator[str]:
    """Intents that the buttons of a variation of a response send, by the names written there."""
    buttons = variation.get("buttons") if isinstance(variation, Mapping) else None
    for button in buttons if isinstance(buttons, list | tuple) else ():
        payload = button.get("payload") if isinstance(button, Mapping) else None
        found = _PAYLOAD.match(payload) if isinstance(payload, str) else None
        if found is not None and not found[1].startswith(_COMMAND):
            yield found[1]


def texts_in(value: Any) -> Iterator[str]:
    """All texts inside a value, but no keys of mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from texts_in(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from texts_in(entry)
