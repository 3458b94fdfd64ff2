"""A plugin written for version 1 of the hooks; it is kept as it is, to show that such plugins keep working."""

from collections.abc import Mapping
from typing import Any

from tenprint.fingerprinting import Message, NluComponent
from tenprint.importers import TrainingDataImporter
from tenprint.importers.data import NluData
from tenprint.plugins import hookimpl

TENPRINT_SPEC = 1


class OldImporter(TrainingDataImporter):
    pass


class OldComponent(NluComponent):
    VERSION = "1"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> dict[str, Any]:  # noqa: ARG003 - it learns nothing
        return {}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "OldComponent":  # noqa: ARG003 - as above
        return cls()

    def process(self, message: Message) -> Message:
        return message


@hookimpl
def tenprint_importers() -> dict[str, type[TrainingDataImporter]]:
    return {"old": OldImporter, "older": OldImporter}


@hookimpl
def tenprint_components() -> dict[str, type[NluComponent]]:
    return {"Old": OldComponent}
