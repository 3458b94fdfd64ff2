"""No module over 400 lines, no function over 50."""

import ast

from tests.architecture.source import ROOT, modules, tree

MODULE_LINES = 400
FUNCTION_LINES = 50


def test_no_module_is_too_long() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for _, path in modules()}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_no_function_is_too_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for _, path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and lines_of(node) > FUNCTION_LINES
    ]
    assert long == []


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring: explaining more is no reason to split it."""
    docstring = node.body[0] if ast.get_docstring(node) is not None else None
    end = node.end_lineno or node.lineno
    explained = 0 if docstring is None else (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return end - node.lineno + 1 - explained
