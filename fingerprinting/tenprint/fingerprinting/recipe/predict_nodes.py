"""The nodes that predict: components rebuilt from their resources, once, and asked in turn. They are eager."""

from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.component import ActionPrediction, Batch, Dialogue, Message
from tenprint.fingerprinting.engine import ExecutionContext, ModelStorage, Resource
from tenprint.fingerprinting.predicting import advanced, load_nlu_component, load_policy
from tenprint.fingerprinting.recipe.input_nodes import OwnNode
from tenprint.fingerprinting.recipe.node_classes import ComponentNode

NO_OPINION = ActionPrediction("action_listen", 0.0)
"""What the assistant does when no policy has an opinion: it waits for the user."""


class TakeMessages(OwnNode):
    """Puts messages together to a batch."""

    NAME = "take-messages"

    def take(self, messages: list[Message]) -> Batch:
        return Batch(tuple(messages))


class GiveMessages(OwnNode):
    """Answers with the messages of a batch: what the NLU half as a whole answers."""

    NAME = "give-messages"

    def give(self, batch: Batch) -> list[Message]:
        return list(batch.messages)


class ProcessNode(ComponentNode):
    """Lets one component of the pipeline add what it recognises."""

    NAME = "process"

    def __init__(self, component: Any) -> None:
        self._component = component

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ProcessNode":
        del config, execution_context
        with model_storage.read_from(resource) as folder:
            return cls(load_nlu_component(folder, cls.surroundings.components))

    def process(self, batch: Batch) -> Batch:
        return advanced(batch, self._component)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one policy says comes next; of equally sure ones the one of higher priority counts."""

    priority: float
    prediction: ActionPrediction | None


class PolicyNode(ComponentNode):
    """Asks one policy what comes next."""

    NAME = "predict"

    def __init__(self, priority: float, policy: Any) -> None:
        self._priority = priority
        self._policy = policy

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PolicyNode":
        del config, execution_context
        with model_storage.read_from(resource) as folder:
            return cls(*load_policy(folder, cls.surroundings.components))

    def predict(self, dialogue: Dialogue) -> Opinion:
        return Opinion(self._priority, self._policy.predict(dialogue))


class SelectPrediction(OwnNode):
    """Takes the surest opinion: of equally sure ones that of the highest priority, then of the first policy."""

    NAME = "select-prediction"

    def select(self, **opinions: Opinion) -> ActionPrediction:
        ordered = sorted(opinions.values(), key=lambda opinion: -opinion.priority)
        known = [opinion.prediction for opinion in ordered if opinion.prediction is not None]
        return max(known, key=lambda prediction: prediction.confidence, default=NO_OPINION)
