"""The source of the modules of a project, by what it binds.

A module that is loaded has the source its file had when it was first asked for, so an edit that nobody has loaded is
not seen before it counts; a module that was loaded again is read again.
"""

import ast
import sys
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from tenprint.fingerprinting.engine.code_effects import names_by_statement
from tenprint.fingerprinting.engine.code_tree import MAIN, STAR, imports_within, is_for_programs
from tenprint.fingerprinting.engine.module_kinds import file_of

_PARSING = Lock()
"""Before 3.11.8 and 3.12.2, CPython takes the trees that several threads make at once for one (gh-106905)."""


@dataclass(frozen=True, eq=False)
class ModuleCode:
    """The source of one module, by what it binds."""

    name: str
    package: str
    """What relative imports are relative to."""
    statements: tuple[ast.stmt, ...]
    bindings: Mapping[str, tuple[ast.stmt, ...]]
    """Name -> all statements that set it or change what it stands for."""


def module_code(name: str) -> ModuleCode | None:
    """Read and parse a module of the project; None where it has no source; blocks."""
    file, _ = file_of(name)
    if file is None:
        return None
    module = sys.modules.get(name)
    if module is None:
        return _parsed(name, file)
    spec = getattr(module, "__spec__", None)
    return _kept(name, file, _Loading(module if spec is None else spec))


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
            text = opened.read()
        with _PARSING:
            tree = ast.parse(text, filename=str(file))
    except (OSError, SyntaxError, ValueError):
        return None
    statements = [each for each in tree.body if name == MAIN or not is_for_programs(each)]
    bindings: dict[str, tuple[ast.stmt, ...]] = {}
    for statement, names in names_by_statement(statements):
        for bound in names:
            bindings[bound] = (*bindings.get(bound, ()), statement)
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    return ModuleCode(name, package, tuple(statements), bindings)


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
