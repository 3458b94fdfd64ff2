"""The fingerprint format once more, written from docs/reference/fingerprint-format.md alone: plain, slow and short.

It imports nothing that digests, sorts or itemises, so what it shares with the product is the page. Tests hold both
against each other, and the golden vectors are made of it.
"""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from tenprint.importers.data import ProjectData


class MiniItem(NamedTuple):
    """One item: `content` is what the page calls so; `facets` are digests (bytes) and names (sets of text)."""

    kind: str
    path: tuple[str, ...]
    content: Any
    digest: bytes
    facets: dict[str, Any]


def form(value: Any) -> bytes:
    """Write the canonical form."""
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return sized("i", str(value).encode())
    if isinstance(value, float):
        return b"f" + struct.pack(">d", math.nan if math.isnan(value) else value)
    if isinstance(value, str):
        return sized("s", value.encode())
    if isinstance(value, bytes):
        return sized("b", value)
    if hasattr(value, "isoformat"):
        return sized("t" if isinstance(value, datetime) else "d", value.isoformat().encode())
    return collection_form(value)


def collection_form(value: Any) -> bytes:
    if isinstance(value, Mapping):
        pairs = sorted((form(key), form(entry)) for key, entry in value.items())
        return counted("m", [key + entry for key, entry in pairs])
    parts = [form(entry) for entry in value]
    if isinstance(value, (set, frozenset)):
        return counted("e", sorted(parts))
    return counted("u" if isinstance(value, tuple) else "l", parts)


def sized(tag: str, raw: bytes) -> bytes:
    return f"{tag}{len(raw)}:".encode() + raw


def counted(tag: str, parts: list[bytes]) -> bytes:
    return f"{tag}{len(parts)}:".encode() + b"".join(parts)


def digest(value: Any) -> bytes:
    return sha256(form(value)).digest()


def by_form(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values, key=form))


def item(kind: str, path: tuple[str, ...], content: Any, **facets: Any) -> MiniItem:
    return MiniItem(
        kind, path, content, digest((kind, path, content)), {key: named for key, named in facets.items() if named}
    )


def items_of_project(project: ProjectData) -> list[MiniItem]:
    return [*config_items(project), *domain_items(project), *nlu_items(project), *story_items(project)]


def config_items(project: ProjectData) -> Iterator[MiniItem]:
    lists = {"pipeline": "pipeline-component", "policies": "policy"}
    for key, value in project.config.items():
        if key in lists:
            for entry in value:
                path = ("config", key, entry["name"])
                bare = {option: setting for option, setting in entry.items() if option != "epochs"}
                yield item(lists[key], path, entry, without_epochs=digest((lists[key], path, bare)))
            continue
        found = item("config-key", ("config", key), value)
        if key == "language":
            found.facets["language"] = found.digest
        elif key not in ("version", "importers", "imports", "assistant_id", "credentials", "endpoints"):
            found.facets["trained"] = found.digest
        yield found


def domain_items(project: ProjectData) -> Iterator[MiniItem]:
    domain = project.domain
    for intent in domain.intents:
        used = None if intent.use_entities is None else set(intent.use_entities)
        content = (used, set(intent.ignore_entities), intent.triggers, intent.properties)
        yield item("intent", ("domain", "intents", intent.name), content)
    for entity in domain.entities:
        path = ("domain", "entities", entity.name)
        yield item("entity", path, (entity.influence_conversation, entity.properties))
        yield from (item("entity-role", (*path, "roles", role), role) for role in entity.roles)
        yield from (item("entity-group", (*path, "groups", group), group) for group in entity.groups)
    for slot in domain.slots:
        path = ("domain", "slots", slot.name)
        yield item("slot", path, (slot.type, slot.initial_value, slot.influence_conversation, slot.properties))
        yield from (item("slot-mapping", (*path, "mappings"), mapping.properties) for mapping in slot.mappings)
    for named in domain.forms:
        path = ("domain", "forms", named.name)
        yield item("form", path, (named.required_slots, set(named.ignored_intents), named.properties))
        for filled, mappings in named.slot_mappings.items():
            yield from (item("slot-mapping", (*path, filled), mapping.properties) for mapping in mappings)
    yield from further_domain_items(project)


