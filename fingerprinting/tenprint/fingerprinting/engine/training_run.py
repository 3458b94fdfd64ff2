"""What a training tells the runner about each node: run it, or take what an earlier run has left.

Rules:
- The plan decides, and hears what came out of each node before it is asked about another; so a node that ran again with
  an equal output lets its children be answered, and one that gave something else lets them run.
- A value that is certainly needed is restored before anything that depends on it is decided. Where that fails, the
  plan hears of it in time. Any other value is fetched when a node that runs asks for it.
- A restored value has the fingerprint that was recorded, or it is as good as lost.
- Plan and cache read code and disks, so they are asked in worker threads, and the plan by one at a time.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread

from tenprint.fingerprinting.engine.cache import CachedResult, TrainingCache
from tenprint.fingerprinting.engine.deciding import Known, Later
from tenprint.fingerprinting.engine.errors import GraphRunError
from tenprint.fingerprinting.engine.lookup import FingerprintStatus
from tenprint.fingerprinting.engine.planner import GraphPlan
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import GraphSchema
from tenprint.fingerprinting.engine.training_hooks import Outcome
from tenprint.fingerprinting.engine.values import fingerprint_of
from tenprint.fingerprinting.explain import Verdict
from tenprint.importers import CanonicalFormError


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a plan says of one node."""

    plan: GraphPlan
    verdict: Verdict
    key: str | None
    output_fingerprint: str | None


