"""The default trainer: the training graph of what `pipeline` and `policies` name.

This module is light. What plans and trains is imported when something is due, because it brings the whole engine.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing, nullcontext
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread

from tenprint.fingerprinting import engine, recipe
from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.fingerprinting.trainer import PlanRequest, TrainingReport, TrainingRequest


def _memory() -> Any:
    return engine.MemoryCache()


@dataclass(frozen=True, slots=True)
class ComponentTrainer:
    """Trains what `pipeline` and `policies` name; runs on asyncio and on trio."""

    open_cache: Callable[[], Any] = _memory
    """Opens the `TrainingCache` that knows what earlier runs have left, beside the former model."""

    open_executor: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext
    """Opens the `Executor` that nodes run on when something is trained; for None, this process is one."""

    can_finetune = True
    """Components that can go on from a former training do."""

    def plan_nodes(self, request: PlanRequest) -> TrainingPlan:
        """Put the verdicts of the graph into a plan, in the place of those of whole sections; blocks.

        Raises:
            TrainingError: A component fails to say what it reads, or which code it is.
        """
        with closing(self.open_cache()) as cache:
            plan: TrainingPlan = recipe.with_graph_nodes(request, cache)
        return plan

    async def train(self, request: TrainingRequest) -> TrainingReport:
        """Write one folder for each component below `<folder>/nlu` and `<folder>/core`.

        Raises:
            TrainingError: There is no data for a section, or a component failed.
            ProblemsError: Unknown components or bad options, all at once and before anything is trained.
        """
        cache = self.open_cache()
        try:
            report: TrainingReport = await recipe.train_components(request, cache, self.open_executor)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(cache.close)
        return report
