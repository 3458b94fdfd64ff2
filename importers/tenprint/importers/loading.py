"""Specs and known importers to one importer.

The chain is always the same, from the inside: all importers combined, then transforms where there are some, then
responses synchronised, then literal words of dialogues. Training one half puts an importer around it that leaves the
other half out. Transforms of a single source stand around its importer, inside of all others.

    both  E2EImporter(ResponsesSyncImporter(CombinedDataImporter([...])))
    core  CoreDataImporter(E2EImporter(ResponsesSyncImporter(CombinedDataImporter([...]))))
    nlu   NluDataImporter(ResponsesSyncImporter(CombinedDataImporter([...])))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from tenprint.importers.combined import CombinedDataImporter
from tenprint.importers.core_only import CoreDataImporter
from tenprint.importers.dotted import ForeignImporters, importer_at
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
from tenprint.importers.transform_loading import KnownTransforms, transformed_by
from tenprint.importers.transform_spec import TransformSpec
from tenprint.importers.urls import check_url, scheme_of
from tenprint.importers.wrapping import WrappingImporter

KnownImporters = Mapping[str, Registered[type[TrainingDataImporter]]]

SourceForUrl = Callable[[str], tuple[str, Mapping[str, Any]] | None]
"""Tells the name of the importer for a URL, and the options it stands for; None for a URL that nobody knows."""

TrainingType = Literal["both", "nlu", "core"]
"""Which halves data is wanted for."""

TRAINING_TYPES: tuple[TrainingType, ...] = get_args(TrainingType)


class UnknownImporter(ConfigurationError, LookupError):  # noqa: N818 - says what was asked for
    """A name in `importers:` that no installed plugin provides."""

    reference = "unknown-importer"


class UnknownScheme(OptionError, LookupError):  # noqa: N818 - says what was asked for
    """A URL that no installed plugin knows."""

    reference = "unknown-scheme"


def load_importer(
    specs: Sequence[ImporterSpec],
    context: ImporterContext,
    *,
    known: KnownImporters,
    training_type: TrainingType = "both",
    for_url: SourceForUrl | None = None,
    adapters: Sequence[ForeignImporters] = (),
    transforms: Sequence[TransformSpec] = (),
    known_transforms: KnownTransforms | None = None,
) -> WrappingImporter:
    """Make the importers of a project, combine them and wrap them; no specs mean the files of the project.

    Args:
        specs: The entries of `importers:`, in order of precedence.
        context: Where they work.
        known: Classes of importers by their names.
        training_type: Which halves data is wanted for.
        for_url: Knows the importers of URLs; None means that no URL is known.
        adapters: Know importer classes of other programs, which may be named by their paths.
        transforms: The entries of `transforms:` for the whole project, in their order.
        known_transforms: Classes of transforms by their names.

    Raises:
        ProblemsError: Unknown names and URLs and wrong options, all at once.
        ConfigurationError: There is no such training type.
    """
    if training_type not in TRAINING_TYPES:
        hint = nearest(training_type, TRAINING_TYPES)
        raise ConfigurationError(f"there is no training type {training_type!r}", hint=hint)
    importers: list[TrainingDataImporter] = []
    optional: list[int] = []
    problems: list[Problem] = []
    maker = _SourceMaker(known, for_url, frozenset(spec.label or spec.name for spec in specs))
    context_of_each = replace(context, make_source=maker)
    for spec in specs or (ImporterSpec(FileImporter.NAME, {}),):
        try:
            found = _resolved(spec, for_url)
            own = _own_context(context_of_each, found, first=not importers and not problems)
            importer = _made(found, own, known, adapters)
            maker.followers += importer.FOLLOWS_IMPORTS
            around = transformed_by(
                importer, spec.transforms, own, known=known_transforms or {}, problems=problems, source=own.source
            )
            importers.append(around or importer)
        except TenprintError as error:
            problems += [_placed(problem, spec, error) for problem in error.problems]
            continue
        if not spec.required:
            optional.append(len(importers) - 1)
    whole = CombinedDataImporter(importers, context, optional=optional)
    around = transformed_by(whole, transforms, context, known=known_transforms or {}, problems=problems)
    if problems:
        raise ProblemsError(problems)
    return _wrapped(around or whole, training_type)


class _SourceMaker:
    """Makes the importers of URLs that are met later; see `SourceMaker`."""

    def __init__(self, known: KnownImporters, for_url: SourceForUrl | None, labels: frozenset[str]) -> None:
        self._known = known
        self._for_url = for_url
        self._labels = labels
        self.followers = 0

    def __call__(self, url: str, options: Mapping[str, Any], context: ImporterContext) -> TrainingDataImporter:
        spec = ImporterSpec("", options, url=url, max_age=context.fetching.max_age)
        return _made(_resolved(spec, self._for_url), context, self._known)

    def label(self, name: str, owner: str) -> str:
        # Entries cannot be called so, and of two importers that follow imports each has its own.
        return name if self.followers <= 1 else f"{owner}/{name}"

    def taken(self) -> frozenset[str]:
        return self._labels


def _resolved(spec: ImporterSpec, for_url: SourceForUrl | None) -> ImporterSpec:
    """Replace a URL by the name and the options it stands for; options that are written count more.

    Raises:
        OptionError: The URL is wrong, or nobody knows it.
    """
    if spec.url is None:
        return spec
    check_url(spec.url)
    found = None if for_url is None else for_url(spec.url)
    if found is None:
        raise _unknown_scheme(scheme_of(spec.url))
    name, options = found
    place = spec.option_locations.get("url", spec.location)
    places = {} if place is None else dict.fromkeys(options, place)
    return replace(
        spec, name=name, options={**options, **spec.options}, option_locations={**places, **spec.option_locations}
    )


def _unknown_scheme(scheme: str) -> UnknownScheme:
    from tenprint.importers.source_urls import SCHEMES  # noqa: PLC0415 - only who is told of them needs them

    return UnknownScheme(
        f"no importer is known for URLs that begin with {scheme}://",
        "url",
        hint=nearest(scheme, SCHEMES, otherwise="known schemes"),
    )


def _wrapped(importer: TrainingDataImporter, training_type: TrainingType) -> WrappingImporter:
    in_step = ResponsesSyncImporter(importer)
    if training_type == "nlu":
        return NluDataImporter(in_step)
    whole = E2EImporter(in_step)
    return CoreDataImporter(whole) if training_type == "core" else whole


def _own_context(context: ImporterContext, spec: ImporterSpec, *, first: bool) -> ImporterContext:
    """Context of one importer; names of the first one are never given a prefix."""
    label = spec.label or spec.name
    namespace = None if first else namespace_of(label, context.rules.merge.importers, context.rules.kinds)
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


def _made(
    spec: ImporterSpec, context: ImporterContext, known: KnownImporters, adapters: Sequence[ForeignImporters] = ()
) -> TrainingDataImporter:
    provided = _class_of(spec, known, context.project, adapters)
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


def _class_of(
    spec: ImporterSpec, known: KnownImporters, project: Path, adapters: Sequence[ForeignImporters]
) -> type[TrainingDataImporter]:
    registered = known.get(spec.name)
    if registered is not None:
        return registered.provided
    if "." in spec.name:
        return importer_at(spec.name, project=project, adapters=adapters)
    # Aliases that are paths are for configurations of other programs; nobody has to type them.
    names = [name for name in known if "." not in name]
    install = "install the plugin that provides it"
    hint = nearest(spec.name, names, otherwise=f"{install}; installed importers") or install
    raise UnknownImporter(f"there is no importer {spec.name!r}", hint=hint)
