"""Flows: what an assistant does step by step once a message has started it."""

from collections.abc import Mapping
from dataclasses import dataclass

STEP_KEYS = ("collect", "action", "link")


@dataclass(frozen=True, slots=True)
class FlowStep:
    """Collect a slot, run an action, or go on with another flow; `name` is that of the slot, action or flow."""

    does: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow; an intent of its name starts it. Its description is for people and no matter of training."""

    name: str
    steps: tuple[FlowStep, ...] = ()
    description: str = ""

    def named(self, does: str) -> frozenset[str]:
        """Names of all slots, actions or flows its steps mention."""
        return frozenset(step.name for step in self.steps if step.does == does)


Flows = Mapping[str, Flow]
"""Flows by their names."""
