"""Runners: a schema, ready to be run any number of times, also several times at once.

Eager nodes are made when somebody needs them: those of the schema's targets when the runner is entered with
`async with`, others when they first run. They stay until the runner is closed, which closes them, the last one first.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from itertools import count
from types import TracebackType
from typing import Any

from tenprint.fingerprinting.engine.component import ExecutionContext
from tenprint.fingerprinting.engine.deciding import NodeDecider
from tenprint.fingerprinting.engine.errors import GraphFailures, GraphRunError
from tenprint.fingerprinting.engine.executor import Executor, LocalExecutor
from tenprint.fingerprinting.engine.graph_order import parents_first
from tenprint.fingerprinting.engine.graph_run import GraphRun
from tenprint.fingerprinting.engine.hooks import GraphNodeHook
from tenprint.fingerprinting.engine.node import GraphNode, missing_input
from tenprint.fingerprinting.engine.node_limits import NodeLimits, Ticket
from tenprint.fingerprinting.engine.resource import ModelStorage
from tenprint.fingerprinting.engine.schema import GraphSchema
from tenprint.importers import ProblemsError, TenprintError, gather

logger = logging.getLogger(__name__)


class GraphRunner(ABC):
    """Runs graphs."""

    @classmethod
    @abstractmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Sequence[GraphNodeHook] | None = None,
    ) -> "GraphRunner":
        """Make a runner of a schema; nothing is run, and no component is made."""

    @abstractmethod
    async def run(
        self, inputs: Mapping[str, Any] | None = None, targets: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Run what the targets need, and return their values by name.

        Args:
            inputs: Values of placeholders.
            targets: Nodes, or placeholders; none, or an empty collection, means the targets of the schema.
        """


