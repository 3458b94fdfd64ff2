"""Fingerprint of merged items: pure, and nothing but the items enters.

Each key is the digest of the entries its readers read. An entry is 32 bytes: the digest of an item, of one of its
facets, of its mere path, or of an ordered list. Entries are sorted and concatenated, never added up, so the order of
files and of things without order changes nothing. Entries of kinds that are sets count once.
"""

from collections.abc import Iterable, Iterator, Mapping

from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, TRAINING_SCHEMA_VERSION, TRANSFORMS, Fingerprint
from tenprint.importers import (
    ItemTable,
    Path,
    Row,
    Snapshot,
    canonical_digest,
    digest_of,
    digest_text,
    recorded,
    recorded_kinds,
    text_form,
)
from tenprint.importers.data import DEFAULT_ACTIONS, RESPONSE_PREFIX, RETRIEVAL_SEPARATOR, base_intent
from tenprint.importers.kinds import BUILT_IN_KEYS, STORIES, ItemKind
from tenprint.importers.merging import Identity

ItemKinds = Mapping[str, ItemKind]

_UNDIGESTED = ("project", "trained_at", "version")
_NO_DATA = ("project", "trained_at", TRANSFORMS)
"""Keys that do not follow from data, or only say how it was made."""
_LABEL_FACETS = ("entities", "groups", "roles")
_ACTION_KINDS = ("action", "response")
LABELS = "nlu_labels"
_ALWAYS = BUILT_IN_KEYS | set(FINGERPRINT_KEYS)


def fingerprint_of(table: ItemTable, item_kinds: ItemKinds) -> Fingerprint:
    """Digest merged items.

    Returns the twelve keys (`project` and `trained_at` are None: they do not follow from data) and the further keys
    that the item kinds name. Keys of kinds that plugins add are there only where there are such items, so a project
    without them has the same fingerprint wherever the plugin is installed.
    """
    entries: dict[str, list[bytes]] = {
        key: [] for key in (*FINGERPRINT_KEYS, *further_keys(item_kinds)) if key not in _UNDIGESTED
    }
    by_kind = table.by_kind()
    for name, items in by_kind.items():
        for key, aspect in item_kinds[name].read_by.items():
            entries[key] += _entries(items, item_kinds[name], aspect)
    examples = by_kind.get("intent-example", [])
    intents = {row[1][1] for row in examples}
    bases = {base_intent(intent) for intent in intents if RETRIEVAL_SEPARATOR in intent}
    entries["domain"] += _derived_intents(by_kind, bases) | _actions(by_kind, bases)
    dialogues = (row for kind in STORIES.item_names for row in by_kind.get(kind, ()))
    entries[LABELS] += _labels(examples, intents) | _action_labels(dialogues)
    digests: Fingerprint = {
        key: digest_text(_key_digest(key, found)) for key, found in entries.items() if found or key in _ALWAYS
    }
    return {**digests, "project": None, "trained_at": None, "version": TRAINING_SCHEMA_VERSION}


def snapshot_fingerprint(snapshot: Snapshot, item_kinds: ItemKinds) -> Fingerprint:
    """Digest the items of a snapshot, and under a key of their own the transforms it went through."""
    return fingerprint_of(recorded(snapshot.table, snapshot.transforms), recorded_kinds(item_kinds))


def further_keys(item_kinds: ItemKinds) -> tuple[str, ...]:
    """Keys beside the twelve, sorted."""
    named = {key for item_kind in item_kinds.values() for key in item_kind.read_by}
    return tuple(sorted(named.difference(FINGERPRINT_KEYS)))


def root_of(fingerprint: Fingerprint) -> str:
    """Digest of all keys that follow from data: two projects with equal roots train equal models."""
    keys = {key: value for key, value in fingerprint.items() if key not in _NO_DATA}
    return digest_text(canonical_digest(keys))


def _key_digest(key: str, entries: list[bytes]) -> bytes:
    return digest_of(text_form(key) + b"e%d:" % len(entries) + b"".join(sorted(entries)))


def _entries(rows: list[Row], item_kind: ItemKind, aspect: str) -> Iterable[bytes]:
    if aspect == "path":
        return [canonical_digest(("path", item_kind.name, path)) for path in {row[1] for row in rows}]
    if aspect == "action":
        return []
    if item_kind.identity in (Identity.GROUP, Identity.LIST):
        return _list_entries(rows, item_kind, aspect)
    if aspect == "digest":
        return [row[2] for row in rows]
    return _facet_entries(rows, aspect, repeated=item_kind.identity is Identity.BAG)


def _list_entries(rows: list[Row], item_kind: ItemKind, aspect: str) -> Iterator[bytes]:
    lists: dict[Path | None, list[bytes]] = {}
    for row in rows:
        value = row[2] if aspect == "digest" else dict(row[3]).get(aspect)
        if isinstance(value, bytes):
            lists.setdefault(item_kind.identity.group_of(row[1]), []).append(value)
    for group, values in lists.items():
        yield canonical_digest(("list", item_kind.name, group, tuple(values)))


def _facet_entries(rows: list[Row], facet: str, *, repeated: bool) -> Iterator[bytes]:
    """Digests a facet holds, repeated where repetition counts; of a facet of names one entry for each name."""
    values = [value for row in rows for name, value in row[3] if name == facet]
    digests = [value for value in values if isinstance(value, bytes)]
    yield from digests if repeated else set(digests)
    for name in {name for value in values if isinstance(value, tuple) for name in value}:
        yield canonical_digest(("name", facet, name))


def _derived_intents(by_kind: Mapping[str, list[Row]], bases: Iterable[str]) -> set[bytes]:
    """Retrieval intents that no domain file declares, as if one did with nothing more to say about them."""
    declared = {row[1] for row in by_kind.get("intent", ())}
    paths = {("domain", "intents", base) for base in bases}
    return {canonical_digest(("intent", path, (None, set(), None, {}))) for path in paths - declared}


def _actions(by_kind: Mapping[str, list[Row]], bases: Iterable[str]) -> set[bytes]:
    """Names of all the assistant can do, wherever they are written; a retrieval intent brings one by itself."""
    names = {row[1][2] for kind in _ACTION_KINDS for row in by_kind.get(kind, ())}
    return {canonical_digest(("action", name)) for name in names.union(RESPONSE_PREFIX + base for base in bases)}


def _labels(examples: Iterable[Row], intents: Iterable[str]) -> set[bytes]:
    """Everything NLU can answer with: intents with their retrieval keys, entity types, roles and groups."""
    labels = {("intents", intent) for intent in intents}
    for facets in {row[3] for row in examples if row[3]}:
        for facet, names in facets:
            if facet in _LABEL_FACETS and isinstance(names, tuple):
                labels.update((facet, name) for name in names)
    return {canonical_digest(("label", kind, name)) for kind, name in labels}


def _action_labels(dialogues: Iterable[Row]) -> set[bytes]:
    """Actions that dialogues name; those every assistant has are none."""
    mentioned = {names for row in dialogues for facet, names in row[3] if facet == "actions"}
    named = {name for names in mentioned if isinstance(names, tuple) for name in names}
    return {canonical_digest(("label", "actions", name)) for name in named.difference(DEFAULT_ACTIONS)}
