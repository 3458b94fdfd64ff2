"""An importer that needs only `take_snapshot`: the getters read the snapshot, taken once however many ask."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import anyio.to_thread

from tenprint.importers.assembling import conversation_tests, further_values, value_of
from tenprint.importers.blame import conflict_problems
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.errors import ProblemsError
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind
from tenprint.importers.once import Once
from tenprint.importers.problem import Problem, errors_among
from tenprint.importers.sampling import checked_percentage, sampled
from tenprint.importers.snapshot import Snapshot


class SnapshotImporter(TrainingDataImporter, ABC):
    """Base of importers whose source has documents."""

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self._snapshot = Once(self.take_snapshot)

    @abstractmethod
    async def take_snapshot(self) -> Snapshot:
        """Read everything from the source; called once."""

    async def snapshot(self) -> Snapshot:
        return await self._snapshot.get()

    def unsettled(self, snapshot: Snapshot) -> Iterable[Problem]:  # noqa: ARG002 - for those that have the last word
        """Tell what no later merge can settle any more; a single source leaves that to the whole."""
        return ()

    async def _faultless(self) -> Snapshot:
        snapshot = await self.snapshot()
        errors = await anyio.to_thread.run_sync(self._errors, snapshot)
        if errors:
            raise ProblemsError(errors)
        return snapshot

    def _errors(self, snapshot: Snapshot) -> Sequence[Problem]:
        """Errors of reading and of merging; values are only looked up where there are any."""
        found = [*snapshot.problems, *self.unsettled(snapshot)]
        if errors_among(conflict_problems(snapshot, None)):
            found += conflict_problems(snapshot, self.context.rules)
        return errors_among(found)

    async def _value(self, kind: Kind) -> Any:
        return await anyio.to_thread.run_sync(value_of, kind, await self._faultless(), self.context.rules)

    async def get_config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = await self._value(CONFIG)
        return config

    async def get_domain(self) -> Domain:
        domain: Domain = await self._value(DOMAIN)
        return domain

    async def get_stories(self, exclusion_percentage: float | None = None) -> Stories:
        """Return stories and rules; a share of them is left out where a percentage is given."""
        checked_percentage(exclusion_percentage)
        stories: Stories = await self._value(STORIES)
        return sampled(stories, exclusion_percentage)

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        nlu: NluData = await self._value(NLU)
        return nlu

    async def get_further(self) -> Mapping[str, Any]:
        return await anyio.to_thread.run_sync(further_values, await self._faultless(), self.context.rules)

    async def get_conversation_tests(self) -> Stories:
        return await anyio.to_thread.run_sync(conversation_tests, await self._faultless(), self.context.rules)
