"""Follows `imports:` through the file system: which projects are imported, and which files each of them has.

Rules kept here:

* a project is known by its real path, so it is imported once however it is reached, and a round of imports ends;
* imports that are URLs are only collected, in order; who fetches them follows those of remote projects;
* imports are followed breadth first, without recursion, so a long chain needs no deep stack;
* a file belongs to the innermost import that holds it, and is read once;
* whatever is wrong with an import is told at its line.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tenprint.importers.digest import digest_of
from tenprint.importers.errors import ProblemsError, SourceError
from tenprint.importers.finding import Finder, FoundFile, file_bytes, is_possible
from tenprint.importers.imports import CONFIG_NAMES, OTHER_STEMS, cycle, ignored_lists, read_imports
from tenprint.importers.item_tables import variables_in
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import YAML_SUFFIXES, Document, Place, nearest, parse_yaml
from tenprint.importers.reading.environment import expanded
from tenprint.importers.remote_imports import RemoteEntry, is_remote, read_entry
from tenprint.importers.seen_files import SeenFiles
from tenprint.importers.snapshot import Role
from tenprint.importers.spec import free_name

ROOT = -1
"""Number of the project that imports, where imported ones are counted from 0."""

_PATTERN = "*?["


@dataclass(frozen=True, slots=True)
class ImportedProject:
    """A folder, or a configuration whose imports alone count; `name` is unique among the imports of a project."""

    path: Path
    name: str
    importer: int


@dataclass(frozen=True, slots=True)
class _Config:
    """A configuration whose imports wait to be followed."""

    owner: int
    path: Path
    base: Path


class ImportTree:
    """Collects imported projects and their files; `finder` has found the files of the project itself already."""

    def __init__(
        self,
        finder: Finder,
        source: str,
        project: Path,
        rules: ReadingRules,
        *,
        seen: SeenFiles | None = None,
    ) -> None:
        self._finder = finder
        self._seen = seen
        self._source = source
        self._project = Path(os.path.realpath(project))
        self._rules = rules
        self._own = dict.fromkeys(finder.files)
        self._below = _by_folder(finder.files, self._project)
        self._known: dict[Path, int] = {}
        self.names: set[str] = set()
        self._waiting: deque[_Config | int] = deque()
        self._walked: list[tuple[int, FoundFile]] = []
        self.root: Document | None = None
        self._root_config: Path | None = None
        self.imports: list[ImportedProject] = []
        self.remotes: list[RemoteEntry] = []
        self.problems: list[Problem] = []

    def follow(self, config: Path, base: Path, opened: Mapping[Path, bytes]) -> None:
        """Follow all imports, starting at the configuration of the project; they are relative to `base`."""
        self._root_config = Path(os.path.realpath(config))
        told = list(self._finder.problems)
        self._follow(_Config(ROOT, config, base), opened)
        while self._waiting:
            waiting = self._waiting.popleft()
            if isinstance(waiting, int):
                self._walk(waiting)
            else:
                self._follow(waiting, opened)
        # What lies in an import is no oddity of the project's own data; the import has told what is odd there.
        self._finder.problems[: len(told)] = [problem for problem in told if not self._is_elsewhere(problem)]

    def files(self) -> Iterator[tuple[int, list[FoundFile]]]:
        """Yield the files of each project by its number: the project itself, then imports as they were discovered."""
        owned: dict[int, list[FoundFile]] = {number: [] for number in (ROOT, *range(len(self.imports)))}
        for found in self._own:
            owned[ROOT].append(found)
        for walked, found in self._walked:
            owned[self._owner(found, walked)].append(found)
        yield from owned.items()

    def _follow(self, config: _Config, opened: Mapping[Path, bytes]) -> None:
        document = self._document(config, opened)
        if document is None:
            return
        if config.owner == ROOT:
            self.root = document
        else:
            self.problems += ignored_lists(document, self.root)
        entries, problems = read_imports(document)
        self.problems += problems
        for text, place in entries:
            if is_remote(text):
                entry, problems = read_entry(document, text, place, before=len(self.imports))
                self.remotes += [] if entry is None else [entry]
                self.problems += problems
            elif is_possible(str(text)):
                self._take(config, document, str(text), place)
            else:
                message, hint = f"there can be no import {text!r}", "a path is relative to the file that names it"
                self.problems.append(Problem("import-path", message, document.at(place), hint))

    def _document(self, config: _Config, opened: Mapping[Path, bytes]) -> Document | None:
        """Parse a configuration; what is wrong with that of the project itself is told where it is read."""
        document_id = DocumentId(self._source, self._shown(config.path))
        try:
            content = opened.get(config.path)
            if content is None:
                content = file_bytes(config.path, self._rules.limits, seen=self._seen)
            if self._seen is not None:
                self._seen.read(config.path, digest_of(content))
                self._seen.used(variables_in(content), config.path)
            document, problems = expanded(parse_yaml(content, document_id, self._rules.limits), self._rules.environment)
            if not isinstance(document.root, dict):
                message = "the file must hold a mapping"
                problems = [Problem("not-a-mapping", message, document_id.at(1, 1), "begin with a key")]
        except ProblemsError as error:
            document, problems = None, list(error.problems)
        except SourceError as error:
            place = document_id.at(0, 0)
            document, problems = None, [Problem("unreadable-file", error.message, place, error.hint)]
        if config.owner != ROOT:
            self.problems += problems
        return document if document is not None and isinstance(document.root, dict) else None

    def _take(self, config: _Config, document: Document, text: str, place: Place) -> None:
        target = Path(os.path.realpath(config.base / text))
        if self._seen is not None and str(target) != os.path.normpath(f"{os.path.realpath(config.base)}/{text}"):
            self._seen.doubted(f"the import {text} is reached over a link")
        is_folder = target.is_dir()
        if not is_folder and not (target.is_file() and target.name in CONFIG_NAMES):
            self.problems.append(_wrong_path(text, target, document.at(place)))
            return
        number = self._known.get(target)
        is_project = target == self._root_config or (target == self._project and config.owner != ROOT)
        if is_project:
            number = ROOT
        if number is not None:
            chain = self._chain(config.owner)
            if number in chain:
                members = (*reversed(chain[: chain.index(number) + 1]), number)
                self.problems.append(cycle(document.at(place), [self._called(member) for member in members]))
            return
        number = len(self.imports)
        self._known[target] = number
        self.imports.append(ImportedProject(target, self._name(target if is_folder else target.parent), config.owner))
        self._waiting.append(number if is_folder else _Config(number, target, target.parent))

    def _walk(self, number: int) -> None:
        folder = self.imports[number].path
        before = len(self._finder.files)
        self._finder.add_tree(folder, "data", tell_others=False)
        # The project may have found some already, where it imports a part of its own data.
        own = [found for found in self._below.get(folder, ()) if found in self._own]
        for found in (*own, *self._finder.files[before:]):
            self._own.pop(found, None)
            if found.path.name in CONFIG_NAMES:
                self._waiting.append(_Config(number, found.path, found.path.parent))
            elif found.path.suffix not in YAML_SUFFIXES or found.path.stem not in OTHER_STEMS:
                role: Role = "domain" if _is_domain(found.path, folder) else found.role
                self._walked.append((number, replace(found, role=role, shown=self._shown(found.path))))

    def _chain(self, number: int) -> list[int]:
        """Numbers from a project to the one all began with."""
        chain = [number]
        while chain[-1] != ROOT:
            chain.append(self.imports[chain[-1]].importer)
        return chain

    def _owner(self, found: FoundFile, walked: int) -> int:
        """Number of the innermost import that holds a file."""
        folders = Path(os.path.realpath(found.path)).parents
        return next((self._known[folder] for folder in folders if folder in self._known), walked)

    def _is_elsewhere(self, problem: Problem) -> bool:
        if problem.location is None:
            return False
        folders = Path(os.path.realpath(self._project / problem.location.path)).parents
        return any(folder in self._known for folder in folders if self._project in folder.parents)

    def _name(self, folder: Path) -> str:
        name = free_name(folder.name, self.names)
        self.names.add(name)
        return name

    def _called(self, number: int) -> str:
        if number == ROOT:
            return CONFIG_NAMES[0] if self._root_config is None else self._shown(self._root_config)
        return Path(os.path.relpath(self.imports[number].path, self._project)).as_posix()

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(os.path.realpath(path.parent), self._project), path.name).as_posix()


def _by_folder(files: Iterable[FoundFile], project: Path) -> Mapping[Path, Sequence[FoundFile]]:
    """Find the files below each folder inside of the project."""
    found: dict[Path, list[FoundFile]] = {}
    for file in files:
        if file.role == "config":
            continue
        for folder in Path(os.path.realpath(file.path)).parents:
            if project in folder.parents:
                found.setdefault(folder, []).append(file)
    return found


def _is_domain(path: Path, folder: Path) -> bool:
    real = Path(os.path.realpath(path))
    inside = real.relative_to(folder) if real.is_relative_to(folder) else path
    return path.stem == "domain" or "domain" in inside.parts[:-1]


def _wrong_path(text: str, target: Path, location: Location) -> Problem:
    if target.exists():
        message = f"the import {text!r} is neither a folder nor a file named {' or '.join(CONFIG_NAMES)}"
        hint: str | None = "name the folder it lies in"
    else:
        message = f"the import {text!r} does not exist"
        hint = nearest(target.name, _folders_in(target.parent), otherwise="folders there")
        if any(letter in text for letter in _PATTERN):
            hint = "patterns are not expanded; list the folders"
    return Problem("import-path", message, location, hint or "a path is relative to the file that names it")


def _folders_in(folder: Path) -> Sequence[str]:
    try:
        return [entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith(".")]
    except OSError:
        return ()
