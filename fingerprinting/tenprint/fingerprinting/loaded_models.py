"""A trained model, ready to be asked through its predict graph; the one place where evaluations load anything."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import anyio.from_thread
import anyio.to_thread

from tenprint.fingerprinting.archive.sidecar import fitting_sidecar
from tenprint.fingerprinting.archive.unpack import errors_name_archive, unpack_model
from tenprint.fingerprinting.component import ActionPrediction, Components, Dialogue, Message
from tenprint.fingerprinting.errors import ModelError
from tenprint.fingerprinting.recipe.predictor import Predictor, open_predictor
from tenprint.importers import temporary_folder


@dataclass(frozen=True, slots=True)
class AskedPolicy:
    """One policy of a model, for code in a worker thread."""

    predictor: Predictor
    node: str

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        return anyio.from_thread.run(self.predictor.opinion, self.node, dialogue)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in use."""

    path: str
    predictor: Predictor

    @property
    def policies(self) -> Sequence[AskedPolicy]:
        """The policies in the order of their priority; none where the model has no Core half."""
        return tuple(AskedPolicy(self.predictor, node) for node in self.predictor.policies)

    def parse(self, text: str) -> Message:
        """Say what a message means, for code in a worker thread."""
        return anyio.from_thread.run(self.predictor.parse, text)


@asynccontextmanager
async def loaded_model(path: str, components: Components) -> AsyncIterator[LoadedModel]:
    """Unpack an archive and load what is in it; what was unpacked is removed at the end.

    Raises:
        ModelError: It is damaged, or another program has made it.
        UnknownComponent: No plugin provides one of its components.
    """
    foreign = await anyio.to_thread.run_sync(lambda: fitting_sidecar(path, items=False))
    if foreign is not None:
        raise ModelError(f"{path} was made by another program ({foreign.trainer})", hint="ask that program to test it")
    async with temporary_folder() as folder:
        await anyio.to_thread.run_sync(unpack_model, path, folder / "model")
        with errors_name_archive(path, folder / "model"):
            async with open_predictor(folder / "model", components) as predictor:
                yield LoadedModel(path, predictor)
