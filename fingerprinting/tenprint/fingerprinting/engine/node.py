"""A node at work: what happens around a component, from its merged config to its hooks.

A lazy node makes its component each time it runs, an eager one once. A component gets a config of its own, a context
that names its node, and a resource: the one among its inputs, else that of the schema, else one named like the node.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import replace
from typing import Any, NoReturn

import anyio

from tenprint.fingerprinting.engine.accepting import RESOURCE, accepted_by, split_inputs
from tenprint.fingerprinting.engine.component import ExecutionContext
from tenprint.fingerprinting.engine.component_calls import (
    ComponentCall,
    called,
    closed,
    component_failures,
    constructed,
    made_and_run,
    run_on,
)
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.engine.errors import GraphComponentError, GraphRunError
from tenprint.fingerprinting.engine.executor import Executor, LocalExecutor
from tenprint.fingerprinting.engine.far_node import run_far
from tenprint.fingerprinting.engine.hooks import GraphNodeHook
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import SchemaNode

Kept = Callable[[], AbstractContextManager[None]]
"""Makes the block in which a finished output is told to hooks."""


class GraphNode:
    """One node of a schema, ready to run any number of times, at once too."""

    def __init__(
        self,
        node_name: str,
        schema_node: SchemaNode,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Sequence[GraphNodeHook] = (),
        *,
        near: Executor | None = None,
        far: Executor | None = None,
        on_made: Callable[["GraphNode"], None] | None = None,
    ) -> None:
        """Prepare a node; no component is made.

        Args:
            node_name: Its name.
            schema_node: What it is; later changes of it are not seen.
            model_storage: Where its component stores and finds what it learnt.
            execution_context: What its component may know of the run.
            hooks: Who looks on, in this order.
            near: Runs what stays in this process; its memory is ours. None for threads.
            far: Runs what need not stay here; None for the one that is near.
            on_made: Told when the component of an eager node was made.

        Raises:
            GraphRunError: Its class has no such constructor or run function.
            GraphStorageError: No resource may have its name, and its schema names none.
            InvalidConfig: Its config cannot be merged over the defaults.
            GraphComponentError: The class cannot tell its defaults.
        """
        self.name = node_name
        self.needs = dict(schema_node.needs)
        self.uses = schema_node.uses
        self.is_eager = schema_node.eager
        self._near = LocalExecutor() if near is None else near
        self._far = self._near if far is None else far
        self._storage = model_storage
        self._hooks = tuple(hooks)
        self._constructor_name = schema_node.constructor_name
        self._fn = schema_node.fn
        self._resource = Resource(node_name) if schema_node.resource is None else schema_node.resource
        self._context = replace(execution_context, node_name=node_name)
        self._accepts = [accepted_by(self._member(name)) for name in (self._constructor_name, self._fn)]
        self.config = self._merged(schema_node.config)
        self._on_made = on_made
        self._component: list[Any] = []
        self._making = anyio.Lock()
        self._turn = anyio.Lock()
        self._is_far = self._runs_elsewhere(schema_node)

    @property
    def limits(self) -> Mapping[str, int]:
        """Tokens it holds while it runs."""
        limits: Mapping[str, int] = getattr(self.uses, "LIMITS", {"cpu": 1})
        return limits

    async def prepare(self) -> None:
        """Make the component of an eager node, unless it is made already.

        Raises:
            GraphComponentError: Its constructor failed.
        """
        if self.is_eager:
            await self._eager_component()

    async def __call__(self, *inputs_from_previous_nodes: tuple[str, Any]) -> tuple[str, Any]:
        """Run with the outputs of its parents, each with its name; return its own name and output.

        Raises:
            GraphRunError: An input is missing.
            GraphComponentError: The component or a hook failed.
        """
        outputs = dict(inputs_from_previous_nodes)
        for parameter, parent in self.needs.items():
            if parent not in outputs:
                missing_input(self.name, parameter, parent)
        inputs = {parameter: outputs[parent] for parameter, parent in self.needs.items()}
        return self.name, await self.execute(inputs)

    async def execute(self, inputs: Mapping[str, Any], kept: Kept = nullcontext) -> Any:
        """Run with inputs by parameter, and return the output; a resource with the fingerprint of what it holds.

        Raises:
            GraphComponentError: The component or a hook failed.
        """
        told = []
        for hook in self._hooks:
            with component_failures(self.name, self.uses, "before"):
                told.append(
                    await called(
                        self._near,
                        hook.on_before_node,
                        node_name=self.name,
                        execution_context=self._context,
                        config=self.config,
                        received_inputs=inputs,
                    )
                )
        output = await self._output(inputs)
        with kept():
            if isinstance(output, Resource):
                with component_failures(self.name, self.uses, "run"):
                    output = await self._near.submit(output.with_fingerprint, self._storage)
            for hook, heard in zip(self._hooks, told, strict=True):
                with component_failures(self.name, self.uses, "after"):
                    await called(
                        self._near,
                        hook.on_after_node,
                        node_name=self.name,
                        execution_context=self._context,
                        config=self.config,
                        output=output,
                        input_hook_data=heard,
                    )
        return output

    async def aclose(self) -> None:
        """Close the component of an eager node, if it was made.

        Raises:
            GraphComponentError: It failed to close.
        """
        while self._component:
            await closed(self._component.pop(), self._call({}), self._near)

    async def _output(self, inputs: Mapping[str, Any]) -> Any:
        if self.is_eager:
            component = await self._eager_component()
            call = replace(self._call({}), inputs=inputs)
            if getattr(self.uses, "RUNS_CONCURRENTLY", False):
                return await run_on(component, call, self._near)
            async with self._turn:
                return await run_on(component, call, self._near)
        if self._is_far:
            return await self._far_output(inputs)
        return await made_and_run(self._call(inputs), self._storage, self._near)

    async def _far_output(self, inputs: Mapping[str, Any]) -> Any:
        with component_failures(self.name, self.uses, "run"):
            try:
                return await run_far(self._call(inputs), self._storage, near=self._near, far=self._far)
            except GraphComponentError as error:
                failure = error
        # Over there it was told already which node this is, and what it was doing.
        raise failure

    async def _eager_component(self) -> Any:
        async with self._making:
            if not self._component:
                self._component.append(await constructed(self._call({}), self._storage, self._near))
                if self._on_made is not None:
                    self._on_made(self)
            return self._component[0]

    def _call(self, inputs: Mapping[str, Any]) -> ComponentCall:
        to_constructor, to_function = split_inputs(inputs, *self._accepts)
        return ComponentCall(
            node_name=self.name,
            uses=self.uses,
            constructor_name=self._constructor_name,
            fn=self._fn,
            config=self.config if self._shares_config else deepcopy(self.config),
            resource=to_constructor.pop(RESOURCE, self._resource),
            execution_context=self._context,
            constructor_inputs=to_constructor,
            inputs=to_function,
        )

    @property
    def _shares_config(self) -> bool:
        shares: bool = getattr(self.uses, "SHARES_CONFIG", False)
        return shares

    def _merged(self, config: Mapping[str, Any]) -> dict[str, Any]:
        defaults: Mapping[str, Any] = {}
        if hasattr(self.uses, "get_default_config"):
            with component_failures(self.name, self.uses, "construct"):
                defaults = self.uses.get_default_config()
        return {**defaults, **config} if self._shares_config else merged_config(defaults, config)

    def _member(self, name: str) -> Callable[..., Any]:
        member = getattr(self.uses, name, None)
        if not callable(member):
            raise GraphRunError(
                f"node {self.name}: {self.uses.__qualname__} has no function `{name}`",
                hint="`constructor_name` and `fn` of a node name functions of its class",
            )
        found: Callable[..., Any] = member
        return found

    def _runs_elsewhere(self, schema_node: SchemaNode) -> bool:
        place = getattr(self.uses, "RUNS_IN", "anywhere")
        if schema_node.eager or schema_node.is_input or place == "here":
            return False
        return place == "process" or not self._far.capabilities.shares_memory


def missing_input(node_name: str, parameter: str, parent: str) -> NoReturn:
    """Raise the error of an input that nobody gives."""
    raise GraphRunError(
        f"node {node_name} needs {parent} for its parameter {parameter}, and nothing of this name is there",
        hint="name a node of the schema, or give it as an input of the run",
    )
