"""E2EImporter: literal words of dialogues become actions of the domain and messages for NLU."""

import anyio.to_thread

from tenprint.importers.data import Domain, NluData
from tenprint.importers.deriving import derived_from, with_bot_texts, with_messages
from tenprint.importers.wrapping import WrappingImporter


class E2EImporter(WrappingImporter):
    """Adds texts of the assistant to the domain as end-to-end actions, and turns of dialogues to the NLU data.

    The turns are `messages`, not examples. The text that a story or a conversation test notes beside an intent stays a
    note: it never becomes an example of the intent.
    """

    async def get_domain(self) -> Domain:
        domain = await self.importer.get_domain()
        snapshot = await self.importer.snapshot()
        return await anyio.to_thread.run_sync(lambda: with_bot_texts(domain, derived_from(snapshot.table)))

    async def get_nlu_data(self, language: str = "en") -> NluData:
        # One after the other: what is wrong with the data would otherwise be told twice.
        stories = await self.importer.get_stories()
        nlu = await self.importer.get_nlu_data(language)
        return await anyio.to_thread.run_sync(with_messages, nlu, stories)
