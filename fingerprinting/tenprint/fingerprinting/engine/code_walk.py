"""The walk from a class of the project through all code of the project that it refers to.

It goes from name to name: each top-level name of a module is one symbol, whatever it stands for. Names are followed
through imports, relative ones and those within functions too. What belongs to Python itself or to tenprint ends the
walk; what a distribution has installed counts with its version. Nothing is imported and nothing of it is run.
"""

import ast
import builtins
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

from tenprint.fingerprinting.engine.code_tree import STAR, Chain, code_digest, imports_within, references
from tenprint.fingerprinting.engine.errors import GraphError
from tenprint.fingerprinting.engine.held_code import WHOLE_MODULE, held_code
from tenprint.fingerprinting.engine.module_kinds import DECLARE, ModuleKind, declared_version, module_kind
from tenprint.fingerprinting.engine.module_sources import ModuleCode, imported_module, module_code, star_modules
from tenprint.fingerprinting.engine.package_versions import package_version

MAX_SYMBOLS = 5000
"""Symbols of one walk; the largest projects have a few hundred within reach of one component."""


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Symbol(NamedTuple):
    """A top-level name of a module, and the attributes asked of what it stands for."""

    module: str
    name: str
    rest: Chain = ()

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass
class CodeWalk:
    """What was found so far: digests of symbols by their dotted names, versions of packages by theirs."""

    described: str
    """The class the walk is for, as errors call it."""
    symbols: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    unloaded: set[str] = field(default_factory=set)
    seen: set[Symbol] = field(default_factory=set)
    waiting: list[Symbol] = field(default_factory=list)

    def finish(self) -> None:
        """Follow all that was added, and all that it leads to.

        Raises:
            GraphError: There is no source, or no end to it.
        """
        while self.waiting:
            if len(self.symbols) > MAX_SYMBOLS:
                raise GraphError(f"{self.described} refers to more than {MAX_SYMBOLS} names", hint=DECLARE)
            self._visit(self.waiting.pop())

    def add(self, symbol: Symbol) -> None:
        """Note that a symbol of the project is used."""
        if symbol not in self.seen:
            self.seen.add(symbol)
            self.waiting.append(symbol)

    def _visit(self, symbol: Symbol) -> None:
        version = declared_version(_loaded(symbol))
        if version is not None:
            self.symbols[str(symbol)] = f"version {version}"
            return
        code = module_code(symbol.module)
        if code is None:
            raise GraphError(
                f"{self.described}: the source of {symbol.module} is not to be found, so nothing says when it changes",
                hint=DECLARE,
            )
        if symbol.module not in sys.modules:
            self.unloaded.add(symbol.module)
        statements = code.statements if symbol.name == STAR else code.bindings.get(symbol.name, ())
        if not statements:
            self._find_elsewhere(code, symbol)
            return
        said = [statement for statement in statements if not isinstance(statement, ast.Import | ast.ImportFrom)]
        # Those of a block that tries one import after the other, too.
        for statement in imports_within(each for each in statements if not isinstance(each, _DEFINITIONS)):
            self._follow_import(code, statement, symbol)
        if said or symbol.name == STAR:
            self.symbols[str(symbol)] = code_digest(said)
            self._follow_references(code, said)
            self._follow_held(symbol)

    def _follow_references(self, code: ModuleCode, statements: Iterable[ast.stmt]) -> None:
        within = imports_within(statements)
        bound_within = {alias.asname or alias.name.partition(".")[0] for each in within for alias in each.names}
        read = references(statements)
        # What is imported and never read is imported for what it does while it is loaded.
        unread = {(name,) for name in bound_within.difference(chain[0] for chain in read)}
        for name, *rest in sorted(read | unread):
            if name in bound_within:
                for statement in within:
                    self._follow_import(code, statement, Symbol(code.name, name, tuple(rest)))
            if name in code.bindings or STAR in code.bindings or not hasattr(builtins, name):
                self.add(Symbol(code.name, name, self._needed_rest(code, name, rest)))

    def _follow_held(self, symbol: Symbol) -> None:
        """Follow what stands in a registry, which those who fill it may not be named in."""
        for module, name in sorted(set(held_code(_loaded(symbol), _is_own))):
            if module_kind(module) is ModuleKind.LOCAL:
                self.follow_module(module, () if name == WHOLE_MODULE else (name,))

    @staticmethod
    def _needed_rest(code: ModuleCode, name: str, rest: Iterable[str]) -> Chain:
        """Attributes matter where a name is a module; of anything else the whole counts."""
        bound = code.bindings.get(name, ())
        return tuple(rest) if any(imports_within([statement]) for statement in bound) else ()

    def _follow_import(self, code: ModuleCode, statement: ast.Import | ast.ImportFrom, symbol: Symbol) -> None:
        """Follow the one name of an import that a symbol stands for."""
        for alias in statement.names:
            if symbol.name in {alias.asname or alias.name.partition(".")[0], STAR}:
                self._follow_alias(code, statement, alias, symbol.rest)

    def _follow_alias(
        self, code: ModuleCode, statement: ast.Import | ast.ImportFrom, alias: ast.alias, rest: Chain
    ) -> None:
        if isinstance(statement, ast.Import):
            # `import a.b` binds a; asked for a.b.c it leads to c of a.b.
            first, *more = alias.name.split(".")
            if alias.asname is not None:
                self.follow_module(alias.name, rest)
            elif rest[: len(more)] == tuple(more):
                self.follow_module(alias.name, rest[len(more) :])
            else:
                self.follow_module(first, rest)
            return
        module = imported_module(code, statement)
        if module is not None and alias.name != STAR:
            self.follow_module(module, (alias.name, *rest))

    def follow_module(self, name: str, rest: Chain) -> None:
        """Note that attributes of a module are used, or all of it where none are named.

        Raises:
            GraphError: It is loaded and has no source.
        """
        kind = module_kind(name)
        if kind is ModuleKind.INSTALLED:
            top = name.partition(".")[0]
            self.packages[top] = package_version(top)
        if kind in {ModuleKind.STANDARD, ModuleKind.OURS, ModuleKind.INSTALLED}:
            return
        code = module_code(name) if kind is ModuleKind.LOCAL else None
        if code is None and kind is not ModuleKind.FOLDER:
            self._follow_unknown(name)
        elif rest and (code is None or rest[0] not in code.bindings) and _is_module(f"{name}.{rest[0]}"):
            self.follow_module(f"{name}.{rest[0]}", rest[1:])
        elif code is not None:
            whole = Symbol(name, STAR)
            self.add(Symbol(name, rest[0], self._needed_rest(code, rest[0], rest[1:])) if rest else whole)

    def _follow_unknown(self, name: str) -> None:
        """A module without source: one that is not installed is of no account until it is."""
        top = name.partition(".")[0]
        if name in sys.modules:
            raise GraphError(
                f"{self.described} uses {name}, which has no source, so nothing says when it changes", hint=DECLARE
            )
        self.packages[top] = package_version(top)

    def _find_elsewhere(self, code: ModuleCode, symbol: Symbol) -> None:
        """Look for a name that no statement of its module sets: by a star, or made while the module was loaded."""
        for module in star_modules(code):
            kind = module_kind(module)
            there = module_code(module) if kind is ModuleKind.LOCAL else None
            if kind is ModuleKind.INSTALLED:
                self.follow_module(module, (symbol.name,))
            elif there is not None and (symbol.name in there.bindings or star_modules(there)):
                self.add(Symbol(module, symbol.name, symbol.rest))
        value = _loaded(symbol)
        home, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(home, str) and isinstance(name, str) and (home, name) != (symbol.module, symbol.name):
            self.follow_module(home, (name.partition(".")[0],))
        is_made = value is not None and not isinstance(value, ModuleType) and not symbol.name.startswith("__")
        if is_made and not star_modules(code):
            # By `globals()`, say, so any statement may have done it.
            self.add(Symbol(symbol.module, STAR))
        if "__getattr__" in code.bindings:
            self.add(Symbol(symbol.module, "__getattr__"))


def _loaded(symbol: Symbol) -> Any:
    return vars(sys.modules[symbol.module]).get(symbol.name) if symbol.module in sys.modules else None


def _is_own(kind: type[Any]) -> bool:
    return module_kind(kind.__module__) is ModuleKind.LOCAL


def _is_module(name: str) -> bool:
    return module_kind(name) is not ModuleKind.UNKNOWN
