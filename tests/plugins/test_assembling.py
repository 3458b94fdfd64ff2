"""All plugins of a run: the index spares imports, notices every change, and is never trusted against the code."""

import json
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.installed import importing, install

from tenprint.importers import ConfigurationError, ProblemsError
from tenprint.plugins import hookimpl
from tenprint.plugins.assembling import NamedModule, PluginSet
from tenprint.plugins.choice import PluginChoice
from tenprint.plugins.declared import Declared
from tenprint.plugins.discovery import InstalledPlugin
from tenprint.plugins.index import INDEX_NAME
from tenprint.plugins.manager import add_installed, create_plugin_manager
from tenprint.plugins.names import DEFAULTS

Install = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    place = tmp_path / "site-packages"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))
    return lambda plugin, code, **named: install(place, plugin, code, **named)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def forget(*files: Path) -> None:
    """Let Python import modules anew, as another process would."""
    for file in files:
        sys.modules.pop(file.stem, None)


def test_the_second_start_imports_only_what_is_asked_for(installed: Install, cache: Path) -> None:
    ant, bee = installed("ant", importing("ant")), installed("bee", importing("bee"))
    first = PluginSet(PluginChoice(), cache=cache).registry()
    assert {"file", "ant", "bee"} <= set(first.importers)
    forget(ant, bee)
    second = PluginSet(PluginChoice(), cache=cache).registry()
    assert set(second.importers) == set(first.importers)
    assert {ant.stem, bee.stem}.isdisjoint(sys.modules)
    registered = second.importers["bee"]
    assert (registered.provided.NAME, registered.distribution, registered.version) == ("bee", "bee-tools", "1.0")
    assert ant.stem not in sys.modules


