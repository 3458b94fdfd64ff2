"""Begun plugins: what is written, what is left alone, and that its own tests pass."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.program import tree

from tenprint.importers import ConfigurationError
from tenprint.plugins.scaffolding import SORTS, Sort, scaffold, write_scaffold


def run_its_tests(folder: Path, *arguments: str) -> str:
    """Run the tests of a package that is not installed; no plugin of pytest takes part but ours."""
    environment: Mapping[str, str] = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


def test_an_importer_is_a_package_with_a_module_its_hook_and_tests() -> None:
    planned = scaffold("importer", "help-desk")
    assert planned.folder == "tenprint-help-desk"
    assert list(planned.files) == [
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "src/tenprint_help_desk/__init__.py",
        "src/tenprint_help_desk/importer.py",
        "src/tenprint_help_desk/py.typed",
        "tests/test_help_desk.py",
    ]
    assert "class HelpDeskImporter(TrainingDataImporter):" in planned.files["src/tenprint_help_desk/importer.py"]
    assert 'help-desk = "tenprint_help_desk"' in planned.files["pyproject.toml"]
    assert all("$" not in text for text in planned.files.values())


@pytest.mark.parametrize(
    "name", ["", "Faq", "faq_x", "1st", "-faq", "faq-", "faq--x", "fa q", "../faq", "f\u00e4q", "a" * 51, "faq\n"]
)
def test_names_that_cannot_be_written_everywhere_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be the name of a plugin"):
        scaffold("importer", name)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tenprint-faq").mkdir()
    (tmp_path / "tenprint-faq/mine.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(ConfigurationError, match="is there already"):
        write_scaffold(scaffold("importer", "faq"), tmp_path)
    assert tree(tmp_path) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "tenprint-faq").mkdir()
    written = write_scaffold(scaffold("importer", "faq"), tmp_path)
    assert set(written.made) == set(scaffold("importer", "faq").files)
    assert [path.name for path in tmp_path.iterdir()] == ["tenprint-faq"]


def test_with_force_files_are_replaced_told_and_nothing_else_is_touched(tmp_path: Path) -> None:
    planned = scaffold("importer", "faq")
    folder = write_scaffold(planned, tmp_path).folder
    (folder / "README.md").write_text("mine", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "src/tenprint_faq/importer.py").unlink()
    written = write_scaffold(planned, tmp_path, force=True)
    assert (written.made, written.replaced) == (("src/tenprint_faq/importer.py",), ("README.md",))
    assert set(written.unchanged) == set(planned.files) - {*written.made, *written.replaced}
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "README.md").read_text(encoding="utf-8") == planned.files["README.md"]
    assert [path.name for path in tmp_path.iterdir()] == ["tenprint-faq"]


@pytest.mark.parametrize("in_the_way", ["README.md/", "src"])
def test_what_cannot_be_replaced_is_found_before_anything_is(tmp_path: Path, in_the_way: str) -> None:
    place = tmp_path / "tenprint-faq" / in_the_way
    place.parent.mkdir(parents=True)
    if in_the_way.endswith("/"):
        place.mkdir()
    else:
        place.write_text("a file", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_scaffold(scaffold("importer", "faq"), tmp_path, force=True)
    assert tree(tmp_path) == before


def test_links_and_missing_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tenprint-faq").symlink_to(tmp_path / "elsewhere")
    for force in (False, True):
        with pytest.raises(ConfigurationError, match="is no folder"):
            write_scaffold(scaffold("importer", "faq"), tmp_path, force=force)
    with pytest.raises(ConfigurationError, match="there is no directory"):
        write_scaffold(scaffold("importer", "faq"), tmp_path / "missing")
    assert tree(tmp_path / "elsewhere") == {}


@pytest.mark.parametrize("sort", SORTS)
def test_its_tests_pass_as_they_are_written(tmp_path: Path, sort: Sort) -> None:
    folder = write_scaffold(scaffold(sort, "swap-words"), tmp_path).folder
    printed = run_its_tests(folder)
    assert " passed" in printed
    assert "failed" not in printed


@pytest.mark.slow
def test_their_types_are_right_as_they_are_written(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    folders = [write_scaffold(scaffold(sort, f"swap-{sort}"), tmp_path).folder for sort in SORTS]
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            *(str(path / part) for path in folders for part in ("src", "tests")),
        ],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": os.pathsep.join(str(path / "src") for path in folders)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
