"""CoreDataImporter: what Core is trained on, without the examples of NLU."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread

from tenprint.importers.data import NluData
from tenprint.importers.filtering import only_of, training_kinds
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

    async def get_further(self) -> Mapping[str, Any]:
        names = {kind.name for kind in training_kinds(self.context.rules.kinds, "core")}
        return {name: value for name, value in (await self.importer.get_further()).items() if name in names}

    async def snapshot(self) -> Snapshot:
        snapshot = await self.importer.snapshot()
        kinds = (CONFIG, DOMAIN, STORIES, *training_kinds(self.context.rules.kinds, "core"))
        return await anyio.to_thread.run_sync(lambda: only_of(snapshot, kinds, tests=True))
