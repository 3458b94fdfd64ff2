"""Versions of the hook specifications: which one a plugin was written for, and how an older one is understood.

A plugin says `TENPRINT_SPEC = 2` beside its hooks; one that says nothing is taken to mean the current version. The
version before the current one keeps working:

* version 1: `tenprint_importers` and `tenprint_components` return mappings of names to classes, which need no `NAME`;
* version 2: a hook for each kind of thing, `tenprint_register_...`, returns a list of classes that name themselves.
"""

from collections.abc import Callable, Mapping
from inspect import isroutine
from typing import Any

from tenprint.importers import ConfigurationError
from tenprint.plugins.declared import Declared
from tenprint.plugins.markers import hookimpl
from tenprint.plugins.names import PROJECT

SPEC_VERSION = 2
"""The specifications in `hookspecs.py`; it grows when a plugin that worked would work no more."""
OLDEST_VERSION = SPEC_VERSION - 1
SPEC_ATTRIBUTE = "TENPRINT_SPEC"

_VERSION_1 = {
    "tenprint_importers": "tenprint_register_importers",
    "tenprint_components": "tenprint_register_components",
}


def spec_version_of(plugin: Any, name: str) -> int:
    """Return the version a plugin was written for.

    Raises:
        ConfigurationError: It is no version, or one that is not understood.
    """
    version = getattr(plugin, SPEC_ATTRIBUTE, SPEC_VERSION)
    if not isinstance(version, int) or isinstance(version, bool):
        raise ConfigurationError(
            f"{SPEC_ATTRIBUTE} of the plugin {name!r} is {version!r}, which is no version",
            hint=f"write {SPEC_ATTRIBUTE} = {SPEC_VERSION}",
        )
    if version > SPEC_VERSION:
        raise ConfigurationError(
            f"the plugin {name!r} was written for version {version} of the hooks, and this tenprint knows"
            f" {OLDEST_VERSION} and {SPEC_VERSION}",
            hint="upgrade tenprint, or install an older version of the plugin",
        )
    if version < OLDEST_VERSION:
        raise ConfigurationError(
            f"the plugin {name!r} was written for version {version} of the hooks, and only {OLDEST_VERSION} and"
            f" {SPEC_VERSION} are understood",
            hint="upgrade the plugin",
        )
    return version


def current_form(plugin: Any, name: str) -> Any:
    """Return a plugin with hooks of the current version: itself, or a shim around an older one.

    Raises:
        ConfigurationError: As for `spec_version_of`.
    """
    return plugin if spec_version_of(plugin, name) == SPEC_VERSION else _Version1(plugin, name)


class _Version1:
    """Speaks version 2 for a plugin of version 1; hooks that version did not have stay as they are."""

    def __init__(self, plugin: Any, name: str) -> None:
        self.__name__ = name
        for hook in dir(plugin):
            function: Any = getattr(plugin, hook, None)
            if not isroutine(function) or getattr(function, f"{PROJECT}_impl", None) is None:
                continue
            new = _VERSION_1.get(hook)
            setattr(self, new or hook, hookimpl(_declaring(function)) if new else function)


def _declaring(function: Callable[[], Any]) -> Callable[[], Any]:
    def declare() -> Any:
        answer = function()
        if not isinstance(answer, Mapping):
            return answer  # is told like any other wrong answer
        return [Declared(name, provided) for name, provided in answer.items()]

    return declare
