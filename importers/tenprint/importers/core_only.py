"""CoreDataImporter: what Core is trained on, without the examples of NLU."""

import anyio.to_thread

from tenprint.importers.data import NluData
from tenprint.importers.filtering import only_of
from tenprint.importers.kinds import CONFIG, DOMAIN, STORIES
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.wrapping import WrappingImporter


class CoreDataImporter(WrappingImporter):
    """Forwards everything but NLU data, which is empty.

    The domain is the effective one: retrieval intents and their actions stay in it, although the examples that say so
    are gone.
    """

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        return NluData()

    async def snapshot(self) -> Snapshot:
        snapshot = await self.importer.snapshot()
        return await anyio.to_thread.run_sync(lambda: only_of(snapshot, (CONFIG, DOMAIN, STORIES), tests=True))
