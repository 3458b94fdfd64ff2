"""The identity of a class changes with all code of the project it can reach, and with nothing else.

Each test writes a small package, imports it under a name of its own, and asks again after an edit and a fresh import.
"""

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tenprint.fingerprinting.engine import GraphComponent, GraphError
from tenprint.fingerprinting.engine.code_identity import CodeIdentity, code_identity

COMPONENT = """
from tenprint.fingerprinting.engine import GraphComponent
{imports}

class Adder(GraphComponent):
    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def run(self, text):
        return {result}
"""


class Project:
    """A package on disk that can be written, imported and edited."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = f"code_of_{root.name}".replace("-", "_")

    def identity(self, files: Mapping[str, str], *, module: str = "component", name: str = "Adder") -> CodeIdentity:
        """Write files of the package, import it afresh, and take the identity of a class."""
        for path, text in {"__init__.py": "", **files}.items():
            target = self.root / self.name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8")
        self.forget()
        found = getattr(importlib.import_module(f"{self.name}.{module}" if module else self.name), name)
        return code_identity(found)

    def forget(self) -> None:
        importlib.invalidate_caches()
        for loaded in [each for each in sys.modules if each.partition(".")[0] == self.name]:
            del sys.modules[loaded]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    written = Project(tmp_path)
    yield written
    written.forget()


def component(imports: str = "", result: str = "text", **options: str) -> dict[str, str]:
    return {"component.py": dedent(COMPONENT).format(imports=imports, result=result), **options}


def symbols(identity: CodeIdentity) -> set[str]:
    return {name.partition(".")[2] for name in identity.symbols}


def test_the_same_source_has_the_same_identity(project: Project) -> None:
    assert project.identity(component()) == project.identity(component())


def test_rasa_w20_a_comment_a_docstring_and_layout_change_nothing(project: Project) -> None:
    before = project.identity(component())
    text = component()["component.py"].replace(
        "def run(self, text):", 'def run(self,\n  text):  # x\n        """Doc."""'
    )
    assert text != component()["component.py"]
    assert project.identity({"component.py": text}) == before


def test_e03_another_class_body_is_another_identity(project: Project) -> None:
    assert project.identity(component()) != project.identity(component(result="text + 'x'"))


def test_the_interface_of_tenprint_is_no_part_of_it(project: Project) -> None:
    found = project.identity(component())
    assert (symbols(found), found.packages) == ({"component.Adder"}, {})


def edited(project: Project, files: dict[str, str], path: str, old: str, new: str) -> tuple[CodeIdentity, CodeIdentity]:
    before = project.identity(files)
    assert files[path].count(old) == 1
    return before, project.identity({**files, path: files[path].replace(old, new)})


HELPERS = """
import json
from .words import WORDS, spare
LIMIT = 10
UNUSED = 1

def clean(text):
    return cut(text)[:LIMIT] + str(len(WORDS))

def cut(text):
    return json.dumps(text)

def unused():
    return UNUSED
