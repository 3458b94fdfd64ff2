"""The nodes that run a component: one that trains it, and for tokenizers and featurizers one that prepares texts.

Both are made anew for each run; what a component learned travels as the files of its resource.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from tenprint.fingerprinting.component import Batch, Components, CoreTrainingData, NluLesson
from tenprint.fingerprinting.component_jobs import ComponentJob
from tenprint.fingerprinting.engine import ExecutionContext, ModelStorage, Resource
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.predicting import Interpreter, load_nlu_component
from tenprint.fingerprinting.recipe.lessons import core_lesson, nlu_lesson, prepared_batch
from tenprint.fingerprinting.recipe.node_classes import ComponentNode
from tenprint.fingerprinting.recipe.prepared import PreparedFeatures, PreparedMessages, TrainedHalf
from tenprint.importers.inputs import watched_accesses

BASE = "base"
"""Parameter of the resource that a component goes on from."""

HALF = "nlu"
"""Parameter of the NLU half."""


class StorageNode(ComponentNode):
    """A node that knows its storage, and the resource it writes or reads."""

    def __init__(self, job: ComponentJob, storage: ModelStorage, resource: Resource) -> None:
        self._job = job
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "StorageNode":
        del execution_context
        return cls(cls.job.with_options(config), model_storage, resource)


class TrainNode(StorageNode):
    """Trains a component, and stores what it answers."""

    def _stored(self, lesson: NluLesson | CoreTrainingData, inputs: Mapping[str, Any]) -> Resource:
        base: Resource | None = inputs.get(BASE)
        watched = self.surroundings.watches(self._job)
        lesson = replace(lesson, project=self.surroundings.project.absolute())
        former = nullcontext() if base is None else self._storage.read_from(base)
        with former as folder, watched_accesses(active=watched) as accesses:
            files = self._job.trained(lesson, folder)
        if watched:
            self.surroundings.judge(self._job, accesses)
        with self._storage.write_to(self._resource) as folder:
            for name, content in files.items():
                (folder / name).write_bytes(content)
        return self._resource.with_fingerprint(self._storage)


class TrainNluNode(TrainNode):
    """Trains one entry of `pipeline`."""

    NAME = "train-nlu"

    def train(self, **inputs: Any) -> Resource:
        return self._stored(nlu_lesson(inputs, self.reads), inputs)


class TrainPolicyNode(TrainNode):
    """Trains one entry of `policies`."""

    NAME = "train-policy"

    def train(self, **inputs: Any) -> Resource:
        half: TrainedHalf | None = inputs.get(HALF)
        parse = None if half is None else _interpreter(half, self._storage, self.surroundings.components).parse
        return self._stored(core_lesson(inputs, parse), inputs)


class PrepareNode(StorageNode):
    """Lets a component, as it was just trained, add to the texts what later ones learn from."""

    NAME = "prepare"

    def prepare_messages(self, **inputs: Any) -> PreparedMessages:
        before, after = self._prepared(inputs)
        if len(after.features) != len(before.features):
            raise TrainingError(
                f"{self._job.described} adds features and is no Featurizer",
                hint="derive its class from Featurizer; later components are given features of these alone",
            )
        return PreparedMessages(after.messages)

    def prepare_features(self, **inputs: Any) -> PreparedFeatures:
        return PreparedFeatures(self._prepared(inputs)[1].features[-1])

    def _prepared(self, inputs: Mapping[str, Any]) -> tuple[Batch, Batch]:
        batch = prepared_batch(inputs)
        with self._storage.read_from(self._resource) as folder:
            return batch, self._job.prepared(batch, folder, self.surroundings.components)


def _interpreter(half: TrainedHalf, storage: ModelStorage, components: Components) -> Interpreter:
    """Load the NLU half from its resources, which stand in the order of the pipeline."""
    loaded = []
    for name in half.resources:
        with storage.read_from(Resource(name)) as folder:
            loaded.append(load_nlu_component(folder, components))
    return Interpreter(tuple(loaded))
