"""What a training does around each node that runs: it tells of it, and remembers what came out.

Both hooks are plain, so they run in worker threads, and both are safe over nodes that run at once.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.engine.cache import TrainingCache
from tenprint.fingerprinting.engine.component import ExecutionContext
from tenprint.fingerprinting.engine.errors import GraphRunError
from tenprint.fingerprinting.engine.fingerprint_run import FINETUNING, PrecomputedValueProvider
from tenprint.fingerprinting.engine.hooks import GraphNodeHook
from tenprint.fingerprinting.engine.key import NodeKey, node_key
from tenprint.fingerprinting.engine.lookup import KeyMaker
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import GraphSchema, SchemaNode
from tenprint.fingerprinting.engine.values import fingerprint_of
from tenprint.importers import CanonicalFormError

_LOGGER = logging.getLogger(__name__)

_NEVER_CHANGE = (type(None), bool, int, float, complex, str, bytes, Resource)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a node that ran, and how long its component took."""

    output_fingerprint: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is known of an execution before it begins; no key where nothing identifies what a placeholder gives."""

    key: NodeKey | None
    fingerprints: Mapping[str, str]
    inputs: Mapping[str, Any]
    started: float


class TrainingHook(GraphNodeHook):
    """Takes the key of each node before it runs, and caches its output after; values that were provided are passed by.

    An input that a component has changed is found before its output is kept, because other nodes see that input too.
    """

    def __init__(
        self,
        cache: TrainingCache,
        model_storage: ModelStorage,
        pruned_schema: GraphSchema,
        *,
        graph: str = "",
        mode: str | None = None,
        fingerprints: Mapping[str, str] | None = None,
        checks_inputs: bool = True,
        key_maker: KeyMaker = node_key,
        on_outcome: Callable[[str, Outcome], None] | None = None,
    ) -> None:
        """Prepare for one run.

        Args:
            cache: Where outputs are kept.
            model_storage: Where components have left their resources.
            pruned_schema: What is run; classes behind provided values are those of the schema in the context.
            graph: What tells this graph from others, for the keys that are noted.
            mode: See `node_key`; by default that of the execution context.
            fingerprints: What is known of outputs already, by node; inputs that these nodes give are not digested.
            checks_inputs: Whether inputs are digested once more after a node ran.
            key_maker: Makes the keys.
            on_outcome: Told of each node, in a worker thread.
        """
        self._cache = cache
        self._storage = model_storage
        self._schema = pruned_schema
        self._graph = graph
        self._mode = mode
        self._known = {} if fingerprints is None else fingerprints
        self._checks_inputs = checks_inputs
        self._key_maker = key_maker
        self._on_outcome = on_outcome

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        received_inputs: Mapping[str, Any],
    ) -> Any:
        """Take the key, before the component can change anything it depends on."""
        if self._is_provided(node_name):
            return None
        node = execution_context.graph_schema.nodes[node_name]
        found = {parameter: self._fingerprint(node, parameter, value) for parameter, value in received_inputs.items()}
        known = {parameter: each for parameter, each in found.items() if each is not None}
        mode = self._mode or (FINETUNING if execution_context.is_finetuning else None)
        key = None
        if len(known) == len(found):
            key = self._key_maker(
                node.uses, config, known, constructor_name=node.constructor_name, fn=node.fn, mode=mode
            )
        return _Begun(key, known, received_inputs, time.perf_counter())

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        output: Any,
        input_hook_data: Any,
    ) -> None:
        """Keep what came out."""
        del config
        if not isinstance(input_hook_data, _Begun):
            return
        seconds = time.perf_counter() - input_hook_data.started
        node = execution_context.graph_schema.nodes[node_name]
        if self._checks_inputs:
            self._check_inputs(node, input_hook_data)
        told = output.with_fingerprint(self._storage) if isinstance(output, Resource) else output
        output_fingerprint = fingerprint_of(told, name="output")
        key = input_hook_data.key
        if key is not None:
            keep_output = getattr(node.uses, "STORES_OUTPUT", True)
            self._cache.cache_output(key.digest, told, output_fingerprint, self._storage, keep_output=keep_output)
            self._cache.note_key(self._graph, node_name, key)
        if self._on_outcome is not None:
            self._on_outcome(node_name, Outcome(output_fingerprint, seconds))

    def _is_provided(self, node_name: str) -> bool:
        node = self._schema.nodes.get(node_name)
        return node is not None and node.uses is PrecomputedValueProvider

    def _fingerprint(self, node: SchemaNode, parameter: str, value: Any) -> str | None:
        parent = node.needs.get(parameter, "")
        known = self._known.get(parent)
        if known is not None:
            return known
        if isinstance(value, Resource) and value.output_fingerprint is None:
            return value.with_fingerprint(self._storage).fingerprint()
        try:
            return fingerprint_of(value, name=parameter)
        except CanonicalFormError:
            if parent in self._schema.nodes:
                raise
            return None  # what a placeholder gives may be a live object

    def _check_inputs(self, node: SchemaNode, begun: _Begun) -> None:
        for parameter, value in begun.inputs.items():
            before = begun.fingerprints.get(parameter)
            if before is None or isinstance(value, _NEVER_CHANGE) or fingerprint_of(value, name=parameter) == before:
                continue
            raise GraphRunError(
                f"the component has changed its input `{parameter}`, which `{node.needs.get(parameter)}` gives and"
                " other nodes see too",
                hint="let it make a copy, and change that",
            )


class LoggingHook(GraphNodeHook):
    """Tells of the nodes that train: those that are targets and read nothing themselves."""

    def __init__(self, pruned_schema: GraphSchema, *, logger: logging.Logger = _LOGGER) -> None:
        self._schema = pruned_schema
        self._logger = logger

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        received_inputs: Mapping[str, Any],
    ) -> None:
        """Tell that a component begins to train; of what was provided nothing."""
        del config, received_inputs
        if self._trains(node_name) and not self._is_provided(node_name):
            self._logger.info("training %s", _told(node_name, execution_context))

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        output: Any,
        input_hook_data: Any,
    ) -> None:
        """Tell that a component has been trained, or was provided."""
        del config, output, input_hook_data
        if not self._trains(node_name):
            return
        if self._is_provided(node_name):
            self.on_restored_node(node_name, execution_context)
        else:
            self._logger.info("trained %s", _told(node_name, execution_context))

    def on_restored_node(self, node_name: str, execution_context: ExecutionContext) -> None:
        """Tell that the value of a node was taken from the cache while the graph ran."""
        if self._trains(node_name):
            self._logger.info("restored %s from the cache", _told(node_name, execution_context))

    def _trains(self, node_name: str) -> bool:
        node = self._schema.nodes.get(node_name)
        return node is not None and node.is_target and not node.is_input

    def _is_provided(self, node_name: str) -> bool:
        return self._schema.nodes[node_name].uses is PrecomputedValueProvider


def _told(node_name: str, execution_context: ExecutionContext) -> str:
    """Name a node and the class that is behind it, also where a value was provided."""
    return f"{node_name} ({execution_context.graph_schema.nodes[node_name].uses.__qualname__})"