"""
WORDS = "WORDS = ['a']\nWORDS.append('b')\nOTHER = 1\ndef spare(): pass\n"

REACHED = [
    ("helpers.py", "return cut(text)[:LIMIT]", "return cut(text)[1:LIMIT]", "the function itself"),
    ("helpers.py", "json.dumps(text)", "json.dumps(text + '')", "a function it calls"),
    ("helpers.py", "LIMIT = 10", "LIMIT = 11", "a constant it reads"),
    ("words.py", "['a']", "['c']", "a constant of a third module"),
    ("words.py", "append('b')", "append('c')", "what is done to that constant later"),
]
NOT_REACHED = [
    ("helpers.py", "UNUSED = 1", "UNUSED = 2", "a constant nobody reads"),
    ("helpers.py", "def unused():\n    return UNUSED", "def unused():\n    return 7", "a function nobody calls"),
    ("words.py", "OTHER = 1", "OTHER = 2", "a constant of a third module that nobody reads"),
    ("words.py", "def spare(): pass", "def spare(): return 1", "something that is only imported"),
]
INNER = """self.inner(text)
    def inner(self, text):
        from .helpers import clean
        return clean(text)"""
WAYS = [
    ("from .helpers import clean", "clean(text)"),
    ("from . import helpers", "helpers.clean(text)"),
    ("from . import helpers as h", "h.clean(text)"),
    ("from .helpers import clean as tidy", "tidy(text)"),
    ("import {name}.helpers", "{name}.helpers.clean(text)"),
    ("import {name}.helpers as h", "h.clean(text)"),
    ("from .helpers import *", "clean(text)"),
    ("try:\n    from .nothing import clean\nexcept ImportError:\n    from .helpers import clean", "clean(text)"),
    ("", INNER),
    ("from .helpers import clean\nTABLE = {{'clean': clean}}", "TABLE['clean'](text)"),
    ("from functools import partial\nfrom .helpers import clean\ntidy = partial(clean)", "tidy(text)"),
]


@pytest.mark.parametrize("edit", [row[:3] for row in REACHED], ids=[row[3] for row in REACHED])
@pytest.mark.parametrize("way", WAYS, ids=[way[0] or "within a function" for way in WAYS])
def test_code_that_is_reached_counts_however_it_is_imported(
    project: Project, way: tuple[str, str], edit: tuple[str, str, str]
) -> None:
    imports, result = way
    files = component(imports.format(name=project.name), result.format(name=project.name))
    before, after = edited(project, {**files, "helpers.py": HELPERS, "words.py": WORDS}, *edit)
    assert before != after


@pytest.mark.parametrize("edit", [row[:3] for row in NOT_REACHED], ids=[row[3] for row in NOT_REACHED])
@pytest.mark.parametrize("way", WAYS, ids=[way[0] or "within a function" for way in WAYS])
def test_code_that_is_not_reached_counts_for_nothing(
    project: Project, way: tuple[str, str], edit: tuple[str, str, str]
) -> None:
    imports, result = way
    files = component(imports.format(name=project.name), result.format(name=project.name))
    before, after = edited(project, {**files, "helpers.py": HELPERS, "words.py": WORDS}, *edit)
    assert before == after


def test_an_edited_helper_is_told_by_its_name(project: Project) -> None:
    files = {**component("from .helpers import clean", "clean(text)"), "helpers.py": HELPERS, "words.py": WORDS}
    before, after = edited(project, files, "helpers.py", "json.dumps(text)", "text")
    differing = {name for name in before.symbols if before.symbols[name] != after.symbols[name]}
    assert differing == {f"{project.name}.helpers.cut"}


def test_a_module_that_is_handed_on_counts_whole(project: Project) -> None:
    files = {**component("from . import helpers", "str(helpers)"), "helpers.py": HELPERS, "words.py": WORDS}
    before, after = edited(project, files, "helpers.py", "UNUSED = 1", "UNUSED = 2")
    assert before != after


def test_a_base_class_and_a_mixin_count(project: Project) -> None:
    base = component()["component.py"].replace("class Adder", "class Base")
    files = {
        "base.py": base,
        "mixin.py": "class Mixin:\n    def help(self): return 1\n",
        "component.py": "from .base import Base\nfrom .mixin import Mixin\nclass Adder(Mixin, Base): pass\n",
    }
    first, second = edited(project, files, "base.py", "return text", "return text * 2")
    assert first != second
    first, second = edited(project, files, "mixin.py", "return 1", "return 2")
    assert first != second


def test_a_base_that_a_call_answers_with_counts(project: Project) -> None:
    base = component()["component.py"].replace("class Adder", "class Base")
    files = {
        "base.py": base,
        "component.py": "import importlib\nclass Adder(importlib.import_module(__package__ + '.base').Base): pass\n",
    }
    before, after = edited(project, files, "base.py", "return text", "return text * 2")
    assert before != after


def test_a_decorator_and_a_default_count(project: Project) -> None:
    files = {
        **component("from .helpers import wrap, SIZE", "text"),
        "helpers.py": "SIZE = 1\ndef wrap(f): return f\n",
    }
    files["component.py"] = files["component.py"].replace(
        "    def run(self, text):", "    @wrap\n    def run(self, text, n=SIZE):"
    )
    before, after = edited(project, files, "helpers.py", "return f", "return lambda *a: f(*a)")
    assert before != after
    before, after = edited(project, files, "helpers.py", "SIZE = 1", "SIZE = 2")
    assert before != after


@pytest.mark.parametrize("call", ["main(sys.argv)", "sys.exit(main())"])
def test_what_a_module_does_as_a_program_counts_for_nothing(project: Project, call: str) -> None:
    program = f"\ndef main(*arguments):\n    return 1\n\nif __name__ == '__main__':\n    {call}\n"
    files = component("import sys", "text + sys.platform")
    files["component.py"] += program
    before, after = edited(project, files, "component.py", "return 1", "return 2")
    assert before == after


def test_functions_that_call_each_other_end(project: Project) -> None:
    helpers = "def a(n): return b(n)\ndef b(n): return a(n) if n else 0\n"
    files = {**component("from .helpers import a", "a(text)"), "helpers.py": helpers}
    assert symbols(project.identity(files)) == {"component.Adder", "helpers.a", "helpers.b"}


def test_modules_that_import_each_other_end(project: Project) -> None:
    files = {
        **component("from .one import a", "a(text)"),
        "one.py": "from . import two\ndef a(n): return two.b(n)\n",
        "two.py": "from . import one\ndef b(n): return one.a(n)\n",
    }
    assert symbols(project.identity(files)) == {"component.Adder", "one.a", "two.b"}


def test_a_lazy_door_is_seen_through(project: Project) -> None:
    door = "def __getattr__(name):\n    from .helpers import clean\n    return clean\n"
    files = {
        "helpers.py": HELPERS,
        "words.py": WORDS,
        "inner/__init__.py": door.replace(".helpers", "..helpers"),
        **component("from .inner import clean", "clean(text)"),
    }
    before, after = edited(project, files, "helpers.py", "json.dumps(text)", "text")
    assert before != after


def test_a_singledispatch_implementation_counts(project: Project) -> None:
    helpers = """
    from functools import singledispatch
    @singledispatch
    def clean(x): return x
    @clean.register
    def _(x: int): return x + 1
    """
    files = {**component("from .helpers import clean", "clean(text)"), "helpers.py": dedent(helpers)}
    before, after = edited(project, files, "helpers.py", "x + 1", "x + 2")
    assert before != after


REGISTRY = """
CLEANERS = {}

