"""Small components for tests of the training graph, and the few lines it takes to build a graph of them."""

import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphComponent,
    GraphNodeHook,
    InvalidConfig,
    ModelStorage,
    Resource,
    SchemaNode,
)


class Plain(GraphComponent):
    """Keeps what it is made with."""

    VERSION = "1"

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, context: ExecutionContext
    ) -> None:
        self.config = config
        self.storage = model_storage
        self.resource = resource
        self.context = context

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Plain":
        return cls(config, model_storage, resource, execution_context)


class Adder(Plain):
    def add(self, i1: Any, i2: Any) -> int:
        return int(i1) + int(i2)


class SubX(Plain):
    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"x": 0}

    def subtract_x(self, i: Any) -> int:
        return int(i) - int(self.config["x"])


class Const1(GraphComponent):
    """Returns what it is made with."""

    def __init__(self, value: int) -> None:
        self.value = value

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        x: int | None = None,
    ) -> "Const1":
        del config, model_storage, resource, execution_context
        return cls(1 if x is None else x)

    @classmethod
    def create_two(cls, **given: Any) -> "Const1":
        del given
        return cls(2)

    def run(self) -> int:
        return self.value


class Both(Const1):
    """Needs x twice: to be made, and to be run."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        x: int | None = None,
    ) -> "Both":
        del config, model_storage, resource, execution_context
        assert x is not None
        return cls(x)

    def multiply(self, x: int) -> int:
        return self.value * x


class CtxProbe(Plain):
    def probe(self) -> ExecutionContext:
        return self.context


class Loaded(Plain):
    """Can be made by `load` from what lies in its resource."""

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "Loaded":
        assert not kwargs
        made = cls(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            made.take(folder)
        return made

    @abstractmethod
    def take(self, folder: Path) -> None:
        """Read what was stored."""


class Persist(Loaded):
    """Writes a file and another one in a folder, or reads them."""

    wrapped: Mapping[str, str] | None = None

    def take(self, folder: Path) -> None:
        self.wrapped = {
            "test": (folder / "test.txt").read_text(encoding="utf-8"),
            "below": (folder / "sub" / "test.txt").read_text(encoding="utf-8"),
        }

    def train(self) -> Resource:
        with self.storage.write_to(self.resource) as folder:
            (folder / "test.txt").write_text(str(self.config.get("test", "")), encoding="utf-8")
            (folder / "sub").mkdir()
            (folder / "sub" / "test.txt").write_text(str(self.config.get("below", "")), encoding="utf-8")
        return self.resource

    def read(self) -> Any:
        return self.wrapped


class Failing(Plain):
    """Fails with what its config says, where its config says."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Failing":
        if config.get("where") == "create":
            raise error_named(config)
        return cls(config, model_storage, resource, execution_context)

    def run(self) -> None:
        raise error_named(self.config)

    async def run_async(self) -> None:
        raise error_named(self.config)


class MyError(Exception):
    """Nobody knows it."""


ERRORS: Mapping[str, type[BaseException]] = {
    "plain": MyError,
    "invalid": InvalidConfig,
    "exit": SystemExit,
    "interrupt": KeyboardInterrupt,
}


def error_named(config: Mapping[str, Any]) -> BaseException:
    return ERRORS[config.get("error", "plain")]("it is broken")


class Calling(Plain):
    """Calls a function of its config with its inputs by name."""

    SHARES_CONFIG: ClassVar[bool] = True

    def run(self, **inputs: Any) -> Any:
        return self.config["function"](**inputs)


class CallingAtOnce(Calling):
    RUNS_CONCURRENTLY: ClassVar[bool] = True


@dataclass(eq=False)
class Notes(GraphNodeHook):
    """Writes down what it is told."""

    name: str = ""
    seen: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        received_inputs: Mapping[str, Any],
    ) -> Any:
        del execution_context
        with self.lock:
            self.seen.append(("before", self.name, node_name, dict(config), dict(received_inputs)))
        return f"{self.name}:{node_name}"

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        output: Any,
        input_hook_data: Any,
    ) -> Any:
        del execution_context, config
        with self.lock:
            self.seen.append(("after", self.name, node_name, output, input_hook_data))

    @property
    def nodes_run(self) -> list[str]:
        return [entry[2] for entry in self.seen if entry[0] == "after"]


def node(
    uses: type[Any],
    fn: str = "run",
    config: Mapping[str, Any] | None = None,
    *,
    needs: Mapping[str, str] | None = None,
    constructor: str = "create",
    eager: bool = False,
    target: bool = False,
    is_input: bool = False,
    resource: Resource | None = None,
) -> SchemaNode:
    """Describe a node."""
    return SchemaNode(
        needs=dict(needs or {}),
        uses=uses,
        constructor_name=constructor,
        fn=fn,
        config=dict(config or {}),
        eager=eager,
        is_target=target,
        is_input=is_input,
        resource=resource,
    )


def calling(function: Callable[..., Any], *parents: str, **flags: Any) -> SchemaNode:
    """Describe a node that calls a function; its parents are its parameters."""
    uses = flags.pop("uses", Calling)
    return node(uses, config={"function": function}, needs={name: name for name in parents}, **flags)
