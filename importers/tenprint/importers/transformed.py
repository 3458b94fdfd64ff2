"""TransformedImporter: what another importer provides, after transforms have seen it."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.to_thread

from tenprint.importers.blame import conflict_problems
from tenprint.importers.completing import completed
from tenprint.importers.concurrency import collection_paused
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.input_reading import reading_of_transform
from tenprint.importers.inputs import inputs_digest, watched_accesses
from tenprint.importers.once import Once
from tenprint.importers.problem import Problem, errors_among
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.snapshot_importer import SnapshotImporter
from tenprint.importers.transform import Transform
from tenprint.importers.transform_results import with_results
from tenprint.importers.transform_running import results_of
from tenprint.importers.transforming import Batch, TransformItem, batch_of
from tenprint.importers.wrapping import WrappingImporter


class TransformedImporter(WrappingImporter):
    """Applies transforms in their order, once; snapshot and values are what they left.

    Data with errors are not transformed: the errors are told as they are, not what a transform makes of them. Around a
    whole project a configuration is completed once more, because a transform may have made data for a half that had
    none.
    """

    def __init__(self, importer: TrainingDataImporter, transforms: Sequence[Transform], *, whole: bool = False) -> None:
        super().__init__(importer)
        self.transforms = tuple(transforms)
        self.whole = whole
        # What another importer looks for in a class is that of the one inside.
        self.FOLLOWS_IMPORTS = importer.FOLLOWS_IMPORTS  # type: ignore[misc]  # as above
        self._snapshot = Once(self._transformed)
        self._values = _Values(self._snapshot.get, self._unsettled, self.context)

    async def snapshot(self) -> Snapshot:
        return await self._snapshot.get()

    async def _transformed(self) -> Snapshot:
        snapshot = await self.importer.snapshot()
        if not isinstance(snapshot, Snapshot):
            return snapshot  # whoever asked for it tells that
        if await anyio.to_thread.run_sync(self._is_wrong, snapshot):
            return snapshot
        for transform in self.transforms:
            snapshot = await _applied(transform, snapshot, self.context)
        if self.whole:
            snapshot = await anyio.to_thread.run_sync(completed, snapshot, self.context.rules)
        return snapshot

    def _is_wrong(self, snapshot: Snapshot) -> bool:
        found = [*snapshot.problems, *conflict_problems(snapshot, None), *self._unsettled(snapshot)]
        return bool(errors_among(found))

    def _unsettled(self, snapshot: Snapshot) -> Iterable[Problem]:
        return self.importer.unsettled(snapshot) if isinstance(self.importer, SnapshotImporter) else ()

    async def get_config(self) -> Mapping[str, Any]:
        return await self._values.get_config()

    async def get_domain(self) -> Domain:
        return await self._values.get_domain()

    async def get_stories(self, exclusion_percentage: float | None = None) -> Stories:
        """Return stories and rules; a share of them is left out where a percentage is given."""
        return await self._values.get_stories(exclusion_percentage)

    async def get_conversation_tests(self) -> Stories:
        return await self._values.get_conversation_tests()

    async def get_nlu_data(self, language: str = "en") -> NluData:
        return await self._values.get_nlu_data(language)

    async def get_further(self) -> Mapping[str, Any]:
        return await self._values.get_further()

    async def get_config_file_for_auto_config(self) -> Path | None:
        return await self.importer.get_config_file_for_auto_config()


class _Values(SnapshotImporter):
    """Reads the values of a snapshot that another importer takes."""

    def __init__(
        self,
        take: Callable[[], Coroutine[Any, Any, Snapshot]],
        unsettled: Callable[[Snapshot], Iterable[Problem]],
        context: ImporterContext,
    ) -> None:
        super().__init__({}, context)
        self._take = take
        self._unsettled = unsettled

    async def take_snapshot(self) -> Snapshot:
        return await self._take()

    def unsettled(self, snapshot: Snapshot) -> Iterable[Problem]:
        return self._unsettled(snapshot)


async def _applied(transform: Transform, snapshot: Snapshot, context: ImporterContext) -> Snapshot:
    """Apply one transform, and note that it was, with what it reads beside the items."""
    rules = context.rules

    def batch() -> Batch:
        with collection_paused():
            return batch_of(snapshot, transform.KINDS, rules)

    def rebuilt(given: Batch, results: Sequence[TransformItem]) -> Snapshot:
        with collection_paused():
            return with_results(given, results, transform.NAME, rules)

    given = await anyio.to_thread.run_sync(batch)
    reading = await reading_of_transform(transform, context)
    with watched_accesses(active=context.audit != "off") as accesses:
        results = await results_of(transform, given.items)
    made = await anyio.to_thread.run_sync(rebuilt, given, results)
    applied = replace(transform.applied, inputs=inputs_digest(reading.states) if reading.states else None)
    return replace(
        made,
        transforms=(*made.transforms, applied),
        inputs=(*made.inputs, *reading.states),
        problems=(*made.problems, *reading.undeclared(accesses, context.audit)),
    )
