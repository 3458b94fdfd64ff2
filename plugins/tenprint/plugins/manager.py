"""Assembles the program: hooks, our own plugins and everyone else's, all through the entry-point group `tenprint`."""

from collections.abc import Iterable
from typing import Any

import pluggy

from tenprint.importers import ConfigurationError
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
        try:
            manager.load_setuptools_entrypoints(PROJECT)
        except Exception as error:
            raise ConfigurationError(
                f"an installed plugin cannot be loaded: {error}", hint="reinstall or uninstall it"
            ) from error
    try:
        for plugin in plugins:
            _register(manager, plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise ConfigurationError(f"a plugin is wrong: {error}", hint="check the spelling of its hooks") from error
    return manager


def _register(manager: pluggy.PluginManager, plugin: Any) -> None:
    if manager.is_registered(plugin):
        return  # named in tenprint.yml, and installed as well
    name = getattr(plugin, "__name__", type(plugin).__qualname__)
    manager.register(plugin, None if manager.has_plugin(name) else name)
