"""What a node of the graph runs: the interface of a component, and the context it runs in."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import GraphSchema


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """What a component may know of the run it is part of; `node_name` is set for each node."""

    graph_schema: GraphSchema = field(repr=False, default_factory=GraphSchema)
    model_id: str | None = None
    should_add_diagnostic_data: bool = False
    is_finetuning: bool = False
    node_name: str | None = None


class GraphComponent(ABC):
    """Something a node can run. Constructors and run functions may be plain or async."""

    NAME: ClassVar[str] = ""
    """Name in a registry and in serialised schemas; empty: the dotted path of the class."""

    VERSION: ClassVar[str | None] = None
    """Version of the code; None: the code itself is the version."""

    READS_MODE: ClassVar[bool] = False
    """Whether its output depends on `ExecutionContext.is_finetuning`, which is then part of its key."""

    RUNS_IN: ClassVar[Literal["anywhere", "here", "process"]] = "anywhere"
    """Where a lazy node runs: where the executor likes; always in this process, for what holds live objects; or in a
    process of its own, where a worker elsewhere is one. Input nodes and eager ones always run in this process."""

    LIMITS: ClassVar[Mapping[str, int]] = {"cpu": 1}
    """Tokens it holds while it runs, by the name of the limit. A limit that a run does not know has one token."""

    RUNS_CONCURRENTLY: ClassVar[bool] = False
    """Whether one instance may run several times at once; if not, runs of an eager node wait for each other."""

    SHARES_CONFIG: ClassVar[bool] = False
    """Whether its config holds live objects, which are handed over as they are; else it gets a copy of its own."""

    STORES_OUTPUT: ClassVar[bool] = True
    """Whether a cache may keep what it gives; if not, it runs again whenever that is needed."""

    @classmethod
    @abstractmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "GraphComponent":
        """Make it afresh; a lazy node may ask for more parameters, which `needs` feeds."""

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "GraphComponent":
        """Make it from what it stored; by default as `create` does."""
        del kwargs
        return cls.create(config, model_storage, resource, execution_context)

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        """Options with their defaults; the config of a node is merged over them."""
        return {}

    @classmethod
    def required_components(cls) -> list[type]:
        """Classes of which at least one instance, or one of a subclass, must be among the ancestors of the node."""
        return []

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Languages it can deal with; None for all."""
        return None

    @staticmethod
    def not_supported_languages() -> list[str] | None:
        """Languages it cannot deal with; None where `supported_languages` says all there is to say."""
        return None

    @staticmethod
    def required_packages() -> list[str]:
        """Names of packages as they are imported; their installed versions are part of the key."""
        return []

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return a text that changes when something outside does that is read beside the inputs."""
        del config
        return None

    @classmethod
    def implemented_by(cls) -> tuple[type, ...]:
        """Classes whose code is the identity of this one; itself, unless it stands for another."""
        return (cls,)
