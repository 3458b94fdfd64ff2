"""Responses must have something to say, and retrieval intents, their responses and examples must belong together."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenprint.importers.checking.checked import CheckedProject
from tenprint.importers.checking.places import MOST_PLACES, in_order
from tenprint.importers.data import RESPONSE_PREFIX, RETRIEVAL_SEPARATOR, base_intent
from tenprint.importers.items import Item, Part
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest

_CONTENT_KEYS = ("text", "custom", "image", "attachment", "buttons", "quick_replies", "elements")


def odd_responses(project: CheckedProject) -> list[Problem]:
    """Report responses that cannot be sent or chosen."""
    return [
        *_without_content(project),
        *_actions_without_response(project),
        *_of_no_intent(project),
        *_without_examples(project),
        *_mixed(project),
    ]


def _without_content(project: CheckedProject) -> Iterator[Problem]:
    for part in project.of("response", "retrieval-response"):
        if not _has_content(part.value):
            what = "has no variation" if part.value is None else "has a variation with nothing to say"
            yield Problem(
                "empty-response",
                f"the response {part.item.path[2]!r} {what}",
                project.places.of(part.item),
                "give it a text, or remove it",
                "warning",
            )


def _has_content(variation: Any) -> bool:
    return isinstance(variation, Mapping) and any(_says(variation.get(key)) for key in _CONTENT_KEYS)


def _says(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _actions_without_response(project: CheckedProject) -> Iterator[Problem]:
    """An action `utter_x` of the domain sends the response `utter_x`, that of a retrieval intent one of several."""
    answered = project.names("response", "retrieval-response") | project.base_responses() | project.retrieval_actions()
    for part in project.of("action"):
        name = part.item.path[2]
        if name.startswith(RESPONSE_PREFIX) and name not in answered:
            yield Problem(
                "missing-response",
                f"the action {name!r} has no response to send",
                project.places.of(part.item),
                f"add a text under `responses: {name}`, or remove the action",
                "warning",
            )


def _intent_of(part: Part) -> str:
    return base_intent(part.item.path[2]).removeprefix(RESPONSE_PREFIX)


def _first_variations(project: CheckedProject) -> list[Part]:
    found: dict[str, Part] = {}
    for part in project.of("retrieval-response"):
        found.setdefault(part.item.path[2], part)
    return list(found.values())


def _of_no_intent(project: CheckedProject) -> Iterator[Problem]:
    known = project.names("intent") | project.taught_intents()
    reported = set()
    for part in _first_variations(project):
        intent = _intent_of(part)
        if intent not in known and intent not in reported:
            reported.add(intent)
            yield Problem(
                "undeclared-intent",
                f"the response {part.item.path[2]!r} belongs to the intent {intent!r}, which nobody declares",
                project.places.of(part.item),
                nearest(intent, known) or f"add the intent to the domain: {intent}",
                "warning",
            )


def _without_examples(project: CheckedProject) -> Iterator[Problem]:
    """Responses no example leads to; where a retrieval intent has no examples at all, the step that needs them."""
    examples = project.retrieval_intents()
    if not project.rows.get("intent-example"):
        return
    bases = {base_intent(name) for name in examples}
    uses = _uses_of_base_actions(project)
    for action in sorted(uses):
        if action.removeprefix(RESPONSE_PREFIX) not in bases:
            yield _base_action_problem(project, action, uses[action])
    for part in _first_variations(project):
        name, intent = part.item.path[2].removeprefix(RESPONSE_PREFIX), _intent_of(part)
        is_known = intent in project.names("intent") or intent in bases
        if is_known and name not in examples and (intent in bases or RESPONSE_PREFIX + intent not in uses):
            yield Problem(
                "response-without-examples",
                f"no example has the intent {name!r}, so the response {part.item.path[2]!r} is never chosen",
                project.places.of(part.item),
                nearest(name, examples - project.answered_intents()) or f"add examples for {name}",
                "warning",
            )


def _uses_of_base_actions(project: CheckedProject) -> Mapping[str, list[Item]]:
    """Dialogues by the action of a retrieval intent that they use and that is no plain response as well."""
    bases = project.base_responses() - project.names("response", "action")
    found: dict[str, list[Item]] = {}
    for part in project.dialogues:
        for name in part.item.names("actions"):
            if name in bases:
                found.setdefault(name, []).append(part.item)
    return found


def _base_action_problem(project: CheckedProject, action: str, users: list[Item]) -> Problem:
    intent = action.removeprefix(RESPONSE_PREFIX)
    first, *others = (project.places.inside(item, action, ("action",)) for item in users[:MOST_PLACES])
    return Problem(
        "retrieval-without-examples",
        f"{users[0].kind} {users[0].path[-1]!r} answers with {action!r}, but no example has an intent like "
        f"{intent + RETRIEVAL_SEPARATOR}...",
        first,
        f"write the examples of `{intent}` under `{intent}/key`, one key for each response",
        "warning",
        tuple(others),
    )


def _mixed(project: CheckedProject) -> Iterator[Problem]:
    """Plain examples of a retrieval intent have no response of their own."""
    rows = project.rows.get("intent-example", ())
    bases = {base_intent(name) for name in project.retrieval_intents()}
    plain: dict[str, list[Item]] = {}
    keyed: dict[str, list[Item]] = {}
    for row in rows if any(row[1][1] in bases for row in rows) else ():
        if row[1][1] in bases:
            plain.setdefault(row[1][1], []).append(Item._make(row))
        elif base_intent(row[1][1]) in bases:
            keyed.setdefault(base_intent(row[1][1]), []).append(Item._make(row))
    for intent in sorted(plain):
        first = in_order(plain[intent], project.snapshot)[0]
        other = in_order(keyed[intent], project.snapshot)[0]
        yield Problem(
            "mixed-retrieval-intent",
            f"the intent {intent!r} has examples of its own and others with a key, such as {other.path[1]!r}",
            project.places.of(first),
            "give all of its examples a key, or none",
            "warning",
            (project.places.of(other),),
        )
