"""Slots that fill themselves when the user says something, as their mappings in the domain say. Pure.

Conversation tests write what is said, and leave out the slots that follow from it. What follows from a question that a
form has asked (a mapping from text), and what a custom action decides, is not known here: tests write it down.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenprint.importers.data import EntitySpan, IntentStep, Slot, SlotStep, StepEntity


def filled_slots(step: IntentStep, slots: Iterable[Slot], *, active_loop: str | None) -> tuple[SlotStep, ...]:
    """Return the slots a message fills; of several mappings of a slot the first that fits counts."""
    return tuple(
        found for slot in slots if (found := next(_fitting(step, slot, active_loop=active_loop), None)) is not None
    )


def _fitting(step: IntentStep, slot: Slot, *, active_loop: str | None) -> Iterator[SlotStep]:
    for mapping in slot.mappings:
        said = mapping.properties
        if not _applies(step, said, active_loop=active_loop):
            continue
        if said.get("type") == "from_intent":
            yield SlotStep(slot.name, said.get("value"))
        elif said.get("type") == "from_entity":
            values = [entity.value for entity in step.spans or step.entities if _is_meant(entity, said)]
            if values:
                # A list takes all of them, anything else the last one.
                value = values if slot.type == "list" else values[-1]
                yield SlotStep(slot.name, value, has_value=value != "")


def _applies(step: IntentStep, said: Mapping[str, Any], *, active_loop: str | None) -> bool:
    wanted, unwanted = _listed(said.get("intent")), _listed(said.get("not_intent"))
    if (wanted and step.intent not in wanted) or step.intent in unwanted:
        return False
    conditions = said.get("conditions") or ()
    # What a form asks for last is not known.
    return not conditions or any(
        isinstance(condition, Mapping)
        and condition.get("active_loop") == active_loop
        and "requested_slot" not in condition
        for condition in conditions
    )


def _is_meant(entity: EntitySpan | StepEntity, said: Mapping[str, Any]) -> bool:
    labels = (("role", entity.role), ("group", entity.group))
    return said.get("entity") == entity.entity and all(said.get(key) in (None, label) for key, label in labels)


def _listed(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)
