"""The wheel and not the checkout: what it holds, and that it works where nothing else is."""

import re
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.assistant import copy_of_assistant
from tests.packaging.environments import IMPORTS, ROOT, Environment, built, fresh_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

FLOORS = ("importers", "fingerprinting", "plugins")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment with nothing but the wheel and what it requires."""
    environment = fresh_environment(tmp_path_factory.mktemp("installed"))
    environment.install(str(wheel))
    return environment


def test_the_wheel_is_for_every_system_and_holds_our_packages_alone(wheel: Path) -> None:
    assert wheel.name == f"tenprint-{version('tenprint')}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    outside = [name for name in names if not name.startswith(("tenprint/", "tenprint-"))]
    assert outside == []
    # Not what authors test with, nor what plays conversation tests.
    ours = [name for name in names if not name.startswith("tenprint/plugins/testing/")]
    stray = re.compile(r"(^|/)(tests?/|test_|conftest)|__pycache__")
    assert [name for name in ours if stray.search(name)] == []
    assert sorted(name for name in names if name.endswith("py.typed")) == [
        f"tenprint/{floor}/py.typed" for floor in sorted(FLOORS)
    ]
    assert "tenprint/__init__.py" not in names
    assert [name for name in names if name.endswith("/licenses/LICENSE")]


def test_the_wheel_holds_every_module_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        packed = {name for name in opened.namelist() if name.endswith(".py")}
    assert packed == {
        path.relative_to(ROOT / floor).as_posix() for floor in FLOORS for path in (ROOT / floor).rglob("*.py")
    }


def test_the_wheel_holds_the_templates_of_new_plugins(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        packed = {name for name in opened.namelist() if name.endswith(".tmpl")}
    root = ROOT / "plugins"
    assert packed == {path.relative_to(root).as_posix() for path in root.rglob("*.tmpl")} != set()


def test_all_floors_are_imported_from_the_environment(environment: Environment) -> None:
    places = [Path(line) for line in environment.run("python", "-c", IMPORTS).splitlines()]
    assert len(places) == 3
    assert all(place.is_relative_to(environment.folder) for place in places)


def test_the_program_answers_under_both_of_its_names(environment: Environment) -> None:
    answer = f"tenprint {version('tenprint')}\n"
    assert environment.run("tenprint", "--version") == answer
    assert environment.run("python", "-m", "tenprint", "--version") == answer


def test_what_is_installed_fits_together(environment: Environment) -> None:
    assert "No broken requirements" in environment.run("python", "-m", "pip", "check")


def test_the_assistant_of_the_tutorial_can_be_trained_and_asked(environment: Environment) -> None:
    project = copy_of_assistant(environment.elsewhere / "assistant")
    assert "wrote assistant/models/first.tar.gz" in environment.run(
        "tenprint", "-C", "assistant", "train", "--fixed-model-name", "first"
    )
    assert environment.run("tenprint", "-C", "assistant", "plan", "--exit-code").startswith("nothing to do")
    assert environment.run("tenprint", "-C", "assistant", "parse", "hello") == "intent    greet (1.00)\n"
    assert (project / "models" / "first.tar.gz").is_file()


def test_the_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    for name in ("sdist", "unpacked"):
        (tmp_path / name).mkdir()
    sdist = built("sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as opened:
        names = [name.partition("/")[2] for name in opened.getnames()]
    assert {name.partition("/")[0] for name in names} - {""} <= {
        *FLOORS,
        "tests",
        "docs",
        "README.md",
        "LICENSE",
        "pyproject.toml",
        "PKG-INFO",
        ".gitignore",
    }
    environment = fresh_environment(tmp_path)
    environment.run(
        "python", "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path / "unpacked"), str(sdist)
    )
    (again,) = (tmp_path / "unpacked").iterdir()
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert {entry.filename: entry.CRC for entry in one.infolist()} == {
            entry.filename: entry.CRC for entry in other.infolist()
        }
