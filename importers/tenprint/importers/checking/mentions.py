"""Checks on items alone: what dialogues mention must exist. Every run that trains or plans makes them.

Where a dialogue mentions something unknown, its document is parsed once more to name the line of the step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tenprint.importers.checking.places import MOST_PLACES, Places, in_order
from tenprint.importers.data import DEFAULT_ACTIONS, DEFAULT_INTENTS, RESPONSE_PREFIX, RETRIEVAL_SEPARATOR, base_intent
from tenprint.importers.items import Item, Row
from tenprint.importers.kinds import STORIES
from tenprint.importers.problem import Problem, Severity
from tenprint.importers.reading import nearest
from tenprint.importers.snapshot import Snapshot

DOMAIN_KINDS = ("intent", "action", "response", "form", "slot", "entity", "session-setting")
"""Kinds of which a project with a domain has at least one item."""

Rows = Mapping[str, Sequence[Row]]
"""Rows of a table by kind."""


def check_items(snapshot: Snapshot) -> list[Problem]:
    """Find what does not fit together in a snapshot that was read without errors."""
    rows = snapshot.table.by_kind()
    dialogues = [row for kind in STORIES.item_names for row in rows.get(kind, ())]
    if not dialogues:
        return _retrieval_problems(snapshot, rows)
    if rows.keys().isdisjoint(DOMAIN_KINDS):
        return [_missing_domain(snapshot, Item._make(dialogues[0]))]
    mentioned = _mentioned(dialogues)
    places = Places(snapshot)
    problems = []
    for mention in _mentions(rows):
        unknown = [name for name in sorted(mentioned.get(mention.facet, ())) if not mention.covers(name)]
        for name in unknown:
            users = in_order(_users(dialogues, mention.facet, name), snapshot)
            problems.append(_unknown(places, mention, name, users))
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
        return name in self.known or base_intent(name) in self.known


def _mentions(rows: Rows) -> Iterator[_Mention]:
    intents = known_intents(rows)
    forms = names_of(rows, "form")
    yield _Mention("intents", "intent", "intent", intents, "error")
    yield _Mention("actions", "action", "action", known_actions(rows), "warning")
    yield _Mention("loops", "active_loop", "form", forms, "warning")


def names_of(rows: Rows, *kinds: str) -> frozenset[str]:
    """Names of all items of the domain that are of these kinds."""
    return frozenset(row[1][2] for kind in kinds for row in rows.get(kind, ()))


def known_intents(rows: Rows) -> frozenset[str]:
    """Names a dialogue may use as an intent; retrieval intents are declared by their examples."""
    retrieval = frozenset(base_intent(intent) for intent in _retrieval_intents(rows))
    return names_of(rows, "intent") | retrieval | frozenset(DEFAULT_INTENTS)


def known_actions(rows: Rows) -> frozenset[str]:
    """Names a dialogue may use as an action: also forms, responses, and the actions of retrieval intents."""
    bases = {RESPONSE_PREFIX + base_intent(intent) for intent in _retrieval_intents(rows)}
    bases |= {base_intent(name) for name in names_of(rows, "retrieval-response")}
    return names_of(rows, "action", "response", "retrieval-response", "form") | bases | frozenset(DEFAULT_ACTIONS)


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


def _unknown(places: Places, mention: _Mention, name: str, users: Sequence[Item]) -> Problem:
    """Report one name once: at its first use, with the next uses beside it."""
    first, *others = (places.inside(user, name, (mention.key,)) for user in users[:MOST_PLACES])
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


def _retrieval_intents(rows: Rows) -> set[str]:
    return {row[1][1] for row in rows.get("intent-example", ()) if RETRIEVAL_SEPARATOR in row[1][1]}


def _retrieval_problems(snapshot: Snapshot, rows: Rows) -> list[Problem]:
    """Retrieval examples without a response to select."""
    answered = names_of(rows, "retrieval-response")
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
