"""The importer `table`: examples and answers in many languages, from a spreadsheet that was saved as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.importers import (
    DocumentId,
    ImporterContext,
    PlacedValue,
    Problem,
    ProblemsError,
    Snapshot,
    SnapshotImporter,
    SourceError,
    SourceState,
    TrainingDataImporter,
    digest_of,
    digest_text,
    read_options,
    read_values,
    snapshot_of,
)
from tenprint.importers.data import Domain, Example, Intent, NluData, Response
from tenprint.importers.inputs import Inputs
from tenprint.importers.kinds import DOMAIN, NLU
from tenprint.plugins import hookimpl

COLUMNS = ("intent", "text", "language", "answer")

Places = Mapping[str, int]
"""Columns by their names, from 0."""
Cells = Mapping[str, str]


@dataclass(frozen=True)
class TableOptions:
    """Options of an entry `name: table`."""

    path: str
    language: str
    delimiter: str = ","
    notes: tuple[str, ...] = ()


class TableImporter(SnapshotImporter):
    """Reads the rows of a language.

    Options: `path`, a CSV file, relative to the project; the `language`; the `delimiter`; and `notes`, the columns that
    are for people. The columns are intent, text, language and answer; an answer may be left out.
    """

    NAME = "table"

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self.wanted = read_options(TableOptions, self.options, self.context)

    async def declared_inputs(self) -> Inputs:
        return Inputs((self.wanted.path,))

    # A plain method runs in a worker thread, so it may read files.
    def take_snapshot(self) -> Snapshot:  # type: ignore[override]  # plain, in place of async
        path = self.context.project / self.wanted.path
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}", hint="check `path`") from error
        document = DocumentId(self.source_name, path.name)
        try:
            text = io.StringIO(content.decode("utf-8-sig"), newline="")
            head, *rows = [*csv.reader(text, delimiter=self.wanted.delimiter, strict=True)] or [[]]
        except (ValueError, csv.Error) as error:
            problem = Problem("no-table", f"this is no CSV file: {error}", document.at(1, 1), "save it as CSV in UTF-8")
            raise ProblemsError([problem]) from error
        places = self._columns(head, document)
        problems: list[Problem] = []
        cells = list(self._cells(rows, places, document, problems))
        reading = read_values(document, _values(cells, places), 0, self.context.rules, problems=problems)
        return snapshot_of(
            SourceState(self.source_name, digest_text(digest_of(content))), [reading], self.context.rules
        )

    def _columns(self, head: Sequence[str], document: DocumentId) -> dict[str, int]:
        """Find the columns; one that is missing, or that nobody has asked for, is likely a typo."""
        named = [cell.strip().lower() for cell in head]
        wrong = [f"the column {name!r} is missing" for name in COLUMNS if name not in named]
        notes = {name.lower() for name in self.wanted.notes}
        wrong += [f"nothing is known of the column {name!r}" for name in named if name not in notes | set(COLUMNS)]
        if wrong:
            hint = f"the columns are {', '.join(COLUMNS)}; name others in `notes`"
            raise ProblemsError([Problem("table-columns", message, document.at(1, 1), hint) for message in wrong])
        return {name: named.index(name) for name in COLUMNS}

    def _cells(
        self, rows: Iterable[list[str]], places: Places, document: DocumentId, problems: list[Problem]
    ) -> Iterator[tuple[int, Cells]]:
        """Rows of the language, with their numbers; rows that cannot be read are told."""
        languages = set()
        for number, row in enumerate(rows, start=2):
            cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
            if row and not cells.get("language"):
                problems.append(Problem("table-row", "this row has no language", document.at(number, 1), "fill it in"))
            elif row and len(cells) < len(places):
                problems.append(Problem("table-row", "this row is too short", document.at(number, 1), "fill it in"))
            elif row:
                languages.add(cells["language"])
                if cells["language"] == self.wanted.language:
                    yield number, cells
        if self.wanted.language not in languages:
            hint = f"languages of the table: {', '.join(sorted(languages))}"
            message = f"there is no row of the language {self.wanted.language!r}"
            problems.append(Problem("table-language", message, document.at(1, places["language"] + 1), hint))


def _values(rows: Iterable[tuple[int, Cells]], places: Places) -> Iterator[PlacedValue]:
    """Examples, and the intents and answers that several rows share, each at its cell."""
    known = set()
    for number, cells in rows:
        at = {name: (number, place + 1) for name, place in places.items()}
        intent, answer = cells["intent"], cells["answer"]
        yield PlacedValue(NLU, NluData((Example(cells["text"], intent),)), at["text"])
        if intent not in known:
            yield PlacedValue(DOMAIN, Domain(intents=(Intent(intent),)), at["intent"])
        if answer and (intent, answer) not in known:
            response = Response(f"utter_{intent}", ({"text": answer},))
            yield PlacedValue(DOMAIN, Domain(responses=(response,)), at["answer"])
        known |= {intent, (intent, answer)}


@hookimpl
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:
    return [TableImporter]
