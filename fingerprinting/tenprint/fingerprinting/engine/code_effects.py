"""What loading a module does to the values behind its names, beside setting the names. Pure.

`add("a")` changes TABLE where `add` appends to it, and so do `LAST = TABLE.pop()` and `@named("a")`. What a function or
a class may change is what it sets parts of, calls, hands on or says `global` of, and what those do that it names.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tenprint.fingerprinting.engine.code_tree import bound_names, changed_names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class _Effects:
    """What a piece of source may change when it runs, and what it names, which may be called."""

    changed: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    """What stands alone before the brackets, or as a decorator; an object may change when it is called."""
    named: set[str] = field(default_factory=set)

    def add(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.changed.update(node.names if isinstance(node, ast.Global) else changed_names(node))
            if isinstance(node, ast.Name):
                self.named.add(node.id)
            heads = [node.func] if isinstance(node, ast.Call) else getattr(node, "decorator_list", ())
            self.called.update(head.id for head in heads if isinstance(head, ast.Name))


def names_by_statement(statements: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    """Yield each statement of a module with the names it sets, or may change what they stand for."""
    bound = [bound_names(statement) for statement in statements]
    parts = [list(_run_by(statement)) for statement in statements]
    definitions = [node for run in parts for node in run if isinstance(node, (*_FUNCTIONS, ast.ClassDef))]
    effects: dict[str, _Effects] = {}
    for node in definitions:
        effects.setdefault(node.name, _Effects()).add(ast.walk(node))
    own = _own_values(zip(statements, bound, strict=True))
    for statement, names, run in zip(statements, bound, parts, strict=True):
        yield statement, names | own.intersection(_changed_by(run, effects))


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


def _changed_by(run: Iterable[ast.AST], effects: Mapping[str, _Effects]) -> set[str]:
    changed: set[str] = set()
    own = _Effects()
    own.add(run)
    waiting, seen = [own], {id(own)}
    while waiting:
        each = waiting.pop()
        changed |= each.changed | (each.called - effects.keys())
        for name in each.named & effects.keys():
            if id(effects[name]) not in seen:
                seen.add(id(effects[name]))
                waiting.append(effects[name])
    return changed
