"""Projects that are trained once, each with its cache beside it, and copies of them for tests that edit."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tenprint.plugins import run_project


def trained(files: Mapping[str, str], folder: Path) -> Path:
    """Write and train a project; the answer is the folder that holds it and its cache."""
    for path, text in files.items():
        target = folder / "project" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENPRINT_CACHE_DIR", str(folder / "cache"))
        run_project(folder / "project", "train")
    return folder


def copied(base: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy a trained project with its cache, and use that; the answer is the folder of the project."""
    shutil.copytree(base, folder / "copy")
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(folder / "copy" / "cache"))
    return folder / "copy" / "project"
