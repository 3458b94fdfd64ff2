"""The door for Rasa: `TenprintImporter`, which a configuration of Rasa names to train on what tenprint reads.

Rasa is no dependency of tenprint. Without it this module can be imported, and says what is missing when the importer
is asked for.
"""

from typing import TYPE_CHECKING

from tenprint.plugins.rasa.missing import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.rasa.missing import RasaMissing as RasaMissing
    from tenprint.plugins.rasa.tenprint_importer import TenprintImporter as TenprintImporter

_HOMES = {
    "RasaMissing": "missing",
    "TenprintImporter": "tenprint_importer",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "RasaMissing",
    "TenprintImporter",
)
