"""Importers that come with tenprint."""

from tenprint.importers import TrainingDataImporter


def importer_classes() -> list[type[TrainingDataImporter]]:
    from tenprint.importers.file import FileImporter  # noqa: PLC0415 - concrete importers bring their dependencies
    from tenprint.importers.git import GitImporter  # noqa: PLC0415 - as above
    from tenprint.importers.http import HttpImporter  # noqa: PLC0415 - as above
    from tenprint.importers.multi_project import MultiProjectImporter  # noqa: PLC0415 - as above

    return [FileImporter, GitImporter, HttpImporter, MultiProjectImporter]
