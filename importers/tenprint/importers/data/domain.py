"""The domain: intents, entities, slots, forms, actions and responses of an assistant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.data.responses import Response

DEFAULT_INTENTS = ("back", "out_of_scope", "restart", "session_start", "nlu_fallback")
"""Known in every domain without being written there."""

DEFAULT_ACTIONS = (
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "...",
    "action_extract_slots",
)
"""Known in every domain, in the order the field numbers them."""

DEFAULT_RESPONSES = ("utter_default", "utter_restart", "utter_ask_rephrase")
"""Sent by default actions where a domain has them."""

IS_RETRIEVAL_INTENT = "is_retrieval_intent"
"""Property of an intent whose examples have keys: `faq/opening_hours`."""


def _no_properties() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent; `use_entities` None means all entities, including those other sources add."""

    name: str
    use_entities: tuple[str, ...] | None = None
    ignore_entities: tuple[str, ...] = ()
    triggers: str | None = None
    properties: Mapping[str, Any] = field(default_factory=_no_properties)


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity type with the roles and groups it may take."""

    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influence_conversation: bool = True
    properties: Mapping[str, Any] = field(default_factory=_no_properties)


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """How a slot is filled while the assistant runs; training never reads it."""

    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot: `properties` are those of its type, such as `values` of a categorical one."""

    name: str
    type: str
    initial_value: Any = None
    influence_conversation: bool = True
    mappings: tuple[SlotMapping, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=_no_properties)


@dataclass(frozen=True, slots=True)
class Form:
    """A form. In the 2.x format it also says how each of its slots is filled (`slot_mappings`)."""

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()
    slot_mappings: Mapping[str, tuple[SlotMapping, ...]] = field(default_factory=_no_properties)
    properties: Mapping[str, Any] = field(default_factory=_no_properties)


@dataclass(frozen=True, slots=True)
class Action:
    """A custom action."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=_no_properties)


@dataclass(frozen=True, slots=True)
class Domain:
    """The whole domain. Order is that of the sources; only mappings and variations give it a meaning."""

    intents: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    slots: tuple[Slot, ...] = ()
    forms: tuple[Form, ...] = ()
    actions: tuple[Action, ...] = ()
    responses: tuple[Response, ...] = ()
    end_to_end_actions: tuple[str, ...] = ()
    session: Mapping[str, Any] = field(default_factory=_no_properties)
    """`session_config` as written; an absent setting has the field's default (60 minutes, carry over)."""
    settings: Mapping[str, Any] = field(default_factory=_no_properties)
    """The `config` mapping of a domain, such as `store_entities_as_slots`."""

    @property
    def is_empty(self) -> bool:
        return self == Domain()

    @property
    def retrieval_intents(self) -> tuple[str, ...]:
        """Names of the intents that are marked as retrieval intents."""
        return tuple(intent.name for intent in self.intents if intent.properties.get(IS_RETRIEVAL_INTENT) is True)
