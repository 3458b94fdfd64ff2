"""Specs and known importers to one importer."""

from collections.abc import Mapping, Sequence

from tenprint.importers.combined import CombinedImporter
from tenprint.importers.errors import ConfigurationError, ProblemsError, TenprintError
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest
from tenprint.importers.registered import Registered
from tenprint.importers.spec import ImporterSpec

KnownImporters = Mapping[str, Registered[type[TrainingDataImporter]]]


def load_importer(
    specs: Sequence[ImporterSpec], context: ImporterContext, *, known: KnownImporters
) -> CombinedImporter:
    """Make the importers of a project and combine them; no specs mean the files of the project.

    Raises:
        ProblemsError: Unknown names and wrong options, all at once.
    """
    importers: list[TrainingDataImporter] = []
    problems: list[Problem] = []
    for spec in specs or (ImporterSpec(FileImporter.NAME, {}),):
        try:
            importers.append(_made(spec, context, known))
        except TenprintError as error:  # noqa: PERF203 - a handful of importers, and all their problems at once
            problems += [
                Problem(p.code, p.message, p.location or spec.location, p.hint, p.severity) for p in error.problems
            ]
    if problems:
        raise ProblemsError(problems)
    return CombinedImporter(importers, context)


def _made(spec: ImporterSpec, context: ImporterContext, known: KnownImporters) -> TrainingDataImporter:
    registered = known.get(spec.name)
    if registered is None:
        raise UnknownImporter(
            f"there is no importer {spec.name!r}", hint=nearest(spec.name, known, otherwise="installed importers")
        )
    return registered.provided(spec.options, context)


class UnknownImporter(ConfigurationError, LookupError):  # noqa: N818 - says what was asked for
    """A name in `importers:` that no installed plugin provides."""

    reference = "unknown-importer"
