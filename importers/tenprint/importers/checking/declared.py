"""Everything that is named must be declared: in dialogues, examples, forms, mappings, conditions and intents.

What the steps of dialogues say of intents, actions and forms belongs to every run and is checked on items (`mentions`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tenprint.importers.checking.checked import CheckedProject, button_intents
from tenprint.importers.checking.mentions import known_actions, known_intents
from tenprint.importers.checking.places import MOST_PLACES, in_order
from tenprint.importers.data import (
    LABEL_SEPARATOR,
    CheckpointStep,
    EntitySpan,
    IntentStep,
    LoopStep,
    OrStep,
    Rule,
    SlotStep,
    Step,
    StepEntity,
    UserStep,
    base_entity,
    base_intent,
)
from tenprint.importers.items import Item
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest

AUTOMATIC_SLOTS = frozenset(
    {
        "requested_slot",
        "session_started_metadata",
        "knowledge_base_listed_objects",
        "knowledge_base_last_object",
        "knowledge_base_last_object_type",
        "knowledge_base_objects",
    }
)
"""Slots every assistant has without declaring them."""


class Use(NamedTuple):
    """Something names something: an `entity`, `slot` and so on; `keys` are where its name stands in the item."""

    word: str
    name: str
    item: Item
    keys: tuple[str, ...] = ()


def undeclared(project: CheckedProject) -> list[Problem]:
    """Report each name that is used and not declared, once."""
    if not project.has_domain:
        return []
    known = _known(project)
    reported = _reported(project)
    uses: dict[tuple[str, str], list[Use]] = {}
    for use in _all_uses(project, known):
        if use.name in known[use.word] or not _is_of_known_entity(use, known):
            continue
        if use.name not in reported.get(use.word, ()):
            uses.setdefault((use.word, use.name), []).append(use)
    return [_problem(project, found, known[word]) for (word, _), found in sorted(uses.items())]


def _is_of_known_entity(use: Use, known: Mapping[str, frozenset[str]]) -> bool:
    """Roles of an entity nobody declares are not worth a report of their own."""
    return use.word not in ("role", "group") or base_entity(use.name) in known["entity"]


def _reported(project: CheckedProject) -> Mapping[str, set[str]]:
    """Names the steps of dialogues use, of which the unknown ones are reported already."""
    facets = {"intents": "intent", "actions": "action", "loops": "form"}
    found: dict[str, set[str]] = {word: set() for word in facets.values()}
    for part in project.dialogues:
        for facet, word in facets.items():
            found[word].update(base_intent(name) for name in part.item.names(facet))
    return found


def _known(project: CheckedProject) -> Mapping[str, frozenset[str]]:
    return {
        "intent": known_intents(project.rows),
        "entity": project.names("entity"),
        "role": _labels(project, "entity-role"),
        "group": _labels(project, "entity-group"),
        "slot": project.names("slot") | AUTOMATIC_SLOTS,
        "form": project.names("form"),
        "action": known_actions(project.rows),
    }


def _labels(project: CheckedProject, kind: str) -> frozenset[str]:
    return frozenset(f"{row[1][2]}{LABEL_SEPARATOR}{row[1][-1]}" for row in project.rows.get(kind, ()))


def _all_uses(project: CheckedProject, known: Mapping[str, frozenset[str]]) -> Iterator[Use]:
    for part in project.of("intent"):
        yield from _uses_of_intent(part.item, part.value)
    for part in project.of("slot-mapping"):
        yield from uses_of_mapping(part.item, part.value.properties)
    for part in project.of("form"):
        yield from (Use("slot", name, part.item, ("required_slots",)) for name in part.value.required_slots)
        yield from (Use("intent", name, part.item, ("ignored_intents",)) for name in part.value.ignored_intents)
    for part in project.of("response", "retrieval-response"):
        yield from (Use("slot", name, part.item, ("name",)) for name in condition_slots(part.value))
        yield from (Use("intent", base_intent(name), part.item, ("payload",)) for name in button_intents(part.value))
    for part in project.dialogues:
        yield from _uses_of_dialogue(part.item, part.value)
    yield from _uses_of_examples(project, known)


def _uses_of_intent(item: Item, intent: Any) -> Iterator[Use]:
    if intent.triggers is not None:
        yield Use("action", intent.triggers, item, ("triggers",))
    for key, names in (("use_entities", intent.use_entities or ()), ("ignore_entities", intent.ignore_entities)):
        yield from (Use("entity", base_entity(name), item, (key,)) for name in names)


def uses_of_mapping(item: Item, mapping: Mapping[str, Any]) -> Iterator[Use]:
    """What a slot mapping names; what it says in another type than text is not understood and left alone."""
    for key, word in (("intent", "intent"), ("not_intent", "intent"), ("action", "action"), ("entity", "entity")):
        yield from (Use(word, base_intent(name), item, (key,)) for name in _names(mapping.get(key)))
    for key in ("role", "group"):
        for label in _names(mapping.get(key)):
            yield Use(key, f"{mapping.get('entity')}{LABEL_SEPARATOR}{label}", item, (key,))
    for condition in _mappings(mapping.get("conditions")):
        yield from (Use("form", name, item, ("active_loop",)) for name in _names(condition.get("active_loop")))
        yield from (Use("slot", name, item, ("requested_slot",)) for name in _names(condition.get("requested_slot")))


def _names(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()


def _mappings(value: Any) -> Sequence[Mapping[str, Any]]:
    return tuple(entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()


def condition_slots(variation: Any) -> Sequence[str]:
    """Slots the conditions of a variation of a response ask about."""
    conditions = _mappings(variation.get("condition")) if isinstance(variation, Mapping) else ()
    return tuple(
        condition["name"]
        for condition in conditions
        if condition.get("type", "slot") == "slot" and isinstance(condition.get("name"), str)
    )


def _uses_of_dialogue(item: Item, dialogue: Any) -> Iterator[Use]:
    for step in all_steps(dialogue.steps):
        yield from _uses_of_step(item, step)
    for condition in dialogue.condition if isinstance(dialogue, Rule) else ():
        if isinstance(condition, LoopStep) and condition.loop is not None:
            yield Use("form", condition.loop, item, ("active_loop",))
        else:
            yield from _uses_of_step(item, condition)


def all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Go through steps, the alternatives of an `or`, and the conditions of checkpoints."""
    for step in steps:
        yield step
        if isinstance(step, OrStep):
            yield from step.alternatives
        elif isinstance(step, CheckpointStep):
            yield from step.slots


