"""Our own plugin: registered through the entry-point group like everyone's."""

from collections.abc import Iterable
from typing import Any

from tenprint.importers import TrainingDataImporter
from tenprint.plugins.defaults.components import component_classes
from tenprint.plugins.defaults.importers import importer_classes
from tenprint.plugins.markers import hookimpl


@hookimpl
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:
    return importer_classes()


@hookimpl
def tenprint_register_components() -> Iterable[type[Any]]:
    return component_classes()
