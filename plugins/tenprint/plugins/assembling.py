"""Brings all plugins of a run together: installed ones by the index, modules that somebody named, without the blocked.

A plugin that cannot be loaded is an error for whoever needs the registry, and a line in the list of plugins. What is
left out is known all the same, so a missing name is told with the plugin that has it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pluggy

from tenprint.importers import ConfigurationError, Problem, ProblemsError, TenprintError
from tenprint.plugins.asking import Answers, Owner, answers_of, function_of
from tenprint.plugins.choice import PluginChoice, left_out_reason
from tenprint.plugins.declared import Declared
from tenprint.plugins.discovery import InstalledPlugin, installed_plugins
from tenprint.plugins.index import (
    INDEX_NAME,
    IndexedPlugin,
    forget_index,
    read_index,
    stamps_of,
    target_of,
    write_index,
)
from tenprint.plugins.listing import listing_digest
from tenprint.plugins.manager import add_installed, add_plugin, create_plugin_manager
from tenprint.plugins.names import DEFAULTS
from tenprint.plugins.registry import LeftOut, Registry, registry_from

INSTALLED = "installed"
COMMANDS = "commands"
"""Name of the section of commands, beside those of classes."""


@dataclass(frozen=True, slots=True)
class FoundPlugin:
    """One plugin of a run: what it provides, who says that it is used, and why it is not."""

    answers: Answers
    installed: InstalledPlugin | None = None
    said_by: str = INSTALLED
    blocked_by: str | None = None
    errors: tuple[Problem, ...] = ()

    @property
    def owner(self) -> Owner:
        return self.answers.owner


@dataclass(frozen=True, slots=True)
class NamedModule:
    """A plugin module that somebody named, and where; with `errors` there is none."""

    name: str
    module: Any = field(repr=False)
    said_by: str
    errors: tuple[Problem, ...] = ()


class PluginSet:
    """All plugins of a run, installed ones first, by name; those are imported that the index cannot speak for."""

    def __init__(
        self,
        choice: PluginChoice,
        modules: Sequence[NamedModule] = (),
        *,
        cache: Path | None = None,
        remember: bool = True,
    ) -> None:
        """Find the plugins.

        Args:
            choice: Which plugins are left out.
            modules: Further plugins.
            cache: Folder of the index; None asks every plugin.
            remember: Whether the index may be written.
        """
        self._cache = cache
        self._blocked = choice.blocked
        self._manager = create_plugin_manager(discover=False)
        # What is left out is not even imported; our own plugin can be asked all the same.
        shunned = choice.blocked.keys() - {DEFAULTS}
        installed = [
            replace(found, blocked_by=choice.blocked.get(found.owner.plugin))
            for found in _installed(self._manager, shunned, cache, remember=remember)
        ]
        # The index may speak for one of them that is installed as well.
        known = {found.installed.target for found in installed if found.installed and found.blocked_by is None}
        self.found = (*installed, *(_named(self._manager, module, known) for module in modules))

    def registry(self, *, with_broken: bool = True) -> Registry:
        """Bring together what the plugins provide that are not left out.

        Raises:
            ProblemsError: Clashes and wrong answers, and plugins that cannot be loaded unless they do not count, all
                at once.
        """
        used = [plugin for plugin in self.found if plugin.blocked_by is None and (with_broken or not plugin.errors)]
        answers = [replace(plugin.answers, problems=(*plugin.answers.problems, *plugin.errors)) for plugin in used]
        return registry_from(answers, function_of=self._function_of, left_out=self.left_out(), on_missing=self._forget)

    def clashes(self) -> tuple[Problem, ...]:
        """Tell what keeps plugins from being used together; what is wrong with one of them stands in `found`."""
        told = {problem for plugin in self.found for problem in plugin.answers.problems}
        try:
            self.registry(with_broken=False)
        except ProblemsError as error:
            return tuple(problem for problem in error.problems if problem not in told)
        return ()

    def unknown_blocked(self) -> dict[str, str]:
        """Name what is left out and is not installed, and who says so."""
        known = {plugin.owner.plugin for plugin in self.found}
        return {name: said_by for name, said_by in self._blocked.items() if name not in known}

    def left_out(self) -> LeftOut:
        """Name what would be there if no plugin had been left out."""
        return _left_out(self.found)

    def _function_of(self, hook: str, plugin: str) -> Callable[..., Any]:
        if not self._manager.has_plugin(plugin):
            found = next(found for found in self.found if found.owner.plugin == plugin)
            assert found.installed is not None  # noqa: S101 - modules are registered from the beginning
            add_installed(self._manager, found.installed)
        try:
            return function_of(self._manager, hook, plugin)
        except ConfigurationError:
            self._forget()
            raise

    def _forget(self) -> None:
        """Let the next start ask all plugins: the index was wrong."""
        if self._cache is not None:
            forget_index(self._cache / INDEX_NAME)


def _left_out(found: Sequence[FoundPlugin]) -> LeftOut:
    left_out: dict[str, dict[str, str]] = {}
    for plugin in found:
        if plugin.blocked_by is None:
            continue
        reason = left_out_reason(plugin.owner.plugin, plugin.blocked_by)
        for section, declared in plugin.answers.provides.items():
            names = left_out.setdefault(section, {})
            names.update((name, reason) for one in declared for name in (one.name, *one.aliases))
        left_out.setdefault(COMMANDS, {}).update((command.name, reason) for command in plugin.answers.commands)
    return left_out


def _installed(
    manager: pluggy.PluginManager, shunned: Collection[str], cache: Path | None, *, remember: bool
) -> Iterator[FoundPlugin]:
    listing = listing_digest()
    known = None if cache is None else read_index(cache / INDEX_NAME, listing)
    if known is not None and all(indexed.asked or indexed.installed.name in shunned for indexed in known):
        for indexed in known:
            is_imported = indexed.eager and indexed.installed.name not in shunned
            yield _asked(manager, indexed.installed) if is_imported else _from_index(indexed)
        return
    found = [
        (installed, None if installed.name in shunned else _asked(manager, installed))
        for installed in installed_plugins()
    ]
    sound = not any(plugin and (plugin.errors or plugin.answers.problems) for _, plugin in found)
    if cache is not None and remember and sound:
        write_index(cache / INDEX_NAME, listing, [_indexed(installed, plugin) for installed, plugin in found])
    yield from (plugin or FoundPlugin(Answers(_owner(installed)), installed) for installed, plugin in found)


def _owner(installed: InstalledPlugin) -> Owner:
    return Owner(installed.name, installed.distribution, installed.version)


def _asked(manager: pluggy.PluginManager, installed: InstalledPlugin) -> FoundPlugin:
    """Import an installed plugin and ask it."""
    owner = _owner(installed)
    try:
        add_installed(manager, installed)
    except TenprintError as error:
        return FoundPlugin(Answers(owner), installed, errors=error.problems)
    return FoundPlugin(answers_of(manager, owner), installed)


def _named(manager: pluggy.PluginManager, named: NamedModule, known: Collection[str]) -> FoundPlugin:
    owner = Owner(named.name, named.name)
    if named.errors or named.name in known:
        return FoundPlugin(Answers(owner), said_by=named.said_by, errors=named.errors)
    try:
        add_plugin(manager, named.module, named.name)
    except TenprintError as error:
        return FoundPlugin(Answers(owner), said_by=named.said_by, errors=error.problems)
    return FoundPlugin(answers_of(manager, owner), said_by=named.said_by)


def _indexed(installed: InstalledPlugin, found: FoundPlugin | None) -> IndexedPlugin:
    if found is None:
        return IndexedPlugin(installed, asked=False)
    provides = {section: _written_down(declared) for section, declared in found.answers.provides.items()}
    # A kind is made of functions, which only the plugin itself has.
    if found.answers.kinds or any(declared is None for declared in provides.values()):
        return IndexedPlugin(
            installed,
            {},
            found.answers.commands,
            found.answers.hooks,
            eager=True,
            files=stamps_of(installed, found.answers.provides),
        )
    known = {section: declared for section, declared in provides.items() if declared is not None}
    return IndexedPlugin(
        installed, known, found.answers.commands, found.answers.hooks, files=stamps_of(installed, known)
    )


def _written_down(declared: Iterable[Declared]) -> tuple[Declared, ...] | None:
    """Replace classes by where they are found; None where one can be found nowhere."""
    written = []
    for one in declared:
        target = one.target if isinstance(one.target, str) else target_of(one.target)
        if target is None:
            return None
        written.append(replace(one, target=target))
    return tuple(written)


def _from_index(indexed: IndexedPlugin) -> FoundPlugin:
    owner = _owner(indexed.installed)
    answers = Answers(owner, indexed.provides, indexed.commands, hooks=indexed.hooks)
    return FoundPlugin(answers, indexed.installed)
