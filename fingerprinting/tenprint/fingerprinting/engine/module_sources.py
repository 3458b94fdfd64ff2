"""Where the code of a module comes from, and what its source binds.

A module that is loaded has the source its file had when it was first asked for, so an edit that nobody has loaded is
not seen before it counts; a module that was loaded again is read again. Nothing is ever imported here: a module that is
only imported within a function is looked for and read.
"""

import ast
import sys
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.engine.code_tree import STAR, bound_names, imports_within
from tenprint.fingerprinting.engine.package_versions import owners

OURS = "tenprint"

_INSTALLED = frozenset({"site-packages", "dist-packages"})


class ModuleKind(Enum):
    """Whose code a module is."""

    STANDARD = "of Python itself"
    OURS = "of tenprint"
    INSTALLED = "of a distribution"
    LOCAL = "of the project, or installed so that it can be edited"
    FOLDER = "a package without a file of its own"
    UNKNOWN = "not to be found, or without source"


@dataclass(frozen=True, eq=False)
class ModuleCode:
    """The source of one module, by what it binds."""

    name: str
    package: str
    """What relative imports are relative to."""
    statements: tuple[ast.stmt, ...]
    bindings: Mapping[str, tuple[ast.stmt, ...]]
    """Name -> all statements that set it or change what it stands for."""


def module_kind(name: str) -> ModuleKind:
    """Tell whose code a module is; blocks."""
    top = name.partition(".")[0]
    if top == OURS:
        return ModuleKind.OURS
    if top in sys.stdlib_module_names and top != "__main__":
        return ModuleKind.STANDARD
    file, is_folder = _file_of(name)
    if file is None and top != name and module_kind(top) is ModuleKind.INSTALLED:
        return ModuleKind.INSTALLED
    if file is None:
        return ModuleKind.FOLDER if is_folder else ModuleKind.UNKNOWN
    if not _INSTALLED.isdisjoint(file.parts) and owners(top):
        return ModuleKind.INSTALLED
    return ModuleKind.LOCAL if file.suffix == ".py" else ModuleKind.UNKNOWN


def module_code(name: str) -> ModuleCode | None:
    """Read and parse a module of the project; None where it has no source; blocks."""
    file, _ = _file_of(name)
    if file is None:
        return None
    module = sys.modules.get(name)
    if module is None:
        return _parsed(name, file)
    spec = getattr(module, "__spec__", None)
    return _kept(name, file, _Loading(module if spec is None else spec))


def _file_of(name: str) -> tuple[Path | None, bool]:
    """Return the file of a module; and, where it has none, whether it is a package all the same."""
    module = sys.modules.get(name)
    if module is not None:
        file = getattr(module, "__file__", None)
        return (None if file is None else Path(file)), hasattr(module, "__path__")
    spec = _found(name)
    if spec is None:
        return None, False
    return (Path(spec.origin) if spec.origin and spec.has_location else None), bool(spec.submodule_search_locations)


def _found(name: str) -> ModuleSpec | None:
    """Look for a module that is not loaded, part by part, so that nothing above it is imported."""
    path: Any = None
    spec: ModuleSpec | None = None
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        above = sys.modules.get(".".join(parts[: length - 1]))
        if above is not None:
            path = getattr(above, "__path__", ())
        spec = PathFinder.find_spec(".".join(parts[:length]), path)
        if spec is None:
            return None
        path = spec.submodule_search_locations or ()
    return spec


class _Loading:
    """One loading of a module; one that is loaded again has another specification."""

    __slots__ = ("token",)

    def __init__(self, token: Any) -> None:
        self.token = token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Loading) and self.token is other.token

    def __hash__(self) -> int:
        return id(self.token)


@lru_cache(maxsize=4096)
def _kept(name: str, file: Path, loading: _Loading) -> ModuleCode | None:
    del loading
    return _parsed(name, file)


def _parsed(name: str, file: Path) -> ModuleCode | None:
    try:
        with tokenize.open(file) as opened:
            tree = ast.parse(opened.read(), filename=str(file))
    except (OSError, SyntaxError, ValueError):
        return None
    bindings: dict[str, tuple[ast.stmt, ...]] = {}
    for statement in tree.body:
        for bound in bound_names(statement):
            bindings[bound] = (*bindings.get(bound, ()), statement)
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    return ModuleCode(name, package, tuple(tree.body), bindings)


def imported_module(code: ModuleCode, node: ast.ImportFrom) -> str | None:
    """Return the absolute name of the module that an import takes names from; None if it leads nowhere."""
    if not node.level:
        return node.module
    above = code.package.split(".") if code.package else []
    if node.level - 1 >= len(above):
        return None
    base = above[: len(above) - (node.level - 1)]
    return ".".join([*base, node.module] if node.module else base)


def star_modules(code: ModuleCode) -> tuple[str, ...]:
    """Return the modules all names of which are imported."""
    found = imports_within(code.bindings.get(STAR, ()))
    stars = [node for node in found if isinstance(node, ast.ImportFrom) and node.names[0].name == STAR]
    return tuple(name for node in stars if (name := imported_module(code, node)) is not None)
