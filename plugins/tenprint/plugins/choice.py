"""Which plugins a run uses besides the installed ones, and which of those it leaves out.

Each list is written as pytest has it: a module is taken, `no:NAME` leaves an installed plugin out. The command line
counts most, then the environment, then the settings of the project.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tenprint.importers import ConfigurationError

PLUGINS_VARIABLE = "TENPRINT_PLUGINS"
"""Environment variable with a list of plugins, separated by commas."""
COMMAND_LINE = "-p"

_BLOCKED = "no:"


def _nothing() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class PluginChoice:
    """Modules to take and names to leave out, each with where that was said; what was said first counts."""

    modules: Mapping[str, str] = field(default_factory=_nothing)
    blocked: Mapping[str, str] = field(default_factory=_nothing)

    def with_list(self, entries: Iterable[str], said_by: str) -> "PluginChoice":
        """Add a list that counts less than what is known already.

        Raises:
            ConfigurationError: A plugin is to be left out, and has no name.
        """
        modules, blocked = dict(self.modules), dict(self.blocked)
        for entry in (entry.strip() for entry in entries):
            if is_nameless(entry):
                raise ConfigurationError(
                    f"{said_by} leaves out a plugin without a name", hint=f"write the name behind `{_BLOCKED}`"
                )
            if entry.startswith(_BLOCKED):
                name = entry.removeprefix(_BLOCKED).strip()
                if name not in modules:
                    blocked.setdefault(name, said_by)
            elif entry and entry not in blocked:
                modules.setdefault(entry, said_by)
        return PluginChoice(modules, blocked)


def is_nameless(entry: str) -> bool:
    """Tell whether an entry of a list leaves out a plugin and does not say which."""
    return entry.strip() == _BLOCKED


def plugin_choice(command_line: Iterable[str], environment: Mapping[str, str]) -> PluginChoice:
    """Read what the command line and the environment say; settings of a project are added to it.

    Raises:
        ConfigurationError: As for `with_list`.
    """
    choice = PluginChoice().with_list(command_line, COMMAND_LINE)
    return choice.with_list(environment.get(PLUGINS_VARIABLE, "").split(","), PLUGINS_VARIABLE)


def left_out_reason(plugin: str, blocked_by: str) -> str:
    """Say why what a plugin provides is not there."""
    return f"it comes with the plugin {plugin!r}, which {blocked_by} leaves out"