def cleaner(name):
    def keep(function):
        CLEANERS[name] = function
        return function
    return keep
"""
CLEANER = """
from .registry import cleaner

def strip(text):
    return text.strip()

@cleaner("first")
def lower(text):
    return strip(text).lower()

cleaner("second")(lambda text: text.upper())
"""


@pytest.mark.parametrize(("old", "new"), [(".lower()", ".title()"), (".strip()", ".rstrip()"), (".upper()", "[::-1]")])
def test_functions_that_a_registry_holds_count(project: Project, old: str, new: str) -> None:
    files = component("from . import cleaners\nfrom .registry import CLEANERS", "CLEANERS['first'](text)")
    files |= {"registry.py": REGISTRY, "cleaners.py": CLEANER}
    before, after = edited(project, files, "cleaners.py", old, new)
    assert before != after


def test_what_fills_a_registry_counts_before_anything_of_it_is_loaded(project: Project) -> None:
    within = """self.inner(text)
    def inner(self, text):
        from . import cleaners
        from .registry import CLEANERS
        return CLEANERS['first'](text)"""
    files = {**component("", within), "registry.py": REGISTRY, "cleaners.py": CLEANER}
    before, after = edited(project, files, "cleaners.py", ".lower()", ".title()")
    assert before != after


STEPS = """
class Steps:
    def __init__(self):
        self.kept = []

    def add(self, function):
        self.kept.append(function)
        return function

