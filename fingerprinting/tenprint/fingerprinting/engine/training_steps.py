"""The steps of a training: take the inputs, look all nodes up, plan, run.

Each of them runs the graph, or a part of it, through a runner; what is digested or read is, in worker threads.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import anyio.to_thread

from tenprint.fingerprinting.engine.cache import CachedResult, TrainingCache
from tenprint.fingerprinting.engine.codecs import returned_types
from tenprint.fingerprinting.engine.component import ExecutionContext
from tenprint.fingerprinting.engine.deciding import NodeDecider
from tenprint.fingerprinting.engine.errors import GraphRunError
from tenprint.fingerprinting.engine.fingerprint_run import FingerprintComponent
from tenprint.fingerprinting.engine.hooks import GraphNodeHook
from tenprint.fingerprinting.engine.key import NodeKey
from tenprint.fingerprinting.engine.lookup import CacheRecords, FingerprintStatus, RememberedKeys
from tenprint.fingerprinting.engine.planner import GraphPlan, plan_graph
from tenprint.fingerprinting.engine.prune import pruned
from tenprint.fingerprinting.engine.resource import Resource
from tenprint.fingerprinting.engine.runner import GraphRunner
from tenprint.fingerprinting.engine.schema import GraphSchema, SchemaNode
from tenprint.fingerprinting.engine.storage import LocalModelStorage
from tenprint.fingerprinting.engine.training_hooks import LoggingHook, TrainingHook
from tenprint.fingerprinting.engine.training_run import TrainingRun
from tenprint.fingerprinting.engine.values import fingerprint_of
from tenprint.importers import CanonicalFormError


class RunnerFactory(Protocol):
    """Makes runners: `LocalGraphRunner.create`, or a partial of it that names executor and limits."""

    def __call__(
        self,
        graph_schema: GraphSchema,
        model_storage: LocalModelStorage,
        execution_context: ExecutionContext,
        hooks: Sequence[GraphNodeHook] | None = None,
        *,
        decider: NodeDecider | None = None,
    ) -> GraphRunner:
        """Make a runner of a schema."""
        ...


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What is to be trained, and how; it does not change over the attempts of one training."""

    schema: GraphSchema
    inputs: Mapping[str, Any]
    wanted: tuple[str, ...]
    forced: tuple[str, ...]
    context: ExecutionContext
    mode: str | None
    keys: RememberedKeys

    @property
    def minimal_schema(self) -> GraphSchema:
        return self.schema.minimal_graph_schema(self.wanted) if self.wanted else GraphSchema()

    def key_of(self, node: SchemaNode, inputs: Mapping[str, str]) -> NodeKey:
        return self.keys(
            node.uses,
            node.config,
            inputs,
            constructor_name=node.constructor_name,
            fn=node.fn,
            mode=self.mode,
        )