class TrainingRun:
    """The plan of one run, as it becomes known; the runner asks it about each node.

    `fingerprints` and `seconds` grow while the run goes on.
    """

    def __init__(
        self,
        schema: GraphSchema,
        plan: GraphPlan,
        cache: TrainingCache,
        model_storage: ModelStorage,
        *,
        input_fingerprints: Mapping[str, str],
        on_restored: Callable[[str], None],
    ) -> None:
        """Prepare for one run.

        Args:
            schema: The graph as it was made.
            plan: What is known before anything ran but the input nodes.
            cache: Where outputs are restored from.
            model_storage: Where resources are restored to.
            input_fingerprints: What the input nodes gave.
            on_restored: Told of each node whose value was restored.
        """
        self.fingerprints = dict(input_fingerprints)
        self.seconds: dict[str, float] = {}
        self._schema = schema
        self._plan = plan
        self._cache = cache
        self._storage = model_storage
        self._inputs = tuple(name for name in input_fingerprints if name in schema.nodes)
        self._on_restored = on_restored
        self._heard: deque[tuple[str, Outcome]] = deque()
        self._untold: dict[str, str] = {}
        self._ended: set[str] = set()
        self._turn = anyio.Lock()
        self._looked_at: dict[str, _Standing] = {}

    def heard(self, node_name: str, outcome: Outcome) -> None:
        """Hear what came out of a node; called in any thread."""
        self.fingerprints[node_name] = outcome.output_fingerprint
        self._heard.append((node_name, outcome))

    async def final_plan(self) -> GraphPlan:
        """Return the plan with everything that was heard."""
        async with self._turn:
            return await anyio.to_thread.run_sync(self._catch_up)

    @property
    def is_over(self) -> bool:
        """Whether all that the final plan asks for was done, and nothing was done on what it does not know.

        It is not, when a payload turned out to be lost after something else was decided by it, and the node then gave
        another output.
        """
        return self._plan.is_settled and not self._untold

    @property
    def beside(self) -> frozenset[str]:
        """Nodes that ran, and that the plan has no place for."""
        return frozenset(self._untold)

    async def execution_key(self, node_name: str, inputs: Mapping[str, Any]) -> str | None:
        """Name an execution that the plan lets run."""
        del inputs
        standing = await self._standing(node_name)
        # It is about to be decided, and often nothing happens in between.
        self._looked_at[node_name] = standing
        return standing.key if standing.verdict == "run" and node_name not in self._inputs else None

    async def decide(self, node_name: str, inputs: Mapping[str, Any]) -> Known | Later | None:
        """Answer for a node as the plan says."""
        del inputs
        if node_name in self._inputs:
            return None  # its value is provided
        standing = await self._standing(node_name)
        if standing.verdict == "run":
            return await self._ended_before(node_name, standing)
        if standing.verdict == "restored":
            return await self._restored(node_name, standing)
        return Later(FingerprintStatus(standing.output_fingerprint, is_hit=True), self._fetching(node_name))

    async def shared(self, node_name: str, other_node: str) -> None:
        """Hear that a node takes the output of another."""
        self.heard(node_name, Outcome(self.fingerprints[other_node], 0.0))

    def _fetching(self, node_name: str) -> Callable[[], Awaitable[Known | None]]:
        async def fetch() -> Known | None:
            standing = await self._standing(node_name)
            # The plan may have come to let it run, because its value is not stored.
            return None if standing.verdict == "run" else await self._restored(node_name, standing)

        return fetch

    async def _ended_before(self, node_name: str, standing: _Standing) -> Known | None:
        """Take the output of a node with the same key that ran in this run, where it was stored."""
        if standing.key is None or standing.key not in self._ended:
            return None
        found = await anyio.to_thread.run_sync(self._cache.get_cached_output_fingerprint, standing.key)
        result = None if found is None else await self._fetched(node_name, standing.key, found)
        if result is None or found is None:
            return None
        self.heard(node_name, Outcome(found, 0.0))
        return Known(result.value)

    async def _restored(self, node_name: str, standing: _Standing) -> Known | None:
        """Fetch a value that the plan takes from the cache; where it is gone, the plan hears of that."""
        started = time.perf_counter()
        result = None
        if standing.key is not None and standing.output_fingerprint is not None:
            result = await self._fetched(node_name, standing.key, standing.output_fingerprint)
        if result is None:
            async with self._turn:
                await anyio.to_thread.run_sync(self._lose, node_name)
            return None
        self.seconds[node_name] = time.perf_counter() - started
        self._on_restored(node_name)
        return Known(result.value)

    def _lose(self, node_name: str) -> None:
        # Where a node has been found since, by the value that is lost, the plan has no place for that any more.
        with suppress(GraphRunError):
            self._plan = self._catch_up().lost(node_name)

    async def _fetched(self, node_name: str, key: str, output_fingerprint: str) -> CachedResult | None:
        resource = self._schema.nodes[node_name].resource
        name = node_name if resource is None else resource.name
        return await anyio.to_thread.run_sync(self._fetch, key, name, output_fingerprint)

    def _fetch(self, key: str, name: str, output_fingerprint: str) -> CachedResult | None:
        result = self._cache.get_cached_result(key, name, self._storage)
        if result is None or isinstance(result.value, Resource):
            return result  # the files of a resource have been compared
        try:
            return result if fingerprint_of(result.value) == output_fingerprint else None
        except CanonicalFormError:
            return None

    async def _standing(self, node_name: str) -> _Standing:
        async with self._turn:
            standing = self._looked_at.pop(node_name, None)
            if standing is None or standing.plan is not self._plan or self._heard:
                standing = await anyio.to_thread.run_sync(self._look_at, node_name)
            return standing

    def _look_at(self, node_name: str) -> _Standing:
        plan = self._catch_up()
        key, output_fingerprint = plan.key(node_name), plan.output_fingerprint(node_name)
        recorded = plan.recorded(node_name) if key is None else None
        if recorded is not None:
            # It may still run, if a value before it is made again and comes out otherwise; then all is done once more.
            key, output_fingerprint = recorded
        return _Standing(plan, plan.verdict(node_name), None if key is None else key.digest, output_fingerprint)

    def _catch_up(self) -> GraphPlan:
        self._provide_inputs()
        while self._heard:
            node_name, outcome = self._heard.popleft()
            self.seconds[node_name] = outcome.seconds
            self._untold[node_name] = outcome.output_fingerprint
        while ready := [name for name in self._plan.ready if name in self._untold]:
            self._tell(ready[0])
        return self._plan

    def _tell(self, node_name: str) -> None:
        key = self._plan.key(node_name)
        if key is not None:
            self._ended.add(key.digest)
        self._plan = self._plan.resolved(node_name, self._untold.pop(node_name))
        self._provide_inputs()

    def _provide_inputs(self) -> None:
        """Tell the plan that input nodes, which ran before it was made, give what they gave then."""
        while ready := [name for name in self._plan.ready if name in self._inputs]:
            for name in ready:
                self._plan = self._plan.resolved(name, self.fingerprints[name])