STEPS = Steps()
"""
ADDED = """
from .steps import STEPS

@STEPS.add
def lower(text):
    return text.lower()
"""


def test_functions_that_an_object_of_the_project_holds_count(project: Project) -> None:
    files = component("from . import added\nfrom .steps import STEPS", "STEPS.kept[0](text)")
    files |= {"steps.py": STEPS, "added.py": ADDED}
    before, after = edited(project, files, "added.py", "text.lower()", "text.upper()")
    assert before != after


WRAPPED = """
KEPT = []

def kept(function):
    def wrapped(text):
        return function(text)
    KEPT.append((wrapped, 1))
    return wrapped

@kept
def lower(text):
    return text.lower()
"""
INSTANCES = """
class Cleaner:
    known = {}

    def __init_subclass__(cls):
        Cleaner.known[cls.__name__] = cls()

class Lower(Cleaner):
    def clean(self, text):
        return text.lower()
"""


SLOTTED = """
class Kept:
    __slots__ = ("functions",)

    def __init__(self):
        self.functions = []

    def __call__(self, function):
        self.functions.append(function)

KEPT = Kept()
keep = KEPT
"""
CLOSURE = """
def registry():
    kept = []
    return kept.append, lambda text: kept[0](text)

keep, call = registry()
"""
ATTRIBUTE = """
def call(text):
    return call.kept[0](text)

call.kept = []
keep = call.kept.append
"""
KEPT = """
from collections import ChainMap, UserDict, deque
from types import SimpleNamespace

KEPT = {made}

def keep(function):
    {keep}
"""
KEPT_LOWER = """
from .kept import keep

@keep
def lower(text):
    return text.lower()
