"""Installed plugins: one order on every machine, and a digest that changes with what is installed."""

import os
from pathlib import Path

import pytest
from tests.installed import install

from tenprint.importers import ConfigurationError
from tenprint.plugins.discovery import InstalledPlugin, installed_plugins
from tenprint.plugins.listing import listing_digest
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


def test_the_listing_changes_when_an_archive_on_the_path_does(tmp_path: Path) -> None:
    archive = tmp_path / "python.zip"
    archive.write_bytes(b"PK")
    before = listing_digest([str(archive)])
    os.utime(archive, ns=(1, 1))
    assert listing_digest([str(archive)]) != before
    assert listing_digest([str(tmp_path / "gone")]) == listing_digest([])


def test_the_listing_changes_when_a_package_in_development_gets_an_entry_point(tmp_path: Path) -> None:
    metadata = tmp_path / "ant.egg-info"
    metadata.mkdir()
    (metadata / "entry_points.txt").write_text("", encoding="utf-8")
    before = listing_digest([str(tmp_path)])
    os.utime(metadata / "entry_points.txt", ns=(1, 1))  # written in place, the folder stays as it was
    assert listing_digest([str(tmp_path)]) != before


@pytest.mark.parametrize("value", ["{module}:Plugin", "{module} : Plugin [extra]", "{module}:Plugin[a, b]"])
def test_the_target_is_the_value_without_extras(value: str) -> None:
    plugin = InstalledPlugin("ant", value.format(module="ants.nest"), "ant-tools", "1.0")
    assert plugin.module == "ants.nest"
    assert "[" not in plugin.target


def test_a_name_that_two_distributions_give_to_different_things_has_rivals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "one", "ant", "", distribution="zoo")
    install(tmp_path / "two", "ant", "", distribution="garden")
    for place in ("one", "two"):
        monkeypatch.syspath_prepend(str(tmp_path / place))
    (_, plugin) = installed_plugins()
    assert (plugin.distribution, plugin.rivals) == ("garden", ("zoo",))


@pytest.mark.parametrize("metadata", [None, "", "Name: ant-tools\n"])
def test_what_an_installation_left_that_broke_off_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metadata: str | None
) -> None:
    install(tmp_path, "ant", "")
    file = tmp_path / "ant_tools-1.0.dist-info" / "METADATA"
    if metadata is None:
        file.unlink()
    else:
        file.write_text(metadata, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    (_, plugin) = installed_plugins()
    assert (plugin.name, plugin.version) == ("ant", None)
    assert plugin.distribution


def test_entry_points_that_cannot_be_read_name_the_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "ant", "")
    (tmp_path / "ant_tools-1.0.dist-info" / "entry_points.txt").write_text("[tenprint]\nant\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"entry_points.txt of ant-tools cannot be read") as caught:
        installed_plugins()
    assert caught.value.hint
