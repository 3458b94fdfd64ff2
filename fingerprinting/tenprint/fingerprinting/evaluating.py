"""Evaluations: a project by folds, a model by data it did not see, and the conversations it must be able to have.

Models of folds are trained by the same trainer as any other, into folders that are gone afterwards; nothing of the
project and of its models is touched, and nothing of them is kept in the cache.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from tenprint.fingerprinting.archive.catalog import get_local_model
from tenprint.fingerprinting.component_jobs import jobs_of
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.conversation_tests import ConversationTest, read_tests
from tenprint.fingerprinting.core_evaluation import Assistant, CoreEvaluation, play
from tenprint.fingerprinting.engine import MemoryCache
from tenprint.fingerprinting.errors import ModelError, TrainingError
from tenprint.fingerprinting.evaluation_folds import DEFAULT_FOLDS, folds
from tenprint.fingerprinting.loaded_models import LoadedModel, loaded_model
from tenprint.fingerprinting.nlu_evaluation import Answered, NluEvaluation, share_of_right
from tenprint.fingerprinting.nlu_reads import keys_read, with_readable
from tenprint.fingerprinting.preparing import TrainingSetup, component_places
from tenprint.fingerprinting.recipe.predictor import Predictor, open_predictor
from tenprint.fingerprinting.trainer import LocationOf, SectionName, TrainingRequest
from tenprint.importers import (
    ImporterContext,
    ProblemsError,
    Registered,
    Snapshot,
    TrainingDataImporter,
    TrainingView,
    errors_among,
    load_importer,
    project_data,
    temporary_folder,
    training_view,
)
from tenprint.importers.data import Domain, Example, ProjectData

_TRAINED: tuple[SectionName, ...] = ("nlu",)

KnownImporters = Mapping[str, Registered[type[TrainingDataImporter]]]

OnFold = Callable[[int, int], None]
"""Is told which fold begins, counted from 1, and how many there are."""


@dataclass(frozen=True, slots=True)
class FoldOptions:
    """How a project is divided into folds."""

    count: int = DEFAULT_FOLDS
    seed: int = 0
    on_fold: OnFold | None = None


async def cross_validate(
    setup: TrainingSetup, project: ProjectData, *, options: FoldOptions | None = None
) -> NluEvaluation:
    """Train NLU without each fold in turn, and ask that model about the fold.

    Raises:
        TrainingError: There are too few examples to divide, or a training failed.
        ProblemsError: What `pipeline` says cannot be trained.
    """
    asked = options or FoldOptions()
    rules = setup.importer.context.rules
    view = await anyio.to_thread.run_sync(training_view, project, rules.further_kinds)
    examples = view.nlu.examples
    divided = await anyio.to_thread.run_sync(partial(folds, examples, asked.count, seed=asked.seed))
    if len(divided) < 2:  # noqa: PLR2004 - without another fold there is nothing to train on
        raise TrainingError(
            f"{len(examples)} examples cannot be divided into folds",
            hint="write at least two different examples, or name a model with --model",
        )
    places = component_places(await setup.importer.snapshot())
    # What cannot be trained at all is told before the first fold.
    await anyio.to_thread.run_sync(partial(jobs_of, view.config, setup.components, _TRAINED, location_of=places))
    trainer = ComponentTrainer(partial(_same, MemoryCache()))
    answers: list[Answered | None] = [None] * len(examples)
    accuracies = []
    for number, fold in enumerate(divided):
        if asked.on_fold is not None:
            asked.on_fold(number + 1, len(divided))
        left_out = set(fold)
        kept = tuple(example for place, example in enumerate(examples) if place not in left_out)
        async with _trained(setup, trainer, view, kept, places) as predictor:
            found = await _answers(predictor, [examples[place] for place in fold])
        accuracies.append(share_of_right([answer for answer in found if answer.example.intent]))
        for place, answer in zip(fold, found, strict=True):
            answers[place] = answer
    given = tuple(answer for answer in answers if answer is not None)
    return NluEvaluation(given, folds=len(divided), fold_accuracies=tuple(accuracies))


async def evaluate_nlu(setup: TrainingSetup, examples: Sequence[Example], model: str | None = None) -> NluEvaluation:
    """Ask a model about examples; the newest one by default.

    Raises:
        ModelError: There is none, or it cannot be used.
        ProblemsError: There are no examples.
    """
    if not examples:
        raise TrainingError("there are no examples to test with", hint="name files with examples below `nlu:`")
    async with _loaded(setup, model) as loaded:
        if not loaded.predictor.has_nlu:
            raise ModelError(f"{loaded.path} has no NLU half", hint="add NLU examples to the project and train again")
        return NluEvaluation(await _answers(loaded.predictor, examples), loaded.path)


async def evaluate_core(
    setup: TrainingSetup, tests: Sequence[ConversationTest], model: str | None = None, *, domain: Domain | None = None
) -> CoreEvaluation:
    """Play conversation tests with a model; the newest one by default. The domain says which slots fill themselves.

    Raises:
        ModelError: There is none, or it cannot be used.
    """
    async with _loaded(setup, model) as loaded:
        if not loaded.policies:
            hint = "add stories or rules to the project and train again"
            raise ModelError(f"{loaded.path} has no Core half", hint=hint)
        parse = loaded.parse if loaded.predictor.has_nlu else None
        assistant = Assistant(loaded.policies, parse, () if domain is None else domain.slots)
        played = await anyio.to_thread.run_sync(play, tests, assistant)
    return CoreEvaluation(played, loaded.path)


async def examples_at(context: ImporterContext, paths: Sequence[Path], *, known: KnownImporters) -> tuple[Example, ...]:
    """Read the examples of files and folders, and of nothing else; `known` are importers by name, that of files too.

    Raises:
        ProblemsError: They are wrong.
    """
    snapshot = await _snapshot_of(context, paths, known)
    found = await anyio.to_thread.run_sync(project_data, snapshot, context.rules)
    return found.nlu.examples


async def conversations_at(
    context: ImporterContext, paths: Sequence[Path], *, known: KnownImporters
) -> tuple[ConversationTest, ...]:
    """Read the conversation tests of files and folders, the stories in files named `test_*`; as `examples_at`.

    Raises:
        ProblemsError: They are wrong, or have no one course.
    """
    snapshot = await _snapshot_of(context, paths, known)
    documents = [document for document in snapshot.documents if document.role == "tests"]
    return await anyio.to_thread.run_sync(read_tests, documents, context.rules.limits)


async def _snapshot_of(context: ImporterContext, paths: Sequence[Path], known: KnownImporters) -> Snapshot:
    importer = load_importer((), replace(context, data=tuple(paths), seen=None, readings=None), known=known)
    try:
        snapshot = await importer.snapshot()
    finally:
        with anyio.CancelScope(shield=True):
            await importer.aclose()
    if errors_among(snapshot.problems):
        raise ProblemsError(snapshot.problems)
    return snapshot


@asynccontextmanager
async def _loaded(setup: TrainingSetup, model: str | None) -> AsyncIterator[LoadedModel]:
    path = await anyio.to_thread.run_sync(get_local_model, str(setup.models) if model is None else model)
    async with loaded_model(path, setup.components) as loaded:
        yield loaded


async def _answers(predictor: Predictor, examples: Sequence[Example]) -> tuple[Answered, ...]:
    messages = await predictor.parse_all(example.text for example in examples)
    return tuple(Answered(example, message) for example, message in zip(examples, messages, strict=True))


@asynccontextmanager
async def _trained(
    setup: TrainingSetup,
    trainer: ComponentTrainer,
    view: TrainingView,
    examples: tuple[Example, ...],
    places: LocationOf,
) -> AsyncIterator[Predictor]:
    """Train NLU on some of the examples."""
    nlu = replace(view.nlu, examples=examples)
    async with temporary_folder() as folder:
        await trainer.train(
            TrainingRequest(
                sections=frozenset(_TRAINED),
                config=view.config,
                domain=view.domain,
                stories=view.stories,
                nlu=with_readable(nlu, keys_read(view.config, setup.components)),
                components=setup.components,
                folder=folder,
                responses=view.responses,
                location_of=places,
                further=view.further,
                project=setup.project,
                audit=setup.importer.context.audit,
            )
        )
        async with open_predictor(folder, setup.components) as predictor:
            yield predictor


def _same(cache: MemoryCache) -> MemoryCache:
    """Open the same cache for every fold: what does not change between them is not trained again."""
    return cache
