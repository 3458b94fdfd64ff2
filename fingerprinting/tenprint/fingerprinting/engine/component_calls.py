"""Making a component and running it, in this process: plain functions in threads, awaitables on the event loop.

Rules:
- Nothing is told apart by its name or its definition: what a function returns is awaited if it can be awaited.
- What a component raises comes out as `GraphComponentError`, which names the node. `InvalidConfig` and other errors of
  ours pass as they are, but for those of the graph itself; the latter are logged with the name of the node.
- Cancellation and Ctrl-C pass.
"""

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import anyio
import anyio.lowlevel

from tenprint.fingerprinting.engine.component import ExecutionContext
from tenprint.fingerprinting.engine.errors import GraphComponentError, GraphError, InvalidConfig
from tenprint.fingerprinting.engine.executor import Executor
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.importers import TenprintError, foreign_code

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0
"""How long closing one component may take."""

Phase = Literal["construct", "before", "run", "after", "close"]

_DOING: Mapping[Phase, str] = {
    "construct": "could not make its component",
    "before": "was stopped by a hook that looks before it",
    "run": "failed",
    "after": "was failed by a hook that looks after it",
    "close": "could not close its component",
}


@dataclass(frozen=True, slots=True)
class ComponentCall:
    """All that it takes to make the component of a node and run it, but for the storage."""

    node_name: str
    uses: type[Any]
    constructor_name: str
    fn: str
    config: dict[str, Any]
    resource: Resource
    execution_context: ExecutionContext
    constructor_inputs: Mapping[str, Any]
    inputs: Mapping[str, Any]
    """What the run function gets."""


async def called(executor: Executor, function: Callable[..., Any], /, **keywords: Any) -> Any:
    """Call a function in a thread, await what it returns if that can be awaited, and return the outcome."""
    try:
        # In a tuple, because trio takes a coroutine that comes out of a thread for a mistake.
        (outcome,) = await executor.submit(_boxed, partial(function, **keywords))
    except CancelledError:
        # How threads hear that their run was cancelled; if it was, this raises the true cancellation.
        await anyio.lowlevel.checkpoint_if_cancelled()
        raise
    return await outcome if inspect.isawaitable(outcome) else outcome


def _boxed(function: Callable[[], Any]) -> tuple[Any]:
    return (function(),)


async def constructed(call: ComponentCall, storage: ModelStorage, executor: Executor) -> Any:
    """Make the component.

    Raises:
        GraphComponentError: Its constructor failed.
    """
    with component_failures(call.node_name, call.uses, "construct"):
        return await called(
            executor,
            getattr(call.uses, call.constructor_name),
            **{
                **call.constructor_inputs,
                "config": call.config,
                "model_storage": storage,
                "resource": call.resource,
                "execution_context": call.execution_context,
            },
        )


async def run_on(component: Any, call: ComponentCall, executor: Executor) -> Any:
    """Run a component and return its output.

    Raises:
        GraphComponentError: Its run function failed.
    """
    with component_failures(call.node_name, call.uses, "run"):
        return await called(executor, getattr(component, call.fn), **call.inputs)


async def made_and_run(call: ComponentCall, storage: ModelStorage, executor: Executor) -> Any:
    """Make the component, run it, close it, and return its output.

    Raises:
        GraphComponentError: Any of that failed.
    """
    component = await constructed(call, storage, executor)
    try:
        output = await run_on(component, call, executor)
    except BaseException:
        # What it failed with is told, not what came of that.
        with suppress(Exception):
            await closed(component, call, executor)
        raise
    await closed(component, call, executor)
    return output


async def closed(component: Any, call: ComponentCall, executor: Executor) -> None:
    """Close a component that has `aclose`, also while the caller is being cancelled.

    Raises:
        GraphComponentError: It failed.
    """
    close = getattr(component, "aclose", None)
    if callable(close):
        with component_failures(call.node_name, call.uses, "close"), anyio.move_on_after(CLOSE_SECONDS, shield=True):
            await called(executor, close)


@contextmanager
def component_failures(node_name: str, uses: type[Any], phase: Phase) -> Iterator[None]:
    """Make what a component or a hook of its node raises into an error that names the node."""
    name = f"{uses.__module__}.{uses.__qualname__}"

    made: list[GraphComponentError] = []

    def failed(why: str, hint: str | None = None) -> GraphComponentError:
        message = f"node {node_name} ({uses.__qualname__}) {_DOING[phase]}: {why}"
        made.append(GraphComponentError(message, node_name=node_name, phase=phase, component=name, hint=hint))
        return made[-1]

    try:
        with foreign_code(failed):
            yield
    except TenprintError as error:
        if error in made:
            raise
        if isinstance(error, GraphError) or phase in ("before", "after"):
            raise failed(str(error), error.hint) from error
        if not isinstance(error, InvalidConfig):
            logger.error("node %s (%s) %s: %s", node_name, name, _DOING[phase], error)  # noqa: TRY400 - it is raised on
        raise
