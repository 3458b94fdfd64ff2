"""Which plugins are installed, and whether that is still so.

Plugins come in one order on every machine: ours first, then by distribution and name. Reading what all distributions
say of themselves takes longer than listing them, so a listing tells whether an earlier answer still holds.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from tenprint.plugins.names import DEFAULTS, PROJECT

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_METADATA = (".dist-info", ".egg-info")
_SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """An entry point of the group `tenprint`: its name, what is imported, and who installed it."""

    name: str
    value: str
    distribution: str
    version: str | None

    @property
    def module(self) -> str:
        return self.value.partition(_SEPARATOR)[0].strip()


def installed_plugins() -> tuple[InstalledPlugin, ...]:
    """List the installed plugins, each name once: the first on the path counts, as for modules."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load, and needed only where no index counts

    found: dict[str, InstalledPlugin] = {}
    for entry in entry_points(group=PROJECT):
        found.setdefault(entry.name, _installed(entry))
    return tuple(sorted(found.values(), key=_order))


def _installed(entry: "EntryPoint") -> InstalledPlugin:
    distribution = entry.dist
    if distribution is None:
        return InstalledPlugin(entry.name, entry.value, "this environment", None)
    return InstalledPlugin(entry.name, entry.value, distribution.name, distribution.version)


def _order(plugin: InstalledPlugin) -> tuple[bool, str, str]:
    return plugin.name != DEFAULTS, plugin.distribution.lower(), plugin.name


def listing_digest(path: Iterable[str] | None = None) -> str:
    """Digest the names and times of all metadata folders on a path, by default that of Python.

    It changes whenever something is installed, upgraded or removed.
    """
    lines = [sys.version, *(line for place in (sys.path if path is None else path) for line in sorted(_listed(place)))]
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _listed(place: str) -> Iterator[str]:
    try:
        with os.scandir(place or os.curdir) as entries:
            for entry in entries:
                if entry.name.endswith(_METADATA):
                    yield f"{place}\0{entry.name}\0{entry.stat().st_mtime_ns}"
    except OSError:  # a zip file, or a folder that is not there: Python passes over it as well
        return
