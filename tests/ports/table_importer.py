"""The importer `table`: examples and answers in many languages, from a spreadsheet that was saved as CSV."""

import csv
from collections.abc import Iterable, Iterator, Mapping
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
from tenprint.importers.kinds import DOMAIN, NLU
from tenprint.plugins import hookimpl

COLUMNS = ("intent", "text", "language", "answer")


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

    # A plain method runs in a worker thread, so it may read files.
    def take_snapshot(self) -> Snapshot:  # type: ignore[override]  # plain, in place of async
        path = self.context.project / self.wanted.path
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}", hint="check `path`") from error
        document = DocumentId(self.source_name, path.name)
        try:
            lines = content.decode("utf-8-sig").splitlines(keepends=True)
            head, *rows = csv.reader(lines, delimiter=self.wanted.delimiter, strict=True)
        except (ValueError, csv.Error) as error:
            problem = Problem("no-table", f"this is no CSV file: {error}", document.at(1, 1), "save it as CSV in UTF-8")
            raise ProblemsError([problem]) from error
        places = self._columns(head, document)
        problems = [
            Problem("table-row", f"this row has {len(row)} cells, not {len(head)}", document.at(number, 1), "mend it")
            for number, row in enumerate(rows, start=2)
            if row and len(row) != len(head)
        ]
        fit = [(number, row) for number, row in enumerate(rows, start=2) if len(row) == len(head)]
        reading = read_values(document, self._values(fit, places), 0, self.context.rules, problems=problems)
        return snapshot_of(
            SourceState(self.source_name, digest_text(digest_of(content))), [reading], self.context.rules
        )

    def _columns(self, head: list[str], document: DocumentId) -> dict[str, int]:
        """Find the columns; one that is not there, or that nobody has asked for, is likely a typo."""
        named = [cell.strip().lower() for cell in head]
        wrong = [f"the column {name!r} is missing" for name in COLUMNS if name not in named]
        notes = {name.lower() for name in self.wanted.notes}
        wrong += [f"nothing is known of the column {name!r}" for name in named if name not in notes | set(COLUMNS)]
        hint = f"the columns are {', '.join(COLUMNS)}; name others in `notes`"
        if wrong:
            raise ProblemsError([Problem("table-columns", message, document.at(1, 1), hint) for message in wrong])
        return {name: named.index(name) for name in COLUMNS}

    def _values(self, rows: Iterable[tuple[int, list[str]]], places: Mapping[str, int]) -> Iterator[PlacedValue]:
        known = set()
        for number, row in rows:
            cells = {name: row[place].strip() for name, place in places.items()}
            at = {name: (number, place + 1) for name, place in places.items()}
            intent, answer = cells["intent"], cells["answer"]
            if cells["language"] != self.wanted.language:
                continue
            if intent not in known:
                known.add(intent)
                yield PlacedValue(DOMAIN, Domain(intents=(Intent(intent),)), at["intent"])
            yield PlacedValue(NLU, NluData((Example(cells["text"], intent),)), at["text"])
            if answer:
                yield PlacedValue(
                    DOMAIN, Domain(responses=(Response(f"utter_{intent}", ({"text": answer},)),)), at["answer"]
                )


@hookimpl
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:
    return [TableImporter]
