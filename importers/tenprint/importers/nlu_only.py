"""NluDataImporter: what NLU is trained on, and nothing else."""

import anyio.to_thread

from tenprint.importers.data import Domain, Stories
from tenprint.importers.filtering import only_of
from tenprint.importers.kinds import CONFIG, NLU
from tenprint.importers.sampling import checked_percentage
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.wrapping import WrappingImporter


class NluDataImporter(WrappingImporter):
    """Forwards configuration and NLU data; the domain, the stories and the conversation tests are empty."""

    async def get_domain(self) -> Domain:
        return Domain()

    async def get_stories(self, exclusion_percentage: float | None = None) -> Stories:
        checked_percentage(exclusion_percentage)
        return Stories()

    async def get_conversation_tests(self) -> Stories:
        return Stories()

    async def snapshot(self) -> Snapshot:
        snapshot = await self.importer.snapshot()
        return await anyio.to_thread.run_sync(lambda: only_of(snapshot, (CONFIG, NLU), tests=False))