"""


@pytest.mark.parametrize(
    ("name", "source", "result"),
    [
        ("KEPT", SLOTTED, "KEPT.functions[0](text)"),
        ("call", CLOSURE, "call(text)"),
        ("call", ATTRIBUTE, "call(text)"),
        ("KEPT", KEPT.format(made="deque()", keep="KEPT.append(function)"), "KEPT[0](text)"),
        ("KEPT", KEPT.format(made="ChainMap({})", keep="KEPT['a'] = function"), "KEPT['a'](text)"),
        ("KEPT", KEPT.format(made="UserDict()", keep="KEPT['a'] = function"), "KEPT['a'](text)"),
        ("KEPT", KEPT.format(made="SimpleNamespace()", keep="KEPT.a = function"), "KEPT.a(text)"),
    ],
    ids=["slots", "a closure", "an attribute of a function", "deque", "ChainMap", "UserDict", "SimpleNamespace"],
)
def test_functions_count_whatever_holds_them(project: Project, name: str, source: str, result: str) -> None:
    files = component(f"from . import lower\nfrom .kept import {name}", result)
    files |= {"kept.py": source, "lower.py": KEPT_LOWER}
    before, after = edited(project, files, "lower.py", "text.lower()", "text.upper()")
    assert before != after


def test_a_name_of_python_that_a_star_brings_counts(project: Project) -> None:
    files = {**component("from .helpers import *", "sorted(text)"), "helpers.py": "def sorted(text): return text[:3]\n"}
    before, after = edited(project, files, "helpers.py", "[:3]", "[:4]")
    assert before != after


@pytest.mark.parametrize(
    ("name", "source", "result"),
    [
        ("KEPT", WRAPPED, "KEPT[0][0](text)"),
        ("Cleaner", INSTANCES, "Cleaner.known['Lower'].clean(text)"),
    ],
    ids=["a function that was wrapped", "an instance that a class holds"],
)
def test_what_containers_hold_counts_with_all_it_holds(project: Project, name: str, source: str, result: str) -> None:
    files = {**component(f"from .kept import {name}", result), "kept.py": source}
    before, after = edited(project, files, "kept.py", "text.lower()", "text.upper()")
    assert before != after


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        ("TABLE = []\ndef fill(table):\n    table.append(1)\nfill(TABLE)", "append(1)", "append(2)"),
        ("def begin():\n    global TABLE\n    TABLE = [1]\nbegin()", "[1]", "[2]"),
        ("import heapq\nTABLE = [3]\nheapq.heappush(TABLE, 1)", "TABLE, 1", "TABLE, 2"),
        ("TABLE = []\ndef add(word):\n    TABLE.append(word)\nadd(1)", "add(1)", "add(2)"),
        ("def begin(word):\n    global TABLE\n    TABLE = [word]\nbegin(1)", "begin(1)", "begin(2)"),
        ("TABLE = []\ndef add(word):\n    TABLE.append(word)\ndef more(word):\n    add(word)\nmore(1)", "(1)", "(2)"),
        ("TABLE = []\ndef named(word):\n    TABLE.append(word)\n    return id\n@named(1)\ndef f(): pass", "(1)", "(2)"),
        (
            "class A:\n    def __call__(self, f):\n        self.f = f\nTABLE = A()\n@TABLE\ndef f(): return 1",
            "n 1",
            "n 2",
        ),
        ("class A:\n    def __call__(self, f):\n        self.f = f\nTABLE = A()\nTABLE(1)", "(1)", "(2)"),
        (
            "TABLE = []\nclass A:\n    def __init_subclass__(cls, k):\n        TABLE.append(k)\nclass B(A, k=1): pass",
            "=1",
            "=2",
        ),
        ("TABLE = [3, 4, 5]\nLAST = TABLE.pop(1)", "pop(1)", "pop(2)"),
        ("TABLE = []\n[TABLE.append(word) for word in (1, 5)]", "(1, 5)", "(2, 5)"),
        ("TABLE = []\nTABLE.append(1) if TABLE == [] else None", "append(1)", "append(2)"),
        ("globals()['TABLE'] = [1]", "[1]", "[2]"),
    ],
    ids=[
        "filled by a call",
        "set by a function",
        "handed to a library",
        "filled by what a function is given",
        "set by what a function is given",
        "filled by a function that calls another",
        "filled by a decorator",
        "an object that is a decorator",
        "an object that is called",
        "filled by the making of a class",
        "changed in an assignment",
        "changed in a comprehension",
        "changed in a condition",
        "made without a statement that sets it",
    ],
)
def test_what_is_done_to_a_constant_counts(project: Project, source: str, old: str, new: str) -> None:
    files = {**component("from .table import TABLE", "text + str(TABLE)"), "table.py": source}
    before, after = edited(project, files, "table.py", old, new)
    assert before != after


def test_a_declared_version_stands_for_all_code(project: Project) -> None:
    files = {**component("from .helpers import clean", "clean(text)"), "helpers.py": HELPERS, "words.py": WORDS}
    files["component.py"] = files["component.py"].replace("(GraphComponent):", "(GraphComponent):\n    VERSION = '3'")
    before, after = edited(project, files, "helpers.py", "json.dumps(text)", "text")
    assert before == after
    assert before.symbols == {f"{project.name}.component.Adder": "version 3"}
    assert project.identity({**files, "component.py": files["component.py"].replace("'3'", "'4'")}) != before


def test_an_inherited_version_says_nothing_of_the_heir(project: Project) -> None:
    base = component()["component.py"].replace(
        "class Adder(GraphComponent):", "class Base(GraphComponent):\n    VERSION = '3'"
    )
    files = {"base.py": base, "component.py": "from .base import Base\nclass Adder(Base):\n    X = 1\n"}
    before, after = edited(project, files, "component.py", "X = 1", "X = 2")
    assert before != after
    before, after = edited(project, files, "base.py", "return text", "return text * 2")
    assert before == after
    before, after = edited(project, files, "base.py", "'3'", "'4'")
    assert before != after


def test_a_version_that_is_no_text_is_refused(project: Project) -> None:
    text = component()["component.py"].replace("(GraphComponent):", "(GraphComponent):\n    VERSION = 3")
    with pytest.raises(GraphError, match="VERSION of Adder is no text"):
        project.identity({"component.py": text})


def test_a_package_that_is_used_counts_with_its_version(project: Project) -> None:
    found = project.identity(component("import yaml", "yaml.dump(text)"))
    assert list(found.packages) == ["yaml"]
    assert found.packages["yaml"].startswith("pyyaml ")
    inside = "self.inner(text)\n    def inner(self, t):\n        import yaml\n        return yaml.dump(t)"
    assert project.identity(component("", inside)).packages == found.packages


def test_a_module_of_the_project_counts_though_python_has_one_of_its_name(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for result in ("text[:3]", "text[:4]"):
        (project.root / "colorsys.py").write_text(f"def paint(text): return {result}\n", encoding="utf-8")
        monkeypatch.delitem(sys.modules, "colorsys", raising=False)
        found.append(project.identity(component("import colorsys", "colorsys.paint(text)")))
    monkeypatch.delitem(sys.modules, "colorsys")
    assert found[0] != found[1]


def test_a_package_that_is_not_there_counts_when_it_comes(project: Project) -> None:
    imports = "try:\n    import faster_json_zz as json\nexcept ImportError:\n    import json"
    assert project.identity(component(imports, "json.dumps(text)")).packages == {"faster_json_zz": "missing"}


def test_code_of_a_distribution_is_known_by_its_release() -> None:
    import yaml  # noqa: PLC0415 - a class that was installed, like that of a plugin

    found = code_identity(yaml.SafeLoader)
    assert (found.symbols, list(found.packages)) == ({}, ["yaml"])


def test_a_class_without_source_is_refused(project: Project) -> None:
    project.identity(component())
    made: Any = type("Made", (GraphComponent,), {"__module__": f"{project.name}.component"})
    with pytest.raises(GraphError, match=r"no source that defines it") as refused:
        code_identity(made)
    assert "VERSION" in str(refused.value.hint)
    made = type("Made", (GraphComponent,), {"__module__": "no_such_module"})
    with pytest.raises(GraphError, match="no_such_module is not to be found"):
        code_identity(made)
    made = type("Made", (GraphComponent,), {"__module__": "no_such_module", "VERSION": "1"})
    assert code_identity(made).symbols == {"no_such_module.Made": "version 1"}


def made_with(factor: Any) -> type[Any]:
    class Made(GraphComponent):
        def run(self, number: int) -> int:
            return number * int(factor)

    return Made


def attribute_of(value: Any) -> type[Any]:
    class Made(GraphComponent):
        factor = value

    return Made


def default_of(value: Any) -> type[Any]:
    class Made(GraphComponent):
        def run(self, number: Any = value) -> Any:
            return number

    return Made


@pytest.mark.parametrize("make", [made_with, attribute_of, default_of])
def test_a_class_that_a_function_makes_counts_with_what_it_was_made_with(make: Any) -> None:
    assert code_identity(make(2)) == code_identity(make(2))
    assert code_identity(make(2)) != code_identity(make(3))
    assert code_identity(make((1, 2))) != code_identity(make((1, 3)))
    assert code_identity(make(made_with)) != code_identity(make(attribute_of(1)))


@pytest.mark.parametrize("make", [made_with, attribute_of, default_of])
def test_a_class_made_with_something_that_can_change_is_refused(make: Any) -> None:
    with pytest.raises(GraphError, match=r"<locals>\.Made with .*: it is no constant"):
        code_identity(make([]))


def test_an_edit_that_is_not_loaded_is_not_seen_and_one_that_is_loaded_is(project: Project) -> None:
    before = project.identity(component())
    module = importlib.import_module(f"{project.name}.component")
    path = project.root / project.name / "component.py"
    path.write_text(component(result="text * 3")["component.py"], encoding="utf-8")
    assert code_identity(module.Adder) == before
    importlib.reload(module)
    assert code_identity(module.Adder) != before
