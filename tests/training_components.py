"""Components that train, for tests of whole trainings, and the few lines around them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tests.graph_components import Calling, Loaded, Plain, node

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphModelConfiguration,
    GraphNodeHook,
    GraphSchema,
    ModelStorage,
    Resource,
    SchemaNode,
    fingerprint_of,
)


@dataclass(frozen=True)
class Text:
    """Writes itself into a folder."""

    text: str

    def fingerprint(self) -> str:
        return fingerprint_of(self.text)

    def to_cache(self, directory: Path, model_storage: ModelStorage) -> None:
        del model_storage
        (directory / "text").write_text(self.text, encoding="utf-8")

    @classmethod
    def from_cache(
        cls, node_name: str, directory: Path, model_storage: ModelStorage, output_fingerprint: str
    ) -> "Text":
        del node_name, model_storage, output_fingerprint
        return cls((directory / "text").read_text(encoding="utf-8"))


class Weighty:
    """A value that nothing can write down, but that has a fingerprint."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def fingerprint(self) -> str:
        return fingerprint_of(("weighty", self.value))


class Named:
    """A function that is known by a name, also in keys."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.function = function

    def __call__(self, **inputs: Any) -> Any:
        return self.function(**inputs)

    def fingerprint(self) -> str:
        return fingerprint_of(("named", self.name))


class Versioned(Calling):
    """Its code never changes; what it calls counts by its name."""

    VERSION = "1"


def told(function: Callable[..., Any], *parents: str, name: str = "", **flags: Any) -> SchemaNode:
    """Describe a node that calls a function; its parents are its parameters."""
    return node(Versioned, config={"function": Named(name, function)}, needs={each: each for each in parents}, **flags)


class Prefix(Plain):
    """Puts something before a text."""

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"prefix": "Hello ", "nested": {"a": 1, "b": 2}}

    def run(self, name: Any) -> Text:
        return Text(self.config["prefix"] + (name.text if isinstance(name, Text) else name))


class Reader(Plain):
    """Reads the file its config names."""

    def read(self) -> str:
        return Path(self.config["file"]).read_text(encoding="utf-8")


class Asserter(Plain):
    """Fails unless its input is the value its config says."""

    def run(self, i: Any) -> Text:
        assert i == self.config["value"], f"{i!r} is not {self.config['value']!r}"
        return Text("")


class Add(Plain):
    """Adds its inputs to what its config says."""

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"plus": 0}

    def run(self, **inputs: Any) -> int:
        return int(self.config["plus"]) + sum(int(value) for value in inputs.values())


class Unstorable:
    """Mixed into a component whose output may not be kept."""

    STORES_OUTPUT: ClassVar[bool] = False


class AddUnstored(Unstorable, Add):
    """Adds, and is not kept."""


class Trainer(Plain):
    """Trains by writing its input down."""

    READS_MODE: ClassVar[bool] = True

    def train(self, data: Any) -> Resource:
        with self.storage.write_to(self.resource) as folder:
            text = "finetuned" if self.context.is_finetuning else "trained"
            (folder / "model").write_text(f"{text} on {data} with {self.config}", encoding="utf-8")
        return self.resource


class Loader(Loaded):
    """Loads what a trainer has written, and answers with it."""

    text: str = ""

    def take(self, folder: Path) -> None:
        self.text = (folder / "model").read_text(encoding="utf-8")

    def process(self) -> str:
        return self.text


@dataclass(eq=False)
class Ran(GraphNodeHook):
    """Notes which nodes run, input nodes excepted, whose values are provided when hooks look on."""

    names: list[str] = field(default_factory=list)

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        received_inputs: Mapping[str, Any],
    ) -> None:
        del config, received_inputs
        if not execution_context.graph_schema.nodes[node_name].is_input:
            self.names.append(node_name)

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        output: Any,
        input_hook_data: Any,
    ) -> None:
        """Hear nothing."""

    def taken(self) -> list[str]:
        """Return the sorted names so far, and begin again."""
        names, self.names = sorted(self.names), []
        return names


def configuration(nodes: Mapping[str, SchemaNode], predict: Sequence[str] = ()) -> GraphModelConfiguration:
    """Describe a model: how it is trained, and which resources predicting needs."""
    loading = {
        f"load_{name}": SchemaNode({}, Loader, "load", "process", {}, eager=True, resource=Resource(name))
        for name in predict
    }
    return GraphModelConfiguration(GraphSchema(dict(nodes)), GraphSchema(loading))
