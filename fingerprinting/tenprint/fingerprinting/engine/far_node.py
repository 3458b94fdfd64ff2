"""A node that runs in another process: sent with the files it may read, and back come its output and what it wrote.

There it works in a storage of its own, so it needs no file system in common with us, and what it wrote before it failed
is gone with it. It runs only if its code is there what it is here. It may read the resources that are among its inputs,
and its own; nothing else of the storage is sent.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import anyio

from tenprint.fingerprinting.engine.component_calls import ComponentCall, made_and_run
from tenprint.fingerprinting.engine.executor import Executor, LocalExecutor
from tenprint.fingerprinting.engine.far_identity import check_identity, execution_identity
from tenprint.fingerprinting.engine.file_tree import file_parts
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.schema import GraphSchema
from tenprint.fingerprinting.engine.storage import LocalModelStorage

Files: TypeAlias = Mapping[tuple[str, ...], bytes]
"""Content by path."""


@dataclass(frozen=True, slots=True)
class FarNode:
    """What is sent: the call, and the files of resources by their names."""

    call: ComponentCall
    identity: Mapping[str, str]
    """What its class is here, and must be there."""
    resources: Mapping[str, Files]


@dataclass(frozen=True, slots=True)
class FarOutput:
    """What comes back: the output, and the files of resources that were written."""

    output: Any
    written: Mapping[str, Files]


async def run_far(call: ComponentCall, storage: ModelStorage, *, near: Executor, far: Executor) -> Any:
    """Run a node in another process and return its output; what it wrote is in the storage then."""
    node = await near.submit(_node_to_send, call, storage)
    done = await far.submit(run_far_node, node, isolated=True)
    await near.submit(_take_over, done.written, storage)
    return done.output


def run_far_node(node: FarNode) -> FarOutput:
    """Run a node that was sent; this is what the other process is asked to do."""
    check_identity(node.call.uses, node.identity)
    with tempfile.TemporaryDirectory(prefix="tenprint-node-") as folder:
        storage = LocalModelStorage(folder)
        _take_over(node.resources, storage)
        given = {name: storage.resource_fingerprint(Resource(name)) for name in node.resources}
        output = anyio.run(made_and_run, node.call, storage, LocalExecutor())
        written = [each for each in storage.resources() if given.get(each.name) != storage.resource_fingerprint(each)]
        return FarOutput(output, {resource.name: _files(resource, storage) for resource in written})


def _node_to_send(call: ComponentCall, storage: ModelStorage) -> FarNode:
    # Configs with live objects stay here; what the nodes are, and who needs whom, is sent.
    nodes = {
        name: replace(node, config={}) if getattr(node.uses, "SHARES_CONFIG", False) else node
        for name, node in call.execution_context.graph_schema.nodes.items()
    }
    call = replace(call, execution_context=replace(call.execution_context, graph_schema=GraphSchema(nodes)))
    named = {call.resource, *_resources_in((*call.inputs.values(), *call.constructor_inputs.values()))}
    identity = execution_identity(call.uses)
    return FarNode(call, identity, {each.name: _files(each, storage) for each in named if storage.holds(each)})


def _resources_in(values: Iterable[Any]) -> Iterator[Resource]:
    """Find resources among values and in the containers there."""
    waiting = list(values)
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Resource):
            yield value
        elif isinstance(value, (list, tuple, Mapping)) and id(value) not in seen:
            seen.add(id(value))
            waiting.extend(value.values() if isinstance(value, Mapping) else value)


def _files(resource: Resource, storage: ModelStorage) -> Files:
    with storage.read_from(resource) as folder:
        return {parts: folder.joinpath(*parts).read_bytes() for parts in file_parts(folder)}


def _take_over(resources: Mapping[str, Files], storage: ModelStorage) -> None:
    for name, files in resources.items():
        with storage.write_to(Resource(name)) as folder:
            for parts, content in files.items():
                _write(folder.joinpath(*parts), content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
