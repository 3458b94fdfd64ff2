"""Importers that come with tenprint; each is imported when a project names it."""

from tenprint.plugins.declared import Declared

_FIELD = "rasa.shared.importers"

IMPORTERS = (
    Declared(
        "file", "tenprint.importers.file:FileImporter", aliases=("RasaFileImporter", f"{_FIELD}.rasa.RasaFileImporter")
    ),
    Declared("git", "tenprint.importers.git:GitImporter"),
    Declared("http", "tenprint.importers.http:HttpImporter"),
    Declared(
        "multi-project",
        "tenprint.importers.multi_project:MultiProjectImporter",
        aliases=("MultiProjectImporter", f"{_FIELD}.multi_project.MultiProjectImporter"),
    ),
)
