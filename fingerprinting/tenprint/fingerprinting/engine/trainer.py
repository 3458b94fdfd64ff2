"""Training a graph: what is known from earlier runs is not done again, and the plan says why each node runs.

    input nodes run -> look-ups -> plan -> the rest runs, as the plan says -> package

Plan and run interleave: what a node gives decides about those after it. Whatever a run has finished is kept when it
fails or is cancelled, so the next one goes on from there.
"""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.to_thread

from tenprint.fingerprinting.engine.cache import TrainingCache
from tenprint.fingerprinting.engine.component import ExecutionContext
from tenprint.fingerprinting.engine.errors import GraphRunError
from tenprint.fingerprinting.engine.fingerprint_run import FINETUNING
from tenprint.fingerprinting.engine.hooks import GraphNodeHook
from tenprint.fingerprinting.engine.lookup import RememberedKeys
from tenprint.fingerprinting.engine.model_configuration import GraphModelConfiguration
from tenprint.fingerprinting.engine.planned import PlannedNode
from tenprint.fingerprinting.engine.planner import GraphPlan
from tenprint.fingerprinting.engine.resource import Resource
from tenprint.fingerprinting.engine.runner import LocalGraphRunner
from tenprint.fingerprinting.engine.schema import GraphSchema, SchemaNode
from tenprint.fingerprinting.engine.storage import LocalModelStorage
from tenprint.fingerprinting.engine.training_outcome import TrainingOutcome, ended_nodes
from tenprint.fingerprinting.engine.training_steps import RunnerFactory, TrainingRequest, TrainingSteps

_ATTEMPTS = 5
"""A run is begun anew when a payload turns out to be damaged late, which is then mended; no disk goes on like that."""


