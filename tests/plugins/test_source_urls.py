"""Whose URL it is: plugins are asked before us, and what they answer is checked."""

from collections.abc import Callable
from typing import Any

import pytest

from tenprint.importers import ConfigurationError
from tenprint.plugins import create_plugin_manager, hookimpl, registry_of


class Knowing:
    """A plugin that answers what it is told."""

    def __init__(self, answer: Callable[[str], Any]) -> None:
        self._answer = answer

    @hookimpl
    def tenprint_source_for_url(self, url: str) -> Any:
        return self._answer(url)


def asked(url: str, *plugins: Any) -> Any:
    return registry_of(create_plugin_manager(plugins=plugins)).source_for_url(url)


@pytest.mark.parametrize(
    ("url", "importer"), [("git+https://h/x.git", "git"), ("ssh://git@h/x", "git"), ("https://h/x.yml", "http")]
)
def test_urls_of_git_and_http_are_known(url: str, importer: str) -> None:
    assert asked(url)[0] == importer


def test_a_plugin_takes_over_what_it_knows_and_leaves_the_rest() -> None:
    plugin = Knowing(lambda url: ("mirror", {"of": url}) if "h/x" in url else None)

    assert asked("https://h/x.yml", plugin) == ("mirror", {"of": "https://h/x.yml"})
    assert asked("https://h/y.yml", plugin)[0] == "http"
    assert asked("s3://bucket", plugin) is None


@pytest.mark.parametrize(
    "answer", ["git", ("git",), ("", {}), (3, {}), ("git", None), ("git", {}, 1), ["git", {}], True]
)
def test_a_wrong_answer_is_an_error_that_names_the_plugin(answer: Any) -> None:
    with pytest.raises(ConfigurationError, match="plugin 'Knowing' failed in tenprint_source_for_url") as caught:
        asked("s3://bucket/x", Knowing(lambda _: answer))

    assert caught.value.hint == "upgrade or uninstall Knowing"


def test_a_plugin_that_fails_is_an_error_that_names_it() -> None:
    def fail(url: str) -> Any:
        raise RuntimeError(f"out of glue at {len(url)}")

    with pytest.raises(ConfigurationError, match=r"'Knowing' failed in .*: RuntimeError: out of glue"):
        asked("s3://bucket/x", Knowing(fail))
