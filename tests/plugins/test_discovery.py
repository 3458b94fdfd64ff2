"""Installed plugins: one order on every machine, and a digest that changes with what is installed."""

from pathlib import Path

import pytest
from tests.installed import install

from tenprint.plugins.discovery import InstalledPlugin, installed_plugins, listing_digest
from tenprint.plugins.names import DEFAULTS


def test_our_own_plugin_comes_first_then_distributions_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("zebra", "ant", "mole"):
        install(tmp_path, name, "")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [plugin.name for plugin in installed_plugins()] == [DEFAULTS, "ant", "mole", "zebra"]


def test_a_plugin_knows_its_distribution_and_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = install(tmp_path, "ant", "", version="2.3")
    monkeypatch.syspath_prepend(str(tmp_path))
    (_, plugin) = installed_plugins()
    assert plugin == InstalledPlugin("ant", file.stem, "ant-tools", "2.3")
    assert plugin.module == file.stem


def test_of_two_entry_points_of_one_name_the_first_on_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "second", "ant", "", version="2.0")
    install(tmp_path / "first", "ant", "", version="1.0")
    monkeypatch.syspath_prepend(str(tmp_path / "second"))
    monkeypatch.syspath_prepend(str(tmp_path / "first"))
    assert [plugin.version for plugin in installed_plugins()][1:] == ["1.0"]


def test_the_listing_changes_when_something_is_installed_upgraded_or_removed(tmp_path: Path) -> None:
    path = [str(tmp_path)]
    digests = [listing_digest(path)]
    install(tmp_path, "ant", "")
    digests.append(listing_digest(path))
    for entry in (tmp_path / "ant_tools-1.0.dist-info").iterdir():
        entry.unlink()
    (tmp_path / "ant_tools-1.0.dist-info").rmdir()
    install(tmp_path, "ant", "", version="1.1")
    digests.append(listing_digest(path))
    assert len(set(digests)) == 3
    assert listing_digest(path) == digests[-1]


def test_places_that_are_no_folders_are_passed_over(tmp_path: Path) -> None:
    archive = tmp_path / "python.zip"
    archive.write_bytes(b"PK")
    assert listing_digest([str(archive), str(tmp_path / "gone")]) == listing_digest([])
