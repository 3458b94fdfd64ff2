"""Assembles the program: hooks, our own plugins and everyone else's, all through the entry-point group `tenprint`."""

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any

import pluggy

from tenprint.importers import ConfigurationError, foreign_code
from tenprint.plugins import hookspecs
from tenprint.plugins.markers import PROJECT


def create_plugin_manager(
    *, plugins: Iterable[Any] = (), blocked: Iterable[str] = (), discover: bool = True
) -> pluggy.PluginManager:
    """Make a plugin manager.

    Args:
        plugins: Further plugins: modules or objects with hook implementations.
        blocked: Names of entry points that are left out; `tenprint-defaults` is ours.
        discover: Whether installed plugins are looked up.

    Raises:
        ConfigurationError: A plugin cannot be imported, or implements a hook that does not exist.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    for name in blocked:
        manager.set_blocked(name)
    if discover:
        with foreign_code(lambda chain: _unloadable(manager, chain)):
            manager.load_setuptools_entrypoints(PROJECT)
    try:
        for plugin in plugins:
            _register(manager, plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise ConfigurationError(f"a plugin is wrong: {error}", hint="check the spelling of its hooks") from error
    return manager


def has_hooks(plugin: Any) -> bool:
    """Tell whether anything in a plugin is marked as an implementation of a hook, known or not."""
    marks = (getattr(getattr(plugin, name, None), f"{PROJECT}_impl", None) for name in dir(plugin))
    return any(mark is not None for mark in marks)


def _unloadable(manager: pluggy.PluginManager, chain: str) -> ConfigurationError:
    """Name the plugin at which loading stopped: the first that is not there."""
    left = (
        entry
        for entry in entry_points(group=PROJECT)
        if not (manager.has_plugin(entry.name) or manager.is_blocked(entry.name))
    )
    entry = next(left, None)
    named = "" if entry is None else f" {entry.name!r} of {entry.dist.name if entry.dist else 'this environment'}"
    return ConfigurationError(
        f"the installed plugin{named} cannot be loaded: {chain}", hint="reinstall, mend or uninstall it"
    )


def _register(manager: pluggy.PluginManager, plugin: Any) -> None:
    if manager.is_registered(plugin):
        return  # named in tenprint.yml, and installed as well
    name = getattr(plugin, "__name__", type(plugin).__qualname__)
    manager.register(plugin, None if manager.has_plugin(name) else name)