def further_domain_items(project: ProjectData) -> Iterator[MiniItem]:
    domain = project.domain
    for action in domain.actions:
        yield item("action", ("domain", "actions", action.name), action.properties)
    for response in domain.responses:
        kind = "retrieval-response" if "/" in response.name else "response"
        for variation in response.variations or (None,):
            yield item(kind, ("domain", "responses", response.name), variation)
    yield from (item("e2e-action", ("domain", "e2e_actions", text), text) for text in domain.end_to_end_actions)
    for name, value in domain.session.items():
        yield item("session-setting", ("domain", "session_config", name), value)
    for name, value in domain.settings.items():
        yield item("domain-setting", ("domain", "config", name), value)


def nlu_items(project: ProjectData) -> Iterator[MiniItem]:
    nlu = project.nlu
    for example in nlu.examples:
        spans = sorted((tuple(span) for span in example.entities), key=lambda span: (span[0], span[1], form(span)))
        yield item(
            "intent-example",
            ("nlu", example.intent, example.text),
            (tuple(spans), example.metadata),
            entities={span.entity for span in example.entities},
            roles={f"{span.entity}#{span.role}" for span in example.entities if span.role},
            groups={f"{span.entity}#{span.group}" for span in example.entities if span.group},
        )
    yield from (item("synonym", ("nlu", "synonyms", synonym.text), synonym.value) for synonym in nlu.synonyms)
    yield from (item("regex", ("nlu", "regexes", regex.name), regex.pattern) for regex in nlu.regexes)
    yield from (item("lookup-entry", ("nlu", "lookups", entry.name), entry.element) for entry in nlu.lookups)


def story_items(project: ProjectData) -> Iterator[MiniItem]:
    for story in project.stories.stories:
        yield dialogue("story", ("stories", story.name), ("story", steps_of(story.steps)), story)
    for rule in project.stories.rules:
        conditions = by_form(step_of(step) for step in rule.condition)
        content = ("rule", steps_of(rule.steps), conditions, rule.conversation_start, rule.wait_for_user_input)
        yield dialogue("rule", ("rules", rule.name), content, rule)


def dialogue(kind: str, path: tuple[str, ...], trained: Any, said: Any) -> MiniItem:
    training = digest(trained)
    steps = trained[1]
    facets = {
        "training": training,
        "user_texts": {step[1] for step in steps if step[0] == "user"},
        "actions": {step[1] for step in steps if step[0] == "action"},
    }
    return MiniItem(kind, path, (training, said.metadata), digest((kind, path, training, said.metadata)), facets)


