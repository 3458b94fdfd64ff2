"""Floors talk to each other through doors: packages, never module files.

The concrete importers stay outside the door, because each brings dependencies of its own.
"""

from tests.architecture.source import ROOT, imports, modules, packages

CONCRETE_IMPORTERS = frozenset(
    {"tenprint.importers.file", "tenprint.importers.memory", "tenprint.importers.multi_project"}
)


def floor_of(name: str) -> str:
    return name.split(".")[1]


def test_other_floors_are_entered_through_their_doors() -> None:
    doors = packages()
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for name, path in modules()
        if name != "tenprint.__main__"
        for line, module, _ in imports(path)
        if floor_of(module) != floor_of(name) and module not in doors | CONCRETE_IMPORTERS
    ]
    assert wrong == []


def test_nothing_private_is_imported_from_another_module() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}.{name}"
        for _, path in modules()
        for line, module, name in imports(path)
        if name.startswith("_")
    ]
    assert wrong == []


def test_the_namespace_has_no_init_file() -> None:
    assert list(ROOT.glob("*/tenprint/__init__.py")) == []
    assert len(list(ROOT.glob("*/tenprint/*/py.typed"))) == 3
