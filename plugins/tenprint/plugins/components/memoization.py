"""A policy that remembers its stories: the same turns are followed by the same action.

It looks at the last `max_history` turns: each a message and all that the assistant did until the next one. Histories
that stories continue in different ways are dropped, so what it says does not depend on the order of stories.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tenprint.fingerprinting import ActionPrediction, CoreTrainingData, Dialogue, Event, Json, Policy
from tenprint.plugins.components.dialogues import linear_dialogues
from tenprint.plugins.components.json_text import compact_each
from tenprint.plugins.components.moments import Moment, next_actions, recorded
from tenprint.plugins.components.options import (
    UNHEARD_CONFIDENCE,
    count_objection,
    truth_objection,
    unused_objection,
    whole_number_objection,
)
from tenprint.plugins.components.relevance import Relevance

HISTORIES_FILE = "histories.json"
RELEVANCE_FILE = "relevance.json"


@dataclass(frozen=True, slots=True)
class MemoizationPolicy(Policy):
    """Predicts, with confidence 1, what the stories did after the very same turns; nothing after any others."""

    NAME: ClassVar[str] = "MemoizationPolicy"
    VERSION: ClassVar[str | None] = "1"

    max_history: int | None
    relevance: Relevance
    actions: Mapping[tuple[str, ...], str]
    """Compact texts of a history -> the action after it."""

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "enable_feature_string_compression": True,
            "max_history": 5,
            "priority": 3,
            "use_nlu_confidence_as_score": False,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *truth_objection(config, "enable_feature_string_compression"),
            *count_objection(config, "max_history"),
            *whole_number_objection(config, "priority"),
            *unused_objection(config, "use_nlu_confidence_as_score", UNHEARD_CONFIDENCE),
        )

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"stories", "domain"})

    @classmethod
    def train(cls, config: Mapping[str, Json], request: CoreTrainingData) -> Mapping[str, Json]:
        """Remember stories; rules are left to the rule policy.

        Raises:
            ProblemsError: Checkpoints and alternatives make too many dialogues.
        """
        relevance = Relevance.of_domain(request.domain)
        initial_slots = {slot.name: slot.initial_value for slot in request.domain.slots}
        found: dict[tuple[str, ...], tuple[list[Json], set[str]]] = {}
        for dialogue in linear_dialogues(request.stories.stories, initial_slots=initial_slots):
            for moments, action in next_actions(dialogue, relevance):
                history = _history(moments, config["max_history"])
                found.setdefault(compact_each(history), (history, set()))[1].add(action)
        rows = [
            {"when": history, "then": action}
            for _, (history, actions) in sorted(found.items())
            if len(actions) == 1
            for action in actions
        ]
        return {HISTORIES_FILE: rows, RELEVANCE_FILE: relevance.to_json()}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "MemoizationPolicy":
        actions = {compact_each(row["when"]): row["then"] for row in files[HISTORIES_FILE]}
        return cls(config["max_history"], Relevance.from_json(files[RELEVANCE_FILE]), actions)

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        return self.remembered(dialogue.events)

    def remembered(self, events: Sequence[Event]) -> ActionPrediction | None:
        """Look up what followed these events, and nothing else before them."""
        moments = recorded(events, self.relevance, skips_loop_turns=True)
        action = self.actions.get(compact_each(_history(moments, self.max_history)))
        return None if action is None else ActionPrediction(action, 1.0)


def _history(moments: Sequence[Moment], max_history: int | None) -> list[Json]:
    """The last turns as JSON; a conversation with fewer turns is kept from its beginning."""
    start = 0
    if max_history is not None:
        begins = [position for position, moment in enumerate(moments) if moment.is_by_user]
        start = begins[-max_history] if len(begins) >= max_history else 0
    return [moment.to_json() for moment in moments[start:]]