class GraphTrainer:
    """Trains graphs, with one storage for resources and one cache."""

    def __init__(
        self,
        model_storage: LocalModelStorage,
        cache: TrainingCache,
        runner_factory: RunnerFactory = LocalGraphRunner.create,
        *,
        graph: str = "",
        hooks: Sequence[GraphNodeHook] = (),
        checks_inputs: bool = True,
    ) -> None:
        """Prepare; nothing is read or written.

        Args:
            model_storage: Where components leave what they learnt; empty, or what a training goes on from.
            cache: What earlier trainings have left.
            runner_factory: Makes what runs the graph.
            graph: What tells this graph from others that use the cache, such as the folder of its project; the keys
                its nodes ran with are noted under it.
            hooks: Who else looks on at each node that runs.
            checks_inputs: Whether inputs of a node are digested once more after it ran, to find those it changed.
        """
        self._storage = model_storage
        self._cache = cache
        self._steps = TrainingSteps(model_storage, cache, runner_factory, graph, tuple(hooks), checks_inputs)

    async def train(
        self,
        model_configuration: GraphModelConfiguration,
        inputs: Mapping[str, Any],
        output_filename: str | Path | None,
        *,
        force: bool | Collection[str] = False,
        is_finetuning: bool = False,
        mode: str | None = None,
        asked: Collection[str] | None = None,
        domain: Mapping[str, Any] | None = None,
    ) -> TrainingOutcome:
        """Train what is not known from earlier trainings, and pack the model.

        Args:
            model_configuration: The graphs; they are not changed.
            inputs: Values of placeholders, such as `__importer__`.
            output_filename: Where the model is written; None for no model.
            force: Whether nodes run although they have a record: all of them, or those of these names.
            is_finetuning: What components see in their context.
            mode: What the keys of components say that read the mode; by default a word for finetuning, or None.
            asked: Nodes whose values must be there at the end; None for the targets of the schema, and for nodes whose
                resources the predict schema names.
            domain: Kept in the metadata of the model.

        Raises:
            GraphRunError: The graph cannot be run as it is asked for.
            GraphComponentError: A component failed.
            GraphFailures: Several of them failed.
            InvalidConfig: A component refused its options.
            GraphStorageError: The model would lack a resource.
        """
        kept_domain = deepcopy(dict(domain or {}))
        request = _request(
            model_configuration.train_schema,
            inputs,
            _wanted(model_configuration) if asked is None else asked,
            force=force,
            is_finetuning=is_finetuning,
            mode=mode,
        )
        nodes, seconds = await self._trained(request)
        metadata = None
        if output_filename is not None:
            metadata = await anyio.to_thread.run_sync(
                lambda: self._storage.create_model_package(
                    output_filename, model_configuration, kept_domain, resources=self._resources(request)
                )
            )
        return TrainingOutcome(metadata, nodes, seconds, self._cache.problems)

    async def fingerprint(
        self,
        train_schema: GraphSchema,
        inputs: Mapping[str, Any],
        *,
        is_finetuning: bool = False,
        mode: str | None = None,
        asked: Collection[str] | None = None,
    ) -> dict[str, Any]:
        """Look every node up without running it: a `FingerprintStatus` for each, and for input nodes their values.

        Input nodes run, as far as anything that is asked for needs them.

        Raises:
            GraphRunError: The graph cannot be run as it is asked for.
            GraphComponentError: An input node failed.
        """
        wanted = train_schema.target_names if asked is None else asked
        request = _request(train_schema, inputs, wanted, force=False, is_finetuning=is_finetuning, mode=mode)
        taken = await self._steps.taken(request)
        statuses = await self._steps.statuses(request, taken)
        return {name: taken.values.get(name, statuses[name]) for name in statuses}

    async def plan(
        self,
        model_configuration: GraphModelConfiguration,
        inputs: Mapping[str, Any],
        *,
        force: bool | Collection[str] = False,
        is_finetuning: bool = False,
        mode: str | None = None,
        asked: Collection[str] | None = None,
    ) -> GraphPlan:
        """Say what `train` would do; input nodes run, nothing else does, and nothing is restored or kept.

        Raises:
            GraphRunError: The graph cannot be run as it is asked for.
            GraphComponentError: An input node failed.
        """
        request = _request(
            model_configuration.train_schema,
            inputs,
            _wanted(model_configuration) if asked is None else asked,
            force=force,
            is_finetuning=is_finetuning,
            mode=mode,
        )
        return await self._steps.planned(request, await self._steps.taken(request))

    async def _trained(self, request: TrainingRequest) -> tuple[dict[str, PlannedNode], dict[str, float]]:
        """Run until nothing is left to do; the answer is what became of the nodes, and how long they took."""
        taken = await self._steps.taken(request)
        if not set(request.forced).issuperset(request.minimal_schema.nodes):
            await self._steps.statuses(request, taken)
        attempts: list[tuple[GraphPlan, Collection[str]]] = []
        seconds: dict[str, float] = {}
        for _ in range(_ATTEMPTS):
            run = self._steps.run_of(request, taken, await self._steps.planned(request, taken))
            await self._steps.attempted(request, taken, run)
            plan = await run.final_plan()
            attempts.append((plan, run.beside))
            seconds.update((name, took) for name, took in run.seconds.items() if plan.verdict(name) == "run")
            seconds = {**run.seconds, **seconds}
            if run.is_over:
                await self._steps.note_keys(plan)
                return ended_nodes(attempts), seconds
            request = replace(request, forced=tuple(name for name in request.forced if name not in run.seconds))
        raise GraphRunError(
            "values that the cache had when the training began are lost again and again", hint="is the disk sound?"
        )

    def _resources(self, request: TrainingRequest) -> list[str]:
        """Name what the wanted nodes have left in the storage."""
        named = [_resource_name(name, request.schema.nodes[name]) for name in request.wanted]
        return [name for name in named if self._storage.holds(Resource(name))]


def _resource_name(name: str, node: SchemaNode) -> str:
    return name if node.resource is None else node.resource.name


def _wanted(configuration: GraphModelConfiguration) -> list[str]:
    """Name the targets, and the nodes that leave what the predict schema needs."""
    schema = configuration.train_schema
    needed = {node.resource.name for node in configuration.predict_schema.nodes.values() if node.resource is not None}
    leaving = [name for name, node in schema.nodes.items() if _resource_name(name, node) in needed]
    return [*schema.target_names, *leaving]


def _request(
    schema: GraphSchema,
    inputs: Mapping[str, Any],
    wanted: Collection[str],
    *,
    force: bool | Collection[str],
    is_finetuning: bool,
    mode: str | None,
) -> TrainingRequest:
    forced = (schema.nodes if force else ()) if isinstance(force, bool) else force
    if isinstance(forced, str):  # a collection of letters to the checker of types
        forced = (forced,)
    return TrainingRequest(
        schema=schema,
        inputs=inputs,
        wanted=tuple(dict.fromkeys(wanted)),
        forced=tuple(forced),
        context=ExecutionContext(schema, is_finetuning=is_finetuning),
        mode=mode or (FINETUNING if is_finetuning else None),
        keys=RememberedKeys(),
    )
