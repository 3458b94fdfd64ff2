"""What the doors export: complete, sorted, a tuple, lazy, and never under the name of a module."""

import importlib
from importlib.util import find_spec

import pytest
from tests.architecture.source import imports, modules, packages

DOORS = sorted(packages() - {"tenprint.plugins.cli", "tenprint.plugins.defaults", "tenprint.fingerprinting.archive"})
LAZY_DOORS = (
    *("tenprint.importers", "tenprint.importers.data", "tenprint.importers.kinds", "tenprint.importers.reading"),
    *("tenprint.fingerprinting", "tenprint.plugins", "tenprint.plugins.components"),
)
PATHS = dict(modules())
NEEDS_RASA = () if find_spec("rasa") else ("TenprintImporter",)
"""Names that can be asked for only where Rasa is installed; tests with the mark `rasa` do."""


def rank(name: str) -> tuple[int, str]:
    """Order of ruff and isort: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("door", DOORS)
def test_all_is_a_sorted_tuple_of_names_that_exist(door: str) -> None:
    module = importlib.import_module(door)
    exported = module.__all__
    assert isinstance(exported, tuple)
    assert list(exported) == sorted(exported, key=rank)
    assert len(set(exported)) == len(exported)
    for name in set(exported).difference(NEEDS_RASA):
        assert getattr(module, name) is not None


@pytest.mark.parametrize("door", DOORS)
def test_everything_imported_into_a_door_is_exported(door: str) -> None:
    names = {name for _, _, name in imports(PATHS[door])} - {"lazy_door"}
    exported = set(importlib.import_module(door).__all__)
    if door in LAZY_DOORS:
        # A lazy door imports only for the type checker, and from itself the function that makes it lazy.
        exported -= {"lazy_door"}
    assert {name for name in names if name in exported} == exported & names
    assert names <= exported


@pytest.mark.parametrize("door", LAZY_DOORS)
def test_a_lazy_door_says_where_each_name_lives(door: str) -> None:
    module = importlib.import_module(door)
    assert set(module._HOMES) == set(module.__all__)


@pytest.mark.parametrize("door", DOORS)
def test_no_exported_name_is_the_name_of_a_module(door: str) -> None:
    below = {name.rpartition(".")[2] for name in PATHS if name.rpartition(".")[0] == door}
    assert below.isdisjoint(importlib.import_module(door).__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        importlib.import_module("tenprint.importers").nothing  # noqa: B018 - the look-up is the test
