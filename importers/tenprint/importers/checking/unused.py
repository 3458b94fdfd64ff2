"""What is declared should be of use to somebody.

Custom actions are code nobody here can read: they may send responses, run forms and set slots without saying so. So
these are warnings, their messages say what was looked at, and what a custom action could be using is told in one
problem instead of many.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from tenprint.importers.checking.checked import CheckedProject, texts_in
from tenprint.importers.checking.declared import all_steps, condition_slots, uses_of_mapping
from tenprint.importers.checking.places import MOST_PLACES, in_order
from tenprint.importers.data import (
    DEFAULT_ACTIONS,
    DEFAULT_INTENTS,
    DEFAULT_RESPONSES,
    RESPONSE_PREFIX,
    ActionStep,
    IntentStep,
    LoopStep,
    Rule,
    SlotStep,
    Step,
    UserStep,
    base_entity,
    base_intent,
)
from tenprint.importers.items import Item
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.problem import Problem

_DEFAULT_HOOKS = frozenset({"action_validate_slot_mappings"})
"""Actions every assistant runs by itself where it has them."""

_BUILT_IN_ITEMS = frozenset(name for kind in BUILT_IN_KINDS for name in kind.item_names)

_PLACEHOLDER = re.compile(r"\{([^{}\s.\[]+)")


class _Mentions:
    """Everything that is used anywhere, by what it is; made once and only read afterwards."""

    def __init__(self, project: CheckedProject) -> None:
        self.intents: set[str] = set(project.payload_intents())
        self.entities: set[str] = set()
        self.slots: set[str] = set()
        self.actions: set[str] = set(project.words)
        self.forms: set[str] = set()
        self.filling: set[str] = set()
        """Intents whose examples have entities: what they say can fill slots."""
        for part in project.dialogues:
            condition = part.value.condition if isinstance(part.value, Rule) else ()
            for step in (*all_steps(part.value.steps), *condition):
                self._add_step(step)
        self._add_domain(project)
        self._add_responses(project)
        self._add_examples(project)
        self._add_further(project)

    def _add_step(self, step: Step) -> None:
        if isinstance(step, IntentStep | UserStep):
            self.entities |= {span.entity for span in step.spans}
        if isinstance(step, IntentStep):
            self.intents.add(base_intent(step.intent))
            self.entities |= {entity.entity for entity in step.entities}
        elif isinstance(step, ActionStep):
            self.actions.add(step.action)
        elif isinstance(step, SlotStep):
            self.slots.add(step.slot)
        elif isinstance(step, LoopStep):
            self.forms |= {step.loop} if step.loop is not None else set()

    def _add_domain(self, project: CheckedProject) -> None:
        for part in project.of("intent"):
            if part.value.triggers is not None:
                self.actions.add(part.value.triggers)
                self.intents.add(part.item.path[2])
            self.entities |= {base_entity(name) for name in part.value.use_entities or ()}
        for part in project.of("form"):
            self.slots |= set(part.value.required_slots)
            self.intents |= set(part.value.ignored_intents)
        for part in project.of("slot-mapping"):
            for use in uses_of_mapping(part.item, part.value.properties):
                named = {
                    "intent": self.intents,
                    "entity": self.entities,
                    "slot": self.slots,
                    "action": self.actions,
                }.get(use.word)
                if named is not None:
                    named.add(use.name)

    def _add_responses(self, project: CheckedProject) -> None:
        for part in project.of("response", "retrieval-response"):
            self.slots |= set(condition_slots(part.value))
            for text in texts_in(part.value):
                self.slots |= set(_PLACEHOLDER.findall(text))

    def _add_examples(self, project: CheckedProject) -> None:
        for row in project.rows.get("intent-example", ()):
            for facet, names in row[3]:
                if facet == "entities":
                    self.entities.update(str(name) for name in names)
                    self.filling |= {base_intent(row[1][1])} if names else set()
        # Extractors find entities by the regular expressions and lookup tables of their name.
        self.entities |= {row[1][2] for kind in ("regex", "lookup-entry") for row in project.rows.get(kind, ())}

    def _add_further(self, project: CheckedProject) -> None:
        """Add what the items of kinds that plugins add mention, by the names of their facets."""
        named = {
            "intents": self.intents,
            "entities": self.entities,
            "slots": self.slots,
            "actions": self.actions,
            "loops": self.forms,
        }
        for kind in project.rows.keys() - _BUILT_IN_ITEMS:
            for row in project.rows[kind]:
                for facet, names in row[3]:
                    if facet in named and isinstance(names, tuple):
                        named[facet].update(names)


def unused(project: CheckedProject) -> list[Problem]:
    """Report what is declared and of no use."""
    mentions = _Mentions(project)
    return [
        *_intents(project, mentions),
        *_entities(project, mentions),
        *_slots(project, mentions),
        *_forms(project, mentions),
        *_actions(project, mentions),
        *_responses(project, mentions),
    ]


def _items(project: CheckedProject, kind: str) -> list[Item]:
    """First item of each name of a kind, in order."""
    found: dict[str, Item] = {}
    for part in project.of(kind):
        found.setdefault(part.item.path[2], part.item)
    return list(found.values())


def _intents(project: CheckedProject, mentions: _Mentions) -> Iterator[Problem]:
    taught = project.taught_intents()
    used = mentions.intents | project.words | set(DEFAULT_INTENTS)
    for item in _items(project, "intent"):
        name = item.path[2]
        if name in used or (name in taught and (not project.dialogues or name in mentions.filling)):
            continue
        has = "examples, but" if name in taught else "no examples, and"
        yield Problem(
            "unused-intent",
            f"the intent {name!r} has {has} no story, rule, slot mapping or button uses it",
            project.places.of(item),
            "use it in a story or rule, or remove it" if name in taught else "remove it, or give it examples",
            "warning",
        )


def _entities(project: CheckedProject, mentions: _Mentions) -> Iterator[Problem]:
    slots = project.names("slot")
    for item in _items(project, "entity"):
        name = item.path[2]
        if name not in mentions.entities | project.words and name not in slots:
            yield Problem(
                "unused-entity",
                f"the entity {name!r} is annotated in no example and used by no story, slot mapping or component",
                project.places.of(item),
                "remove it, or annotate it; a component that finds it by itself can be told so with `dimensions`",
                "warning",
            )


def _slots(project: CheckedProject, mentions: _Mentions) -> Iterator[Problem]:
    has_actions = bool(_custom_actions(project))
    entities = project.names("entity")
    filled = {
        part.item.path[2] if part.item.path[1] == "slots" else part.item.path[3]
        for part in project.of("slot-mapping")
        if has_actions or part.value.properties.get("type") != "custom"
    }
    for item in _items(project, "slot"):
        name = item.path[2]
        if name not in mentions.slots | filled | entities:
            yield Problem(
                "unused-slot",
                f"nothing sets or reads the slot {name!r}: no mapping, story, rule, form or response",
                project.places.of(item),
                "remove it; if a custom action sets it, say so with `mappings: [{type: custom}]`",
                "warning",
            )


def _custom_actions(project: CheckedProject) -> frozenset[str]:
    return frozenset(
        name
        for name in project.names("action")
        if name not in DEFAULT_ACTIONS and not name.startswith(RESPONSE_PREFIX) and name not in project.names("form")
    )


def _forms(project: CheckedProject, mentions: _Mentions) -> Iterator[Problem]:
    for item in _items(project, "form"):
        name = item.path[2]
        if name not in mentions.forms and name not in mentions.actions:
            yield Problem(
                "unused-form",
                f"no story, rule or intent activates the form {name!r}",
                project.places.of(item),
                f"write a rule with `action: {name}` and `active_loop: {name}`, or remove it",
                "warning",
            )


def _actions(project: CheckedProject, mentions: _Mentions) -> Iterator[Problem]:
    forms, responses = project.names("form"), project.names("response")
    used = mentions.actions | _asking(project, "action_ask_") | {f"validate_{form}" for form in forms} | _DEFAULT_HOOKS
    used |= forms | responses | set(DEFAULT_ACTIONS)
    retrieval = project.base_responses()
    for item in _items(project, "action"):
        name = item.path[2]
        if name not in used and name not in retrieval:
            yield Problem(
                "unused-action",
                f"no story, rule, form or configuration uses the action {name!r}; other custom actions may",
                project.places.of(item),
                "remove it, or use it in a story or rule",
                "warning",
            )


def _asking(project: CheckedProject, prefix: str) -> set[str]:
    """Names under which forms look for a question: for each slot, and for each slot of each form."""
    forms = project.of("form")
    slots = {slot for form in forms for slot in form.value.required_slots} | project.names("slot")
    return {
        *(f"{prefix}{slot}" for slot in slots),
        *(f"{prefix}{form.item.path[2]}_{slot}" for form in forms for slot in slots),
    }


def _responses(project: CheckedProject, mentions: _Mentions) -> Iterable[Problem]:
    used = mentions.actions | _asking(project, "utter_ask_") | set(DEFAULT_RESPONSES)
    found = in_order((item for item in _items(project, "response") if item.path[2] not in used), project.snapshot)
    if not found:
        return ()
    if _custom_actions(project):
        return (_one_response_problem(project, found),)
    return tuple(
        Problem(
            "unused-response",
            f"no story, rule or form uses the response {item.path[2]!r}",
            project.places.of(item),
            "remove it, or use it in a story or rule",
            "warning",
        )
        for item in found
    )


def _one_response_problem(project: CheckedProject, found: Sequence[Item]) -> Problem:
    first, *others = found
    names = ", ".join(repr(item.path[2]) for item in found[:MOST_PLACES])
    more = f" and {len(found) - MOST_PLACES} more" if len(found) > MOST_PLACES else ""
    return Problem(
        "unused-response",
        f"no story, rule or form uses the response{'s' if others else ''} {names}{more}; custom actions may send "
        f"{'them' if others else 'it'}, which cannot be seen here",
        project.places.of(first),
        "remove what no custom action sends",
        "warning",
        tuple(project.places.of(item) for item in others),
    )
