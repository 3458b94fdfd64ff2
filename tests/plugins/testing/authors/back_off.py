"""What an author might write: a policy that does what was done most often after the longest end it knows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tenprint.fingerprinting import ActionPrediction, CoreTrainingData, DamagedFile, Dialogue, Policy
from tenprint.importers.data import ActionStep, BotStep, IntentStep, LoopStep, Rule, SlotStep, Story, UserStep

COUNTS = "counts.json"


class BackOffPolicy(Policy):
    """Predicts from the last events. Options: `max_history`, `least` times it must have been seen, and `priority`."""

    NAME: ClassVar[str] = "BackOffPolicy"
    VERSION: ClassVar[str | None] = "1"
    CAN_FINETUNE: ClassVar[bool] = True

    def __init__(self, counts: Mapping[str, Mapping[str, int]], max_history: int, least: int) -> None:
        self.counts = counts
        self.max_history = max_history
        self.least = least

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"max_history": 3, "least": 1, "priority": 2}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(
            f"option `{option}` must be a whole number from {lowest} on"
            for option, lowest in {"max_history": 1, "least": 1, "priority": 0}.items()
            if not isinstance(config[option], int) or config[option] < lowest
        )

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"stories", "rules"})

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        counts: dict[str, Counter[str]] = {}
        dialogues: tuple[Story | Rule, ...] = (*request.stories.stories, *request.stories.rules)
        for dialogue in dialogues:
            for place, step in enumerate(dialogue.steps):
                if isinstance(step, ActionStep):
                    for end in _ends(dialogue.steps[:place], config["max_history"]):
                        counts.setdefault(end, Counter())[step.action] += 1
        return {COUNTS: counts}

    @classmethod
    def finetune(
        cls, config: Mapping[str, Any], request: CoreTrainingData, former: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        counts = {end: Counter(found) for end, found in former[COUNTS].items()}
        for end, found in cls.train(config, request)[COUNTS].items():
            counts.setdefault(end, Counter()).update(found)
        return {COUNTS: counts}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "BackOffPolicy":
        counts = files[COUNTS]
        if not isinstance(counts, dict) or not all(isinstance(found, dict) for found in counts.values()):
            raise DamagedFile(COUNTS, "is no mapping from ends of dialogues to actions")
        if not all(type(count) is int for found in counts.values() for count in found.values()):
            raise DamagedFile(COUNTS, "does not say how often an action was done")
        return cls(counts, config["max_history"], config["least"])

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        for end in reversed(_ends(dialogue.events, self.max_history)):
            found = self.counts.get(end, {})
            total = sum(found.values())
            if total >= self.least:
                action = min(found, key=lambda name: (-found[name], name))
                return ActionPrediction(action, found[action] / total)
        return None


def _ends(events: Sequence[Any], longest: int) -> list[str]:
    told = [word for word in map(_word, events) if word]
    return [" ".join(told[-length:]) for length in range(1, min(longest, len(told)) + 1)]


def _word(event: Any) -> str:
    if isinstance(event, IntentStep):
        return f"said:{event.intent}"
    if isinstance(event, ActionStep):
        return f"did:{event.action}"
    if isinstance(event, SlotStep):
        return f"set:{event.slot}={event.value!r}"
    if isinstance(event, LoopStep):
        return f"loop:{event.loop}"
    if isinstance(event, UserStep | BotStep):
        return f"words:{event.text}"
    return ""
