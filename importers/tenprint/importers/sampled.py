"""SampledImporter: a share of the stories and rules of another importer is left out."""

import anyio.to_thread

from tenprint.importers.data import Stories
from tenprint.importers.importer import TrainingDataImporter
from tenprint.importers.sampling import checked_percentage, sampled, sampled_snapshot
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.wrapping import WrappingImporter


class SampledImporter(WrappingImporter):
    """Leaves the same dialogues out of the values and of the snapshot; a seed says which.

    Wrap it around what is combined, so that the whole project is sampled at once.
    """

    def __init__(self, importer: TrainingDataImporter, exclusion_percentage: float, *, seed: int = 0) -> None:
        super().__init__(importer)
        checked_percentage(exclusion_percentage)
        self.exclusion_percentage = exclusion_percentage
        self.seed = seed

    async def get_stories(self, exclusion_percentage: float | None = None) -> Stories:
        """Return the sample; a further percentage leaves out a share of what is left."""
        stories = sampled(await self.importer.get_stories(), self.exclusion_percentage, seed=self.seed)
        return sampled(stories, exclusion_percentage, seed=self.seed)

    async def snapshot(self) -> Snapshot:
        snapshot = await self.importer.snapshot()
        return await anyio.to_thread.run_sync(
            lambda: sampled_snapshot(snapshot, self.exclusion_percentage, seed=self.seed)
        )
