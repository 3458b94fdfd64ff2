"""A plugin written for version 1 of the hooks; it is kept as it is, to show that such plugins keep working."""

from tenprint.fingerprinting import NluComponent
from tenprint.importers import TrainingDataImporter
from tenprint.plugins import hookimpl

TENPRINT_SPEC = 1


class OldImporter(TrainingDataImporter):
    pass


class OldComponent(NluComponent):
    VERSION = "1"


@hookimpl
def tenprint_importers():
    return {"old": OldImporter, "older": OldImporter}


@hookimpl
def tenprint_components():
    return {"Old": OldComponent}
