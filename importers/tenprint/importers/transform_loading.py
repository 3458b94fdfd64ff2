"""Specs and known transforms to transforms: all that is wrong with their entries is told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tenprint.importers.errors import ConfigurationError, OptionError, TenprintError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.problem import Problem
from tenprint.importers.reading import nearest, plain_value
from tenprint.importers.registered import Registered
from tenprint.importers.transform import Transform, TransformContext
from tenprint.importers.transform_spec import TransformSpec
from tenprint.importers.transformed import TransformedImporter

KnownTransforms = Mapping[str, Registered[type[Transform]]]


class UnknownTransform(ConfigurationError, LookupError):  # noqa: N818 - says what was asked for
    """A name in `transforms:` that no installed plugin provides."""

    reference = "unknown-transform"


def transformed_by(
    importer: TrainingDataImporter,
    specs: Sequence[TransformSpec],
    context: ImporterContext,
    *,
    known: KnownTransforms,
    problems: list[Problem],
    source: str | None = None,
) -> TransformedImporter | None:
    """Put transforms around an importer; None where there are none, or, with problems, where they cannot be made.

    Args:
        importer: What they are put around.
        specs: Their entries, in order.
        context: That of the importer.
        known: Classes of transforms by their names.
        problems: Is given what is wrong.
        source: The source they are for; None means the whole project.
    """
    made = []
    for spec in specs:
        try:
            made.append(_made(spec, context, known, source))
        except TenprintError as error:  # noqa: PERF203 - a handful of transforms
            problems += [_placed(problem, spec, error) for problem in error.problems]
    if not specs or len(made) < len(specs):
        return None
    return TransformedImporter(importer, made, whole=source is None)


def _made(spec: TransformSpec, context: ImporterContext, known: KnownTransforms, source: str | None) -> Transform:
    registered = known.get(spec.name)
    if registered is None:
        install = "install the plugin that provides it"
        hint = nearest(spec.name, known, otherwise=f"{install}; installed transforms") or install
        raise UnknownTransform(f"there is no transform {spec.name!r}", hint=hint)
    provided = registered.provided
    _check_class(provided, spec.name, context)
    places = dict(spec.option_locations) if spec.location is None else {**spec.option_locations, "": spec.location}
    own = TransformContext(spec.name, spec.seed, context.project, context.rules.environment, source, places)
    options: dict[str, Any] = plain_value(dict(spec.options))
    with foreign_code(lambda chain: _unmade(spec.name, chain)):
        transform = provided(options, own)
    if not isinstance(transform, Transform):
        raise _unmade(spec.name, f"its class made {type(transform).__name__}")
    if getattr(transform, "context", None) is not own or not hasattr(transform, "options"):
        raise _unmade(spec.name, "its constructor does not call `super().__init__(options, context)`")
    return transform


def _check_class(provided: type[Transform], name: str, context: ImporterContext) -> None:
    """Refuse a class that could only do nothing, or fail for every item.

    Raises:
        ConfigurationError: It has no method, sees no kinds, or kinds that do not exist.
    """
    if provided.transform is Transform.transform and provided.transform_item is Transform.transform_item:
        raise _unmade(name, "its class has neither transform_item nor transform", hint="write one of the two")
    kinds: Any = provided.KINDS
    if not isinstance(kinds, (tuple, list)) or not kinds:
        raise _unmade(name, "KINDS of its class is no tuple of kinds of item", hint="name the kinds that it sees")
    item_kinds = context.rules.item_kinds()
    for kind in kinds:
        if kind not in item_kinds:
            hint = nearest(kind, item_kinds) or "the reference of the fingerprint format lists all kinds of item"
            raise _unmade(name, f"KINDS of its class names {kind!r}, which is no kind of item", hint=hint)


def _unmade(name: str, why: str, *, hint: str | None = None) -> ConfigurationError:
    return ConfigurationError(
        f"the transform {name!r} cannot be made: {why}",
        hint=hint or "its constructor takes the options and the context, and does no I/O",
    )


def _placed(problem: Problem, spec: TransformSpec, error: TenprintError) -> Problem:
    """Tell where a problem stands: at the option it is about, else at the entry."""
    place = spec.option_locations.get(error.option, spec.location) if isinstance(error, OptionError) else spec.location
    return replace(problem, location=problem.location or place)
