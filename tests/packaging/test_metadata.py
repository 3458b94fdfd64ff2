"""What the package says about itself, and whether it is true."""

import ast
import re
import sys
from importlib.metadata import distribution, entry_points
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FLOORS = ("importers", "fingerprinting", "plugins")

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INSTALLED = distribution("tenprint")
REQUIRED = {Requirement(text).name: Requirement(text) for text in PROJECT["dependencies"]}
TESTING = {Requirement(text).name: Requirement(text) for text in PROJECT["optional-dependencies"]["test"]}

IMPORTED_AS = {
    "PyYAML": "yaml",
    "python-crfsuite": "pycrfsuite",
    "ruamel.yaml": "ruamel.yaml",
    "scikit-learn": "sklearn",
}
"""Import names that are not the name of the distribution."""


def imported(folder: Path) -> set[str]:
    """Return every absolute module name the Python files below a folder import."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                names.add(node.module)
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_the_program_and_our_own_plugin_are_entry_points() -> None:
    scripts = [entry for entry in entry_points(group="console_scripts") if entry.name == "tenprint"]
    assert [entry.value for entry in scripts] == ["tenprint.plugins.cli.main:main"]
    (ours,) = (entry for entry in entry_points(group="tenprint") if entry.name == "tenprint-defaults")
    assert ours.value == "tenprint.plugins.defaults"


def test_what_is_installed_says_the_same_as_pyproject() -> None:
    metadata = INSTALLED.metadata
    assert metadata["Name"] == PROJECT["name"] == "tenprint"
    assert INSTALLED.version == PROJECT["version"]
    assert metadata["Requires-Python"] == PROJECT["requires-python"] == ">=3.10"
    assert set(metadata.get_all("Provides-Extra") or ()) == set(PROJECT["optional-dependencies"])
    required = {Requirement(text) for text in INSTALLED.requires or () if "extra ==" not in text}
    assert required == set(REQUIRED.values())


@pytest.mark.parametrize("name", REQUIRED)
def test_every_dependency_has_a_lower_bound_and_no_upper_one(name: str) -> None:
    assert [specifier.operator for specifier in REQUIRED[name].specifier] == [">="]


@pytest.mark.parametrize(
    ("name", "oldest"),
    [("ruamel.yaml", "0.17.21"), ("packaging", "20.9"), ("PyYAML", "6.0"), ("click", "8.0"), ("pluggy", "1.0")],
)
def test_the_environment_of_the_last_rasa_3_is_within_the_bounds(name: str, oldest: str) -> None:
    assert oldest in REQUIRED[name].specifier


@pytest.mark.parametrize("name", ["anyio", "aiofiles", "ruamel.yaml", "pluggy"])
def test_the_packages_the_project_was_designed_with_are_required(name: str) -> None:
    assert name in REQUIRED


def test_every_requirement_is_imported_somewhere() -> None:
    used = {name for floor in FLOORS for name in imported(ROOT / floor)}
    for name in REQUIRED:
        module = IMPORTED_AS.get(name, name)
        assert any(f"{known}.".startswith(f"{module}.") for known in used), name


def test_nothing_is_imported_that_is_not_required() -> None:
    used = {name.split(".")[0] for floor in FLOORS for name in imported(ROOT / floor)}
    required = {IMPORTED_AS.get(name, name).split(".")[0] for name in REQUIRED}
    extras = PROJECT["optional-dependencies"]
    named = {Requirement(text).name for name in ("crf", "html", "sklearn", "watch") for text in extras[name]}
    optional = {IMPORTED_AS.get(name, name) for name in named}
    # The kit for plugins is used by pytest, the importer for Rasa by Rasa: whoever imports them is imported by these.
    assert used - set(sys.stdlib_module_names) - required - {"pytest", "rasa"} == {"tenprint"} | optional


def test_the_tests_use_what_the_test_extra_declares() -> None:
    assert {"pytest", "pytest-asyncio", "hypothesis", "trio"} <= TESTING.keys()
    marked = [path for path in (ROOT / "tests").rglob("test_*.py") if "@pytest.mark.asyncio" in path.read_text("utf-8")]
    assert [path for path in marked if path != Path(__file__)]


def test_the_licence_is_apache_2_with_its_whole_text() -> None:
    assert (PROJECT["license"], PROJECT["license-files"]) == ("Apache-2.0", ["LICENSE"])
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert re.search(r"Apache License\s+Version 2\.0, January 2004\s+http://www\.apache\.org/licenses/", text)
    for heading in ("TERMS AND CONDITIONS FOR USE", "9. Accepting Warranty", "END OF TERMS AND CONDITIONS", "APPENDIX"):
        assert heading in text


def test_each_floor_is_typed_and_the_namespace_belongs_to_nobody() -> None:
    for floor in FLOORS:
        assert (ROOT / floor / "tenprint" / floor / "py.typed").is_file()
        assert not (ROOT / floor / "tenprint" / "__init__.py").exists()
