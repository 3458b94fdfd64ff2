"""What a piece of source says, without how it is written: its digest, what it binds, and what it refers to. Pure.

Comments, layout, docstrings and texts that stand alone count for nothing, and neither does `pass`. The same source has
the same digest on every version of Python from 3.10 to 3.13: fields without a value are left out, and the pieces of a
text with placeholders are put together.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from tenprint.importers import canonical_digest, digest_text

Chain: TypeAlias = tuple[str, ...]
"""A name and the attributes asked of it: `helpers.clean.words` is three."""

MAIN = "__main__"
"""Name of the module that is run as a program."""

STAR = "*"
"""Stands for all names of a module."""

_LONG_BITS = 10_000
"""Python turns longer integers into decimal digits on request only."""

_UNSAID = frozenset({"kind", "type_comment", "type_ignores", "ctx"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def code_digest(statements: Iterable[ast.stmt]) -> str:
    """Return `sha256:<hex>` of what the statements say, in their order."""
    return digest_text(canonical_digest([token for statement in statements for token in _tokens(statement)]))


def _tokens(root: ast.AST) -> Iterator[Any]:
    """Yield a tree as a flat sequence; a tree of any depth, because long sums are deep."""
    waiting: list[Any] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.AST):
            yield f"({type(part).__name__}"
            waiting.append(_Plain(")"))
            for name in sorted(part._fields, reverse=True):
                value = _said(part, name)
                if value is not None and value != []:
                    waiting.extend((value, _Plain(f".{name}")))
        elif isinstance(part, list):
            yield len(part)
            waiting.extend(reversed(part))
        elif isinstance(part, _Plain):
            yield part.word
        else:
            yield _scalar(part)


class _Plain:
    """A word of the sequence that is no part of the source."""

    __slots__ = ("word",)

    def __init__(self, word: str) -> None:
        self.word = word


def _said(node: ast.AST, name: str) -> Any:
    value = getattr(node, name, None)
    if name in _UNSAID:
        return None
    if isinstance(node, ast.JoinedStr) and name == "values":
        return _joined(node.values)
    if isinstance(value, list) and name in {"body", "orelse", "finalbody"}:
        return [part for part in value if not _says_nothing(part)]
    return value


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    alone = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(alone, ast.Constant) and isinstance(alone.value, str)


def _joined(values: Sequence[ast.expr]) -> list[Any]:
    """Put neighbouring texts together; where they are split depends on the version of Python."""
    joined: list[Any] = []
    for value in values:
        text = value.value if isinstance(value, ast.Constant) else None
        if isinstance(text, str) and joined and isinstance(joined[-1], str):
            joined[-1] += text
        else:
            joined.append(text if isinstance(text, str) else value)
    return [part for part in joined if part != ""]


def _scalar(value: Any) -> Any:
    """Return a value of the source as one that has a canonical form; source may hold some that have none."""
    if isinstance(value, complex):
        return ("complex", value.real, value.imag)
    if isinstance(value, str) and not value.isascii():
        return ("text", value.encode(errors="surrogatepass"))
    if isinstance(value, int) and value.bit_length() > _LONG_BITS:
        return ("integer", hex(value))
    return "Ellipsis" if value is Ellipsis else (value,)


def is_for_programs(statement: ast.stmt) -> bool:
    """Tell whether a statement is `if __name__ == "__main__":` with no `else`, which does nothing in other modules."""
    if not isinstance(statement, ast.If) or statement.orelse or not isinstance(statement.test, ast.Compare):
        return False
    left, right = statement.test.left, statement.test.comparators
    is_equal = [type(each) for each in statement.test.ops] == [ast.Eq]
    return is_equal and ast.dump(left) == _NAME and isinstance(right[0], ast.Constant) and right[0].value == MAIN


_NAME = ast.dump(ast.Name("__name__", ast.Load()))


def bound_names(statement: ast.stmt) -> frozenset[str]:
    """Return the names of its module that a statement sets, or may change what they stand for.

    `TABLE["x"] = 1`, `TABLE.update(..)`, `fill(TABLE)` and `@clean.register` change TABLE and clean; a function changes
    what it calls `global`. All names of another module are `*`.
    """
    return frozenset(_bound(statement))


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, _SCOPES):
        yield node.name
        yield from (chain[0] for part in node.decorator_list if len(chain := _chain_of(_called(part)) or ()) > 1)
        yield from (name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names)
    elif isinstance(node, ast.Import):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, _COMPREHENSIONS):
        yield from (part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
    elif not isinstance(node, ast.Lambda):
        yield from _set_directly(node)
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def _set_directly(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute | ast.Subscript):
        yield from changed_names(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from changed_names(node.value)
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name is not None:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest is not None:
        yield node.rest


def changed_names(node: ast.AST) -> Iterator[str]:
    """Yield the names whose values a piece of source may change itself: it sets a part of them, or calls with them."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        yield from _root(node)
    elif isinstance(node, ast.Call):
        yield from _root(node.func)
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        chains = (_chain_of(part.value if isinstance(part, ast.Starred) else part) for part in given)
        yield from (chain[0] for chain in chains if chain is not None)


def _root(node: ast.AST) -> Iterator[str]:
    """Yield the name an expression hangs on, if it hangs on one and is more than that."""
    inner = node
    while isinstance(inner, ast.Attribute | ast.Subscript | ast.Call):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    if isinstance(inner, ast.Name) and inner is not node:
        yield inner.id


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def references(statements: Iterable[ast.stmt]) -> frozenset[Chain]:
    """Return all names that are read, with the attributes that are asked of them directly."""
    found: set[Chain] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        chain = _chain_of(node)
        if chain is None:
            waiting.extend(ast.iter_child_nodes(node))
        else:
            found.add(chain)
    return frozenset(found)


def _chain_of(node: ast.AST) -> Chain | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else None


def imports_within(statements: Iterable[ast.stmt]) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Return the imports anywhere in the statements, also those within functions."""
    walked = (node for statement in statements for node in ast.walk(statement))
    return tuple(node for node in walked if isinstance(node, ast.Import | ast.ImportFrom))
