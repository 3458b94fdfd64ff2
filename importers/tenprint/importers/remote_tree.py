"""Follows imports that are URLs: which remote projects are imported, fetched breadth first, each once.

Rules kept here:

* all projects that are known and not yet fetched are fetched at once; what they import is the next wave;
* a project is known by what its importer says its data is, so rounds end, and each is fetched once;
* the configuration of an imported project is followed and never merged;
* whatever fails names the line that imports it.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import anyio.to_thread

from tenprint.importers.asking import asked, or_missing
from tenprint.importers.canonical import canonical_digest
from tenprint.importers.combining import without
from tenprint.importers.concurrency import gather
from tenprint.importers.errors import OptionError, ProblemsError, TenprintError
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.imports import cycle, ignored_lists, read_imports
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, parse_yaml
from tenprint.importers.remote import RemoteImporter
from tenprint.importers.remote_imports import (
    RemoteEntry,
    is_remote,
    path_problem,
    read_entry,
    refused_of,
    too_many,
    unknown_urls,
)
from tenprint.importers.snapshot import Snapshot, SourceDocument
from tenprint.importers.spec import free_name
from tenprint.importers.urls import name_in_url

MOST_IMPORTS = 256
"""Remote projects that one importer follows; a server could answer each request with one import more."""


@dataclass(frozen=True, slots=True, eq=False)
class RemoteImport:
    """A remote project: the entry that imports it, the remote project that holds the entry, and who reads it."""

    entry: RemoteEntry
    owner: "RemoteImport | None"
    importer: TrainingDataImporter

    @property
    def label(self) -> str:
        return self.importer.source_name

    def chain(self) -> list["RemoteImport"]:
        """Return the projects from this one to the first that is remote."""
        chain = [self]
        while chain[-1].owner is not None:
            chain.append(chain[-1].owner)
        return chain


class RemoteTree:
    """Collects remote projects and their snapshots.

    Args:
        context: That of the importer whose imports are followed, with the fetching for all of them.
        taken: Names that projects have already.
        granted: Options that remote projects may use.
        root: The configuration of the project itself.
        rules_of: Makes the rules for reading a project, by its name.
        made: Takes all importers that are made, for somebody to close them.
    """

    def __init__(
        self,
        context: ImporterContext,
        *,
        taken: set[str],
        granted: frozenset[str],
        root: Document | None,
        rules_of: Callable[[str], ReadingRules],
        made: list[TrainingDataImporter],
    ) -> None:
        self._context = context
        self._taken = taken
        self._granted = granted
        self._root = root
        self._rules_of = rules_of
        self._made = made
        self._known: dict[bytes, RemoteImport] = {}
        self._is_full = False
        self.imports: list[tuple[RemoteImport, Snapshot]] = []
        self.problems: list[Problem] = []

    async def follow(self, entries: Sequence[RemoteEntry]) -> "RemoteTree":
        """Fetch the projects of these entries, and all that they import."""
        wave = await anyio.to_thread.run_sync(self._admitted, [(entry, None) for entry in entries])
        while wave:
            snapshots = await gather([_placed(found) for found in wave])
            wave = await anyio.to_thread.run_sync(self._taken_in, wave, snapshots)
        return self

    def _taken_in(self, wave: Sequence[RemoteImport], snapshots: Sequence[Snapshot]) -> list[RemoteImport]:
        """Keep what came, and return the projects that it imports."""
        entries: list[tuple[RemoteEntry, RemoteImport | None]] = []
        for found, snapshot in zip(wave, snapshots, strict=True):
            configs = {number: each for number, each in enumerate(snapshot.documents) if each.role == "config"}
            paths = [document.id.path for document in snapshot.documents]
            read = set()
            for document in configs.values():
                parsed = self._parsed(document)
                if parsed is not None:
                    read.add((document.id.source, document.id.path))
                    entries += [(entry, found) for entry in self._imports_of(parsed, paths)]
            self.imports.append((found, _without_problems(without(snapshot, frozenset(configs)), read)))
        return self._admitted(entries)

    def _parsed(self, document: SourceDocument) -> Document | None:
        """Parse a configuration; what makes that impossible was told when it was read."""
        if not isinstance(document.content, bytes):
            return None
        try:
            parsed = parse_yaml(document.content, document.id, self._context.rules.limits)
        except ProblemsError:
            return None
        return parsed if isinstance(parsed.root, dict) else None

    def _imports_of(self, document: Document, paths: Sequence[str]) -> list[RemoteEntry]:
        self.problems += ignored_lists(document, self._root)
        listed, problems = read_imports(document)
        self.problems += problems
        entries = []
        for entry, place in listed:
            if is_remote(entry):
                read, problems = read_entry(document, entry, place)
                entries += [] if read is None else [read]
                self.problems += problems
            elif isinstance(entry, str):
                problem = path_problem(document, entry, place, paths)
                self.problems += [] if problem is None else [problem]
        return entries

    def _admitted(self, entries: Sequence[tuple[RemoteEntry, RemoteImport | None]]) -> list[RemoteImport]:
        """Make the importers of entries that are not known yet."""
        found = [self._admit(entry, owner) for entry, owner in entries]
        return [one for one in found if one is not None]

    def _admit(self, entry: RemoteEntry, owner: RemoteImport | None) -> RemoteImport | None:
        refused = [] if owner is None else refused_of(entry, self._granted, self._context.source or "")
        if len(self._known) >= MOST_IMPORTS and not self._is_full:
            self._is_full = True
            refused.append(too_many(entry, MOST_IMPORTS))
        self.problems += refused
        if refused or self._is_full:
            return None
        name = free_name(entry.spec.label or name_in_url(entry.spec.url or ""), self._taken)
        importer = self._importer(entry, name)
        if importer is None:
            return None
        found = RemoteImport(entry, owner, importer)
        known = self._known.setdefault(_key(importer), found)
        if known is found:
            self._taken.add(name)
            return found
        chain = [] if owner is None else owner.chain()
        if known in chain:
            members = (*reversed(chain[: chain.index(known) + 1]), known)
            self.problems.append(cycle(entry.place, [member.label for member in members]))
        return None

    def _importer(self, entry: RemoteEntry, name: str) -> TrainingDataImporter | None:
        context, spec, make = self._context, entry.spec, self._context.make_source
        if make is None:
            self.problems.append(unknown_urls(entry))
            return None
        own = replace(
            context,
            config=None,
            domain=None,
            data=None,
            rules=self._rules_of(name),
            opened={},
            source=make.label(name, context.source or ""),
            stall_seconds=None,
            places={**spec.option_locations, "": entry.place},
            fetching=replace(context.fetching, max_age=spec.max_age),
        )
        try:
            importer = make(spec.url or "", spec.options, own)
        except TenprintError as error:
            place = own.place_of(error.option if isinstance(error, OptionError) else None)
            self.problems += [replace(problem, location=problem.location or place) for problem in error.problems]
            return None
        self._made.append(importer)
        return importer


def _key(importer: TrainingDataImporter) -> bytes:
    """What a project is known by."""
    described: Any = importer.identity() if isinstance(importer, RemoteImporter) else importer.options
    return canonical_digest((type(importer).__qualname__, dict(described)))


def _placed(found: RemoteImport) -> Callable[[], Awaitable[Snapshot]]:
    """Make a call for a snapshot whose failures stand at the line of the import."""
    importer, place = found.importer, found.entry.place
    if not found.entry.spec.required:
        return or_missing(importer, importer.context.rules, place)

    async def snapshot() -> Snapshot:
        try:
            return await asked(importer)()
        except ProblemsError as error:
            raise ProblemsError([_at(problem, place, found) for problem in error.problems]) from error
        except TenprintError as error:
            error.location = error.location or place
            error.message = _told(error.message, found)
            raise

    return snapshot


def _at(problem: Problem, place: Location, found: RemoteImport) -> Problem:
    return replace(problem, location=problem.location or place, message=_told(problem.message, found))


def _told(message: str, found: RemoteImport) -> str:
    """Name the project whose configuration holds the line, where it is not this one."""
    return message if found.owner is None else f"{message} (imported by {found.owner.label!r})"


def _without_problems(snapshot: Snapshot, places: Collection[tuple[str, str]]) -> Snapshot:
    """Leave out what is wrong with documents that nobody reads."""
    problems = tuple(
        problem
        for problem in snapshot.problems
        if problem.location is None or (problem.location.source, problem.location.path) not in places
    )
    return replace(snapshot, problems=problems)
