"""WrappingImporter: an importer around another; what it does not change it forwards."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.inputs import Inputs
from tenprint.importers.sampling import sampled
from tenprint.importers.snapshot import Snapshot


class WrappingImporter(TrainingDataImporter):
    """Forwards everything to `importer`, which it owns: closing it closes both."""

    def __init__(self, importer: TrainingDataImporter, context: ImporterContext | None = None) -> None:
        super().__init__({}, context or importer.context)
        self.importer = importer

    @property
    def source_name(self) -> str:
        return self.importer.source_name

    async def get_config(self) -> Mapping[str, Any]:
        return await self.importer.get_config()

    async def get_domain(self) -> Domain:
        return await self.importer.get_domain()

    async def get_stories(self, exclusion_percentage: float | None = None) -> Stories:
        """Return stories and rules; a share of them is left out where a percentage is given."""
        return sampled(await self.importer.get_stories(), exclusion_percentage)

    async def get_conversation_tests(self) -> Stories:
        return await self.importer.get_conversation_tests()

    async def get_nlu_data(self, language: str = "en") -> NluData:
        return await self.importer.get_nlu_data(language)

    async def get_further(self) -> Mapping[str, Any]:
        return await self.importer.get_further()

    async def get_config_file_for_auto_config(self) -> Path | None:
        return await self.importer.get_config_file_for_auto_config()

    async def declared_inputs(self) -> Inputs:
        return await self.importer.declared_inputs()

    async def snapshot(self) -> Snapshot:
        return await self.importer.snapshot()

    async def aclose(self) -> None:
        await self.importer.aclose()
