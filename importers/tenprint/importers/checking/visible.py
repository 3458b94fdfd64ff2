"""What a policy sees of a dialogue. Dialogues that differ only in what nobody sees are the same dialogue.

A slot is seen by its type: whether a text or list is set at all, the value of a bool, float or categorical slot; slots
of type `any` and those without influence are not seen. Where it is not sure what is seen, two values count as
different, because a contradiction that is none costs a reader more than one that is missed.
"""

from collections.abc import Mapping
from typing import Any

from tenprint.importers.canonical import canonical
from tenprint.importers.checking.checked import CheckedProject
from tenprint.importers.data import ActionStep, BotStep, IntentStep, SlotStep, UserStep, base_entity, base_intent
from tenprint.importers.errors import CanonicalFormError

LISTEN = "action_listen"

LOOP = "active_loop"
"""Name of the loop among what is seen of slots; no slot can be called so."""

Said = tuple[str, str, tuple[str, ...]]
"""`intent`, `user`, `action` or `bot`; its name or text; the entities that are seen."""

Spoken = IntentStep | UserStep | ActionStep | BotStep

_SET = "set"


class Sight:
    """What policies see in one project."""

    def __init__(self, project: CheckedProject) -> None:
        self._slots = project.values("slot")
        self._intents = project.values("intent")
        self._entities = project.values("entity")
        self._telling = self._entities_with_telling_values(project)
        self.initial: Mapping[str, str] = self._initial()
        """What is seen of slots before anything is said."""

    def _initial(self) -> Mapping[str, str]:
        found = {}
        for name, slot in self._slots.items():
            seen = self.slot(SlotStep(name, slot.initial_value))
            if seen is not None and seen[1] is not None:
                found[name] = seen[1]
        return found

    def _entities_with_telling_values(self, project: CheckedProject) -> frozenset[str]:
        """Entities whose value a policy sees, because it fills a slot."""
        seen = {name for name in self._slots if self._is_seen(name)}
        mapped = {
            part.value.properties.get("entity")
            for part in project.of("slot-mapping")
            if part.item.path[2] in seen or part.item.path[-1] in seen
        }
        return frozenset({*seen, *(name for name in mapped if isinstance(name, str))})

    def _is_seen(self, name: str) -> bool:
        slot = self._slots.get(name)
        return slot is None or (slot.influence_conversation and slot.type != "any")

    def slot(self, step: SlotStep) -> tuple[str, str | None] | None:
        """Name of a slot and what is seen of its value, None when it is empty; None for a slot nobody sees."""
        if not self._is_seen(step.slot):
            return None
        return step.slot, self._feature(step)

    def _feature(self, step: SlotStep) -> str | None:
        slot = self._slots.get(step.slot)
        kind = slot.type if slot is not None else ""
        if kind in ("text", "list"):
            return _SET if not step.has_value or step.value not in (None, [], "") else None
        if not step.has_value:
            return "unsaid"
        if step.value is None:
            return None
        if kind == "categorical":
            return str(step.value).lower()
        return _written(step.value)

    def said(self, step: Spoken) -> Said:
        if isinstance(step, ActionStep):
            return "action", step.action, ()
        if isinstance(step, BotStep):
            return "bot", step.text, ()
        if isinstance(step, UserStep):
            return "user", step.text, ()
        return "intent", base_intent(step.intent), self._entities_of(step)

    def _entities_of(self, step: IntentStep) -> tuple[str, ...]:
        found = set()
        for entity in step.entities if step.text is None else step.spans:
            if self._sees_entity(base_intent(step.intent), entity.entity):
                label = "".join(f"#{name}" for name in (entity.role, entity.group) if name)
                value = f"={_written(entity.value)}" if entity.entity in self._telling else ""
                found.add(f"{entity.entity}{label}{value}")
        return tuple(sorted(found))

    def _sees_entity(self, intent: str, name: str) -> bool:
        declared, entity = self._intents.get(intent), self._entities.get(name)
        if entity is not None and not entity.influence_conversation:
            return False
        if declared is None:
            return True
        used = declared.use_entities is None or name in {base_entity(label) for label in declared.use_entities}
        return used and name not in declared.ignore_entities


def _written(value: Any) -> str:
    try:
        return canonical(value).decode("utf-8", "backslashreplace")
    except CanonicalFormError:
        return repr(value)


def next_action(said: Said) -> str:
    """Name what the assistant did when this was next: it waited, if the user spoke."""
    return said[1] if said[0] in ("action", "bot") else LISTEN


def is_by_user(said: Said) -> bool:
    return said[0] in ("intent", "user")


def shown(action: str) -> str:
    """Say what the assistant does in the words of a message."""
    return "waits for the user" if action == LISTEN else f"goes on with {action!r}"
