"""Importers that come with tenprint."""

from tenprint.importers import TrainingDataImporter


def importer_classes() -> list[type[TrainingDataImporter]]:
    from tenprint.importers.file import FileImporter  # noqa: PLC0415 - concrete importers bring their dependencies

    return [FileImporter]
