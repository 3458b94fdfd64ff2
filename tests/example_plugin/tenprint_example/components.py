"""A policy that follows flows: a message whose intent has the name of a flow starts it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tenprint.fingerprinting import ActionPrediction, CoreTrainingData, Dialogue, Event, Json, Policy
from tenprint.importers.data import ActionStep, IntentStep, SlotStep
from tenprint_example.flows import Flow, FlowStep

FLOWS_FILE = "flows.json"
LISTEN = "action_listen"


@dataclass(frozen=True, slots=True)
class FlowPolicy(Policy):
    """Predicts with confidence 1 the next step of the flow that was started last."""

    NAME: ClassVar[str] = "FlowPolicy"
    VERSION: ClassVar[str | None] = "1"

    steps: Mapping[str, Sequence[FlowStep]]

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {"priority": 7}

    @classmethod
    def train(cls, config: Mapping[str, Json], request: CoreTrainingData) -> Mapping[str, Json]:
        """Write the steps of all flows down; `further` holds the kinds of plugins, and only what Core is trained on."""
        del config
        flows: Mapping[str, Flow] = request.further.get("flows", {})
        return {
            FLOWS_FILE: {name: [[step.does, step.name] for step in flow.steps] for name, flow in sorted(flows.items())}
        }

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "FlowPolicy":
        del config
        return cls({name: [FlowStep(*step) for step in steps] for name, steps in files[FLOWS_FILE].items()})

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        since = self._since_start(dialogue.events)
        if since is None:
            return None
        started, *events = since
        done = {event.action for event in events if isinstance(event, ActionStep)}
        filled = {event.slot for event in events if isinstance(event, SlotStep)}
        asked = events[-1].action if events and isinstance(events[-1], ActionStep) else None
        name = started.intent if isinstance(started, IntentStep) else ""
        for step in self._all_steps(name, frozenset({name})):
            if step.does == "collect" and step.name not in filled:
                question = f"utter_ask_{step.name}"
                return ActionPrediction(LISTEN if asked == question else question, 1.0)
            if step.does == "action" and step.name not in done:
                return ActionPrediction(step.name, 1.0)
        return ActionPrediction(LISTEN, 1.0) if asked is not None else None

    def _since_start(self, events: Sequence[Event]) -> Sequence[Event] | None:
        """The message that started a flow, and what has happened since."""
        for position in range(len(events) - 1, -1, -1):
            event = events[position]
            if isinstance(event, IntentStep) and event.intent in self.steps:
                return events[position:]
        return None

    def _all_steps(self, flow: str, before: frozenset[str]) -> Iterator[FlowStep]:
        """Steps of a flow and of those it links to, each flow once."""
        for step in self.steps.get(flow, ()):
            if step.does != "link":
                yield step
            elif step.name not in before:
                yield from self._all_steps(step.name, before | {step.name})
