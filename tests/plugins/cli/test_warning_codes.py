"""`validate --ignore` knows all warnings that reading and checking give."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.docs.test_reference import names_in, page, section

from tenprint.plugins.cli.warning_codes import WARNING_CODES

IMPORTERS = Path(__file__).parents[3] / "importers/tenprint/importers"
ELSEWHERE = {"cache-foreign", "cache-in-use"}
"""Warnings of the command `cache` alone."""


def warnings_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        is_warning = any(isinstance(value, ast.Constant) and value.value == "warning" for value in given)
        first = node.args[0]
        if called in {"Problem", "report"} and is_warning and isinstance(first, ast.Constant):
            yield str(first.value)


def test_every_warning_of_reading_and_checking_is_known() -> None:
    found = {code for path in IMPORTERS.rglob("*.py") for code in warnings_in(ast.parse(path.read_text("utf-8")))}
    assert found - ELSEWHERE - set(WARNING_CODES) == set()


def test_every_code_is_one_that_errors_md_lists() -> None:
    assert set(WARNING_CODES) - names_in(section(page("errors.md"), "Codes")) == set()
    assert list(WARNING_CODES) == sorted(set(WARNING_CODES))
