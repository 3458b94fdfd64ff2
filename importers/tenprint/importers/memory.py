"""MemoryImporter: values in memory, for tests, documentation and notebooks."""

from collections.abc import Mapping
from typing import Any

from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.importer import ImporterContext, TrainingDataImporter


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
        context: ImporterContext | None = None,
    ) -> None:
        super().__init__({}, context)
        self._config = dict(config or {})
        self._domain = domain or Domain()
        self._stories = stories or Stories()
        self._nlu = nlu or NluData()
        self._tests = tests or Stories()

    async def get_config(self) -> Mapping[str, Any]:
        return dict(self._config)

    async def get_domain(self) -> Domain:
        return self._domain

    async def get_stories(self) -> Stories:
        return self._stories

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        return self._nlu

    async def get_conversation_tests(self) -> Stories:
        return self._tests
