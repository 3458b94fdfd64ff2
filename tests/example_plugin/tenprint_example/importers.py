"""The importer `phrase-folder`: a folder of plain text files, each named after an intent, one example in a line.

People who know no YAML can add examples to such files. Every example has the line it stands in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from tenprint.importers import (
    DocumentId,
    DocumentReading,
    ImporterContext,
    PlacedValue,
    Problem,
    Snapshot,
    SnapshotImporter,
    SourceError,
    SourceState,
    digest_of,
    digest_text,
    file_bytes,
    read_options,
    read_values,
    snapshot_of,
)
from tenprint.importers.data import Example, NluData
from tenprint.importers.inputs import Inputs
from tenprint.importers.kinds import NLU

SUFFIX = ".txt"


@dataclass(frozen=True, slots=True)
class PhraseFolderOptions:
    """Options of an entry `name: phrase-folder`."""

    directory: str
    comment: str = "#"


class PhraseFolderImporter(SnapshotImporter):
    """Reads examples from text files. Options: `directory`, and what lines that are a `comment` begin with."""

    NAME: ClassVar[str] = "phrase-folder"

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self.wanted = read_options(PhraseFolderOptions, self.options, self.context)

    async def declared_inputs(self) -> Inputs:
        return Inputs((self.wanted.directory,))

    # A plain method runs in a worker thread, so it may read files.
    def take_snapshot(self) -> Snapshot:  # type: ignore[override]  # plain, in place of async
        paths = self._paths()
        contents = [self._content(path) for path in paths]
        readings = [
            self._read(path, content, number)
            for number, (path, content) in enumerate(zip(paths, contents, strict=True))
        ]
        revision = digest_text(digest_of(b"".join(digest_of(content) for content in contents)))
        return snapshot_of(SourceState(self.source_name, revision), readings, self.context.rules)

    def _paths(self) -> list[Path]:
        folder = self.context.project / self.wanted.directory
        if not folder.is_dir():
            raise SourceError(f"there is no folder {folder}", hint="check `directory`, or create it")
        return sorted(folder.glob(f"*{SUFFIX}"))

    def _content(self, path: Path) -> bytes:
        try:
            return file_bytes(path, self.context.rules.limits)
        except SourceError as error:
            raise SourceError(f"{path} {error.message}", hint=error.hint) from error

    def _read(self, path: Path, content: bytes, number: int) -> DocumentReading:
        document = DocumentId(self.source_name, f"{self.wanted.directory}/{path.name}")
        problems: list[Problem] = []
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = document.at(content.count(b"\n", 0, error.start) + 1, 1)
            problems.append(Problem("phrase-encoding", "this is no UTF-8 text", place, "save the file as UTF-8"))
            text = ""
        examples = list(self._examples(text, path.stem))
        if not examples and not problems:
            place = document.at(1, 1)
            problems.append(Problem("no-phrases", f"{path.stem!r} has no example", place, "write one, or remove it"))
        return read_values(document, examples, number, self.context.rules, problems=problems)

    def _examples(self, text: str, intent: str) -> Iterator[PlacedValue]:
        for number, line in enumerate(text.split("\n"), start=1):
            phrase = line.strip()
            if phrase and not phrase.startswith(self.wanted.comment):
                column = len(line) - len(line.lstrip()) + 1
                yield PlacedValue(NLU, NluData((Example(phrase, intent),)), (number, column))
