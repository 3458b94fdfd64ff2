"""Files that lookup tables name: found while reading, relative to the file that names them.

None may lie outside of the project and of the folders that were named, wherever links lead: data from elsewhere must
not read what its author could not. Whatever is wrong is told at the line that names the file.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.errors import SourceError
from tenprint.importers.finding import FoundFile, file_bytes, origin_of
from tenprint.importers.importer import ImporterContext
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.problem import Problem
from tenprint.importers.seen_files import SeenFiles
from tenprint.importers.snapshot import SourceDocument

Naming = tuple[str, Location]
"""A lookup table, and the place where it names its file."""

_HINT = "write one element a line, as UTF-8 text, into a file beside the one that names it"


@dataclass(frozen=True, slots=True)
class LookupFile:
    """A file with elements of the tables that name it; `origin` is the file itself, whatever its paths are."""

    path: Path
    shown: str
    origin: str
    namings: tuple[Naming, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(sorted({table for table, _ in self.namings}))


def find_lookups(
    readings: Iterable[tuple[FoundFile, DocumentReading]], tops: Sequence[Path], seen: SeenFiles | None = None
) -> tuple[list[LookupFile], list[Problem]]:
    """Find the files that documents name, each once, sorted; and what is wrong with a path, where it is written."""
    roots = [Path(os.path.realpath(top)) for top in tops]
    found: dict[str, list[tuple[Path, str, Naming]]] = {}
    problems: list[Problem] = []
    for file, reading in readings:
        for table, written, place in reading.references:
            location = reading.document.id.at(*place)
            try:
                path, status = _resolved(file.path.parent / written, roots)
            except SourceError as error:
                problems.append(_problem(table, written, location, error.message, error.hint))
                continue
            if seen is not None:
                _note(seen, file.path.parent, written, path, status)
            shown = os.path.normpath(f"{file.shown}/../{written}")
            found.setdefault(origin_of(status), []).append((path, shown, (table, location)))
    lookups = [
        LookupFile(*min((path, shown) for path, shown, _ in paths), origin, tuple(naming for _, _, naming in paths))
        for origin, paths in found.items()
    ]
    return sorted(lookups, key=lambda lookup: lookup.shown), problems


def _note(seen: SeenFiles, folder: Path, written: str, real: Path, status: os.stat_result) -> None:
    seen.found(real, status)
    if str(real) != os.path.normpath(f"{os.path.realpath(folder)}/{written}"):
        seen.doubted(f"{written} is reached over a link")


def _resolved(path: Path, roots: Sequence[Path]) -> tuple[Path, os.stat_result]:
    real = Path(os.path.realpath(path))
    if not any(real.is_relative_to(root) for root in roots):
        raise SourceError("lies outside of the project", hint="copy the file into the project")
    try:
        status = real.stat()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", hint="the path is relative to this file") from error
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("is not a file", hint=_HINT)
    return real, status


def read_lookup(
    lookup: LookupFile,
    document: DocumentId,
    number: int,
    rules: ReadingRules,
    context: ImporterContext,
) -> tuple[SourceFile, DocumentReading]:
    """Read one file; `number` is its place among the documents of the source."""
    # With its tables: what one source counts for one table, another may count for another.
    origin = "\n".join((lookup.origin, *lookup.tables))
    try:
        content = file_bytes(lookup.path, rules.limits, seen=context.seen)
        file = SourceFile(document, "lookup", content, origin, lookup.tables)
    except SourceError as error:
        nothing = SourceDocument(document, "lookup", (), b"")
        problem = _told(lookup, error.message, error.hint)
        return SourceFile(document, "lookup", b""), DocumentReading(nothing, (), (problem,))
    reading = context.read_file(file, number, rules)
    if reading.problems:
        told = tuple(
            _told(lookup, f"cannot be read: {problem.message}", problem.hint, problem.location)
            for problem in reading.problems
        )
        return file, DocumentReading(reading.document, (), told)
    if not reading.rows:
        empty = _told(lookup, "has no elements", _HINT, is_warning=True)
        return file, DocumentReading(reading.document, (), (empty,))
    return file, reading


def _told(
    lookup: LookupFile,
    message: str,
    hint: str | None,
    inside: Location | None = None,
    *,
    is_warning: bool = False,
) -> Problem:
    """Tell what is wrong with a file at the first place that names it, and at the others beside it."""
    (table, location), *others = lookup.namings
    related = tuple(place for place in (inside, *(place for _, place in others)) if place is not None)
    return _problem(table, lookup.shown, location, message, hint, related=related, is_warning=is_warning)


def _problem(
    table: str,
    path: str,
    location: Location,
    message: str,
    hint: str | None,
    *,
    related: tuple[Location, ...] = (),
    is_warning: bool = False,
) -> Problem:
    what = f"the file {path!r} of lookup table {table!r} {message}"
    return Problem("lookup-file", what, location, hint, "warning" if is_warning else "error", related)