class LocalGraphRunner(GraphRunner):
    """Runs a graph in one event loop; what it runs goes to an executor."""

    def __init__(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Sequence[GraphNodeHook] = (),
        *,
        executor: Executor,
        limits: NodeLimits,
        decider: NodeDecider | None,
    ) -> None:
        """Use `create`, which fills in what is left out."""
        nodes = graph_schema.nodes.items()
        self._schema = GraphSchema({name: replace(node, needs=dict(node.needs)) for name, node in nodes})
        self._storage = model_storage
        self._context = execution_context
        self._hooks = tuple(hooks)
        self._executor = executor
        self._near = executor if executor.capabilities.shares_memory else LocalExecutor()
        self._limits = limits
        self._decider = decider
        self._nodes: dict[str, GraphNode] = {}
        self._made: list[GraphNode] = []
        self._runs = count()
        self._is_closed = False

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Sequence[GraphNodeHook] | None = None,
        *,
        executor: Executor | None = None,
        limits: NodeLimits | Mapping[str, int] | None = None,
        decider: NodeDecider | None = None,
    ) -> "LocalGraphRunner":
        """Make a runner of a schema; nothing is run, and no component is made.

        Args:
            graph_schema: Later changes of it are not seen.
            model_storage: Where components store and find what they learnt.
            execution_context: What components may know of the run; it names the whole schema, not what is left of it.
            hooks: Who looks on at each node that runs, in this order.
            executor: What work is given to, which the caller closes; None for threads and processes of this machine.
            limits: How many tokens there are, by name; runners that share limits are given one `NodeLimits`. Without
                `cpu`, as many nodes run at once as the executor has slots.
            decider: Who answers for nodes that need not run.

        Raises:
            ValueError: A limit below one.
        """
        executor = LocalExecutor() if executor is None else executor
        if not isinstance(limits, NodeLimits):
            limits = NodeLimits(limits, cpus=executor.capabilities.slots)
        return cls(
            graph_schema,
            model_storage,
            execution_context,
            () if hooks is None else hooks,
            executor=executor,
            limits=limits,
            decider=decider,
        )

    async def __aenter__(self) -> "LocalGraphRunner":  # noqa: PYI034 - Python 3.10 has no Self
        """Make the eager nodes that the targets of the schema need, several at once.

        Raises:
            GraphRunError: The schema cannot be run.
            GraphComponentError: A constructor failed; those that were made are closed.
        """
        nodes = self._prepared(self._schema.minimal_graph_schema())[0].values()
        number = next(self._runs)
        failures: list[TenprintError] = []
        calls = [
            partial(self._make, failures, node, self._limits.ask(node.limits, (number, place)))
            for place, node in enumerate(nodes)
            if node.is_eager
        ]
        try:
            await gather(calls)
        except BaseException as error:
            await self._close(quietly=True)
            if isinstance(error, ProblemsError) and len(failures) > 1:
                raise GraphFailures(failures) from None
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close(quietly=error is not None)

    async def run(
        self, inputs: Mapping[str, Any] | None = None, targets: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Run what the targets need, and return their values by name.

        Args:
            inputs: Values of placeholders.
            targets: Nodes, or placeholders; none, or an empty collection, means the targets of the schema.

        Raises:
            GraphRunError: A target or an input is unknown or missing, or nodes need each other.
            GraphComponentError: A component or a hook failed; the others were cancelled.
            GraphFailures: Several of them failed.
        """
        if self._is_closed:
            raise GraphRunError("this runner was closed", hint="run it inside its `async with`, or make another one")
        given = {} if inputs is None else dict(inputs)
        wanted = list(dict.fromkeys(targets or self._schema.target_names))
        self._check(given, wanted)
        schema = self._schema.minimal_graph_schema(wanted) if wanted else GraphSchema()
        nodes, order = self._prepared(schema)
        for name, node in nodes.items():
            for parameter, parent in node.needs.items():
                if parent not in nodes and parent not in given:
                    missing_input(name, parameter, parent)
        run = GraphRun(
            nodes,
            order,
            inputs=given,
            targets=wanted,
            limits=self._limits,
            number=next(self._runs),
            decider=self._decider,
        )
        return await run.results()

    async def aclose(self) -> None:
        """Close the components of eager nodes, the last one first; needed where the runner was not entered.

        Raises:
            GraphComponentError: One of them failed to close; the others are closed all the same.
            GraphFailures: Several of them did.
        """
        await self._close(quietly=False)

    def _check(self, inputs: Mapping[str, Any], wanted: Sequence[str]) -> None:
        clashing = sorted(name for name in inputs if name in self._schema.nodes)
        if clashing:
            raise GraphRunError(
                f"nodes cannot be given as inputs: {', '.join(clashing)}", hint="give placeholders, which are no nodes"
            )
        known = [*self._schema.nodes, *inputs]
        for name in wanted:
            if name not in self._schema.nodes and name not in inputs:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(known) or 'none'}"
                raise GraphRunError(f"there is no node {name} to be run", hint=hint)

    def _prepared(self, schema: GraphSchema) -> tuple[dict[str, GraphNode], list[str]]:
        """Return the nodes of a schema in its order, and their names with parents first."""
        order = parents_first({name: list(node.needs.values()) for name, node in schema.nodes.items()})
        return {name: self._node(name) for name in schema.nodes}, order

    def _node(self, name: str) -> GraphNode:
        if name not in self._nodes:
            self._nodes[name] = GraphNode(
                name,
                self._schema.nodes[name],
                self._storage,
                self._context,
                self._hooks,
                near=self._near,
                far=self._executor,
                on_made=self._made.append,
            )
        return self._nodes[name]

    async def _make(self, failures: list[TenprintError], node: GraphNode, ticket: Ticket) -> None:
        try:
            async with ticket:
                await node.prepare()
        except TenprintError as error:
            failures.append(error)
            raise

    async def _close(self, *, quietly: bool) -> None:
        self._is_closed = True
        failures = []
        while self._made:
            try:
                await self._made.pop().aclose()
            except TenprintError as error:  # noqa: PERF203 - a handful of components
                failures.append(error)
        if failures and not quietly:
            raise failures[0] if len(failures) == 1 else GraphFailures(failures)
        for failure in failures:
            logger.warning("%s", failure)
