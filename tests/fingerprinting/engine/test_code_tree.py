"""The digest of source counts what it says, and is the same on every version of Python."""

import ast
from textwrap import dedent

import pytest

from tenprint.fingerprinting.engine.code_tree import bound_names, code_digest, references

# Much of the grammar of Python 3.10; the digest of it is pinned, and the tests run on every version from there on.
SOURCE = '''
"""Docstring."""
from __future__ import annotations
import os, sys as system
async def f(a, /, b: int = 1, *args: str, c, d=None, **kw) -> "str":
    """Doc."""
    async with a as x, b: pass
    async for i in a: yield i
    await a
    return f"{a!r:>{b}} {{x}} {c=}" "tail" f"" "z" if False else lambda *a, k=1: (yield)
@a.b(1)
class C(A, metaclass=M):
    x: int
    (y): str = 'ü'
    z = u"text"
    n = 0x1F + 1_000 + 1j + 1e400 - ...
    def m(self):
        nonlocal_ = [a for b in c if d for e in f]
        {1: 2, **d}; {1, *s}; {a: b for a, b in c}
        x[1:2, ..., ::3]; x[1]; not a; -a; a @ b; a // b
        try: pass
        except (A, B) as e: raise X from e
        except: ...
        else: del a, b.c
        finally: assert a, "m"
        while (n := 1): break
        else: k = b"y"
        with (a as b, c): global g
        match x:
            case [1, *rest] | {"a": 1, **more} if x: pass
            case C(1, b=2) as y: pass
            case None | _: "text alone"
'''
PINNED = "sha256:f6aff80aaea9d0fef394be98dc4ef51554fcf065908557e6fc0d636d07d41e66"


def digest(source: str) -> str:
    return code_digest(ast.parse(dedent(source)).body)


def test_the_digest_of_much_of_the_grammar_is_the_same_on_every_version_of_python() -> None:
    assert digest(SOURCE) == PINNED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x  =  1  # one\n\n"),
        ("x = 'a'", 'x = "a"'),
        ("x = 'ab'", "x = 'a' 'b'"),
        ("def f(): return 1", 'def f():\n    """Return one."""\n    return (1)'),
        ("class A: pass", 'class A:\n    """Nothing."""'),
        ("class A:\n    x: int = 1", 'class A:\n    x: int = 1\n    """How many."""'),
        ("f(a, b)", "f(\n    a,\n    b,\n)"),
        ("x = u'a'", "x = 'a'"),
        ("x = 1000", "x = 1_000"),
        ("x = f'a{b}c'", "x = 'a' f'{b}' f'c'"),
    ],
)
def test_how_it_is_written_counts_for_nothing(one: str, other: str) -> None:
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = '1'"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 0.0", "x = -0.0"),
        ("x = b'a'", "x = 'a'"),
        ("x = None", "x = 'None'"),
        ("x = ...", "x = 'Ellipsis'"),
        ("x = 1j", "x = 1"),
        ("x = (1,)", "x = [1]"),
        ("f(a, *b)", "f(*a, b)"),
        ("f(a=b)", "f(b=a)"),
        ("x = f'{a}'", "x = f'{a!s}'"),
        ("x = f'{a}'", "x = f'{a:b}'"),
        ("def f(a, b=1): pass", "def f(a, *, b=1): pass"),
        ("def f(*, a=1, b): pass", "def f(*, a, b=1): pass"),
        ("if a: x\nelse: y", "if a:\n    x\n    y"),
        ("x = '\u00e9'", "x = 'e\u0301'"),
        ("a = 1\nb = 2", "b = 2\na = 1"),
        ("x: int", "x: str"),
        ("async def f(): pass", "def f(): pass"),
        ("from a import b", "from .a import b"),
    ],
)
def test_what_it_says_counts(one: str, other: str) -> None:
    assert digest(one) != digest(other)


def test_source_that_has_no_canonical_form_elsewhere_has_one_here() -> None:
    assert digest(r"x = '\udcba'") != digest(r"x = '\udcbb'")
    assert digest(f"x = 0x{'f' * 5000}") != digest(f"x = 0x{'e' * 5000}")


def test_a_sum_of_many_terms_needs_no_deep_stack() -> None:
    # The tree is built by hand: some versions of Python refuse to parse one as deep as this.
    total: ast.expr = ast.Constant(1)
    for _ in range(50_000):
        total = ast.BinOp(total, ast.Add(), ast.Constant(1))
    assert code_digest([ast.Expr(total)]).startswith("sha256:")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(): x = 1", {"f"}),
        ("x = y = 1", {"x", "y"}),
        ("(a, [b, *c]) = 1", {"a", "b", "c"}),
        ("x: int = 1", {"x"}),
        ("x += 1", {"x"}),
        ("import a.b, c as d", {"a", "d"}),
        ("from a import b as c, d", {"c", "d"}),
        ("from a import *", {"*"}),
        ("if a:\n    def f(): pass\nelse:\n    f = None", {"f"}),
        ("try:\n    import x\nexcept ImportError as e:\n    x = None", {"x", "e"}),
        ("for i in a:\n    T[i] = 1", {"i", "T"}),
        ("T['x'].y = 1", {"T"}),
        ("T.update(a=1)", {"T"}),
        ("fill(T, *U.v, a=V)", {"T", "U", "V"}),
        ("del T['x']", {"T"}),
        ("def f():\n    global x\n    x = 1", {"f", "x"}),
        ("class C:\n    def f(self):\n        global x", {"C", "x"}),
        ("with a as b: pass", {"b"}),
        ("(n := 1)", {"n"}),
        ("x = [y for y in z]", {"x"}),
        ("x = [y := z for z in a]", {"x", "y"}),
        ("x = lambda: (y := 1)", {"x"}),
        ("@f.register\ndef _(x): pass", {"f", "_"}),
        ("match a:\n    case [b, *c]: pass\n    case {'k': d, **e}: pass", {"b", "c", "d", "e"}),
    ],
)
def test_what_a_statement_binds(source: str, names: set[str]) -> None:
    (statement,) = ast.parse(source).body
    assert bound_names(statement) == names


def test_what_is_referred_to_comes_with_its_attributes() -> None:
    found = references(ast.parse("x = a.b.c(d)[e.f].g\ndef h(p=q): return r").body)
    assert {("a", "b", "c"), ("d",), ("e", "f"), ("q",), ("r",)} <= found
    assert ("a",) not in found
