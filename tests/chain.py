"""Looks into the chain of importers that a project is loaded with."""

from tenprint.importers import CombinedDataImporter, TrainingDataImporter, WrappingImporter


def combined_in(importer: TrainingDataImporter) -> CombinedDataImporter:
    """Return what the wrappers of a chain are around."""
    while isinstance(importer, WrappingImporter):
        importer = importer.importer
    assert isinstance(importer, CombinedDataImporter)
    return importer
