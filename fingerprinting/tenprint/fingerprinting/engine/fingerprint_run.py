"""What nodes are replaced by: a look-up while fingerprints are taken, a known value while the rest is trained."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from tenprint.fingerprinting.engine.cache import TrainingCache
from tenprint.fingerprinting.engine.component import ExecutionContext, GraphComponent
from tenprint.fingerprinting.engine.key import node_key
from tenprint.fingerprinting.engine.lookup import FingerprintStatus, KeyMaker, look_up
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import SchemaNode

FINETUNING = "finetuning"
"""Mode of a run that goes on from an earlier model, for components that read it; ordinary runs have none."""


class PrecomputedValueProvider(GraphComponent):
    """Holds the precomputed values of a node from a previous training.

    Pre-computed values can either be
    - values loaded from cache
    - values which were provided during the fingerprint run by input nodes
    """

    VERSION = "1"
    RUNS_IN: ClassVar[Literal["anywhere", "here", "process"]] = "here"
    LIMITS: ClassVar[Mapping[str, int]] = {}
    SHARES_CONFIG = True

    def __init__(self, output: Any) -> None:
        """Initializes a `PrecomputedValueProvider`.

        Args:
            output: The precomputed output to return.
        """
        self._output = output

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PrecomputedValueProvider":
        """Creates instance (see parent class for full docstring)."""
        del model_storage, resource, execution_context
        return cls(config["output"])

    def get_value(self) -> Any:
        """Returns the precomputed output."""
        return self._output

    @classmethod
    def replace_schema_node(cls, node: SchemaNode, output: Any) -> None:
        """Updates a `SchemaNode` to use a `PrecomputedValueProvider`.

        This is for when we want to use the precomputed output value of a node from a previous training in a
        subsequent training. The class in the `uses` of the node becomes a `PrecomputedValueProvider` configured to
        return the precomputed value.

        Args:
            node: The node to update.
            output: precomputed cached output that the `PrecomputedValueProvider` will return.
        """
        node.uses = cls
        node.config = {"output": output}
        node.fn = cls.get_value.__name__
        node.constructor_name = cls.create.__name__


class FingerprintComponent(GraphComponent):
    """Replaces non-input nodes during a fingerprint run."""

    VERSION = "1"
    RUNS_IN: ClassVar[Literal["anywhere", "here", "process"]] = "here"
    LIMITS: ClassVar[Mapping[str, int]] = {}
    SHARES_CONFIG = True

    def __init__(
        self,
        cache: TrainingCache,
        config_of_replaced_component: dict[str, Any],
        class_of_replaced_component: type[Any],
        *,
        constructor_name: str | None = None,
        fn: str | None = None,
        mode: str | None = None,
        key_maker: KeyMaker = node_key,
    ) -> None:
        """Initializes a `FingerprintComponent`.

        Args:
            cache: Training cache used to determine if the run is a hit or not.
            config_of_replaced_component: Needed to generate the fingerprint key.
            class_of_replaced_component: Needed to generate the fingerprint key.
            constructor_name: How the replaced component would be made; part of the key, as what follows.
            fn: What of it would be run.
            mode: How the run differs from an ordinary one.
            key_maker: Makes the key.
        """
        self._cache = cache
        self._config = config_of_replaced_component
        self._component_class = class_of_replaced_component
        self._constructor_name = constructor_name
        self._fn = fn
        self._mode = mode
        self._key_maker = key_maker

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FingerprintComponent":
        """Creates a `FingerprintComponent` (see parent class for full docstring)."""
        del model_storage, resource
        return cls(
            config["cache"],
            config["config_of_replaced_component"],
            config["graph_component_class"],
            constructor_name=config.get("constructor_name"),
            fn=config.get("fn"),
            mode=config.get("mode", FINETUNING if execution_context.is_finetuning else None),
            key_maker=config.get("key_maker", node_key),
        )

    def run(self, **kwargs: Any) -> FingerprintStatus:
        """Calculates the fingerprint key to determine if cached output can be used.

        If the fingerprint key matches an entry in the cache it means that there has been a previous node execution
        which matches the same component class, component config and input values. So the node can potentially be
        pruned from the schema, or replaced with a cached value before the next graph run.

        Args:
            **kwargs: Inputs from all parent nodes.

        Returns:
            A `FingerprintStatus` determining if the run was a hit, and if it was a hit also the output fingerprint
            from the cache.
        """
        return look_up(
            self._cache,
            self._component_class,
            self._config,
            kwargs,
            constructor_name=self._constructor_name,
            fn=self._fn,
            mode=self._mode,
            key_maker=self._key_maker,
        )

    @classmethod
    def replace_schema_node(cls, node: SchemaNode, cache: TrainingCache) -> None:
        """Updates a `SchemaNode` to use a `FingerprintComponent`.

        This is for when we want to do a fingerprint run. During the fingerprint run all non-input nodes are replaced
        with `FingerprintComponent`s, so it can be determined whether they are able to be pruned or cached before the
        next graph run without running the actual components.

        Args:
            node: The node to update.
            cache: The cache is needed to determine if there is a cache hit for the fingerprint key.
        """
        node.config = {
            "config_of_replaced_component": node.config,
            "cache": cache,
            "graph_component_class": node.uses,
            "constructor_name": node.constructor_name,
            "fn": node.fn,
        }
        node.uses = cls
        # Inputs of constructors reach `run` too, and so enter the key.
        node.eager = True
        node.constructor_name = cls.create.__name__
        node.fn = cls.run.__name__
