"""What of a dialogue policies look at: features of slots and names of entities, as the domain declares them.

A feature is what training may depend on: that a text is set, which category a value is, and never the words a user
wrote. A slot the domain does not declare, or declares without influence, has no feature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting import Json
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    Domain,
    EntitySpan,
    IntentStep,
    Slot,
    SlotStep,
    StepEntity,
    UserStep,
)

OTHER_CATEGORY = "__other__"
"""Feature of a categorical slot whose value is none of its categories; the field's name for it."""

_WITHOUT_FEATURE = ("any",)
_TYPES_WITH_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "categorical": ("values",),
    "float": ("min_value", "max_value"),
}
_VALUE_TYPES = ("bool", "categorical", "float")
"""Types whose feature is their value; of all other types it counts only that they are set."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """The part of the domain that decides how policies see a dialogue; kept with each trained policy."""

    slots: Mapping[str, Mapping[str, Json]]
    """Featurised slots: their type, its properties, and the `initial` feature where they have one."""
    used_entities: Mapping[str, Sequence[str]]
    """Intent -> the only entities that count with it; intents that use all entities are absent."""
    ignored_entities: Mapping[str, Sequence[str]]
    """Intent -> entities that do not count with it; under the empty name those that never count."""

    @classmethod
    def of_domain(cls, domain: Domain) -> "Relevance":
        featurised = [
            slot for slot in domain.slots if slot.influence_conversation and slot.type not in _WITHOUT_FEATURE
        ]
        never = sorted(entity.name for entity in domain.entities if not entity.influence_conversation)
        return cls(
            {slot.name: _slot_description(slot) for slot in featurised},
            {intent.name: sorted(intent.use_entities) for intent in domain.intents if intent.use_entities is not None},
            {
                **{intent.name: sorted(intent.ignore_entities) for intent in domain.intents if intent.ignore_entities},
                **({"": never} if never else {}),
            },
        )

    @classmethod
    def from_json(cls, value: Json) -> "Relevance":
        return cls(value["slots"], value["used_entities"], value["ignored_entities"])

    def to_json(self) -> dict[str, Json]:
        return {
            "slots": {name: dict(described) for name, described in self.slots.items()},
            "used_entities": {intent: list(names) for intent, names in self.used_entities.items()},
            "ignored_entities": {intent: list(names) for intent, names in self.ignored_entities.items()},
        }

    @property
    def initial_features(self) -> dict[str, Json]:
        return {name: described["initial"] for name, described in self.slots.items() if "initial" in described}

    def tells(self, step: SlotStep) -> bool:
        """Tell whether a step says anything about a feature; a bare name does where being set is all that counts."""
        described = self.slots.get(step.slot)
        return described is not None and (step.has_value or described["type"] not in _VALUE_TYPES)

    def feature(self, step: SlotStep) -> Json:
        """Feature of a slot once the step is taken; None when it is not set. Ask only where `tells` says yes."""
        return _feature(self.slots[step.slot], step.value) if step.has_value else True

    def spoken(self, event: IntentStep | UserStep | ActionStep | BotStep) -> dict[str, Json]:
        """What was said or done, in the words of stories."""
        if isinstance(event, ActionStep):
            return {"action": event.action}
        if isinstance(event, BotStep):
            return {"bot": event.text}
        if isinstance(event, UserStep):
            return {"user": event.text}
        names = self._counting_entities(event.intent, event.spans or event.entities)
        return {"intent": event.intent, **({"entities": names} if names else {})}

    def _counting_entities(self, intent: str, entities: Sequence[EntitySpan | StepEntity]) -> list[str]:
        used = self.used_entities.get(intent)
        ignored = {*self.ignored_entities.get(intent, ()), *self.ignored_entities.get("", ())}
        return sorted(
            {
                _entity_name(entity)
                for entity in entities
                if entity.entity not in ignored and (used is None or entity.entity in used)
            }
        )


def _entity_name(entity: EntitySpan | StepEntity) -> str:
    """Name with role and group, in the field's spelling: `city#from`, `city@1`."""
    role = f"#{entity.role}" if entity.role else ""
    group = f"@{entity.group}" if entity.group else ""
    return f"{entity.entity}{role}{group}"


def _slot_description(slot: Slot) -> dict[str, Json]:
    kept = _TYPES_WITH_PROPERTIES.get(slot.type, ())
    described: dict[str, Json] = {"type": slot.type}
    described |= {name: slot.properties[name] for name in kept if name in slot.properties}
    if "values" in described:
        described["values"] = [_category(value) for value in described["values"]]
    initial = _feature(described, slot.initial_value)
    return described if initial is None else {**described, "initial": initial}


def _feature(described: Mapping[str, Json], value: Any) -> Json:
    if value is None:
        return None
    kind = described["type"]
    if kind == "bool":
        return _truth(value)
    if kind == "categorical":
        category = _category(value)
        return category if category in described.get("values", ()) else OTHER_CATEGORY
    if kind == "float":
        return _share(described, value)
    if kind == "list":
        return True if value not in ([], (), "") else None
    return True


def _truth(value: Any) -> bool | None:
    written = {"true": True, "false": False}
    return value if isinstance(value, bool) else written.get(_category(value))


def _category(value: Any) -> str:
    """Categories are compared as lower-case text, so `True` and `true` are one."""
    return str(value).lower()


def _share(described: Mapping[str, Json], value: Any) -> float | None:
    """A number, moved to the nearest end of its range where it lies outside."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    low, high = described.get("min_value", 0.0), described.get("max_value", 1.0)
    return None if number - number != 0 else float(min(max(number, low), high))
