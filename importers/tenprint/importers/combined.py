"""CombinedDataImporter: several importers as one. All are asked at once; earlier ones take precedence."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import anyio.to_thread

from tenprint.importers.asking import CLOSE_SECONDS, asked, close, or_missing
from tenprint.importers.canonical import canonical_digest
from tenprint.importers.combining import combined
from tenprint.importers.completing import completed
from tenprint.importers.concurrency import gather
from tenprint.importers.errors import ProblemsError, TenprintError
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.merging import pending_problems
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.snapshot_importer import SnapshotImporter
from tenprint.importers.stalls import watched_loop

_IMPORTS = ("config", "imports")
_NO_IMPORTS = (canonical_digest(("config-key", _IMPORTS, [])), canonical_digest(("config-key", _IMPORTS, None)))
"""Digests of the key `imports` without content."""


class CombinedDataImporter(SnapshotImporter):
    """Merges the snapshots of its importers and completes the configuration.

    The first one that fails cancels the others, unless its place is among the `optional` ones: then the snapshot holds
    what the others have, its source is `missing`, and a warning says why.
    """

    NAME = "combined"

    def __init__(
        self,
        importers: Sequence[TrainingDataImporter],
        context: ImporterContext,
        *,
        optional: Collection[int] = (),
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        super().__init__({}, context)
        if isinstance(importers, Mapping):
            # Named like an importer with options, it would have none to combine, and be silently empty.
            raise TypeError("CombinedDataImporter takes importers, not options")
        self.importers = tuple(importers)
        self.optional = frozenset(optional)
        self.close_seconds = close_seconds

    async def take_snapshot(self) -> Snapshot:
        calls = [
            or_missing(importer, self.context.rules) if place in self.optional else asked(importer)
            for place, importer in enumerate(self.importers)
        ]
        stalls = []
        if self.context.stall_seconds is None:
            snapshots = await gather(calls)
        else:
            async with watched_loop(threshold=self.context.stall_seconds) as stalls:
                snapshots = await gather(calls)
        rules = self.context.rules
        snapshot = await anyio.to_thread.run_sync(lambda: completed(combined(snapshots, rules), rules))
        if not any(importer.FOLLOWS_IMPORTS for importer in self.importers):
            snapshot = snapshot.with_problems(*_unused_imports(snapshot))
        return snapshot.with_problems(*(stall.to_problem() for stall in stalls if stall.importer))

    def unsettled(self, snapshot: Snapshot) -> Iterable[Problem]:
        merge = self.context.rules.merge
        return pending_problems(snapshot.table, merge) if merge.has_marks else ()

    async def get_config_file_for_auto_config(self) -> Path | None:
        """Return the file of the only importer that has one; None when several have."""
        files = [await importer.get_config_file_for_auto_config() for importer in self.importers]
        named = [file for file in files if file is not None]
        return named[0] if len(named) == 1 else None

    async def aclose(self) -> None:
        """Close all importers, the last one first; one that fails does not keep the others open.

        Raises:
            TenprintError: Importers could not be closed; several come out as one `ProblemsError`.
        """
        failures: list[TenprintError] = []
        for importer in reversed(self.importers):
            try:
                await close(importer, self.close_seconds)
            except TenprintError as error:  # noqa: PERF203 - a handful of importers
                failures.append(error)
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise ProblemsError([problem for error in failures for problem in error.problems])


def _unused_imports(snapshot: Snapshot) -> Iterator[Problem]:
    """Warn of `imports` that nobody follows; a list without entries asks for nothing."""
    for item in snapshot.table.of_kind("config-key"):
        if item.path == _IMPORTS and item.digest not in _NO_IMPORTS:
            yield Problem(
                "unused-imports",
                "`imports` names other projects, but none of the importers reads them",
                snapshot.table.location(item),
                "write `importers: [{name: MultiProjectImporter}]`, or remove `imports`",
                "warning",
            )
