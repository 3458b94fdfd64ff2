"""What an author of an importer writes for its conformance tests, and how its properties are looked at."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    NotProvided,
    Problem,
    ReadingRules,
    Snapshot,
    Stall,
    TrainingDataImporter,
    gather,
)
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind
from tenprint.plugins.testing.kit import Kit
from tenprint.plugins.testing.pictures import Picture, picture_of

SOURCE = "the-source"
"""What the importer is called in the project of the tests; not its own name, as `as:` allows."""

GETTERS: Mapping[str, Kind | None] = {
    "get_config": CONFIG,
    "get_domain": DOMAIN,
    "get_stories": STORIES,
    "get_nlu_data": NLU,
    "get_conversation_tests": None,
}
"""Getters, and the kind whose items are in the snapshot; conversation tests are no items."""


class ImporterKit(Kit):
    """The part of `ImporterConformance` that an author overrides, and what its properties share."""

    IMPORTER: ClassVar[type[TrainingDataImporter] | None] = None
    """The importer class, for those that are made of options and context."""

    def make(self, options: Mapping[str, Any], context: ImporterContext) -> TrainingDataImporter:
        """Make the importer."""
        if self.IMPORTER is None:
            self.fail("there is nothing to test", f"set IMPORTER of {type(self).__name__}, or override make")
        return self.IMPORTER(options, context)

    def write_source(self, project: Path) -> Mapping[str, Any]:  # noqa: ARG002 - for overriding
        """Write a source with good data for the importer of this project, and return its options.

        It should hold at least two things of each kind that the importer provides, and a letter beyond ASCII. It may be
        called for several projects, whose sources are then independent of each other.
        """
        self.fail("there is no source to read", f"override write_source of {type(self).__name__}")

    def change_source(self, project: Path) -> Mapping[str, Any] | None:  # noqa: ARG002 - for overriding
        """Change what a source holds; return options where the importer needs others to see it."""
        self.fail("the source cannot change", f"override change_source of {type(self).__name__}")

    def break_source(self, project: Path) -> int | None:  # noqa: ARG002 - for overriding
        """Make mistakes in the data of a source, and return how many: at least two that can all be told at once."""
        pytest.skip("override break_source: it makes mistakes in the data and returns how many")

    def remove_source(self, project: Path) -> None:  # noqa: ARG002 - for overriding
        """Take a source away: remove its file, stop its server."""
        pytest.skip("override remove_source: it takes the source away")

    # What properties use.

    def begin(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().begin(folder, monkeypatch)
        self._options: dict[Path, Mapping[str, Any]] = {}

    def take_over(self, folder: Path, project: Path, options: Mapping[str, Any]) -> None:
        """Look at what another process has laid out."""
        self.folder, self.project, self._options = folder, project, {project: options}

    @property
    def options(self) -> Mapping[str, Any]:
        """Options of the importer of the project; the source is written when they are first asked for."""
        return self.options_of(self.project)

    def options_of(self, project: Path) -> Mapping[str, Any]:
        if project not in self._options:
            project.mkdir(exist_ok=True)
            written = self.write_source(project)
            if not isinstance(written, Mapping):
                self.fail(f"write_source returned {type(written).__name__}", "return the options of the importer")
            self._options[project] = written
        return self._options[project]

    def change(self, project: Path | None = None) -> None:
        """Change the source of a project."""
        where = project or self.project
        self.options_of(where)
        changed = self.change_source(where)
        if changed is not None:
            self._options[where] = changed

    def context(self, project: Path | None = None, options: Mapping[str, Any] | None = None) -> ImporterContext:
        """Make the context of an importer whose options are written in a `tenprint.yml`."""
        where = project or self.project
        places = self.places(self.options_of(where) if options is None else options)
        rules = ReadingRules(environment=dict(self.SECRETS))
        return ImporterContext(where, rules=rules, source=SOURCE, places=places, cache=self.folder / "cache")

    def constructed(self, options: Mapping[str, Any]) -> TrainingDataImporter:
        return self.make(options, self.context(options=options))

    def importer(self, project: Path | None = None) -> TrainingDataImporter:
        """Make the importer of a project."""
        where = project or self.project
        return self.make(dict(self.options_of(where)), self.context(where))

    def snapshot(self, importer: TrainingDataImporter, *, loop: str = "asyncio") -> Snapshot:
        """Take a snapshot and close the importer."""

        async def take() -> Snapshot:
            try:
                snapshot = await importer.snapshot()
            except BaseException:
                # What closing raises after a failure has a property of its own.
                with suppress(Exception):
                    await importer.aclose()
                raise
            await importer.aclose()
            return snapshot

        return self.run(take, loop=loop)

    def taken(self, project: Path | None = None) -> Snapshot:
        """Take the snapshot of a new importer of a project."""
        return self.snapshot(self.importer(project))

    def pictured(self, subject: Any, *, loop: str = "asyncio") -> Picture:
        return picture_of(self.snapshot(subject, loop=loop))

    def audited(self) -> Sequence[Problem]:
        context = replace(self.context(), audit="report")
        # Importers are watched by those that ask them.
        return self.snapshot(CombinedDataImporter([self.make(dict(self.options), context)], context)).problems

    def blames(self, stall: Stall) -> bool:
        return bool(stall.importer)

    async def work(self, subject: Any) -> None:
        """Take the snapshot, ask every getter, close."""
        try:
            await subject.snapshot()
            await self.in_turn(subject)
        finally:
            await subject.aclose()

    async def asked(self, importer: TrainingDataImporter, getter: str) -> Any:
        """Ask a getter; None when it provides nothing."""
        try:
            return await getattr(importer, getter)()
        except NotProvided:
            return None

    async def in_turn(self, importer: TrainingDataImporter) -> dict[str, Any]:
        """Ask all getters, one after the other."""
        return {getter: await self.asked(importer, getter) for getter in GETTERS}

    async def all_asked(self, importer: TrainingDataImporter) -> dict[str, Any]:
        """Ask all getters at the same time."""

        def call(getter: str) -> Callable[[], Awaitable[Any]]:
            return lambda: self.asked(importer, getter)

        return dict(zip(GETTERS, await gather([call(getter) for getter in GETTERS]), strict=True))
