"""A model in use: its predict graph over the resources of an unpacked archive.

The graph is made from what the resources say of themselves; nothing is imported because an archive names it.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType

import anyio.to_thread

from tenprint.fingerprinting.component import ActionPrediction, Components, Dialogue, Message
from tenprint.fingerprinting.component_jobs import ComponentJob, stored_jobs
from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphStorageError,
    LocalGraphRunner,
    ModelStorage,
    Resource,
    ResourceFolder,
)
from tenprint.fingerprinting.predicting import BATCH_SIZE, priority_of
from tenprint.fingerprinting.recipe.node_classes import RunSurroundings
from tenprint.fingerprinting.recipe.predict_nodes import Opinion
from tenprint.fingerprinting.recipe.predict_schema import (
    CORE_ANSWER,
    DIALOGUE_INPUT,
    MESSAGES_INPUT,
    NLU_ANSWER,
    policy_node,
    predict_schema,
)


@dataclass(frozen=True, slots=True)
class Predictor:
    """A loaded model; it may be asked several things at once."""

    runner: LocalGraphRunner
    policies: tuple[str, ...] = ()
    """Nodes of policies: by their priority, highest first, then in the order of `policies`."""
    has_nlu: bool = False

    async def parse(self, text: str) -> Message:
        """Say what a message means."""
        return (await self.parse_all([text]))[0]

    async def parse_all(self, texts: Iterable[str]) -> list[Message]:
        """Say what many messages mean, a batch at a time; each answer is that of `parse`."""
        waiting = iter(texts)
        answers: list[Message] = []
        while batch := [Message(text) for text in islice(waiting, BATCH_SIZE)]:
            answers += (await self.runner.run({MESSAGES_INPUT: batch}, [NLU_ANSWER]))[NLU_ANSWER]
        return answers

    async def predict(self, dialogue: Dialogue) -> ActionPrediction:
        """Say what the assistant does next; to wait for the user with confidence 0 where no policy has an opinion."""
        answer = (await self.runner.run({DIALOGUE_INPUT: dialogue}, [CORE_ANSWER]))[CORE_ANSWER]
        prediction: ActionPrediction = answer
        return prediction

    async def opinion(self, policy: str, dialogue: Dialogue) -> ActionPrediction | None:
        """Ask one policy, by its node."""
        opinion: Opinion = (await self.runner.run({DIALOGUE_INPUT: dialogue}, [policy]))[policy]
        return opinion.prediction


@asynccontextmanager
async def open_predictor(folder: Path, components: Components) -> AsyncIterator[Predictor]:
    """Load a model from the folder of an unpacked archive, or one half of it; the folder is not read later.

    Raises:
        ModelError: A file is missing or damaged, or there is neither half.
        UnknownComponent: No plugin provides one of its components.
    """
    jobs: tuple[ComponentJob, ...] = await anyio.to_thread.run_sync(stored_jobs, folder, components)
    schema = predict_schema(jobs, RunSurroundings(components, folder))
    for target in (NLU_ANSWER, CORE_ANSWER):
        if target in schema.nodes:
            schema.nodes[target].is_target = True
    runner = LocalGraphRunner.create(schema, UnpackedModel(folder), ExecutionContext(schema))
    async with runner:
        yield Predictor(runner, _policies(jobs), NLU_ANSWER in schema.nodes)


def _policies(jobs: Iterable[ComponentJob]) -> tuple[str, ...]:
    ordered = sorted((job for job in jobs if job.section == "core"), key=lambda job: -priority_of(job.options))
    return tuple(policy_node(job) for job in ordered)


class UnpackedModel(ModelStorage):
    """The resources of an unpacked archive, to be read only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write_to(self, resource: Resource) -> ResourceFolder:
        raise GraphStorageError(f"resource {resource.name}: a model that is in use is not written to")

    def read_from(self, resource: Resource) -> ResourceFolder:
        return _Folder(self._folder / resource.name)

    def holds(self, resource: Resource) -> bool:
        return (self._folder / resource.name).is_dir()


class _Folder(AbstractContextManager[Path], AbstractAsyncContextManager[Path]):
    """A folder that is there anyway."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Path:
        return self._path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def __aenter__(self) -> Path:
        return self._path

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass
