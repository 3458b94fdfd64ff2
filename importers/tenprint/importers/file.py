"""FileImporter: a project in a folder. Files are found once, sorted, and read once, in batches, in worker threads.

Files that lookup tables name come after all others.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import anyio.to_thread

from tenprint.importers.combining import revision_of, snapshot_of
from tenprint.importers.concurrency import collection_paused
from tenprint.importers.errors import OptionError, ProblemsError, SourceError
from tenprint.importers.finding import Finder, FoundFile, file_bytes, is_possible
from tenprint.importers.importer import ENTRY_KEYS, ImporterContext
from tenprint.importers.item_tables import variables_in
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, expands_variables
from tenprint.importers.location import DocumentId
from tenprint.importers.lookup_files import find_lookups, read_lookup
from tenprint.importers.problem import Problem
from tenprint.importers.reading import YAML_SUFFIXES, nearest
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState
from tenprint.importers.snapshot_importer import SnapshotImporter
from tenprint.importers.spreading import BATCH


class FileImporter(SnapshotImporter):
    """Reads the files of a project.

    Options name other paths than the project's own, relative to the project: `config` and `domain` (one path), `data`
    (one path or a list). With `directory` the usual places, and the paths of the other options, are those of that
    folder, as for a layer that lies beside the project's own data.
    """

    NAME = "file"
    ALIASES = ("RasaFileImporter", "rasa.shared.importers.rasa.RasaFileImporter")
    OPTIONS: ClassVar[tuple[str, ...]] = ("config", "domain", "data", "directory")

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        wrong = [error for option, value in self.options.items() if (error := self._wrong(option, value)) is not None]
        if len(wrong) == 1:
            raise wrong[0]
        if wrong:
            raise ProblemsError([problem for error in wrong for problem in error.problems])

    def _wrong(self, option: str, value: Any) -> OptionError | None:
        """Tell what is wrong with an option; None when nothing is."""
        place = self.context.place_of(option)
        if option not in self.OPTIONS:
            hint = nearest(option, (*self.OPTIONS, *ENTRY_KEYS), otherwise="options")
            message = f"the importer {self.NAME!r} has no option {option!r}"
            return OptionError(message, option, hint=hint, location=place)
        paths = value if option == "data" and isinstance(value, list) else [value]
        if not paths or not all(_is_path(path) for path in paths):
            message = f"the option {option!r} of the importer {self.NAME!r} must be a path"
            hint = "write a path relative to the project" + (", or a list of them" if option == "data" else "")
            return OptionError(message, option, hint=hint, location=place)
        return None

    async def get_config_file_for_auto_config(self) -> Path | None:
        return await anyio.to_thread.run_sync(self._config_path)

    async def take_snapshot(self) -> Snapshot:
        finder = await anyio.to_thread.run_sync(self._find)
        snapshot = await self.read_found(finder, finder.files, self.context.rules)
        return snapshot.with_problems(*finder.problems)

    async def read_found(self, finder: Finder, found: Sequence[FoundFile], rules: ReadingRules) -> Snapshot:
        """Read files that were found, and the files their lookup tables name; the finder keeps what is wrong there."""
        opened: list[tuple[SourceFile, DocumentReading | None]] = []
        for start in range(0, len(found), BATCH):
            opened += await anyio.to_thread.run_sync(self._open_batch, found[start : start + BATCH], rules)
        files = [file for file, _ in opened]
        wanted = {number: file for number, (file, refused) in enumerate(opened) if refused is None}
        read = await self.context.read_files(wanted, rules)
        readings = [refused or read[number] for number, (_, refused) in enumerate(opened)]
        await anyio.to_thread.run_sync(self._note_all, found, files, read)
        if any(reading.references for reading in readings):
            for file, reading in await anyio.to_thread.run_sync(self._read_lookups, finder, found, readings, rules):
                files.append(file)
                readings.append(reading)
        return await anyio.to_thread.run_sync(self._joined, files, readings, rules)

    def _joined(
        self, files: Sequence[SourceFile], readings: Sequence[DocumentReading], rules: ReadingRules
    ) -> Snapshot:
        return snapshot_of(SourceState(self.source_name, revision_of(files)), readings, rules)

    def _open_batch(
        self, batch: Sequence[FoundFile], rules: ReadingRules
    ) -> list[tuple[SourceFile, DocumentReading | None]]:
        return [self._open(found, rules) for found in batch]

    def _open(self, found: FoundFile, rules: ReadingRules) -> tuple[SourceFile, DocumentReading | None]:
        """Take the bytes of a file; its reading is there already where they cannot be had."""
        document = DocumentId(self.source_name, found.shown)
        try:
            content = self.context.opened.get(found.path)
            if content is None:
                content = file_bytes(found.path, rules.limits, seen=self.context.seen)
            return SourceFile(document, found.role, content, found.origin), None
        except SourceError as error:
            problem = Problem("unreadable-file", error.message, document.at(0, 0), error.hint)
            nothing = SourceDocument(document, found.role, (), b"")
            return SourceFile(document, found.role, b""), DocumentReading(nothing, (), (problem,))

    def _read_lookups(
        self, finder: Finder, found: Sequence[FoundFile], readings: Sequence[DocumentReading], rules: ReadingRules
    ) -> list[tuple[SourceFile, DocumentReading]]:
        roots = [self.context.project, *finder.tops]
        lookups, problems = find_lookups(zip(found, readings, strict=True), roots, self.context.seen)
        for lookup in lookups:
            finder.use(lookup.origin)
        finder.problems += problems
        with collection_paused():
            read = [
                read_lookup(lookup, DocumentId(self.source_name, lookup.shown), number, rules, self.context)
                for number, lookup in enumerate(lookups, start=len(readings))
            ]
        for lookup, (file, reading) in zip(lookups, read, strict=True):
            self._note(lookup.path, file, reading)
        return read

    def _note_all(
        self, found: Sequence[FoundFile], files: Sequence[SourceFile], read: Mapping[int, DocumentReading]
    ) -> None:
        for number, reading in read.items():
            self._note(found[number].path, files[number], reading)

    def _note(self, path: Path, file: SourceFile, reading: DocumentReading) -> None:
        seen = self.context.seen
        if seen is not None:
            seen.read(path, file.digest)
            if expands_variables(reading.document.kinds):
                seen.used(variables_in(file.content), path)

    def _find(self) -> Finder:
        """Find the files of the project itself, or of its `directory`."""
        context = self.context
        if self._is_elsewhere and not self._root.is_dir():
            raise OptionError(
                f"there is no directory {self.options['directory']}", "directory", hint="check the path, or create it"
            )
        finder = Finder(context.project, self.source_name, context.rules.limits, seen=context.seen)
        config = self._config_path()
        if config is not None:
            finder.add_file(config, "config")
        for domain in self._domain_paths():
            finder.add_tree(domain, "domain")
        for data in self._data_paths():
            finder.add_tree(data, "data")
        return finder

    @property
    def _is_elsewhere(self) -> bool:
        return "directory" in self.options

    @property
    def _root(self) -> Path:
        """Folder of the usual places; the context names other paths of the project itself only."""
        directory: str = self.options.get("directory", "")
        return self.context.project / directory

    def _named(self, option: str, project: Path | None) -> Path | None:
        """Path an option names, else the one the project has instead of the usual one."""
        path: str | None = self.options.get(option)
        if path is not None:
            return self._root / path
        return None if self._is_elsewhere else project

    def _existing(self, stem: str, suffixes: Sequence[str]) -> list[Path]:
        places = [self._root / f"{stem}{suffix}" for suffix in suffixes]
        if self.context.seen is not None:
            for place in places:
                self.context.seen.asked(place)
        # A link that leads nowhere is there, and fails where it is read: without it other data would be meant.
        return [place for place in places if place.exists() or place.is_symlink()]

    def _config_path(self) -> Path | None:
        named = self._named("config", self.context.config)
        if named is not None:
            return named
        return next(iter(self._existing("config", YAML_SUFFIXES)), None)

    def _domain_paths(self) -> list[Path]:
        """The named domain, else all the usual ones that exist."""
        named = self._named("domain", self.context.domain)
        if named is not None:
            return [named]
        return self._existing("domain", (*YAML_SUFFIXES, ""))

    def _data_paths(self) -> list[Path]:
        named = self.options.get("data")
        if named is not None:
            return [self._root / path for path in ([named] if isinstance(named, str) else named)]
        if self.context.data is not None and not self._is_elsewhere:
            return list(self.context.data)
        return self._existing("data", ("",))


RasaFileImporter = FileImporter
"""The name other systems give it."""


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and is_possible(value)
