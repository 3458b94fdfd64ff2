"""Which plugins a run uses: the command line counts more than the environment, and that more than the settings."""

import pytest

from tenprint.plugins.choice import PLUGINS_VARIABLE, PluginChoice, plugin_choice


def test_a_list_names_modules_and_what_is_left_out() -> None:
    choice = PluginChoice().with_list(["mine", "no:theirs", " no: spaced "], "tenprint.yml")
    assert choice == PluginChoice({"mine": "tenprint.yml"}, {"theirs": "tenprint.yml", "spaced": "tenprint.yml"})


def test_what_was_said_first_counts() -> None:
    choice = plugin_choice(["no:one", "two"], {PLUGINS_VARIABLE: "one,no:two,no:three"})
    assert choice.blocked == {"one": "-p", "three": PLUGINS_VARIABLE}
    assert choice.modules == {"two": "-p"}
    assert choice.with_list(["three", "four"], "tenprint.yml").modules == {"two": "-p", "four": "tenprint.yml"}


@pytest.mark.parametrize("value", ["", ",", " , ,"])
def test_empty_entries_of_the_environment_say_nothing(value: str) -> None:
    assert plugin_choice((), {PLUGINS_VARIABLE: value}) == PluginChoice()
