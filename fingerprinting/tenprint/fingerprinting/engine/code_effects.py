"""What loading a module does to the values behind its names, beside setting the names. Pure.

`add("a")` changes TABLE where `add` appends to it, and so do `LAST = TABLE.pop()` and `@named("a")`. What a function or
a class may change is what it sets parts of, calls, hands on or says `global` of, and what those do that it names.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tenprint.fingerprinting.engine.code_tree import bound_names, changed_names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


@dataclass
class _Effects:
    """What a piece of source may change when it runs, and what it names, which may be called."""

    changed: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    """What stands alone before the brackets, or as a decorator; an object may change when it is called."""
    named: set[str] = field(default_factory=set)

    def add(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.Name):
                self.named.add(node.id)
                continue
            self.changed.update(node.names if isinstance(node, ast.Global) else changed_names(node))
            heads = [node.func] if isinstance(node, ast.Call) else getattr(node, "decorator_list", ())
            self.called.update(head.id for head in heads if isinstance(head, ast.Name))


class _Definitions:
    """The functions and classes of a module; what they may change is looked up when somebody may call them."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._nodes: dict[str, list[ast.AST]] = {}
        self._effects: dict[str, _Effects] = {}
        for node in nodes:
            if isinstance(node, _DEFINITIONS):
                self._nodes.setdefault(node.name, []).append(node)

    def changed_by(self, run: Iterable[ast.AST]) -> set[str]:
        """Return what parts of a statement may change, and what is called by them."""
        own = _Effects()
        own.add(run)
        changed, waiting, seen = set[str](), [own], set[str]()
        while waiting:
            each = waiting.pop()
            changed |= each.changed | (each.called - self._nodes.keys())
            new = (each.named & self._nodes.keys()) - seen
            seen |= new
            waiting.extend(self._effects_of(name) for name in new)
        return changed

    def _effects_of(self, name: str) -> _Effects:
        if name not in self._effects:
            found = self._effects[name] = _Effects()
            for node in self._nodes[name]:
                found.add(ast.walk(node))
        return self._effects[name]


def names_by_statement(statements: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    """Yield each statement of a module with the names it sets, or may change what they stand for."""
    bound = [bound_names(statement) for statement in statements]
    parts = [list(_run_by(statement)) for statement in statements]
    definitions = _Definitions(node for run in parts for node in run)
    own = _own_values(zip(statements, bound, strict=True))
    for statement, names, run in zip(statements, bound, parts, strict=True):
        changed = definitions.changed_by(run) if any(map(_calls, run)) else set[str]()
        yield statement, names | own.intersection(changed)


def _own_values(bound: Iterable[tuple[ast.stmt, frozenset[str]]]) -> set[str]:
    """Return the names that others may change: what is imported mostly is called and not changed, and so are functions.

    What a statement that stands alone does to these counts all the same.
    """
    return {
        name
        for statement, names in bound
        if not isinstance(statement, ast.Import | ast.ImportFrom)
        for name in names
        if not isinstance(statement, _FUNCTIONS) or name != statement.name
    }


def _run_by(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the parts of a statement that run when it does: of a function only what stands around its body."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (*_FUNCTIONS, ast.Lambda)):
            waiting.extend(each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None)
            waiting.extend(getattr(node, "decorator_list", ()))
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _calls(node: ast.AST) -> bool:
    """Whether a part of a statement may call something: a class may by its base."""
    is_head = isinstance(node, _DEFINITIONS) and bool(node.decorator_list or getattr(node, "bases", ()))
    return is_head or isinstance(node, ast.Call)
