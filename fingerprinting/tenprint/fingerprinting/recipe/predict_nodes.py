"""The nodes that predict: components rebuilt from their resources, once, and asked in turn. They are eager."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.component import ActionPrediction, Batch, Dialogue, Message
from tenprint.fingerprinting.engine import ExecutionContext, ModelStorage, Resource
from tenprint.fingerprinting.predicting import advanced, load_nlu_component, load_policy, surest
from tenprint.fingerprinting.recipe.input_nodes import OwnNode
from tenprint.fingerprinting.recipe.node_classes import ComponentNode
from tenprint.fingerprinting.written_intents import as_written

NO_OPINION = ActionPrediction("action_listen", 0.0)
"""What the assistant does when no policy has an opinion: it waits for the user."""


class TakeMessages(OwnNode):
    """Puts messages together to a batch."""

    NAME = "take-messages"

    def take(self, messages: list[Message]) -> Batch:
        return Batch(tuple(messages))


class GiveMessages(OwnNode):
    """Answers with the messages of a batch: what the NLU half as a whole answers, and what messages say themselves."""

    NAME = "give-messages"

    def give(self, batch: Batch) -> list[Message]:
        return list(map(as_written, batch.messages))


class LoadedNode(ComponentNode):
    """A node that is made from the folder of a resource."""

    def __init__(self, folder: Path) -> None:
        """Load what it needs; nothing is read later."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LoadedNode":
        del config, execution_context
        with model_storage.read_from(resource) as folder:
            return cls(folder)


class ProcessNode(LoadedNode):
    """Lets one component of the pipeline add what it recognises."""

    NAME = "process"

    def __init__(self, folder: Path) -> None:
        self._component = load_nlu_component(folder, self.surroundings.components)

    def process(self, batch: Batch) -> Batch:
        return advanced(batch, self._component)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one policy says comes next; of equally sure ones the one of higher priority counts."""

    priority: float
    prediction: ActionPrediction | None


class PolicyNode(LoadedNode):
    """Asks one policy what comes next."""

    NAME = "predict"

    def __init__(self, folder: Path) -> None:
        self._priority, self._policy = load_policy(folder, self.surroundings.components)

    def predict(self, dialogue: Dialogue) -> Opinion:
        return Opinion(self._priority, self._policy.predict(dialogue))


class SelectPrediction(OwnNode):
    """Takes the surest opinion: of equally sure ones that of the highest priority, then of the first policy."""

    NAME = "select-prediction"

    def select(self, **opinions: Opinion) -> ActionPrediction:
        ordered = sorted(opinions.values(), key=lambda opinion: -opinion.priority)
        prediction = surest(opinion.prediction for opinion in ordered)
        return NO_OPINION if prediction is None else prediction
