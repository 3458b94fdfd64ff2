"""MultiProjectImporter: a project made of projects, as `imports:` of its configuration says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import anyio.to_thread

from tenprint.importers.combining import combined
from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.errors import OptionError
from tenprint.importers.file import FileImporter
from tenprint.importers.finding import Finder, FoundFile
from tenprint.importers.import_tree import ROOT, ImportTree
from tenprint.importers.importer import ImporterContext
from tenprint.importers.imports import covers
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.naming import Namespace, namespace_of
from tenprint.importers.once import Once
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot, SourceState

_DIRECTORY = "project_directory"


@dataclass(frozen=True, slots=True)
class _Part:
    """One project of several: the name of its folder (None for the one that imports), and its files."""

    name: str | None
    files: tuple[FoundFile, ...]


@dataclass(frozen=True, slots=True)
class _Discovery:
    finder: Finder
    parts: tuple[_Part, ...]
    imports: tuple[Path, ...]
    problems: tuple[Problem, ...]


class MultiProjectImporter(FileImporter):
    """Reads the files of a project, and those of the projects it imports, and they import.

    Options are those of the file importer, and `project_directory`: the folder that the imports of the project's own
    configuration are relative to, by default the one it lies in. The project itself takes precedence, then its imports
    in the order of their discovery.
    """

    NAME = "multi-project"
    ALIASES = ("MultiProjectImporter", "rasa.shared.importers.multi_project.MultiProjectImporter")
    OPTIONS: ClassVar[tuple[str, ...]] = ("config", "domain", "data", _DIRECTORY)
    FOLLOWS_IMPORTS = True

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self._discovery = Once(self._discovered)

    async def take_snapshot(self) -> Snapshot:
        discovery = await self._discovery.get()
        rules = self.context.rules
        snapshots = [
            await self.read_found(discovery.finder, part.files, self._rules_of(part))
            for part in discovery.parts
            if part.files or part.name is None
        ]
        whole = await anyio.to_thread.run_sync(lambda: combined(snapshots, rules, level="projects"))
        # To the outside it is one source, whatever it is made of.
        revisions = "\n".join(str(state.revision) for state in whole.sources)
        state = SourceState(self.source_name, digest_text(digest_of(revisions.encode())))
        return replace(whole, sources=(state,)).with_problems(*discovery.problems, *discovery.finder.problems)

    async def imports(self) -> tuple[Path, ...]:
        """Return the real paths of all imported projects, in the order of their discovery."""
        return (await self._discovery.get()).imports

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
        tree = ImportTree(finder, self.source_name, self.context.project, self.context.rules)
        config = self._config_path()
        if config is not None:
            tree.follow(config, self._base(), self.context.opened)
        parts = tuple(
            _Part(None if number == ROOT else tree.imports[number].name, tuple(files)) for number, files in tree.files()
        )
        return _Discovery(finder, parts, tuple(found.path for found in tree.imports), tuple(tree.problems))

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

    def _rules_of(self, part: _Part) -> ReadingRules:
        """Rules that give the names of an imported project a prefix, where projects have namespaces."""
        rules = self.context.rules
        own = None if part.name is None else namespace_of(part.name, rules.merge.projects)
        if own is None:
            return rules
        outer = rules.namespace
        if outer is not None:
            own = Namespace(f"{outer.name}.{own.name}", outer.of | own.of)
        return replace(rules, namespace=own)
