"""Specs and known importers to one importer.

The chain is always the same, from the inside: all importers combined, then responses synchronised, then literal words
of dialogues. Training one half puts an importer around it that leaves the other half out.

    both  E2EImporter(ResponsesSyncImporter(CombinedDataImporter([...])))
    core  CoreDataImporter(E2EImporter(ResponsesSyncImporter(CombinedDataImporter([...]))))
    nlu   NluDataImporter(ResponsesSyncImporter(CombinedDataImporter([...])))
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from tenprint.importers.combined import CombinedDataImporter
from tenprint.importers.core_only import CoreDataImporter
from tenprint.importers.dotted import importer_at
from tenprint.importers.end_to_end import E2EImporter
from tenprint.importers.errors import ConfigurationError, OptionError, ProblemsError, TenprintError
from tenprint.importers.file import FileImporter
from tenprint.importers.foreign import foreign_code
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.naming import namespace_of
from tenprint.importers.nlu_only import NluDataImporter
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest, plain_value
from tenprint.importers.registered import Registered
from tenprint.importers.responses_sync import ResponsesSyncImporter
from tenprint.importers.spec import ImporterSpec
from tenprint.importers.wrapping import WrappingImporter

KnownImporters = Mapping[str, Registered[type[TrainingDataImporter]]]

TrainingType = Literal["both", "nlu", "core"]
"""Which halves data is wanted for."""

TRAINING_TYPES: tuple[TrainingType, ...] = get_args(TrainingType)


class UnknownImporter(ConfigurationError, LookupError):  # noqa: N818 - says what was asked for
    """A name in `importers:` that no installed plugin provides."""

    reference = "unknown-importer"


def load_importer(
    specs: Sequence[ImporterSpec],
    context: ImporterContext,
    *,
    known: KnownImporters,
    training_type: TrainingType = "both",
) -> WrappingImporter:
    """Make the importers of a project, combine them and wrap them; no specs mean the files of the project.

    Raises:
        ProblemsError: Unknown names and wrong options, all at once.
        ConfigurationError: There is no such training type.
    """
    if training_type not in TRAINING_TYPES:
        hint = nearest(training_type, TRAINING_TYPES)
        raise ConfigurationError(f"there is no training type {training_type!r}", hint=hint)
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
    return _wrapped(CombinedDataImporter(importers, context, optional=optional), training_type)


def _wrapped(importer: CombinedDataImporter, training_type: TrainingType) -> WrappingImporter:
    in_step = ResponsesSyncImporter(importer)
    if training_type == "nlu":
        return NluDataImporter(in_step)
    whole = E2EImporter(in_step)
    return CoreDataImporter(whole) if training_type == "core" else whole


def _own_context(context: ImporterContext, spec: ImporterSpec, *, first: bool) -> ImporterContext:
    """Context of one importer; names of the first one are never given a prefix."""
    label = spec.label or spec.name
    namespace = None if first else namespace_of(label, context.rules.merge.importers)
    rules = replace(context.rules, namespace=namespace)
    # One watch over the loop is enough: the combined importer has it.
    opened = MappingProxyType(dict(context.opened))
    places = dict(spec.option_locations) if spec.location is None else {**spec.option_locations, "": spec.location}
    fetching = replace(context.fetching, max_age=spec.max_age)
    return replace(
        context, source=label, rules=rules, opened=opened, stall_seconds=None, places=places, fetching=fetching
    )


def _placed(problem: Problem, spec: ImporterSpec, error: TenprintError) -> Problem:
    """Tell where a problem stands: at the option it is about, else at the entry."""
    place = spec.option_locations.get(error.option, spec.location) if isinstance(error, OptionError) else spec.location
    return replace(problem, location=problem.location or place)


def _made(spec: ImporterSpec, context: ImporterContext, known: KnownImporters) -> TrainingDataImporter:
    provided = _class_of(spec, known, context.project)
    # A copy of its own, at all depths: whatever an importer does to its options, the caller's stay as they were.
    options: dict[str, Any] = plain_value(dict(spec.options))
    with foreign_code(lambda chain: _unmade(spec, chain)):
        importer = provided(options, context)
    if spec.max_age is not None and not provided.KEEPS_LAST_GOOD:
        raise OptionError(
            f"the importer {spec.name!r} cannot keep what it read last",
            "policy",
            hint="the policy last-good is for sources behind a network; write optional, or leave it out",
        )
    if not isinstance(importer, TrainingDataImporter):
        raise _unmade(spec, f"its class made {type(importer).__name__}")
    if not isinstance(getattr(importer, "context", None), ImporterContext):
        raise _unmade(spec, "its constructor does not call `super().__init__(options, context)`")
    return importer


def _unmade(spec: ImporterSpec, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the importer {spec.name!r} cannot be made: {why}",
        hint="its constructor takes the options and the context, and does no I/O",
    )


def _class_of(spec: ImporterSpec, known: KnownImporters, project: Path) -> type[TrainingDataImporter]:
    registered = known.get(spec.name)
    if registered is not None:
        return registered.provided
    if "." in spec.name:
        return importer_at(spec.name, project=project)
    raise UnknownImporter(
        f"there is no importer {spec.name!r}", hint=nearest(spec.name, known, otherwise="installed importers")
    )
