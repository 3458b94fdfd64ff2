"""Names what differs between what a model was trained on and what is there now, by differences of sets. Pure.

A fingerprint key says that something differs; the items a model remembers say what. Labels of NLU data are names inside
of examples, which no stored item tells, so a model lists them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from tenprint.fingerprinting.diff import StoredItem
from tenprint.fingerprinting.fingerprint import ItemKinds
from tenprint.importers import Item, ItemTable, Location, Path
from tenprint.importers.data import DEFAULT_ACTIONS, LABEL_SEPARATOR, RETRIEVAL_SEPARATOR, base_intent
from tenprint.importers.kinds import LANGUAGE, STORIES, UNTRAINED_KEYS
from tenprint.importers.merging import Identity

LABELS_KEY = "labels"
"""Key of metadata.json: everything the NLU half can answer with, by kind of label."""

_LABELS: Mapping[str, str] = {
    "intents": "intent",
    "entities": "entity",
    "roles": "role",
    "groups": "group",
    "actions": "action",
}
_FACETS = ("entities", "groups", "roles")
_WORDS = {"entity-role": "role", "entity-group": "group", "e2e-action": "literal reply"}
_LISTS = {"pipeline-component": "pipeline", "policy": "policies"}
_OTHER_KEYS = UNTRAINED_KEYS | {LANGUAGE}
"""Keys of a configuration that no key of finetuning reads."""
_ACTION = "action"
"""Aspect of items that say what the assistant can do."""
_AT_OWNER = 4
"""Paths that are longer name an owner as well: `domain > entities > city > roles > from`."""

Labels = Mapping[str, Mapping[str, Location | None]]
"""Kind of label -> name -> where it is first used."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is in the way of going on from an old training, by a stable code, with its place where it has one.

    `key` is the fingerprint key that differs.
    """

    code: str
    message: str
    key: str | None = None
    location: Location | None = None

    def to_json(self) -> dict[str, Any]:
        place = None if self.location is None else self.location.to_json()
        return {"code": self.code, "message": self.message, "key": self.key, "location": place}


def labels_of(table: ItemTable) -> Labels:
    """List all labels of the training data, each with the first place that uses it."""
    found: dict[str, dict[str, Location | None]] = {kind: {} for kind in _LABELS}
    for item in table.of_kind(*STORIES.item_names):
        for name in item.names("actions"):
            if name not in found["actions"] and name not in DEFAULT_ACTIONS:
                found["actions"][name] = table.location(item)
    for item in table.of_kind("intent-example"):
        if item.path[1] not in found["intents"]:
            found["intents"][item.path[1]] = table.location(item)
        for facet in _FACETS:
            for name in item.names(facet):
                if name not in found[facet]:
                    found[facet][name] = table.location(item)
    return found


def labels_document(table: ItemTable) -> dict[str, list[str]]:
    """List the labels for the metadata of a model."""
    return {kind: sorted(names) for kind, names in labels_of(table).items()}


def former_labels(metadata: Mapping[str, Any], stored: Iterable[StoredItem]) -> dict[str, frozenset[str]]:
    """Read the labels of a model; of one that does not list them only its intents are known."""
    written = metadata.get(LABELS_KEY)
    if isinstance(written, dict):
        return {kind: frozenset(map(str, written.get(kind) or ())) for kind in _LABELS}
    return {"intents": frozenset(item.path[1] for item in stored if item.kind == "intent-example")}


def label_differences(key: str, former: Mapping[str, frozenset[str]], now: Labels) -> Iterator[Obstacle]:
    """Name labels that are new or gone; kinds of label that the model does not list are left out."""
    for kind, word in _LABELS.items():
        known = former.get(kind)
        if known is None:
            continue
        for name, place in now[kind].items():
            if name not in known:
                yield Obstacle("label", f"{_label(word, name)} is new", key, place)
        for name in sorted(known.difference(now[kind])):
            yield Obstacle("label", f"{_label(word, name)} is gone", key)


def _label(word: str, name: str) -> str:
    owner, separator, own = name.partition(LABEL_SEPARATOR)
    return f"{word} `{own}` of `{owner}`" if separator else f"{word} `{name}`"


def item_differences(
    key: str, stored: Sequence[StoredItem], table: ItemTable, item_kinds: ItemKinds
) -> Iterator[Obstacle]:
    """Name the items that a fingerprint key reads and that are new, gone, or other ones."""
    yield from _actions(key, stored, table, item_kinds)
    for name, item_kind in item_kinds.items():
        aspect = item_kind.read_by.get(key)
        if aspect in (None, _ACTION):
            continue
        before = [item for item in stored if item.kind == name]
        after = list(table.of_kind(name))
        if item_kind.identity is Identity.LIST:
            yield from _entries(key, name, aspect, before, [(item, table.location(item)) for item in after])
        else:
            yield from _single(key, name, aspect, before, [(item, table.location(item)) for item in after])


def _actions(key: str, stored: Sequence[StoredItem], table: ItemTable, item_kinds: ItemKinds) -> Iterator[Obstacle]:
    """Compare what the assistant can do by names, whichever kind of item says so."""
    kinds = [name for name, item_kind in item_kinds.items() if item_kind.read_by.get(key) == _ACTION]
    old = {item.path[2] for item in stored if item.kind in kinds}
    new = {item.path[2]: table.location(item) for item in table.of_kind(*kinds)} if kinds else {}
    yield from (Obstacle("domain", f"action `{name}` is new", key, new[name]) for name in new if name not in old)
    yield from (Obstacle("domain", f"action `{name}` is gone", key) for name in sorted(old.difference(new)))


def derived_differences(key: str, former: Iterable[str], now: Mapping[str, Location | None]) -> Iterator[Obstacle]:
    """Name the intents with retrieval keys that came or went, which bring an intent and an action to the domain."""
    before, after = _bases(former), _bases(now)
    for base in sorted(after - before):
        place = next(place for intent, place in now.items() if base_intent(intent) == base)
        yield Obstacle("domain", f"intent `{base}`, which has retrieval keys, is new", key, place)
    for base in sorted(before - after):
        yield Obstacle("domain", f"intent `{base}`, which had retrieval keys, is gone", key)


def _bases(intents: Iterable[str]) -> frozenset[str]:
    return frozenset(base_intent(intent) for intent in intents if RETRIEVAL_SEPARATOR in intent)


def _single(
    key: str, kind: str, aspect: str, before: Iterable[StoredItem], after: Iterable[tuple[Item, Location]]
) -> Iterator[Obstacle]:
    """Compare items that have names of their own."""
    old = {item.path: item.digest for item in before}
    new = {item.path: (item, place) for item, place in after}
    code = "config" if kind == "config-key" else "domain"
    for path, (item, place) in new.items():
        if aspect not in ("path", "digest") and item.facet(aspect) is None:
            continue  # the key does not read this one
        if path not in old:
            yield Obstacle(code, f"{_name(kind, path)} is new", key, place)
        elif aspect != "path" and old[path] != item.digest:
            yield Obstacle(code, f"{_name(kind, path)} changed", key, place)
    for path in sorted(old.keys() - new.keys()):
        if kind == "config-key" and path[1] in _OTHER_KEYS:
            continue
        yield Obstacle(code, f"{_name(kind, path)} is gone", key)


def _name(kind: str, path: Path) -> str:
    word = _WORDS.get(kind, kind.replace("-", " "))
    if kind == "config-key":
        return f"the key `{path[1]}` of the configuration"
    owner = f" of `{path[2]}`" if len(path) > _AT_OWNER else ""
    return f"{word} `{path[-1]}`{owner}"


def _entries(
    key: str, kind: str, aspect: str, before: Sequence[StoredItem], after: Sequence[tuple[Item, Location]]
) -> Iterator[Obstacle]:
    """Compare the entries of a list by their names in order, then what is left of those that stayed."""
    list_name = _LISTS.get(kind, kind)
    names = [item.path[-1] for item in before], [item.path[-1] for item, _ in after]
    for tag, start, end, first, last in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if tag == "equal":
            for offset in range(end - start):
                item, place = after[first + offset]
                gone = before[start + offset]
                if gone.facets.get(aspect, gone.digest) != item.facet(aspect):
                    message = f"{_entry(list_name, first + offset, item.path)} changed other keys than `epochs`"
                    yield Obstacle("config", message, key, place)
            continue
        for position in range(start, end):
            former = _entry(list_name, position, before[position].path)
            yield Obstacle("config", f"{former} of the model is gone", key)
        for position in range(first, last):
            item, place = after[position]
            yield Obstacle("config", f"{_entry(list_name, position, item.path)} is new", key, place)


def _entry(list_name: str, position: int, path: Path) -> str:
    return f"{list_name} entry {position + 1} `{path[-1]}`"
