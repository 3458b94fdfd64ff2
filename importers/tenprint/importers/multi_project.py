"""MultiProjectImporter: a project made of projects, as `imports:` of its configuration says."""

import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import anyio.to_thread

from tenprint.importers.asking import CLOSE_SECONDS, close
from tenprint.importers.combining import combined
from tenprint.importers.concurrency import gather
from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.errors import OptionError, ProblemsError, TenprintError
from tenprint.importers.fetching import Fetching
from tenprint.importers.file import FileImporter
from tenprint.importers.finding import Finder, FoundFile
from tenprint.importers.import_tree import ROOT, ImportTree
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.imports import covers
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.naming import Namespace, namespace_of
from tenprint.importers.once import Once
from tenprint.importers.problem import errors_among
from tenprint.importers.reading import describe
from tenprint.importers.remote_imports import GRANTS
from tenprint.importers.remote_tree import RemoteTree
from tenprint.importers.snapshot import Snapshot, SourceState

_DIRECTORY = "project_directory"
_LAST = (sys.maxsize, 0)


@dataclass(frozen=True, slots=True)
class _Part:
    """One local project of several: the name of its folder (None for the one that imports), and its files."""

    name: str | None
    files: tuple[FoundFile, ...]

    @property
    def counts(self) -> bool:
        return bool(self.files) or self.name is None


@dataclass(frozen=True, slots=True)
class _Discovery:
    finder: Finder
    tree: ImportTree
    parts: tuple[_Part, ...]


