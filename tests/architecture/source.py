"""The source files of the three floors, for tests that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("importers", "fingerprinting", "plugins")


def modules() -> Iterator[tuple[str, Path]]:
    """Dotted name and file of every module."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT / floor).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def packages() -> frozenset[str]:
    return frozenset(name for name, path in modules() if path.name == "__init__.py")


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, module and name of every `from ... import ...` of ours in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tenprint."):
            for alias in node.names:
                yield node.lineno, node.module, alias.name