def _uses_of_step(item: Item, step: Step) -> Iterator[Use]:
    if isinstance(step, SlotStep):
        yield Use("slot", step.slot, item, ("slot_was_set",))
    elif isinstance(step, IntentStep):
        named: tuple[StepEntity | EntitySpan, ...] = (*step.entities, *step.spans)
        for entity in named:
            yield Use("entity", entity.entity, item, ("entities",))
            yield from _labels_of(item, entity)
    elif isinstance(step, UserStep):
        for span in step.spans:
            yield Use("entity", span.entity, item)
            yield from _labels_of(item, span)


def _labels_of(item: Item, entity: StepEntity | EntitySpan) -> Iterator[Use]:
    if entity.role:
        yield Use("role", f"{entity.entity}{LABEL_SEPARATOR}{entity.role}", item, ("role",))
    if entity.group:
        yield Use("group", f"{entity.entity}{LABEL_SEPARATOR}{entity.group}", item, ("group",))


def _uses_of_examples(project: CheckedProject, known: Mapping[str, frozenset[str]]) -> Iterator[Use]:
    """Go through all names in examples that are unknown; the others are far too many to be looked at one by one."""
    words = {"entities": "entity", "roles": "role", "groups": "group"}
    intents = known["intent"]
    for row in project.rows.get("intent-example", ()):
        item = None
        if row[1][1] not in intents and base_intent(row[1][1]) not in intents:
            item = Item._make(row)
            yield Use("intent", base_intent(row[1][1]), item)
        for facet, names in row[3]:
            word = words.get(facet)
            if word is None:
                continue
            for name in (name for name in names if name not in known[word]):
                item = item or Item._make(row)
                yield Use(word, str(name), item)


def _problem(project: CheckedProject, uses: Sequence[Use], known: frozenset[str]) -> Problem:
    users = {id(use.item): use for use in reversed(uses)}
    ordered = [
        users[id(item)] for item in in_order({id(use.item): use.item for use in uses}.values(), project.snapshot)
    ]
    first = ordered[0]
    places = [project.places.inside(use.item, _written(use), use.keys) for use in ordered[:MOST_PLACES]]
    others = tuple(dict.fromkeys(place for place in places[1:] if place != places[0]))
    what = f"{first.word} {_written(first)!r}"
    if first.word in ("role", "group"):
        what += f" of the entity {base_entity(first.name)!r}"
    names = {_written(first._replace(name=name)) for name in _fellows(first, known)}
    return Problem(
        f"undeclared-{first.word}",
        f"{described(first.item)} {'names' if len(ordered) == 1 else 'and others name'} the {what}, "
        "which the domain does not declare",
        places[0],
        nearest(_written(first), names, otherwise="declared") or f"add it to the domain: {_written(first)}",
        "warning",
        others,
    )


def _written(use: Use) -> str:
    """Return a name as it is written: roles and groups without their entity."""
    return use.name.split(LABEL_SEPARATOR, 1)[1] if use.word in ("role", "group") else use.name


def _fellows(use: Use, known: frozenset[str]) -> Iterable[str]:
    """Names that could have been meant: of roles and groups, those of the same entity."""
    if use.word not in ("role", "group"):
        return known
    return [name for name in known if base_entity(name) == base_entity(use.name)]


def described(item: Item) -> str:
    """Name an item for people."""
    if item.kind == "intent-example":
        return f"an example of intent {item.path[1]!r}"
    if item.kind == "slot-mapping":
        return f"a mapping of slot {item.path[2] if item.path[1] == 'slots' else item.path[3]!r}"
    return f"{item.kind.replace('-', ' ')} {item.path[-1]!r}"
