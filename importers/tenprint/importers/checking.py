"""Checks that the parts of a project fit together, on items: what dialogues mention must exist.

Where a dialogue mentions something unknown, its document is parsed once more to name the line of the step.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from tenprint.importers.data import DEFAULT_ACTIONS, DEFAULT_INTENTS, RESPONSE_PREFIX, RETRIEVAL_SEPARATOR
from tenprint.importers.items import Item
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem, Severity
from tenprint.importers.reading import MappingNode, SequenceNode, nearest, parse_yaml
from tenprint.importers.snapshot import Snapshot

_DIALOGUES = ("story", "rule")


def check_items(snapshot: Snapshot) -> list[Problem]:
    """Find what does not fit together in a snapshot that was read without errors."""
    dialogues = snapshot.table.of_kind(*_DIALOGUES)
    if not dialogues:
        return _retrieval_problems(snapshot)
    if not snapshot.table.of_kind("intent", "action", "response", "form", "slot", "entity", "session-setting"):
        return [_missing_domain(snapshot, dialogues[0])]
    problems = [
        _unknown(snapshot, dialogue, mention, name)
        for mention in _mentions(snapshot)
        for dialogue in dialogues
        for name in dialogue.names(mention.facet)
        if name not in mention.known and name.split(RETRIEVAL_SEPARATOR, 1)[0] not in mention.known
    ]
    return problems + _retrieval_problems(snapshot)


class _Mention(NamedTuple):
    """What dialogues may mention: their facet, the key and word for it, the names that exist, how bad others are."""

    facet: str
    key: str
    word: str
    known: frozenset[str]
    severity: Severity


def _mentions(snapshot: Snapshot) -> Iterator[_Mention]:
    intents = _names(snapshot, "intent") | frozenset(DEFAULT_INTENTS)
    forms = _names(snapshot, "form")
    bases = frozenset(
        RESPONSE_PREFIX + item.path[1].split(RETRIEVAL_SEPARATOR, 1)[0]
        for item in snapshot.table.of_kind("intent-example")
        if RETRIEVAL_SEPARATOR in item.path[1]
    )
    actions = _names(snapshot, "action", "response", "retrieval-response") | forms | bases | frozenset(DEFAULT_ACTIONS)
    yield _Mention("intents", "intent", "intent", intents, "error")
    yield _Mention("actions", "action", "action", actions, "warning")
    yield _Mention("loops", "active_loop", "form", forms, "warning")


def _names(snapshot: Snapshot, *kinds: str) -> frozenset[str]:
    return frozenset(item.path[2] for item in snapshot.table.of_kind(*kinds))


def _missing_domain(snapshot: Snapshot, dialogue: Item) -> Problem:
    return Problem(
        "missing-domain",
        "there are stories or rules, but no domain",
        snapshot.table.location(dialogue),
        "add domain.yml or a domain folder to the project, or name it with --domain",
    )


def _unknown(snapshot: Snapshot, dialogue: Item, mention: _Mention, name: str) -> Problem:
    return Problem(
        f"undeclared-{mention.word}",
        f"{dialogue.kind} {dialogue.path[-1]!r} uses the {mention.word} {name!r}, which the domain does not declare",
        step_location(snapshot, dialogue, mention.key, name),
        nearest(name, mention.known, otherwise="declared") or f"add it to the domain: {name}",
        mention.severity,
    )


def step_location(snapshot: Snapshot, dialogue: Item, key: str, name: str) -> Location:
    """Place of the first step of a dialogue whose `key` is `name`; the dialogue itself where there is no text."""
    source = snapshot.documents[dialogue.document]
    if isinstance(source.content, bytes):
        document = parse_yaml(source.content, source.id)
        for section in ("stories", "rules"):
            entries = document.root.get(section)
            for entry in entries if isinstance(entries, SequenceNode) else ():
                if entry.mark.line + 1 == dialogue.line:
                    place = _find(entry, key, name)
                    if place is not None:
                        return document.at(place)
    return snapshot.table.location(dialogue)


def _find(node: Any, key: str, name: str) -> tuple[int, int] | None:
    if isinstance(node, MappingNode):
        value = node.get(key)
        if isinstance(value, str) and value.strip().lstrip("/") == name:
            return node.value_place(key)
        children = list(node.values())
    else:
        children = list(node) if isinstance(node, SequenceNode) else []
    return next((place for child in children if (place := _find(child, key, name)) is not None), None)


def _retrieval_problems(snapshot: Snapshot) -> list[Problem]:
    """Retrieval examples without a response to select."""
    answered = {item.path[2] for item in snapshot.table.of_kind("retrieval-response")}
    first: dict[str, Item] = {}
    for item in snapshot.table.of_kind("intent-example"):
        if RETRIEVAL_SEPARATOR in item.path[1]:
            first.setdefault(item.path[1], item)
    return [
        Problem(
            "missing-response",
            f"the retrieval intent {intent!r} has examples but no response {RESPONSE_PREFIX + intent!r}",
            snapshot.table.location(item),
            f"add a response phrase under `responses: {RESPONSE_PREFIX}{intent}`",
            "warning",
        )
        for intent, item in first.items()
        if RESPONSE_PREFIX + intent not in answered
    ]
