"""The plugin manager: our own plugin through the entry point, further ones by argument, mistakes as messages."""

import sys
import types
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

import tenprint.plugins.defaults
from tenprint.importers import ConfigurationError, TrainingDataImporter
from tenprint.plugins import create_plugin_manager, hookimpl, registry_of
from tenprint.plugins.manager import add_plugin, has_hooks


class TinyImporter(TrainingDataImporter):
    NAME = "tiny"


class Tiny:
    @hookimpl
    def tenprint_register_importers(self) -> list[Any]:
        return [TinyImporter]


def test_our_own_plugin_comes_through_the_entry_point_like_everyones() -> None:
    assert [entry.value for entry in entry_points(group="tenprint", name="tenprint-defaults")] == [
        "tenprint.plugins.defaults"
    ]
    assert create_plugin_manager().get_plugin("tenprint-defaults") is tenprint.plugins.defaults


def test_without_discovery_there_are_no_plugins() -> None:
    assert create_plugin_manager(discover=False).get_plugins() == set()


def test_a_blocked_plugin_is_left_out() -> None:
    manager = create_plugin_manager(blocked=["tenprint-defaults"])
    assert manager.get_plugin("tenprint-defaults") is None
    assert manager.is_blocked("tenprint-defaults")


def test_further_plugins_are_modules_or_objects() -> None:
    module = types.ModuleType("tiny_plugin")
    vars(module)["tenprint_register_importers"] = hookimpl(lambda: [TinyImporter])
    for plugin in (Tiny(), module):
        assert "tiny" in registry_of(create_plugin_manager(plugins=[plugin])).importers


def test_two_managers_share_nothing() -> None:
    create_plugin_manager(plugins=[Tiny()])
    assert "tiny" not in registry_of(create_plugin_manager()).importers


def test_a_plugin_that_is_given_twice_or_installed_already_counts_once() -> None:
    tiny = Tiny()
    manager = create_plugin_manager(plugins=[tiny, tiny, tenprint.plugins.defaults])
    assert manager.get_plugins() == {tiny, tenprint.plugins.defaults}


def test_a_misspelled_hook_is_an_error_that_names_it() -> None:
    class Misspelled:
        @hookimpl
        def tenprint_register_importer(self) -> list[Any]:
            return []

    with pytest.raises(ConfigurationError, match="tenprint_register_importer"):
        create_plugin_manager(plugins=[Misspelled()])


def test_a_hook_with_arguments_it_does_not_have_is_an_error_that_names_them() -> None:
    class Curious:
        @hookimpl
        def tenprint_register_importers(self, weather: str) -> list[Any]:
            return [weather]

    with pytest.raises(ConfigurationError, match="weather") as caught:
        create_plugin_manager(plugins=[Curious()])
    assert caught.value.hint


def test_an_installed_plugin_that_cannot_be_imported_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "broken_peg-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-peg\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[tenprint]\nbroken = broken_peg\n", encoding="utf-8")
    (tmp_path / "broken_peg.py").write_text("raise RuntimeError('out of glue')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigurationError, match="out of glue") as caught:
        create_plugin_manager()
    assert caught.value.hint
    assert "broken_peg" not in sys.modules
    assert create_plugin_manager(blocked=["broken"]).is_blocked("broken")


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("import nothing_of_that_name\n", "ModuleNotFoundError: No module named 'nothing_of_that_name' (at "),
        ("raise SystemExit(0)\n", "it called sys.exit(0)"),
        ("def (:\n", "SyntaxError"),
    ],
)
def test_an_installed_plugin_that_fails_is_named_with_its_distribution_and_all_causes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, told: str
) -> None:
    (tmp_path / "peg_installed_plugin.py").write_text(module, encoding="utf-8")
    metadata = tmp_path / "peg_tools-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: peg-tools\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[tenprint]\npeg = peg_installed_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(ConfigurationError) as caught:
        create_plugin_manager()
    assert "the installed plugin 'peg' of peg-tools cannot be loaded: " in caught.value.message
    assert told in caught.value.message
    assert caught.value.hint


class Waiting:
    @hookimpl
    async def tenprint_register_importers(self) -> list[Any]:
        return []


class Wrapping:
    @hookimpl(hookwrapper=True)
    def tenprint_register_importers(self) -> Iterator[None]:
        yield


@pytest.mark.parametrize(("plugin", "told"), [(Waiting(), "is `async`"), (Wrapping(), "is a wrapper")])
def test_a_hook_that_is_no_plain_function_is_refused(plugin: Any, told: str) -> None:
    manager = create_plugin_manager(discover=False)
    with pytest.raises(ConfigurationError, match=f"tenprint_register_importers of the plugin .* {told}") as caught:
        add_plugin(manager, plugin)
    assert caught.value.hint
    assert not manager.get_plugins()


def test_only_functions_are_looked_at_for_hooks() -> None:
    class Proxy:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("outside of a request")

    module = types.ModuleType("proxied_plugin")
    vars(module)["request"] = Proxy()
    assert not has_hooks(module)
    vars(module)["tenprint_register_importers"] = hookimpl(lambda: [TinyImporter])
    assert has_hooks(module)
