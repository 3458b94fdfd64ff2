"""The door for Rasa: `TenprintImporter`, which a configuration of Rasa names to train on what tenprint reads.

Rasa is no dependency of tenprint. Without it this module can be imported, and says what is missing when the importer
is asked for.
"""

from typing import TYPE_CHECKING, Any

from tenprint.importers import ConfigurationError, lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.rasa.tenprint_importer import TenprintImporter as TenprintImporter

_HOMES = {"TenprintImporter": "tenprint_importer"}
_find = lazy_door(__name__, _HOMES)


class RasaMissing(ConfigurationError, ImportError):  # noqa: N818 - says what is the matter
    """Rasa is not installed, and something of it is needed."""

    reference = "rasa-missing"


def __getattr__(name: str) -> Any:
    try:
        return _find(name)
    except ModuleNotFoundError as error:
        if error.name != "rasa":
            raise
        raise RasaMissing(
            f"{name} is an importer for Rasa, which is not installed here",
            hint="install it, `pip install rasa==3.6.21` on Python 3.10; where tenprint itself reads, name the sources "
            "under `importers` in tenprint.yml",
        ) from error


__all__ = ("TenprintImporter",)
