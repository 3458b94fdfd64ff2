"""Assembles the program: hooks, our own plugins and everyone else's, all through the entry-point group `tenprint`."""

from collections.abc import Iterable
from inspect import iscoroutinefunction, isroutine
from typing import Any

import pluggy

from tenprint.importers import ConfigurationError, foreign_code
from tenprint.plugins import hookspecs
from tenprint.plugins.discovery import InstalledPlugin, installed_plugins
from tenprint.plugins.names import PROJECT
from tenprint.plugins.spec_version import current_form
from tenprint.plugins.targets import loaded


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
    for installed in installed_plugins() if discover else ():
        add_installed(manager, installed)
    for plugin in plugins:
        add_plugin(manager, plugin)
    return manager


def add_installed(manager: pluggy.PluginManager, installed: InstalledPlugin) -> None:
    """Import an installed plugin and register it, unless it is blocked or registered already.

    Raises:
        ConfigurationError: It cannot be imported, or its hooks are wrong.
    """
    if manager.is_blocked(installed.name) or manager.has_plugin(installed.name):
        return
    if installed.rivals:
        owners = " and by ".join((installed.distribution, *installed.rivals))
        raise ConfigurationError(
            f"the name {installed.name!r} of a plugin is provided twice: by {owners}",
            hint=f"uninstall one of them, or leave both out with `-p no:{installed.name}`",
        )
    with foreign_code(lambda chain: _unloadable(installed, chain)):
        plugin = loaded(installed.target)
    _register(manager, plugin, installed.name)


def add_plugin(manager: pluggy.PluginManager, plugin: Any, name: str | None = None) -> bool:
    """Register a module or object; tells whether it was new, for one that is registered already counts once.

    Raises:
        ConfigurationError: Its hooks are wrong.
    """
    if manager.is_registered(plugin):
        return False
    named = str(name or getattr(plugin, "__name__", type(plugin).__qualname__))
    _register(manager, plugin, _free_name(manager, named))
    return True


def _free_name(manager: pluggy.PluginManager, name: str) -> str:
    """Return a name that no plugin has yet: objects of one class are different plugins."""
    free, number = name, 2
    while manager.has_plugin(free):
        free, number = f"{name}-{number}", number + 1
    return free


def has_hooks(plugin: Any) -> bool:
    """Tell whether anything in a plugin is marked as an implementation of a hook, known or not."""
    # Only functions are looked at: what else stands in a module may fail when it is touched.
    functions = (member for name in dir(plugin) if isroutine(member := getattr(plugin, name, None)))
    return any(getattr(function, f"{PROJECT}_impl", None) is not None for function in functions)


def _unloadable(installed: InstalledPlugin, chain: str) -> ConfigurationError:
    return ConfigurationError(
        f"the installed plugin {installed.name!r} of {installed.distribution} cannot be loaded: {chain}",
        hint=f"reinstall, mend or uninstall it, or leave it out with `-p no:{installed.name}`",
    )


def _register(manager: pluggy.PluginManager, plugin: Any, name: str) -> None:
    with foreign_code(lambda chain: ConfigurationError(f"the plugin {name!r} cannot be registered: {chain}")):
        current = current_form(plugin, name)
        try:
            manager.register(current, name)
            manager.check_pending()
            _check_hooks(manager, name)
        except BaseException as error:
            # A wrong plugin that stays would make the next one wrong as well.
            if manager.get_plugin(name) is current:
                manager.unregister(name=name)
            if isinstance(error, pluggy.PluginValidationError):
                message = f"the plugin {name!r} is wrong: {error}"
                raise ConfigurationError(message, hint="check the spelling of its hooks") from error
            raise


def _check_hooks(manager: pluggy.PluginManager, name: str) -> None:
    """Refuse hooks that cannot be called one plugin at a time, or not without an event loop."""
    for caller in manager.get_hookcallers(manager.get_plugin(name)) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name != name:
                continue
            if implementation.hookwrapper or getattr(implementation, "wrapper", False):  # older pluggys have one kind
                why = "is a wrapper, and every plugin is asked by itself"
            elif iscoroutinefunction(implementation.function):
                why = "is `async`, and hooks are called where no event loop runs"
            else:
                continue
            message = f"{caller.name} of the plugin {name!r} {why}"
            raise ConfigurationError(message, hint="write it as a plain function that returns")
