"""NluDataImporter: what NLU is trained on, and nothing else."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread

from tenprint.importers.data import Domain, Stories
from tenprint.importers.filtering import only_of, training_kinds
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

    async def get_further(self) -> Mapping[str, Any]:
        names = {kind.name for kind in training_kinds(self.context.rules.kinds, "nlu")}
        return {name: value for name, value in (await self.importer.get_further()).items() if name in names}

    async def snapshot(self) -> Snapshot:
        snapshot = await self.importer.snapshot()
        kinds = (CONFIG, NLU, *training_kinds(self.context.rules.kinds, "nlu"))
        return await anyio.to_thread.run_sync(lambda: only_of(snapshot, kinds, tests=False))