class MultiProjectImporter(FileImporter):
    """Reads the files of a project, and those of the projects it imports, and they import.

    Options are those of the file importer, and `project_directory`: the folder that the imports of the project's own
    configuration are relative to, by default the one it lies in. The project itself takes precedence, then its imports
    in the order of their discovery; those of remote projects come last.

    Imports that are URLs are sources of their own, with their own names, revisions and entries of the lock.
    `allow_file`, `allow_http` and `allow_private` grant remote projects that their imports use these options.
    """

    NAME = "multi-project"
    ALIASES = ("MultiProjectImporter", "rasa.shared.importers.multi_project.MultiProjectImporter")
    OPTIONS: ClassVar[tuple[str, ...]] = ("config", "domain", "data", _DIRECTORY)
    FOLLOWS_IMPORTS = True

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        written = dict(options or {})
        self._granted = _granted({name: written.pop(name) for name in GRANTS if name in written}, self.NAME)
        super().__init__(written, context)
        self._discovery = Once(self._discovered)
        self._made: list[TrainingDataImporter] = []
        self.nested: tuple[TrainingDataImporter, ...] = ()
        """Importers of the remote projects, once they were read."""

    async def take_snapshot(self) -> Snapshot:
        discovery = await self._discovery.get()
        if not discovery.tree.remotes:
            return await anyio.to_thread.run_sync(self._whole, discovery, await self._local(discovery), None)
        calls: list[Callable[[], Awaitable[Any]]] = [
            partial(self._local, discovery),
            partial(self._followed, discovery, self.context.fetching),
        ]
        local, remote = await gather(calls)
        self.nested = tuple(found.importer for found, _ in remote.imports)
        return await anyio.to_thread.run_sync(self._whole, discovery, local, remote)

    async def imported_sources(self, fetching: Fetching) -> tuple[TrainingDataImporter, ...]:
        discovery = await self._discovery.get()
        if not discovery.tree.remotes:
            return ()
        remote = await self._followed(discovery, fetching)
        errors = errors_among([*discovery.tree.problems, *remote.problems])
        if errors:
            raise ProblemsError(errors)
        return tuple(found.importer for found, _ in remote.imports)

    async def aclose(self) -> None:
        """Close the importers of all remote projects.

        Raises:
            TenprintError: Some could not be closed; several come out as one `ProblemsError`.
        """
        failures: list[TenprintError] = []

        async def closed(importer: TrainingDataImporter) -> None:
            try:
                await close(importer, CLOSE_SECONDS)
            except TenprintError as error:
                failures.append(error)

        await gather([partial(closed, importer) for importer in self._made])
        if failures:
            raise ProblemsError([problem for error in failures for problem in error.problems])

    async def _local(self, discovery: _Discovery) -> list[Snapshot]:
        """Read the files of the local projects that have any."""
        return [
            await self.read_found(discovery.finder, part.files, self._rules_of(part.name))
            for part in discovery.parts
            if part.counts
        ]

    async def _followed(self, discovery: _Discovery, fetching: Fetching) -> RemoteTree:
        context, tree = self.context, discovery.tree
        taken = set() if context.make_source is None else set(context.make_source.taken())
        followed = RemoteTree(
            replace(context, source=self.source_name, fetching=fetching),
            taken={*tree.names, *taken, self.source_name},
            granted=self._granted,
            root=tree.root,
            rules_of=self._rules_of,
            made=self._made,
        )
        return await followed.follow(tree.remotes)

    def _whole(self, discovery: _Discovery, local: Sequence[Snapshot], remote: RemoteTree | None) -> Snapshot:
        """Merge all projects: this one, then the others in the order in which they were found."""
        rules, tree = self.context.rules, discovery.tree
        imports = () if remote is None else remote.imports
        numbers = [number for number, part in enumerate(discovery.parts, start=ROOT) if part.counts]
        # A remote project comes before the local ones that were found after it, and what it imports after all.
        ordered = [((number, 1), snapshot) for number, snapshot in zip(numbers, local, strict=True)]
        ordered += [
            ((found.entry.before, 0) if found.owner is None else _LAST, snapshot) for found, snapshot in imports
        ]
        snapshots = [snapshot for _, snapshot in sorted(ordered, key=lambda each: each[0])]
        whole = combined(snapshots, rules, level="projects")
        # To the outside the local projects are one source.
        revisions = "\n".join(str(state.revision) for snapshot in local for state in snapshot.sources)
        state = SourceState(self.source_name, digest_text(digest_of(revisions.encode())))
        states = (state, *(state for _, snapshot in imports for state in snapshot.sources))
        problems = () if remote is None else remote.problems
        return replace(whole, sources=states).with_problems(*tree.problems, *problems, *discovery.finder.problems)

    async def imports(self) -> tuple[Path, ...]:
        """Return the real paths of all imported projects, in the order of their discovery."""
        return tuple(found.path for found in (await self._discovery.get()).tree.imports)

    async def is_imported(self, path: Path) -> bool:
        """Tell whether a file is imported; relative paths are relative to the project."""
        project = self.context.project
        imports = await self.imports()

        def real(place: Path) -> Path:
            return Path(os.path.realpath(project / place))

        def is_covered() -> bool:
            extra = {real(place) for place in (*self._domain_paths(), *self._data_paths())}
            return covers(real(path), project=real(self._base()), imports=imports, extra=extra)

        return await anyio.to_thread.run_sync(is_covered)

    async def _discovered(self) -> _Discovery:
        return await anyio.to_thread.run_sync(self._discover)

    def _discover(self) -> _Discovery:
        finder = self._find()
        tree = ImportTree(finder, self.source_name, self.context.project, self.context.rules, seen=self.context.seen)
        config = self._config_path()
        if config is not None:
            tree.follow(config, self._base(), self.context.opened)
        if tree.remotes and self.context.seen is not None:
            self.context.seen.doubted("projects are imported from elsewhere")
        parts = tuple(
            _Part(None if number == ROOT else tree.imports[number].name, tuple(files)) for number, files in tree.files()
        )
        return _Discovery(finder, tree, parts)

    def _base(self) -> Path:
        if _DIRECTORY not in self.options:
            config = self._config_path()
            return self.context.project if config is None else config.parent
        named: Path = self.context.project / self.options[_DIRECTORY]
        if not named.is_dir():
            raise OptionError(
                f"there is no folder {self.options[_DIRECTORY]!r}, which the option {_DIRECTORY!r} names",
                _DIRECTORY,
                hint="the path is relative to the project",
            )
        return named

    def _rules_of(self, name: str | None) -> ReadingRules:
        """Rules that give the names of an imported project a prefix, where projects have namespaces."""
        rules = self.context.rules
        own = None if name is None else namespace_of(name, rules.merge.projects)
        if own is None:
            return rules
        outer = rules.namespace
        if outer is not None:
            own = Namespace(f"{outer.name}.{own.name}", outer.of | own.of)
        return replace(rules, namespace=own)


def _granted(options: Mapping[str, Any], importer: str) -> frozenset[str]:
    for option, value in options.items():
        if not isinstance(value, bool):
            raise OptionError(
                f"the option {option!r} of the importer {importer!r} is true or false, not {describe(value)}", option
            )
    return frozenset(option for option, value in options.items() if value)