def test_an_edited_module_is_asked_again(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant"))
    assert "ant" in PluginSet(PluginChoice(), cache=cache).registry().importers
    forget(file)
    file.write_text(importing("termite"), encoding="utf-8")
    importers = PluginSet(PluginChoice(), cache=cache).registry().importers
    assert "termite" in importers
    assert "ant" not in importers


def test_a_removed_plugin_is_gone_and_a_new_one_is_there(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    metadata = file.parent / "ant_tools-1.0.dist-info"
    for entry in metadata.iterdir():
        entry.unlink()
    metadata.rmdir()
    installed("bee", importing("bee"))
    names = set(PluginSet(PluginChoice(), cache=cache).registry().importers)
    assert "bee" in names
    assert "ant" not in names


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"schema": "tenprint.plugin-index/2"}', "\0", '{"schema": 1}'])
def test_a_damaged_index_is_made_anew(installed: Install, cache: Path, damage: str) -> None:
    installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    whole = (cache / INDEX_NAME).read_bytes()
    (cache / INDEX_NAME).write_text(damage, encoding="utf-8")
    assert "ant" in PluginSet(PluginChoice(), cache=cache).registry().importers
    assert (cache / INDEX_NAME).read_bytes() == whole


def test_each_bit_of_an_index_counts(installed: Install, cache: Path) -> None:
    installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    whole = (cache / INDEX_NAME).read_bytes()
    for position in range(0, len(whole), len(whole) // 20):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        (cache / INDEX_NAME).write_bytes(damaged)
        assert "ant" in PluginSet(PluginChoice(), cache=cache).registry().importers
        assert (cache / INDEX_NAME).read_bytes() == whole


def test_an_index_that_cannot_be_written_is_done_without(installed: Install, tmp_path: Path) -> None:
    installed("ant", importing("ant"))
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    assert "ant" in PluginSet(PluginChoice(), cache=blocker / "cache").registry().importers


def test_an_index_that_lies_is_not_believed_and_forgotten(installed: Install, cache: Path) -> None:
    installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    document = json.loads((cache / INDEX_NAME).read_text(encoding="utf-8"))
    document["plugins"][1]["provides"]["importers"][0]["target"] = "os:getcwd"
    document["check"] = sha256(json.dumps(document["plugins"]).encode()).hexdigest()
    (cache / INDEX_NAME).write_text(json.dumps(document), encoding="utf-8")
    registry = PluginSet(PluginChoice(), cache=cache).registry()
    with pytest.raises(ConfigurationError, match="os:getcwd is not an importer class") as caught:
        registry.importers["ant"]
    assert caught.value.hint
    assert not (cache / INDEX_NAME).exists()


def test_a_class_that_only_the_plugin_can_make_is_never_indexed(installed: Install, cache: Path) -> None:
    local = importing("ant").replace("[Importer]", "[type('Local', (Importer,), {'NAME': 'local'})]")
    file = installed("ant", local)
    for _ in range(2):
        forget(file)
        assert PluginSet(PluginChoice(), cache=cache).registry().importers["local"].provided.NAME == "local"


def test_a_plugin_that_is_left_out_is_not_imported_and_named_where_it_is_missed(
    installed: Install, cache: Path
) -> None:
    file = installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    forget(file)
    blocked = PluginSet(PluginChoice(blocked={"ant": "-p"}), cache=cache)
    registry = blocked.registry()
    assert file.stem not in sys.modules
    assert "ant" not in registry.importers
    with pytest.raises(ConfigurationError, match="it comes with the plugin 'ant', which -p leaves out"):
        registry.importers.get("ant")
    assert [plugin.blocked_by for plugin in blocked.found] == [None, "-p"]


def test_a_plugin_that_was_left_out_when_the_index_was_made_is_asked_later(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant") + "\nimport tests_must_not_import_this_unless_asked\n")
    left_out = PluginSet(PluginChoice(blocked={"ant": "-p"}), cache=cache)
    assert "ant" not in left_out.registry().importers
    assert PluginSet(PluginChoice(blocked={"ant": "-p"}), cache=cache).registry().importers
    file.write_text(importing("ant"), encoding="utf-8")
    assert "ant" in PluginSet(PluginChoice(), cache=cache).registry().importers


def test_without_our_own_plugin_there_is_an_empty_program_that_says_what_is_missing(cache: Path) -> None:
    registry = PluginSet(PluginChoice(blocked={DEFAULTS: "tenprint.yml"}), cache=cache).registry()
    assert not registry.importers
    assert not registry.components
    assert not registry.commands
    with pytest.raises(ConfigurationError, match=r"no importer 'file': .*'tenprint-defaults', which tenprint.yml"):
        registry.importers.get("file")
    assert registry.left_out["commands"]["plan"]


def test_broken_plugins_are_told_all_at_once_and_never_indexed(installed: Install, cache: Path) -> None:
    installed("ant", "raise RuntimeError('out of leaves')\n")
    installed("bee", "import a_module_that_nobody_has\n")
    installed("fly", importing("fly"))
    for _ in range(2):
        plugins = PluginSet(PluginChoice(), cache=cache)
        with pytest.raises(ProblemsError) as caught:
            plugins.registry()
        messages = [problem.message for problem in caught.value.problems]
        assert ["out of leaves" in messages[0], "a_module_that_nobody_has" in messages[1]] == [True, True]
        assert all("-p no:" in str(problem.hint) for problem in caught.value.problems)
        assert "fly" in plugins.registry(with_broken=False).importers
    assert not (cache / INDEX_NAME).exists()


def test_a_clash_names_both_owners_with_the_index_too(installed: Install, cache: Path) -> None:
    installed("ant", importing("nest"))
    installed("bee", importing("nest"))
    for _ in range(2):
        with pytest.raises(ProblemsError, match="'nest' is provided twice: by ant-tools and by bee-tools"):
            PluginSet(PluginChoice(), cache=cache).registry()


def test_a_named_module_that_is_installed_as_well_counts_once(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant"))
    for _ in range(2):
        forget(file)
        module = __import__(file.stem)
        named = NamedModule(file.stem, module, "tenprint.yml")
        assert "ant" in PluginSet(PluginChoice(), [named], cache=cache).registry().importers


def test_a_declared_class_is_imported_with_its_first_use() -> None:
    class Lazy:
        @hookimpl
        def tenprint_register_importers(self) -> list[Declared]:
            return [Declared("lazy", "a_module_that_nobody_has:Importer")]

    registry = PluginSet(PluginChoice(), [NamedModule("lazy", Lazy(), "-p")]).registry()
    assert "lazy" in registry.importers
    with pytest.raises(ConfigurationError, match=r"'lazy' of the plugin 'lazy' cannot be loaded: .*nobody_has"):
        registry.importers["lazy"]


URLS = """
from tenprint.plugins import hookimpl


@hookimpl({when})
def tenprint_source_for_url(url):
    return ("{name}", {{}}) if url.startswith("nest://") else None
"""


def test_who_knows_a_url_is_asked_in_order_and_imported_only_then(installed: Install, cache: Path) -> None:
    files = [
        installed("ant", URLS.format(when="trylast=True", name="ant")),
        installed("bee", URLS.format(when="", name="bee")),
        installed("fly", URLS.format(when="", name="fly")),
        installed("gnu", URLS.format(when="tryfirst=True", name="gnu")),
    ]
    PluginSet(PluginChoice(), cache=cache)
    forget(*files)
    registry = PluginSet(PluginChoice(), cache=cache).registry()
    assert {file.stem for file in files}.isdisjoint(sys.modules)
    assert registry.source_for_url("nest://one") == ("gnu", {})
    assert registry.source_for_url("https://example.org/bot.git")[0] == "git"  # type: ignore[index]  # it is known
    assert registry.source_for_url("gopher://x") is None
    blocked = PluginSet(PluginChoice(blocked={"gnu": "-p"}), cache=cache).registry()
    assert blocked.source_for_url("nest://one") == ("fly", {})


@pytest.mark.parametrize("answer", ["'ant'", "('ant',)", "('', {})", "('ant', None)", "1 / 0"])
def test_a_wrong_answer_to_a_url_names_the_plugin(installed: Install, answer: str) -> None:
    installed("ant", URLS.format(when="", name="ant").replace('("ant", {})', answer))
    registry = PluginSet(PluginChoice()).registry()
    with pytest.raises(ConfigurationError, match="plugin 'ant' failed in tenprint_source_for_url: "):
        registry.source_for_url("nest://one")


def test_stamps_notice_a_file_of_another_size_or_time(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    forget(file)
    os.utime(file, ns=(1, 1))
    PluginSet(PluginChoice(), cache=cache)
    assert file.stem in sys.modules


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_an_index_that_others_may_write_does_not_count(installed: Install, cache: Path, mode: int) -> None:
    file = installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    index = cache / INDEX_NAME
    assert index.stat().st_mode & 0o777 == 0o600
    index.chmod(mode)
    forget(file)
    PluginSet(PluginChoice(), cache=cache)
    assert file.stem in sys.modules
    assert index.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
def test_an_index_of_somebody_else_does_not_count(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    os.chown(cache / INDEX_NAME, 12345, 12345)
    forget(file)
    PluginSet(PluginChoice(), cache=cache)
    assert file.stem in sys.modules


def _names_no_command(document: Any) -> None:
    document["plugins"][0]["commands"][0]["name"] = 5


def _asks_for_an_unknown_turn(document: Any) -> None:
    document["plugins"][1]["hooks"] = {"tenprint_source_for_url": "never"}


def _has_no_path(document: Any) -> None:
    document["plugins"][1]["files"][0]["path"] = "\0"


@pytest.mark.parametrize("damage", [_names_no_command, _asks_for_an_unknown_turn, _has_no_path])
def test_an_index_that_is_damaged_inside_is_made_anew(
    installed: Install, cache: Path, damage: Callable[[Any], None]
) -> None:
    installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    whole = (cache / INDEX_NAME).read_bytes()
    document = json.loads(whole)
    damage(document)
    document["check"] = sha256(json.dumps(document["plugins"]).encode()).hexdigest()
    (cache / INDEX_NAME).write_text(json.dumps(document), encoding="utf-8")
    assert "ant" in PluginSet(PluginChoice(), cache=cache).registry().importers
    assert (cache / INDEX_NAME).read_bytes() == whole


def test_a_hook_that_only_the_index_knows_is_told_and_the_index_forgotten(installed: Install, cache: Path) -> None:
    installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    document = json.loads((cache / INDEX_NAME).read_text(encoding="utf-8"))
    document["plugins"][1]["hooks"] = {"tenprint_source_for_url": ""}
    document["check"] = sha256(json.dumps(document["plugins"]).encode()).hexdigest()
    (cache / INDEX_NAME).write_text(json.dumps(document), encoding="utf-8")
    registry = PluginSet(PluginChoice(), cache=cache).registry()
    with pytest.raises(ConfigurationError, match="'ant' had the hook tenprint_source_for_url when it was asked"):
        registry.source_for_url("nest://one")
    assert not (cache / INDEX_NAME).exists()


def test_an_entry_point_with_extras_is_asked_again_when_it_is_edited(installed: Install, cache: Path) -> None:
    file = installed("ant", importing("ant"))
    entries = file.parent / "ant_tools-1.0.dist-info" / "entry_points.txt"
    entries.write_text(f"[tenprint]\nant = {file.stem} [extra]\n", encoding="utf-8")
    PluginSet(PluginChoice(), cache=cache)
    forget(file)
    file.write_text(importing("termite"), encoding="utf-8")
    assert "termite" in PluginSet(PluginChoice(), cache=cache).registry().importers


def test_a_plugin_whose_classes_stand_in_another_package_is_asked_again_when_that_is_edited(
    installed: Install, cache: Path
) -> None:
    classes = installed("bee", importing("bee"))
    file = installed("ant", importing("ant").replace("[Importer]", f"[Importer, {classes.stem}.Importer]"))
    file.write_text(f"import {classes.stem}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    (classes.parent / "bee_tools-1.0.dist-info" / "entry_points.txt").unlink()  # only a library
    assert "bee" in PluginSet(PluginChoice(), cache=cache).registry().importers
    forget(classes, file)
    classes.write_text(importing("wasp"), encoding="utf-8")
    assert "wasp" in PluginSet(PluginChoice(), cache=cache).registry().importers


def test_modules_that_fail_when_they_are_looked_at_are_left_alone(
    installed: Install, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lazy(ModuleType):
        def __getattr__(self, name: str) -> Any:
            raise ImportError(name)

    monkeypatch.setitem(sys.modules, "a_lazy_module_of_a_test", Lazy("a_lazy_module_of_a_test"))
    installed("ant", importing("ant"))
    PluginSet(PluginChoice(), cache=cache)
    assert (cache / INDEX_NAME).exists()


def test_an_index_that_cannot_be_removed_hides_no_error(installed: Install, tmp_path: Path) -> None:
    lazy = importing("ant").replace("[Importer]", "[Declared('ant', 'a_module_that_nobody_has:Importer')]")
    installed("ant", f"from tenprint.plugins import Declared\n{lazy}")
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    registry = PluginSet(PluginChoice(), cache=blocker / "cache").registry()
    with pytest.raises(ConfigurationError, match="a_module_that_nobody_has"):
        registry.importers["ant"]


def test_a_misspelt_hook_is_the_error_of_one_plugin_only(installed: Install) -> None:
    installed("ant", importing("ant").replace("tenprint_register_importers", "tenprint_register_importer"))
    installed("bee", importing("bee"))
    plugins = PluginSet(PluginChoice())
    assert [bool(plugin.errors) for plugin in plugins.found] == [False, True, False]
    assert "bee" in plugins.registry(with_broken=False).importers


def test_two_distributions_that_give_one_name_to_different_plugins_are_both_named() -> None:
    plugin = InstalledPlugin("ant", "os", "garden", "1.0", rivals=("zoo",))
    manager = create_plugin_manager(discover=False)
    with pytest.raises(ConfigurationError, match="'ant' of a plugin is provided twice: by garden and by zoo"):
        add_installed(manager, plugin)
    assert not manager.has_plugin("ant")


def test_a_module_that_the_index_speaks_for_is_named_as_well(installed: Install, cache: Path) -> None:
    file = installed("ant", URLS.format(when="", name="ant"))
    PluginSet(PluginChoice(), cache=cache)
    forget(file)
    named = NamedModule(file.stem, __import__(file.stem), "-p")
    registry = PluginSet(PluginChoice(), [named], cache=cache).registry()
    assert registry.source_for_url("nest://one") == ("ant", {})


def test_a_hook_need_not_take_all_arguments(installed: Install) -> None:
    code = URLS.format(when="", name="ant").replace("(url)", "()").replace('url.startswith("nest://")', "True")
    installed("ant", code)
    assert PluginSet(PluginChoice()).registry().source_for_url("nest://one") == ("ant", {})


def test_what_is_left_out_and_not_installed_is_known() -> None:
    plugins = PluginSet(PluginChoice(blocked={"ant": "-p", DEFAULTS: "-p"}))
    assert plugins.unknown_blocked() == {"ant": "-p"}
