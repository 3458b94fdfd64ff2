"""Asking importers and closing them: they are foreign code, and all that fails there comes out as an error of ours."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import anyio
import anyio.to_thread

from tenprint.importers.combining import snapshot_of
from tenprint.importers.errors import OptionError, ProblemsError, SourceError, TenprintError, TransformError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.input_reading import reading_of_importer, with_reading
from tenprint.importers.inputs import watched_accesses
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.location import Location
from tenprint.importers.observing import observed_source
from tenprint.importers.problem import Problem
from tenprint.importers.remote import SourceDrifted, SourceNotLocked
from tenprint.importers.snapshot import Snapshot, SourceState

CLOSE_SECONDS = 10
"""How long each importer may take to close; longer means that what it talks to is gone."""


def asked(importer: TrainingDataImporter) -> Callable[[], Awaitable[Snapshot]]:
    """Make a call for the snapshot of an importer, of which observers are told."""

    async def snapshot() -> Snapshot:
        with _placed(importer.context), foreign_code(lambda chain: _failed(importer, f"failed: {chain}")):
            reading = await reading_of_importer(importer)
            with watched_accesses(active=importer.context.audit != "off" and not reading.trusted) as accesses:
                answer = await importer.snapshot()
        if not isinstance(answer, Snapshot):
            message = f"snapshot of the importer {importer.source_name} returned {type(answer).__name__}, not Snapshot"
            raise ProblemsError(
                [Problem("wrong-answer", message, hint="return what tenprint.importers.snapshot_of makes")]
            )
        return await anyio.to_thread.run_sync(with_reading, answer, importer, reading, accesses)

    return observed_source(importer.source_name, importer.context.observers, snapshot)


def or_missing(
    importer: TrainingDataImporter, rules: ReadingRules, place: Location | None = None
) -> Callable[[], Awaitable[Snapshot]]:
    """Make a call for the snapshot of an optional source: one that fails is empty, and a warning says why.

    The warning stands where the failure does, else at the given place.

    Raises:
        SourceDrifted: The run keeps to the lock, and the source does not.
        SourceNotLocked: The run keeps to the lock, and the source does not stand there.
        TransformError: The source is there, and one of its transforms fails.
    """

    async def snapshot() -> Snapshot:
        try:
            return await asked(importer)()
        except (SourceDrifted, SourceNotLocked, TransformError):
            # It is there, and is not what the run was told to keep to, or not what its transforms can work with.
            raise
        except TenprintError as error:
            nothing = snapshot_of(SourceState(importer.source_name, None, "missing"), (), rules)
            name = importer.source_name
            return nothing.with_problems(*(_missing(name, problem, place) for problem in error.problems))

    return snapshot


async def close(importer: TrainingDataImporter, seconds: float) -> None:
    """Close an importer within its time, also when the run is cancelled meanwhile.

    Raises:
        TenprintError: It could not be closed.
    """
    with (
        anyio.move_on_after(seconds, shield=True) as scope,
        foreign_code(lambda chain: _failed(importer, f"could not be closed: {chain}")),
    ):
        await importer.aclose()
    if scope.cancelled_caught:
        raise _failed(importer, f"could not be closed within {seconds:g} s")


@contextmanager
def _placed(context: ImporterContext) -> Iterator[None]:
    """Say where the source is written that fails, or the option that turns out to be wrong when it is used."""
    try:
        yield
    except TenprintError as error:
        if error.location is None:
            error.location = context.place_of(error.option if isinstance(error, OptionError) else None)
        raise


def _failed(importer: TrainingDataImporter, what: str) -> SourceError:
    # What transforms stand around is the one that failed: they tell their own failures.
    importer = getattr(importer, "importer", importer)
    return SourceError(
        f"the source {importer.source_name!r} {what}",
        hint=f"this is an error of the importer {type(importer).__qualname__}, or of what it reads from",
    )


def _missing(source: str, problem: Problem, place: Location | None) -> Problem:
    return Problem(
        "missing-source",
        f"the optional source {source!r} is missing: {problem.message}",
        problem.location or place or Location(source, f"<{source}>"),
        problem.hint,
        "warning",
        problem.related,
    )
