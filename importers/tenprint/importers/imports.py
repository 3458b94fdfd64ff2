"""What `imports:` of a configuration says, and which paths it covers. Pure.

Paths are compared component by component: an import of `A` says nothing about its neighbour `A2`.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import PurePath

from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import COMPONENT_LISTS, Document, MappingNode, Place, Reader, plain_value

IMPORTS = "imports"
CONFIG_NAMES = ("config.yml", "config.yaml")
OTHER_STEMS = ("credentials", "endpoints", "tenprint")
"""YAML files of a project that hold no training data."""

_HINT = "write a list of folders: `imports: [one, two]`"


def covers(
    path: PurePath, *, project: PurePath, imports: Collection[PurePath], extra: Collection[PurePath] = ()
) -> bool:
    """Tell whether a file is imported; all paths are absolute.

    Without imports everything is. Else it stands in the project folder itself or below an import, or it or its folder
    is among the `extra` paths somebody named.
    """
    if not imports or path.parent == project:
        return True
    if path in extra or path.parent in extra:
        return True
    return any(path == imported or imported in path.parents for imported in imports)


def read_imports(document: Document) -> tuple[list[tuple[str | MappingNode, Place]], list[Problem]]:
    """Read what a configuration imports, with its places, and all that is wrong with the list.

    Entries are paths, URLs, and mappings with a URL.
    """
    reader = Reader(document)
    value = reader.root.get(IMPORTS)
    if value is None:
        return [], []
    if not isinstance(value, list):
        reader.wrong_type(IMPORTS, "a list of paths", value, reader.root.value_place(IMPORTS))
        return [], [_advised(problem) for problem in reader.problems]
    found: list[tuple[str | MappingNode, Place]] = []
    for entry, place in reader.entries(reader.root, IMPORTS, IMPORTS):
        if isinstance(entry, MappingNode) and "url" in entry:
            found.append((entry, place))
        elif (text := reader.text(entry, "an import", place)) is not None:
            found.append((text.strip(), place))
    return found, [_advised(problem) for problem in reader.problems]


def _advised(problem: Problem) -> Problem:
    return replace(problem, hint=_HINT)


def ignored_lists(document: Document, root: Document | None) -> list[Problem]:
    """Report components of an imported project that are others than those of the project that imports it."""
    own = {} if root is None else plain_value(root.root)
    node = document.root
    return [
        Problem(
            "ignored-config",
            f"`{key}` of an imported project does not count, and differs from that of this project",
            document.at(node.key_place(key)),
            "only the configuration of the project that is trained counts; remove it, or make them equal",
            "warning",
        )
        for key in COMPONENT_LISTS
        if node.get(key) is not None and plain_value(node[key]) != own.get(key)
    ]


def cycle(location: Location, chain: Sequence[str]) -> Problem:
    """Report imports that lead back to where they come from."""
    return Problem(
        "import-cycle",
        f"the imports go round: {' -> '.join(chain)}; each project is read once",
        location,
        "remove one of these imports",
        "warning",
    )
