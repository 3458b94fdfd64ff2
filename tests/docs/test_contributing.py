"""The guide for contributors names what there is: sets of tests, environments, linters, benchmarks, kinds of pages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


def names_in_first_column(heading: str) -> set[str]:
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert section is not None, heading
    return set(re.findall(r"^\| `([^`]+)` \|", section[1], re.MULTILINE))


def test_every_folder_of_the_repository_is_named() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode:
        pytest.skip("this is no checkout")
    paths = [Path(line) for line in listed.stdout.splitlines()]
    folders = {f"{path.parts[0]}/" for path in paths if len(path.parts) > 1}
    assert names_in_first_column("The layout") == folders


def test_every_folder_of_tests_is_named() -> None:
    folders = {f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir()} - {"tests/__pycache__"}
    assert names_in_first_column("The tests") == folders


def test_every_environment_of_tox_is_named() -> None:
    named = {*TOOLS["tox"]["env_list"], *TOOLS["tox"]["env"]}
    assert names_in_first_column("Run everything") == {f"tox -e {name}" for name in named}


def test_every_benchmark_and_every_marker_is_named() -> None:
    for script in (ROOT / "tests/benchmarks").glob("*.py"):
        assert f"`{script.stem}.py`" in GUIDE
    for marker in TOOLS["pytest"]["ini_options"]["markers"]:
        assert f"-m {marker.partition(':')[0]}" in GUIDE


def test_kinds_of_pages_are_the_folders_of_the_documentation() -> None:
    folders = {path.name for path in (ROOT / "docs").iterdir() if path.is_dir()} - {"decisions", "changelog"}
    assert names_in_first_column("The documentation") == {f"docs/{name}/" for name in folders}
