"""What an author of a transform writes for its conformance tests, and how its properties are looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from inspect import getfile
from pathlib import Path
from typing import Any, ClassVar

from tenprint.importers import (
    Problem,
    ReadingRules,
    Row,
    Snapshot,
    Stall,
    TrainingDataImporter,
    Transform,
    TransformContext,
    TransformedImporter,
)
from tenprint.importers.data import NluData
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins.testing.kit import Kit
from tenprint.plugins.testing.pictures import Picture, picture_of

SEED = 7


class TransformKit(Kit):
    """The part of `TransformConformance` that an author overrides, and what its properties share."""

    TRANSFORM: ClassVar[type[Transform] | None] = None
    """The transform class."""
    OPTIONS: ClassVar[Mapping[str, Any]] = {}
    """Options of the entry in `transforms:`, all of which are used."""

    def make(self, options: Mapping[str, Any], context: TransformContext) -> Transform:
        """Make the transform."""
        if self.TRANSFORM is None:
            self.fail("there is nothing to test", f"set TRANSFORM of {type(self).__name__}, or override make")
        return self.TRANSFORM(options, context)

    def source(self) -> TrainingDataImporter:
        """Make an importer with data that the transform changes: a MemoryImporter, or any other.

        It should hold at least two items that the transform changes, and one of its kinds that it leaves alone.
        """
        self.fail("there is nothing to transform", f"override source of {type(self).__name__}")

    # What properties use.

    def take_over(self, folder: Path, project: Path, options: Mapping[str, Any]) -> None:
        del options  # they are those of the class, here as there
        self.folder, self.project = folder, project

    @property
    def options(self) -> Mapping[str, Any]:
        return self.OPTIONS

    def constructed(self, options: Mapping[str, Any]) -> Transform:
        context = TransformContext(
            name=getattr(self.TRANSFORM, "NAME", ""),
            seed=SEED,
            project=self.project,
            environment=dict(self.SECRETS),
            places=self.places(options),
        )
        return self.make(options, context)

    def rules(self) -> ReadingRules:
        return ReadingRules(environment=dict(self.SECRETS))

    def before(self) -> Snapshot:
        """Take the snapshot that the transform is given."""
        return self.run(self.source().snapshot)

    def after(self, transform: Transform | None = None, *, loop: str = "asyncio") -> Snapshot:
        """Take the snapshot that the transform makes of it."""
        made = transform or self.subject()
        return self.run(lambda: TransformedImporter(self.source(), [made]).snapshot(), loop=loop)

    def given(self, snapshot: Snapshot) -> Sequence[Row]:
        """Items of the kinds that the transform asks for."""
        return [row for row in snapshot.table.rows if row[0] in type(self.subject()).KINDS]

    async def work(self, subject: Any) -> None:
        importer = TransformedImporter(self.source(), [subject])
        try:
            await importer.snapshot()
        finally:
            await importer.aclose()

    def pictured(self, subject: Any, *, loop: str = "asyncio") -> Picture:
        return picture_of(self.after(subject, loop=loop))

    def audited(self) -> Sequence[Problem]:
        source = self.source()
        project = self.project if source.context.project == Path() else source.context.project
        source.context = replace(source.context, project=project, audit="report")
        return self.run(TransformedImporter(source, [self.subject()]).snapshot).problems

    def blames(self, stall: Stall) -> bool:
        own = getfile(type(self.subject()))
        return any(line.startswith(f"{own}:") for line in stall.stack)

    def reordered(self, importer: TrainingDataImporter) -> TrainingDataImporter:
        """Make an importer with the same NLU data in the opposite order."""
        nlu: NluData = self.run(importer.get_nlu_data)
        return MemoryImporter(
            nlu=NluData(nlu.examples[::-1], nlu.synonyms[::-1], nlu.regexes[::-1], nlu.lookups[::-1]),
            context=importer.context,
        )
