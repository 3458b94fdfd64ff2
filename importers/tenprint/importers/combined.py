"""CombinedDataImporter: several importers as one. All are asked at once; earlier ones take precedence."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import anyio.to_thread

from tenprint.importers.combining import combined, snapshot_of
from tenprint.importers.completing import completed
from tenprint.importers.concurrency import gather
from tenprint.importers.errors import SourceError, TenprintError
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot, SourceState
from tenprint.importers.snapshot_importer import SnapshotImporter


class CombinedDataImporter(SnapshotImporter):
    """Merges the snapshots of its importers and completes the configuration.

    The first one that fails cancels the others, unless its place is among the `optional` ones: then the snapshot holds
    what the others have, its source is `missing`, and a warning says why.
    """

    NAME = "combined"

    def __init__(
        self, importers: Sequence[TrainingDataImporter], context: ImporterContext, *, optional: Collection[int] = ()
    ) -> None:
        super().__init__({}, context)
        self.importers = tuple(importers)
        self.optional = frozenset(optional)

    async def take_snapshot(self) -> Snapshot:
        snapshots = await gather(
            [
                self._or_missing(importer) if place in self.optional else _asked(importer)
                for place, importer in enumerate(self.importers)
            ]
        )
        rules = self.context.rules
        return await anyio.to_thread.run_sync(lambda: completed(combined(snapshots, rules), rules))

    def _or_missing(self, importer: TrainingDataImporter) -> Callable[[], Awaitable[Snapshot]]:
        async def snapshot() -> Snapshot:
            try:
                return await _asked(importer)()
            except TenprintError as error:
                nothing = snapshot_of(SourceState(importer.source_name, None, "missing"), (), self.context.rules)
                return nothing.with_problems(*(_missing(importer.source_name, problem) for problem in error.problems))

        return snapshot

    async def get_config_file_for_auto_config(self) -> Path | None:
        """Return the file of the only importer that has one; None when several have."""
        files = [await importer.get_config_file_for_auto_config() for importer in self.importers]
        named = [file for file in files if file is not None]
        return named[0] if len(named) == 1 else None

    async def aclose(self) -> None:
        """Close all importers, the last one first; one that fails does not keep the others open."""
        async with AsyncExitStack() as stack:
            for importer in self.importers:
                stack.push_async_callback(importer.aclose)


def _asked(importer: TrainingDataImporter) -> Callable[[], Awaitable[Snapshot]]:
    """Make a call whose failures all are ours: importers are foreign code, and may raise anything."""

    async def snapshot() -> Snapshot:
        try:
            return await importer.snapshot()
        except TenprintError:
            raise
        except Exception as error:
            name = importer.source_name
            raise SourceError(
                f"the source {name!r} failed: {type(error).__name__}: {error}",
                hint=f"this is an error of the importer {type(importer).__qualname__}, or of what it reads from",
            ) from error

    return snapshot


def _missing(source: str, problem: Problem) -> Problem:
    return replace(
        problem,
        code="missing-source",
        message=f"the optional source {source!r} is missing: {problem.message}",
        location=problem.location or Location(source, f"<{source}>"),
        severity="warning",
    )
