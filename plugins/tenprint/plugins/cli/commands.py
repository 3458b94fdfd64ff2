"""The commands of the program: what plugins provide, looked up without importing any of them where the index counts.

Nothing is written here: a command that only looks leaves no file behind. Opening a project writes the index.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenprint.importers import ConfigurationError, Problem
from tenprint.plugins.choice import PluginChoice, left_out_reason, plugin_choice
from tenprint.plugins.cli.memo import Looked
from tenprint.plugins.declared import Command
from tenprint.plugins.index import INDEX_NAME, IndexedPlugin, read_index
from tenprint.plugins.listing import listing_digest
from tenprint.plugins.names import DEFAULTS

if TYPE_CHECKING:
    from tenprint.plugins.assembling import PluginSet


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """What stands before the command: the project, and the plugins of this run."""

    directory: str
    choice: PluginChoice
    arguments: tuple[str, ...] = ()
    """All of them, as they were written."""
    looked: Looked | None = None
    """What a look at the project has found before the command."""


@dataclass(frozen=True, slots=True)
class ProgramCommands:
    """Commands by name, why others are missing, what is wrong with plugins, and names that several of them provide."""

    commands: Mapping[str, Command]
    left_out: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    clashes: tuple[tuple[str, Problem], ...] = ()


def program_options(
    directory: str, plugins: Iterable[str], arguments: Iterable[str] = (), looked: Looked | None = None
) -> ProgramOptions:
    return ProgramOptions(directory, plugin_choice(plugins, os.environ), tuple(arguments), looked)


def program_commands(options: ProgramOptions) -> ProgramCommands:
    """Find the commands of all installed plugins, and of the modules the command line and the environment name."""
    indexed = None if options.choice.modules else _index(options.directory)
    if indexed is not None:
        found = _from_index(indexed, options.choice)
        if found is not None:
            return found
    return _from_plugins(options)


def project_commands(options: ProgramOptions) -> ProgramCommands:
    """As `program_commands`, with the modules of the project's settings as well."""
    from tenprint.importers import ReadingRules  # noqa: PLC0415 - only for a command that is known nowhere else
    from tenprint.plugins.opening import plugins_of_project, project_settings  # noqa: PLC0415 - as above

    root = Path(options.directory)
    settings = project_settings(root, ReadingRules())
    return (
        _told(plugins_of_project(settings, root, options.choice, remember=False))
        if settings.plugins
        else _from_plugins(options)
    )


def _index(directory: str) -> tuple[IndexedPlugin, ...] | None:
    from tenprint.importers.store import cache_root  # noqa: PLC0415 - `--version` needs none

    try:
        return read_index(cache_root(os.environ, Path(directory)) / INDEX_NAME, listing_digest())
    except ConfigurationError:  # there is no home folder
        return None


def _from_index(indexed: Iterable[IndexedPlugin], choice: PluginChoice) -> ProgramCommands | None:
    """Read the commands off the index; None where somebody has to be asked, or two plugins have one name."""
    commands: dict[str, Command] = {}
    left_out: dict[str, str] = {}
    for plugin in indexed:
        name = plugin.installed.name
        blocked_by = choice.blocked.get(name)
        if blocked_by is not None:
            left_out |= {command.name: left_out_reason(name, blocked_by) for command in plugin.commands}
            continue
        if not plugin.asked or any(command.name in commands for command in plugin.commands):
            return None
        commands |= {command.name: command for command in plugin.commands}
    return ProgramCommands(commands, left_out)


def _from_plugins(options: ProgramOptions) -> ProgramCommands:
    from tenprint.plugins.opening import plugins_of_project  # noqa: PLC0415 - where plugins have to be asked
    from tenprint.plugins.settings import Settings  # noqa: PLC0415 - as above

    return _told(plugins_of_project(Settings(), Path(options.directory), options.choice, remember=False))


def _told(plugins: "PluginSet") -> ProgramCommands:
    """Bring the commands together; a plugin that is broken does not keep the others from working."""
    from tenprint.plugins.registry import Clash, provided_commands  # noqa: PLC0415 - where plugins have to be asked

    used = [plugin for plugin in plugins.found if plugin.blocked_by is None]
    problems = [problem for plugin in used for problem in (*plugin.errors, *plugin.answers.problems)]
    clashes: list[Clash] = []
    commands = provided_commands([plugin.answers for plugin in used], clashes)
    left_out = plugins.left_out().get("commands", {})
    problems += (clash for _, clash in clashes)
    return ProgramCommands(commands, left_out, tuple(problems), tuple(clashes))


def imported(command: Command) -> Any:
    """Import the click command behind a command.

    Raises:
        ConfigurationError: It is not there, or is none.
    """
    import click  # noqa: PLC0415 - loaded by whoever asks

    from tenprint.importers import foreign_code  # noqa: PLC0415 - as above
    from tenprint.plugins.targets import loaded  # noqa: PLC0415 - as above

    with foreign_code(lambda chain: _unloadable(command, chain)):
        found = loaded(command.target)
    if not isinstance(found, click.Command):
        raise _unloadable(command, f"{command.target} is no click command")
    return found


def failed(command: Command, chain: str) -> ConfigurationError:
    """Make an error of ours of one that a command of a plugin raised."""
    hint = f"this is an error of {command.target}; tell whoever wrote the plugin"
    return ConfigurationError(f"the command {command.name!r} failed: {chain}", hint=hint)


def _unloadable(command: Command, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the command {command.name!r} cannot be loaded: {why}",
        hint=f"mend the plugin that provides it, or leave it out with `-p no:NAME`; ours is {DEFAULTS}",
    )
