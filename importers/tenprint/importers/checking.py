"""Checks that the parts of a project fit together, on items: what dialogues mention must exist.

Where a dialogue mentions something unknown, its document is parsed once more to name the line of the step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tenprint.importers.data import DEFAULT_ACTIONS, DEFAULT_INTENTS, RESPONSE_PREFIX, RETRIEVAL_SEPARATOR
from tenprint.importers.items import Item, Row
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem, Severity
from tenprint.importers.reading import Document, MappingNode, SequenceNode, nearest, parse_yaml
from tenprint.importers.snapshot import Snapshot

_DIALOGUES = ("story", "rule")
_DOMAIN_KINDS = ("intent", "action", "response", "form", "slot", "entity", "session-setting")

_Rows = Mapping[str, list[Row]]
"""Rows of a table by kind."""

_MOST_PLACES = 10
"""Places of one unknown name that are looked up; a name in 10,000 stories is one mistake."""


def check_items(snapshot: Snapshot) -> list[Problem]:
    """Find what does not fit together in a snapshot that was read without errors."""
    rows = snapshot.table.by_kind()
    dialogues = [row for kind in _DIALOGUES for row in rows.get(kind, ())]
    if not dialogues:
        return _retrieval_problems(snapshot, rows)
    if rows.keys().isdisjoint(_DOMAIN_KINDS):
        return [_missing_domain(snapshot, Item._make(dialogues[0]))]
    mentioned = _mentioned(dialogues)
    steps = _StepFinder(snapshot)
    problems = []
    for mention in _mentions(rows):
        unknown = [name for name in sorted(mentioned.get(mention.facet, ())) if not mention.covers(name)]
        problems += [_unknown(steps, mention, name, _users(dialogues, mention.facet, name)) for name in unknown]
    return problems + _retrieval_problems(snapshot, rows)


class _Mention(NamedTuple):
    """What dialogues may mention: their facet, the key and word for it, the names that exist, how bad others are."""

    facet: str
    key: str
    word: str
    known: frozenset[str]
    severity: Severity

    def covers(self, name: str) -> bool:
        """Tell whether a name exists; one of a retrieval intent exists with its base name."""
        return name in self.known or name.split(RETRIEVAL_SEPARATOR, 1)[0] in self.known


def _mentions(rows: _Rows) -> Iterator[_Mention]:
    intents = _names(rows, "intent") | frozenset(DEFAULT_INTENTS)
    forms = _names(rows, "form")
    bases = {RESPONSE_PREFIX + intent.split(RETRIEVAL_SEPARATOR, 1)[0] for intent in _retrieval_intents(rows)}
    bases |= {name.split(RETRIEVAL_SEPARATOR, 1)[0] for name in _names(rows, "retrieval-response")}
    actions = _names(rows, "action", "response", "retrieval-response") | forms | bases | frozenset(DEFAULT_ACTIONS)
    yield _Mention("intents", "intent", "intent", intents, "error")
    yield _Mention("actions", "action", "action", actions, "warning")
    yield _Mention("loops", "active_loop", "form", forms, "warning")


def _names(rows: _Rows, *kinds: str) -> frozenset[str]:
    return frozenset(row[1][2] for kind in kinds for row in rows.get(kind, ()))


def _mentioned(dialogues: Iterable[Row]) -> dict[str, set[str]]:
    """Names by facet, over all dialogues."""
    found: dict[str, set[str]] = {}
    for row in dialogues:
        for facet, names in row[3]:
            if isinstance(names, tuple):
                found.setdefault(facet, set()).update(names)
    return found


def _users(dialogues: Iterable[Row], facet: str, name: str) -> list[Item]:
    return [item for item in map(Item._make, dialogues) if name in item.names(facet)]


def _missing_domain(snapshot: Snapshot, dialogue: Item) -> Problem:
    return Problem(
        "missing-domain",
        "there are stories or rules, but no domain",
        snapshot.table.location(dialogue),
        "add domain.yml or a domain folder to the project, or name it with --domain",
    )


def _unknown(steps: "_StepFinder", mention: _Mention, name: str, users: Sequence[Item]) -> Problem:
    """Report one name once: at its first use, with the next uses beside it."""
    first, *others = (steps.location(user, mention.key, name) for user in users[:_MOST_PLACES])
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    return Problem(
        f"undeclared-{mention.word}",
        f"{users[0].kind} {users[0].path[-1]!r}{more} use{'' if more else 's'} the {mention.word} {name!r}, "
        "which the domain does not declare",
        first,
        nearest(name, mention.known, otherwise="declared") or f"add it to the domain: {name}",
        mention.severity,
        tuple(others),
    )


class _StepFinder:
    """Finds the line of a step; parses a document again, but the same one only once in a row."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._number = -1
        self._document: Document | None = None

    def location(self, dialogue: Item, key: str, name: str) -> Location:
        """Place of the first step of a dialogue whose `key` is `name`; the dialogue itself where there is no text."""
        document = self._parsed(dialogue.document)
        for section in ("stories", "rules"):
            entries = document.root.get(section) if document is not None else None
            for entry in entries if isinstance(entries, SequenceNode) else ():
                if entry.mark.line + 1 == dialogue.line and (place := _find(entry, key, name)) is not None:
                    return self._snapshot.documents[dialogue.document].id.at(*place)
        return self._snapshot.table.location(dialogue)

    def _parsed(self, number: int) -> Document | None:
        if number != self._number:
            source = self._snapshot.documents[number]
            self._number = number
            self._document = parse_yaml(source.content, source.id) if isinstance(source.content, bytes) else None
        return self._document


def _find(node: Any, key: str, name: str) -> tuple[int, int] | None:
    if isinstance(node, MappingNode):
        value = node.get(key)
        if isinstance(value, str) and value.strip().lstrip("/") == name:
            return node.value_place(key)
        children = list(node.values())
    else:
        children = list(node) if isinstance(node, SequenceNode) else []
    return next((place for child in children if (place := _find(child, key, name)) is not None), None)


def _retrieval_intents(rows: _Rows) -> set[str]:
    return {row[1][1] for row in rows.get("intent-example", ()) if RETRIEVAL_SEPARATOR in row[1][1]}


def _retrieval_problems(snapshot: Snapshot, rows: _Rows) -> list[Problem]:
    """Retrieval examples without a response to select."""
    answered = _names(rows, "retrieval-response")
    unanswered = {intent for intent in _retrieval_intents(rows) if RESPONSE_PREFIX + intent not in answered}
    first: dict[str, Item] = {}
    for row in rows.get("intent-example", ()) if unanswered else ():
        if row[1][1] in unanswered:
            first.setdefault(row[1][1], Item._make(row))
    return [
        Problem(
            "missing-response",
            f"the retrieval intent {intent!r} has examples but no response {RESPONSE_PREFIX + intent!r}",
            snapshot.table.location(item),
            f"add a response phrase under `responses: {RESPONSE_PREFIX}{intent}`",
            "warning",
        )
        for intent, item in first.items()
    ]
