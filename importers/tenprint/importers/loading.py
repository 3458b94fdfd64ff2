"""Specs and known importers to one importer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tenprint.importers.combined import CombinedDataImporter
from tenprint.importers.dotted import importer_at
from tenprint.importers.errors import ConfigurationError, OptionError, ProblemsError, TenprintError
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.naming import namespace_of
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest
from tenprint.importers.registered import Registered
from tenprint.importers.spec import ImporterSpec

KnownImporters = Mapping[str, Registered[type[TrainingDataImporter]]]


class UnknownImporter(ConfigurationError, LookupError):  # noqa: N818 - says what was asked for
    """A name in `importers:` that no installed plugin provides."""

    reference = "unknown-importer"


def load_importer(
    specs: Sequence[ImporterSpec], context: ImporterContext, *, known: KnownImporters
) -> CombinedDataImporter:
    """Make the importers of a project and combine them; no specs mean the files of the project.

    Raises:
        ProblemsError: Unknown names and wrong options, all at once.
    """
    importers: list[TrainingDataImporter] = []
    optional: list[int] = []
    problems: list[Problem] = []
    for spec in specs or (ImporterSpec(FileImporter.NAME, {}),):
        try:
            own = _own_context(context, spec, first=not importers and not problems)
            importers.append(_made(spec, own, known))
        except TenprintError as error:
            problems += [_placed(problem, spec, error) for problem in error.problems]
            continue
        if not spec.required:
            optional.append(len(importers) - 1)
    if problems:
        raise ProblemsError(problems)
    return CombinedDataImporter(importers, context, optional=optional)


def _own_context(context: ImporterContext, spec: ImporterSpec, *, first: bool) -> ImporterContext:
    """Context of one importer; names of the first one are never given a prefix."""
    label = spec.label or spec.name
    namespace = None if first else namespace_of(label, context.rules.merge.importers)
    return replace(context, source=label, rules=replace(context.rules, namespace=namespace))


def _placed(problem: Problem, spec: ImporterSpec, error: TenprintError) -> Problem:
    """Tell where a problem stands: at the option it is about, else at the entry."""
    place = spec.option_locations.get(error.option, spec.location) if isinstance(error, OptionError) else spec.location
    return replace(problem, location=problem.location or place)


def _made(spec: ImporterSpec, context: ImporterContext, known: KnownImporters) -> TrainingDataImporter:
    provided = _class_of(spec, known)
    # A copy of its own: whatever an importer does to its options, the caller's mapping stays as it was.
    options: dict[str, Any] = dict(spec.options)
    try:
        importer = provided(options, context)
    except TenprintError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"the importer {spec.name!r} cannot be made: {type(error).__name__}: {error}",
            hint="its constructor takes the options and the context, and does no I/O",
        ) from error
    return importer


def _class_of(spec: ImporterSpec, known: KnownImporters) -> type[TrainingDataImporter]:
    registered = known.get(spec.name)
    if registered is not None:
        return registered.provided
    if "." in spec.name:
        return importer_at(spec.name)
    raise UnknownImporter(
        f"there is no importer {spec.name!r}", hint=nearest(spec.name, known, otherwise="installed importers")
    )
