"""Remote projects in `imports:`: how an entry is written, and what one of somebody else's may ask for. Pure.

Rules:
- Who writes the configuration of this project, or of a folder on this machine, may use every option of an importer.
- The configuration of a remote project is somebody else's text. It may say what is fetched, and no more: it names no
  secret, no variable, no file and no program of this machine. What reaches into this machine or its network has to be
  granted by the entry of the importer as well.
- A path in it leads to files of that project, which are read anyway; it leads nowhere else.
"""

import posixpath
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tenprint.importers.imports import CONFIG_NAMES
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, MappingNode, Place, Reader, nearest
from tenprint.importers.reading.scalars import shown_key
from tenprint.importers.spec import ImporterSpec, source_spec
from tenprint.importers.urls import is_url

GRANTS = ("allow_file", "allow_http", "allow_private")
"""Options that a remote project may use where they are granted."""

_HARMLESS = ("ref", "subdirectory", "include", "exclude", "path", "kind", "sha256")
"""Options that say no more than what is fetched of a URL."""

_NOT_HERE = {
    "name": "remove it; the URL says which importer reads it",
    "transforms": "write them below the importer that follows the imports",
}
"""Keys that entries of `importers:` have, and imports have not."""


@dataclass(frozen=True, slots=True)
class RemoteEntry:
    """An entry of `imports:` that is a URL; so many local projects were imported `before` it."""

    spec: ImporterSpec
    place: Location
    before: int = 0


def is_remote(entry: Any) -> bool:
    """Tell entries of `imports:` that are URLs from paths."""
    return isinstance(entry, MappingNode) or is_url(entry)


def read_entry(
    document: Document, entry: str | MappingNode, place: Place, *, before: int = 0
) -> tuple[RemoteEntry | None, list[Problem]]:
    """Read an entry, and what is wrong with it."""
    reader = Reader(document)
    if isinstance(entry, MappingNode):
        for key, hint in _NOT_HERE.items():
            if key in entry:
                reader.report("unknown-key", f"an import has no key {shown_key(key)}", entry.key_place(key), hint=hint)
        if not is_url(entry["url"]):
            hint = "write it like git+https://host/path.git or https://host/file.tar.gz"
            reader.report("import-url", "the `url` of an import is no URL", entry.value_place("url"), hint=hint)
    spec = None if reader.problems else source_spec(reader, entry, place, what="an import")
    if spec is None or reader.problems:
        return None, reader.problems
    return RemoteEntry(spec, document.at(place), before), []


def unknown_urls(entry: RemoteEntry) -> Problem:
    """Tell that a URL stands where nobody knows URLs."""
    message = "an import is a URL, and this program knows no importers for URLs"
    return Problem("import-url", message, entry.place, "open the project with `open_project`, or pass `for_url`")


def too_many(entry: RemoteEntry, limit: int) -> Problem:
    message = f"more than {limit} remote projects are imported"
    return Problem("import-url", message, entry.place, "look for one that imports another without end")


def refused_of(entry: RemoteEntry, granted: Collection[str], importer: str) -> list[Problem]:
    """Tell what the configuration of a remote project asks for and must not."""
    problems = []
    if "${" in (entry.spec.url or ""):
        message = "variables in the imports of a remote project are not replaced, for it could send them anywhere"
        problems.append(Problem("import-url", message, entry.place, "write the URL in full"))
    for option in entry.spec.options:
        if option in _HARMLESS or option in granted:
            continue
        place = entry.spec.option_locations.get(option, entry.place)
        if option in GRANTS:
            message = f"a remote project asks for {option!r}, which is not granted"
            hint = f"if that is meant, write `{option}: true` into the entry of {importer!r} of this project"
        else:
            message = f"the imports of a remote project cannot have the option {option!r}"
            hint = "import it in the configuration of this project, which may have every option"
        problems.append(Problem("import-url", message, place, hint))
    return problems


def path_problem(document: Document, text: str, place: Place, paths: Collection[str]) -> Problem | None:
    """Tell what is wrong with a path in the configuration of a remote project that has files at these paths."""
    location = document.at(place)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(document.id.path), text))
    if target.startswith("/") or target.split("/")[0] == "..":
        message = f"the import {text!r} leads out of its project, which was fetched alone"
        return Problem("import-path", message, location, "import it by its URL")
    if posixpath.basename(target) in CONFIG_NAMES:
        target = posixpath.dirname(target)
    if not target or target == "." or any(path.startswith(f"{target}/") for path in paths):
        return None
    folders = {posixpath.dirname(path) for path in paths} - {""}
    message = f"the import {text!r} does not exist among the files that were fetched"
    hint = nearest(target, folders, otherwise="folders there") or "its project was fetched without it"
    return Problem("import-path", message, location, hint)
