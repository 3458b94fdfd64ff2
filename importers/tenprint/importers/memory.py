"""MemoryImporter: values in memory, for tests, documentation and notebooks."""

from collections.abc import Mapping
from typing import Any

from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.reading import plain_value
from tenprint.importers.sampling import sampled


class MemoryImporter(TrainingDataImporter):
    """Provides the values it was made of."""

    NAME = "memory"

    def __init__(
        self,
        *,
        config: Mapping[str, Any] | None = None,
        domain: Domain | None = None,
        stories: Stories | None = None,
        nlu: NluData | None = None,
        tests: Stories | None = None,
        further: Mapping[str, Any] | None = None,
        context: ImporterContext | None = None,
    ) -> None:
        super().__init__({}, context)
        self._config: Mapping[str, Any] = plain_value(dict(config or {}))
        self._domain = domain or Domain()
        self._stories = stories or Stories()
        self._nlu = nlu or NluData()
        self._tests = tests or Stories()
        self._further: dict[str, Any] = dict(further or {})

    async def get_config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = plain_value(self._config)
        return config

    async def get_domain(self) -> Domain:
        return self._domain

    async def get_stories(self, exclusion_percentage: float | None = None) -> Stories:
        return sampled(self._stories, exclusion_percentage)

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        return self._nlu

    async def get_conversation_tests(self) -> Stories:
        return self._tests

    async def get_further(self) -> Mapping[str, Any]:
        return dict(self._further)
