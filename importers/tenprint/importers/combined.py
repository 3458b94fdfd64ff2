"""CombinedImporter: several importers as one. All are asked at once; earlier ones take precedence."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import anyio.to_thread

from tenprint.importers.completing import completed
from tenprint.importers.concurrency import gather
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.itemising import combined
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.snapshot_importer import SnapshotImporter


class CombinedImporter(SnapshotImporter):
    """Merges the snapshots of its importers and completes the configuration."""

    NAME = "combined"

    def __init__(self, importers: Sequence[TrainingDataImporter], context: ImporterContext) -> None:
        super().__init__({}, context)
        self.importers = tuple(importers)

    async def take_snapshot(self) -> Snapshot:
        snapshots = await gather([importer.snapshot for importer in self.importers])
        rules = self.context.rules
        return await anyio.to_thread.run_sync(lambda: completed(combined(snapshots, rules), rules))

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