def steps_of(steps: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(step_of(step) for step in steps)


def step_of(step: Any) -> tuple[Any, ...]:
    spans = tuple(tuple(span) for span in getattr(step, "spans", ()))
    match type(step).__name__:
        case "IntentStep":
            entities = tuple((each.entity, each.value, each.role, each.group) for each in step.entities)
            return "intent", step.intent, entities, None if step.text is None else (step.text, spans)
        case "ActionStep":
            return "action", step.action
        case "SlotStep":
            return "slot", step.slot, step.value, step.has_value
        case "LoopStep":
            return "loop", step.loop
        case "UserStep":
            return "user", step.text, spans
        case "BotStep":
            return "bot", step.text
        case "CheckpointStep":
            return "checkpoint", step.name, by_form(steps_of(step.slots))
        case _:
            return "or", by_form(steps_of(step.alternatives))


DIGESTS = {
    "core-config": ("policy",),
    "nlu-config": ("pipeline-component",),
    "domain": ("intent", "entity", "entity-role", "entity-group", "slot", "e2e-action"),
    "nlg": ("response", "retrieval-response"),
    "messages": ("intent-example", "synonym", "regex", "lookup-entry"),
    "retrieval-responses": ("retrieval-response",),
    "session-settings": ("session-setting",),
    "form-definitions": ("form", "slot-mapping"),
    "domain-unread": ("action", "domain-setting"),
}
FACETS = {
    "config": {"config-key": "trained"},
    "config-without-epochs": {
        "config-key": "trained",
        "pipeline-component": "without_epochs",
        "policy": "without_epochs",
    },
    "nlu-config": {"config-key": "language"},
    "stories": {"story": "training", "rule": "training"},
    "story-messages": {"story": "user_texts", "rule": "user_texts"},
}
LISTS = {"pipeline-component": 2, "policy": 2, "response": 3, "retrieval-response": 3, "slot-mapping": 4}
"""Kinds whose order counts, and how many names of the path the list has."""

SETS = ("intent-example", "regex", "lookup-entry")
DEFAULT_ACTIONS = (
    *("action_listen", "action_restart", "action_session_start", "action_default_fallback", "action_deactivate_loop"),
    *("action_revert_fallback_events", "action_default_ask_affirmation", "action_default_ask_rephrase", "action_back"),
    *("action_two_stage_fallback", "action_unlikely_intent", "action_extract_slots", "..."),
)


def fingerprint(items: list[MiniItem]) -> dict[str, str]:
    """Compute all keys of a fingerprint that are computed from items."""
    entries: dict[str, list[bytes]] = {key: [] for key in (*DIGESTS, *FACETS, "nlu_labels")}
    for kind in sorted({each.kind for each in items}):
        found = [each for each in items if each.kind == kind]
        for key, kinds in DIGESTS.items():
            if kind in kinds:
                entries[key] += of_digests(kind, [(each.path, each.digest) for each in found])
        for key, facets in FACETS.items():
            if kind in facets:
                entries[key] += of_facets(kind, facets[kind], found)
    entries["domain"] += of_names(items)
    entries["nlu_labels"] += of_labels(items)
    return {key: key_digest(key, found) for key, found in entries.items()}


def key_digest(key: str, entries: list[bytes]) -> str:
    return "sha256:" + sha256(form(key) + counted("e", sorted(entries))).hexdigest()


def of_digests(kind: str, found: list[tuple[tuple[str, ...], bytes]]) -> list[bytes]:
    if kind not in LISTS:
        return [*{each for _, each in found}] if kind in SETS else [each for _, each in found]
    lists: dict[tuple[str, ...], list[bytes]] = {}
    for path, each in found:
        lists.setdefault(path[: LISTS[kind]], []).append(each)
    return [digest(("list", kind, path, tuple(digests))) for path, digests in lists.items()]


def of_facets(kind: str, facet: str, found: list[MiniItem]) -> list[bytes]:
    held = [(each.path, each.facets[facet]) for each in found if facet in each.facets]
    if facet == "user_texts":
        return [digest(("name", facet, name)) for name in {name for _, names in held for name in names}]
    return of_digests(kind, held)


def of_names(items: list[MiniItem]) -> set[bytes]:
    """Collect the entries of `domain` that are names."""
    intents = {each.path[2] for each in items if each.kind == "intent"}
    bases = {each.path[1].split("/")[0] for each in items if each.kind == "intent-example" and "/" in each.path[1]}
    actions = {each.path[2] for each in items if each.kind in ("action", "response")} | {
        f"utter_{base}" for base in bases
    }
    return {
        *(digest(("path", "form", each.path)) for each in items if each.kind == "form"),
        *(digest(("action", name)) for name in actions),
        *(digest(("intent", ("domain", "intents", base), (None, set(), None, {}))) for base in bases - intents),
    }


def of_labels(items: list[MiniItem]) -> set[bytes]:
    labels = {("intents", each.path[1]) for each in items if each.kind == "intent-example"}
    for each in items:
        facets = ("entities", "roles", "groups") if each.kind == "intent-example" else ("actions",)
        labels |= {(facet, name) for facet in facets for name in each.facets.get(facet, ())}
    return {digest(("label", *label)) for label in labels if label[0] != "actions" or label[1] not in DEFAULT_ACTIONS}


def root(keys: Mapping[str, Any]) -> str:
    return (
        "sha256:"
        + digest(
            {key: value for key, value in keys.items() if key not in ("project", "trained_at", "transforms")}
        ).hex()
    )
