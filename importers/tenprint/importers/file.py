"""FileImporter: a project in a folder. Files are found once, sorted, and read once, in batches, in worker threads."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread

from tenprint.importers.combining import revision_of, snapshot_of
from tenprint.importers.concurrency import collection_paused
from tenprint.importers.errors import OptionError, SourceError
from tenprint.importers.finding import YAML_SUFFIXES, Finder, FoundFile, file_bytes
from tenprint.importers.importer import ImporterContext
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, read_file
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState
from tenprint.importers.snapshot_importer import SnapshotImporter

BATCH = 64
"""Files read in one hop to a thread: few hops, and a cancelled run still ends soon."""

_OPTIONS = ("config", "domain", "data")


class FileImporter(SnapshotImporter):
    """Reads the files of a project.

    Options name other paths than the project's own, relative to the project: `config` and `domain` (one path), `data`
    (one path or a list).
    """

    NAME = "file"
    ALIASES = ("RasaFileImporter",)

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        for option, value in self.options.items():
            if option not in _OPTIONS:
                raise OptionError(
                    f"the importer {self.NAME!r} has no option {option!r}",
                    option,
                    hint=nearest(option, _OPTIONS, otherwise="options"),
                )
            if not all(
                isinstance(path, str) for path in (value if option == "data" and isinstance(value, list) else [value])
            ):
                raise OptionError(f"the option {option!r} of the importer {self.NAME!r} must be a path", option)

    async def get_config_file_for_auto_config(self) -> Path | None:
        return await anyio.to_thread.run_sync(self._config_path)

    async def take_snapshot(self) -> Snapshot:
        finder = await anyio.to_thread.run_sync(self._find)
        files, readings = [], []
        for start in range(0, len(finder.files), BATCH):
            batch = finder.files[start : start + BATCH]
            for file, reading in await anyio.to_thread.run_sync(self._read_batch, batch, start):
                files.append(file)
                readings.append(reading)
        snapshot = await anyio.to_thread.run_sync(self._joined, files, readings)
        return snapshot.with_problems(*finder.problems)

    def _joined(self, files: Sequence[SourceFile], readings: Sequence[DocumentReading]) -> Snapshot:
        return snapshot_of(SourceState(self.source_name, revision_of(files)), readings, self.context.rules)

    def _read_batch(self, batch: Sequence[FoundFile], start: int) -> list[tuple[SourceFile, DocumentReading]]:
        rules = self.context.rules
        with collection_paused():
            return [self._read_one(found, start + offset, rules) for offset, found in enumerate(batch)]

    def _read_one(self, found: FoundFile, number: int, rules: ReadingRules) -> tuple[SourceFile, DocumentReading]:
        document = DocumentId(self.source_name, found.shown)
        try:
            content = self.context.opened.get(found.path)
            if content is None:
                content = file_bytes(found.path, rules.limits)
            file = SourceFile(document, found.role, content, found.origin)
        except SourceError as error:
            problem = Problem("unreadable-file", error.message, document.at(0, 0), error.hint)
            nothing = SourceDocument(document, found.role, (), b"")
            return SourceFile(document, found.role, b""), DocumentReading(nothing, (), (problem,))
        return file, read_file(file, number, rules)

    def _find(self) -> Finder:
        context = self.context
        finder = Finder(context.project, self.source_name, context.rules.limits)
        config = self._config_path()
        if config is not None:
            finder.add_file(config, "config")
        for domain in self._domain_paths():
            finder.add_tree(domain, "domain")
        for data in self._data_paths():
            finder.add_tree(data, "data")
        return finder

    def _option(self, name: str) -> Path | None:
        value = self.options.get(name)
        return None if value is None else self.context.project / value

    def _config_path(self) -> Path | None:
        named = self._option("config") or self.context.config
        if named is not None:
            return named
        return next(_existing(self.context.project, "config", YAML_SUFFIXES), None)

    def _domain_paths(self) -> list[Path]:
        """The named domain, else all the usual ones that exist."""
        named = self._option("domain") or self.context.domain
        if named is not None:
            return [named]
        return list(_existing(self.context.project, "domain", (*YAML_SUFFIXES, "")))

    def _data_paths(self) -> list[Path]:
        named = self.options.get("data")
        if named is not None:
            return [self.context.project / path for path in ([named] if isinstance(named, str) else named)]
        if self.context.data is not None:
            return list(self.context.data)
        return list(_existing(self.context.project, "data", ("",)))


def _existing(project: Path, stem: str, suffixes: Sequence[str]) -> Iterator[Path]:
    return (path for suffix in suffixes if (path := project / f"{stem}{suffix}").exists())
