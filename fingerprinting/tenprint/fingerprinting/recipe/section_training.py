"""Training through the graph of what `pipeline` and `policies` name.

Whatever can be checked is checked before anything is trained: data, names, options. What an earlier run has made of the
same inputs with the same code is taken from the former model or from the cache; all else runs, what is independent of
each other at the same time.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from tenprint.fingerprinting.component_jobs import ComponentJob, jobs_of, remove_resources, with_epochs
from tenprint.fingerprinting.engine import (
    ExecutionContext,
    Executor,
    GraphModelConfiguration,
    GraphNodeHook,
    GraphSchema,
    GraphTrainer,
    LocalGraphRunner,
    LocalModelStorage,
    Resource,
    TrainingCache,
    TrainingOutcome,
    TrainingType,
)
from tenprint.fingerprinting.engine.file_tree import copy_tree
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.nlu_reads import policy_reads
from tenprint.fingerprinting.predicting import resource_folders
from tenprint.fingerprinting.recipe.checking import checked_schema
from tenprint.fingerprinting.recipe.former_model import FormerModel, FormerNode, former_nodes, nodes_document
from tenprint.fingerprinting.recipe.input_nodes import MATERIAL, TrainingMaterial
from tenprint.fingerprinting.recipe.material import facets_of
from tenprint.fingerprinting.recipe.node_classes import ComponentNode, RunSurroundings
from tenprint.fingerprinting.recipe.planning import GRAPH, NodeSituation, node_plans
from tenprint.fingerprinting.recipe.prepared import TrainedHalf
from tenprint.fingerprinting.recipe.train_schema import INTERPRETER, former_node
from tenprint.fingerprinting.trainer import SectionName, TrainingReport, TrainingRequest
from tenprint.fingerprinting.training_checks import check_training_data, missing_responses
from tenprint.importers import Observers, temporary_folder

_ORDER: tuple[SectionName, ...] = ("nlu", "core")


async def train_components(
    request: TrainingRequest,
    cache: TrainingCache,
    open_executor: Callable[[], AbstractAsyncContextManager[Executor | None]] = nullcontext,
) -> TrainingReport:
    """Write one folder for each component below `<folder>/nlu` and `<folder>/core`.

    `open_executor` opens what nodes run on; for None, that is this process.

    Raises:
        TrainingError: There is no data for a section, or a component failed.
        ProblemsError: Unknown components or bad options, all at once and before anything is trained.
    """
    check_training_data(request)
    if not request.sections:
        return TrainingReport()
    asked = tuple(section for section in _ORDER if section in request.sections)
    jobs = jobs_of(request.config, request.components, asked, location_of=request.location_of)
    async with AsyncExitStack() as opened:
        folder = await _work_folder(opened, request.folder)
        storage = LocalModelStorage(folder / "storage")
        former = _former(request, cache, folder / "former")
        situation, material = await anyio.to_thread.run_sync(_begun, request, jobs, storage, former)
        schema = await anyio.to_thread.run_sync(checked_schema, situation, request.config.get("language"))
        async with open_executor() as executor:
            runner_factory: Any = partial(LocalGraphRunner.create, executor=executor)
            hooks = [_Telling(request.observers, schema)]
            outcome = await GraphTrainer(storage, former, runner_factory, graph=GRAPH, hooks=hooks).train(
                GraphModelConfiguration(schema, GraphSchema(), TrainingType.BOTH),
                {MATERIAL: material},
                None,
                force=request.forced is None or [job.resource for job in jobs if job.resource in request.forced],
                asked=[job.resource for job in jobs],
            )
        await anyio.to_thread.run_sync(_laid_out, request, jobs, storage)
    problems = [*situation.surroundings.warnings, *outcome.problems]
    problems += missing_responses(request) if "nlu" in request.sections else ()
    seconds = {job.resource: outcome.seconds.get(job.resource, 0.0) for job in jobs}
    return TrainingReport(seconds, tuple(problems), node_plans(schema, outcome.nodes), _records(outcome))


async def _work_folder(opened: AsyncExitStack, train_path: Path) -> Path:
    """Make a folder within the train path, which nothing is packed from, for as long as `opened` is open."""
    try:
        await anyio.to_thread.run_sync(partial(train_path.mkdir, parents=True, exist_ok=True))
        return await opened.enter_async_context(temporary_folder(".graph-", within=train_path))
    except OSError as error:
        raise TrainingError(f"{train_path} cannot be written: {error}") from error


def _former(request: TrainingRequest, cache: TrainingCache, folder: Path) -> FormerModel:
    """Make a cache of the old model; `folder` is where it may be unpacked to, unless it already is somewhere."""
    archive = request.former
    if archive is None:
        return FormerModel(None, {}, cache)
    nodes = former_nodes(archive.metadata)
    return FormerModel(archive.path, nodes, cache, folder=folder if archive.unpacked is None else archive.unpacked)


def _begun(
    request: TrainingRequest, jobs: Sequence[ComponentJob], storage: LocalModelStorage, former: FormerModel
) -> tuple[NodeSituation, TrainingMaterial]:
    """Bring what stays of the old model into the storage, and collect what the graph begins with."""
    for section in request.sections:
        remove_resources(request.folder / section)
    kept = None if "nlu" in request.sections else _kept_half(request, jobs, storage)
    bases = _bases(request, jobs, storage)
    facets = facets_of(request)
    situation = NodeSituation(
        with_epochs(jobs, bases, request.epoch_fraction),
        {name: facet.digest for name, facet in facets.items()},
        former,
        RunSurroundings(request.components, request.project, request.audit),
        request.identities,
        request.forced,
        tuple(bases),
        kept,
    )
    half = None if kept is None else TrainedHalf(kept)
    return situation, TrainingMaterial(facets, {former_node(name): base for name, base in bases.items()}, half)


def _kept_half(
    request: TrainingRequest, jobs: Sequence[ComponentJob], storage: LocalModelStorage
) -> Mapping[str, str] | None:
    """Put the NLU half that stays into the storage, for policies that learn with it."""
    reads = (policy_reads(job.entry.name, job.options, request.components) for job in jobs if job.section == "core")
    if request.previous_nlu is None or not any(INTERPRETER in read for read in reads):
        return None
    names = [f"nlu/{folder.name}" for folder in resource_folders(request.previous_nlu)]
    return {name: _stored(Resource(name), request.previous_nlu.parent / name, storage).fingerprint() for name in names}


def _bases(request: TrainingRequest, jobs: Sequence[ComponentJob], storage: LocalModelStorage) -> dict[str, Resource]:
    """Put what components go on from into the storage, under names that no trained resource has."""
    base = request.finetune_from
    if base is None:
        return {}
    able = [job.resource for job in jobs if job.registered.provided.CAN_FINETUNE and (base / job.resource).is_dir()]
    return {name: _stored(Resource(former_node(name)), base / name, storage) for name in able}


def _stored(resource: Resource, folder: Path, storage: LocalModelStorage) -> Resource:
    with storage.write_to(resource) as target:
        copy_tree(folder, target)
    return resource.with_fingerprint(storage)


def _laid_out(request: TrainingRequest, jobs: Sequence[ComponentJob], storage: LocalModelStorage) -> None:
    """Put the resources where the archive is packed from."""
    for job in jobs:
        target = request.folder / job.resource
        try:
            # Not with all parents: a run that asyncio itself cancelled has removed the folder and must not get it back.
            target.parent.mkdir(exist_ok=True)
            target.mkdir()
        except OSError as error:
            raise TrainingError(f"{target} cannot be written: {error}") from error
        with storage.read_from(Resource(job.resource)) as folder:
            copy_tree(folder, target)


def _records(outcome: TrainingOutcome) -> dict[str, Any]:
    found = {
        name: FormerNode(node.key, node.output_fingerprint)
        for name, node in outcome.nodes.items()
        if node.key is not None and node.output_fingerprint is not None
    }
    return nodes_document(found)


class _Telling(GraphNodeHook):
    """Tells the observers of a run about the nodes that run."""

    def __init__(self, observers: Observers, schema: GraphSchema) -> None:
        self._observers = observers
        self._schema = schema

    async def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        received_inputs: Mapping[str, Any],
    ) -> float:
        del execution_context, config, received_inputs
        if self._runs_component(node_name):
            await self._observers.tell("before_node", node_name)
        return anyio.current_time()

    async def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        output: Any,
        input_hook_data: Any,
    ) -> None:
        del execution_context, config, output
        if self._runs_component(node_name):
            await self._observers.tell("after_node", node_name, anyio.current_time() - input_hook_data)

    def _runs_component(self, node_name: str) -> bool:
        return issubclass(self._schema.nodes[node_name].uses, ComponentNode)
