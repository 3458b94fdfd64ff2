"""ResponsesSyncImporter: retrieval intents and their responses are the same in the domain and in NLU data."""

import anyio.to_thread

from tenprint.importers.data import Domain, NluData
from tenprint.importers.deriving import derived_from, synchronised, with_responses
from tenprint.importers.wrapping import WrappingImporter


class ResponsesSyncImporter(WrappingImporter):
    """Adds retrieval intents and their actions to the domain, and their responses to the NLU data.

    A response is one thing wherever it is written, so one that stands beside examples is in the domain already, and the
    two cannot disagree. The snapshot is that of `importer`: nothing derived becomes an item.
    """

    async def get_domain(self) -> Domain:
        domain = await self.importer.get_domain()
        snapshot = await self.importer.snapshot()
        return await anyio.to_thread.run_sync(lambda: synchronised(domain, derived_from(snapshot.table)))

    async def get_nlu_data(self, language: str = "en") -> NluData:
        # One after the other: what is wrong with the data would otherwise be told twice.
        domain = await self.importer.get_domain()
        return with_responses(await self.importer.get_nlu_data(language), domain)