@dataclass(frozen=True, slots=True)
class TakenInputs:
    """Values of the input nodes, and fingerprints of these and of placeholders."""

    values: Mapping[str, Any]
    fingerprints: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TrainingSteps:
    """What it takes to train graphs: a storage, a cache, and what runs them."""

    storage: LocalModelStorage
    cache: TrainingCache
    runner_factory: RunnerFactory
    graph: str
    hooks: tuple[GraphNodeHook, ...]
    checks_inputs: bool

    async def taken(self, request: TrainingRequest) -> TakenInputs:
        """Run the input nodes that anything needs, and digest what they give."""
        for name in request.wanted:
            if name not in request.schema.nodes:
                raise GraphRunError(f"there is no node {name} to be trained")
        minimal = request.minimal_schema
        names = [name for name, node in minimal.nodes.items() if node.is_input]
        values = await self._run(request, minimal, names, request.inputs)
        return await anyio.to_thread.run_sync(self._digested, request, values)

    def _digested(self, request: TrainingRequest, values: Mapping[str, Any]) -> TakenInputs:
        nodes = request.minimal_schema.nodes
        self.cache.know(kind for node in nodes.values() for kind in returned_types(node.uses, node.fn))
        fingerprints = {name: self._fingerprint(name, value) for name, value in values.items()}
        needed = {parent for node in nodes.values() if not node.is_input for parent in node.needs.values()}
        for name in sorted(needed.difference(nodes).intersection(request.inputs)):
            with suppress(CanonicalFormError):  # a live object; what depends on it has no record
                fingerprints[name] = fingerprint_of(request.inputs[name], name=name)
        return TakenInputs(values, fingerprints)

    def _fingerprint(self, name: str, value: Any) -> str:
        try:
            return fingerprint_of(value.with_fingerprint(self.storage) if isinstance(value, Resource) else value)
        except CanonicalFormError as error:
            raise GraphRunError(f"what input node {name} gives has no fingerprint: {error}", hint=error.hint) from error

    async def statuses(self, request: TrainingRequest, taken: TakenInputs) -> dict[str, Any]:
        """Look up all nodes, several at once; what stands in for a value is its status."""
        nodes = request.minimal_schema.nodes
        known = {name: FingerprintStatus(taken.fingerprints.get(name), is_hit=True) for name in taken.values}
        schema = pruned(
            request.minimal_schema, {name: CachedResult(each) for name, each in known.items()}, targets=nodes
        )
        for name, node in schema.nodes.items():
            if name not in known:
                FingerprintComponent.replace_schema_node(node, self.cache)
                node.config |= {"mode": request.mode, "key_maker": request.keys}
        inputs = {
            name: FingerprintStatus(taken.fingerprints.get(name), is_hit=name in taken.fingerprints)
            for name in request.inputs
        }
        return await self._run(request, schema, list(nodes), inputs)

    async def planned(self, request: TrainingRequest, taken: TakenInputs) -> GraphPlan:
        records = CacheRecords(self.cache, self.graph)
        return await anyio.to_thread.run_sync(
            lambda: plan_graph(
                request.schema,
                taken.fingerprints,
                records,
                forced=request.forced,
                needed_resources=request.wanted,
                asked=request.wanted,
                mode=request.mode,
                key_of=request.key_of,
            )
        )

    def run_of(self, request: TrainingRequest, taken: TakenInputs, plan: GraphPlan) -> TrainingRun:
        logging_hook = LoggingHook(request.schema)
        return TrainingRun(
            request.schema,
            plan,
            self.cache,
            self.storage,
            input_fingerprints=taken.fingerprints,
            on_restored=lambda name: logging_hook.on_restored_node(name, request.context),
        )

    async def attempted(self, request: TrainingRequest, taken: TakenInputs, run: TrainingRun) -> None:
        known = {name: CachedResult(value) for name, value in taken.values.items()}
        schema = pruned(request.minimal_schema, known, targets=request.wanted)
        training = TrainingHook(
            self.cache,
            self.storage,
            schema,
            graph=self.graph,
            mode=request.mode,
            fingerprints=run.fingerprints,
            checks_inputs=self.checks_inputs,
            key_maker=request.keys,
            on_outcome=run.heard,
        )
        hooks = [LoggingHook(schema), training, *self.hooks]
        await self._run(request, schema, request.wanted, request.inputs, hooks=hooks, decider=run)

    async def note_keys(self, plan: GraphPlan) -> None:
        """Note the keys of nodes that did not run: a node is explained by what it was found under, or shared, too."""
        await anyio.to_thread.run_sync(self._note_keys, plan)

    def _note_keys(self, plan: GraphPlan) -> None:
        for name, node in plan.nodes.items():
            if node.key is not None and node.key != self.cache.noted_key(self.graph, name):
                self.cache.note_key(self.graph, name, node.key)

    async def _run(
        self,
        request: TrainingRequest,
        schema: GraphSchema,
        targets: Collection[str],
        inputs: Mapping[str, Any],
        *,
        hooks: Sequence[GraphNodeHook] = (),
        decider: NodeDecider | None = None,
    ) -> dict[str, Any]:
        if not targets:
            return {}  # to a runner, no targets are all of them
        runner = self.runner_factory(schema, self.storage, request.context, hooks, decider=decider)
        try:
            return await runner.run(inputs, targets)
        finally:
            close = getattr(runner, "aclose", None)
            if close is not None:
                await close()
