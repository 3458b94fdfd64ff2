"""Versions of the hooks: the one before keeps working, others are refused with what to do."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.plugins import old_plugin

from tenprint.importers import ConfigurationError, ProblemsError
from tenprint.plugins import create_plugin_manager, hookimpl, registry_of
from tenprint.plugins.spec_version import OLDEST_VERSION, SPEC_VERSION


def plugin_for(version: Any) -> Any:
    return type("Plugin", (), {"TENPRINT_SPEC": version})()


def test_a_plugin_of_the_version_before_works() -> None:
    assert old_plugin.TENPRINT_SPEC == OLDEST_VERSION == SPEC_VERSION - 1
    registry = registry_of(create_plugin_manager(plugins=[old_plugin]))
    assert registry.importers["old"].provided is registry.importers["older"].provided is old_plugin.OldImporter
    assert registry.components["Old"].provided is old_plugin.OldComponent


@pytest.mark.parametrize("version", [SPEC_VERSION + 1, 99])
def test_a_plugin_of_a_later_version_says_to_upgrade_tenprint(version: int) -> None:
    with pytest.raises(ConfigurationError, match=f"was written for version {version} of the hooks") as caught:
        create_plugin_manager(plugins=[plugin_for(version)])
    assert "upgrade tenprint" in str(caught.value.hint)


@pytest.mark.parametrize("version", [0, -1])
def test_a_plugin_of_a_forgotten_version_says_to_upgrade_it(version: int) -> None:
    with pytest.raises(ConfigurationError, match="only 1 and 2 are understood") as caught:
        create_plugin_manager(plugins=[plugin_for(version)])
    assert caught.value.hint == "upgrade the plugin"


@pytest.mark.parametrize("version", ["2", None, 2.0, True])
def test_what_is_no_version_is_refused(version: Any) -> None:
    with pytest.raises(ConfigurationError, match="which is no version"):
        create_plugin_manager(plugins=[plugin_for(version)])


def test_hooks_of_version_1_are_misspelt_in_version_2() -> None:
    class Confused:
        @hookimpl
        def tenprint_importers(self) -> dict[str, Any]:
            return {}

    with pytest.raises(ConfigurationError, match="tenprint_importers"):
        create_plugin_manager(plugins=[Confused()])


@pytest.mark.parametrize("answer", [None, [old_plugin.OldImporter], "old", {"old": int}, {"": old_plugin.OldImporter}])
def test_a_wrong_answer_of_an_old_plugin_is_told(answer: Any) -> None:
    class Old:
        TENPRINT_SPEC = 1

        @hookimpl
        def tenprint_importers(self) -> Any:
            return answer

    with pytest.raises(ProblemsError) as caught:
        registry_of(create_plugin_manager(plugins=[Old()]))
    assert {problem.code for problem in caught.value.problems} <= {"plugin-answer", "plugin-name"}


def test_a_plugin_of_version_1_with_a_hook_of_no_version_is_refused_like_any_other() -> None:
    class Misspelt:
        TENPRINT_SPEC = 1

        @hookimpl
        def tenprint_importer(self) -> Mapping[str, Any]:
            return {}

    with pytest.raises(ConfigurationError, match="tenprint_importer"):
        create_plugin_manager(plugins=[Misspelt()])
