"""Which plugins are installed.

Plugins come in one order on every machine: ours first, then by distribution and name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenprint.importers import ConfigurationError
from tenprint.plugins.listing import ENTRY_POINTS
from tenprint.plugins.names import DEFAULTS, PROJECT
from tenprint.plugins.targets import module_of

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

_UNNAMED = "a distribution without metadata"


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """An entry point of the group `tenprint`: its name, what is imported, and who installed it.

    `rivals` are other distributions that give the name to something else; then nobody has it.
    """

    name: str
    value: str
    distribution: str
    version: str | None
    rivals: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """What is imported: the value without its extras."""
        return self.value.partition("[")[0].strip()

    @property
    def module(self) -> str:
        return module_of(self.target)


def installed_plugins() -> tuple[InstalledPlugin, ...]:
    """List the installed plugins, each name once; of one distribution the first on the path counts, as for modules.

    Raises:
        ConfigurationError: The metadata of a distribution cannot be read.
    """
    found: dict[str, InstalledPlugin] = {}
    for plugin in sorted(map(_installed, _entries()), key=_order):
        first = found.setdefault(plugin.name, plugin)
        if first.target != plugin.target:
            found[plugin.name] = replace(first, rivals=(*first.rivals, plugin.distribution))
    return tuple(found.values())


def _entries() -> "Iterable[EntryPoint]":
    from importlib.metadata import (  # noqa: PLC0415 - slow to load, and needed only where no index counts
        distributions,
        entry_points,
    )

    try:
        return tuple(entry_points(group=PROJECT))
    except Exception as error:
        owners = ", ".join(_name_of(found) for found in distributions() if not _is_readable(found))
        message = f"{ENTRY_POINTS} of {owners or 'an installed distribution'} cannot be read: {error}"
        raise ConfigurationError(message, hint="reinstall or uninstall it") from error


def _is_readable(distribution: "Distribution") -> bool:
    try:
        tuple(distribution.entry_points)
    except Exception:  # noqa: BLE001 - which one it is, is all that counts
        return False
    return True


def _installed(entry: "EntryPoint") -> InstalledPlugin:
    if entry.dist is None:
        return InstalledPlugin(entry.name, entry.value, "this environment", None)
    return InstalledPlugin(entry.name, entry.value, _name_of(entry.dist), _version_of(entry.dist))


def _name_of(distribution: "Distribution") -> str:
    """Return the name; an installation that broke off, and was not cleaned up, has none."""
    return _field(distribution, "Name") or _UNNAMED


def _version_of(distribution: "Distribution") -> str | None:
    return _field(distribution, "Version")


def _field(distribution: "Distribution", name: str) -> str | None:
    """Return a field of the metadata, None where it is missing: newer Pythons warn of asking for it by `[]`."""
    try:
        metadata = distribution.metadata
    except OSError:  # what finds distributions may be the backport, which raises where there are none
        return None
    return metadata[name] if metadata and name in metadata else None


def _order(plugin: InstalledPlugin) -> tuple[bool, str, str]:
    return plugin.name != DEFAULTS, plugin.distribution.lower(), plugin.name
