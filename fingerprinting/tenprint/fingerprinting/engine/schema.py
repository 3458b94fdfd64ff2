"""The schema of a graph: nodes by name, who needs whom, and which of them are wanted. Pure.

`SchemaNode` is the one mutable value of this floor: seed code replaces what a node uses in place. A serialised schema
names classes; it is restored from the classes the caller knows, and nothing is imported because data say so.
"""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from tenprint.fingerprinting.engine.errors import GraphSchemaError, GraphStorageError
from tenprint.fingerprinting.engine.resource import Resource
from tenprint.fingerprinting.engine.values import qualified_name


@dataclass
class SchemaNode:
    """One node: a class, how to make and run it, and where its inputs come from."""

    needs: dict[str, str]
    """Parameter of the run function, or of the constructor of a lazy node -> node or placeholder that feeds it."""
    uses: type[Any]
    constructor_name: str
    fn: str
    config: dict[str, Any]
    eager: bool = False
    """Made when the runner is built; else each time the node runs."""
    is_target: bool = False
    is_input: bool = False
    """Always run, also in a fingerprint run, so that changes outside are seen."""
    resource: Resource | None = None


@dataclass
class GraphSchema:
    """Nodes by name, in an order that decides nothing but ties."""

    nodes: dict[str, SchemaNode] = field(default_factory=dict)

    @property
    def target_names(self) -> list[str]:
        return [name for name, node in self.nodes.items() if node.is_target]

    def minimal_graph_schema(self, targets: Collection[str] | None = None) -> "GraphSchema":
        """Return the schema of the targets and all they need, with the same nodes in the same order.

        Args:
            targets: Names of nodes; none, or an empty collection, means the targets of the schema. A name that is no
                node, such as a placeholder, contributes nothing.
        """
        waiting = list(targets or self.target_names)
        needed: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in self.nodes and name not in needed:
                needed.add(name)
                waiting.extend(self.nodes[name].needs.values())
        return GraphSchema({name: node for name, node in self.nodes.items() if name in needed})

    def as_dict(self) -> dict[str, Any]:
        """Write the schema as plain values that share nothing with it; classes by the names `class_name` tells."""
        return {"nodes": {name: _node_document(node) for name, node in self.nodes.items()}}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], known: Mapping[str, type[Any]]) -> "GraphSchema":
        """Restore a schema that `as_dict` wrote.

        Args:
            document: What was written; it is not changed.
            known: The classes nodes may use, by name; see `known_classes`.

        Raises:
            GraphSchemaError: Something in it is missing, unknown or of another type; the message lists all of it.
        """
        wrong = schema_objections(document, known)
        if wrong:
            raise GraphSchemaError(
                "a schema cannot be restored:\n" + "\n".join(f"  {line}" for line in wrong),
                hint="install the plugins it was made with, or make it again",
            )
        return cls({name: _restored(entry, known) for name, entry in document["nodes"].items()})


def schema_objections(document: Any, known: Mapping[str, type[Any]]) -> tuple[str, ...]:
    """Say what keeps a schema from being restored, one line each; see `GraphSchema.from_dict`."""
    nodes = document.get("nodes") if isinstance(document, Mapping) else None
    if not isinstance(nodes, Mapping):
        return ("a schema is a mapping with `nodes`, a mapping from names to nodes",)
    return tuple(line for name, entry in nodes.items() for line in _objections(name, entry, known))


def class_name(class_: type[Any]) -> str:
    """Return the name a class has in serialised schemas: its own NAME, else its dotted path.

    A NAME that is inherited is that of the parent.
    """
    own = vars(class_).get("NAME")
    return own if isinstance(own, str) and own else qualified_name(class_)


def known_classes(*classes: type[Any]) -> dict[str, type[Any]]:
    """Return the classes by the names schemas have for them.

    Raises:
        GraphSchemaError: Two of them have the same name.
    """
    known: dict[str, type[Any]] = {}
    for class_ in classes:
        if known.setdefault(class_name(class_), class_) is not class_:
            raise GraphSchemaError(
                f"two classes are called `{class_name(class_)}`: "
                f"{qualified_name(known[class_name(class_)])} and {qualified_name(class_)}",
                hint="give one of them another NAME",
            )
    return known


_TEXTS = ("constructor_name", "fn")
_FLAGS = ("eager", "is_target", "is_input")
_KEYS = tuple(each.name for each in fields(SchemaNode))


def _node_document(node: SchemaNode) -> dict[str, Any]:
    resource = node.resource
    return {
        "needs": dict(node.needs),
        "uses": class_name(node.uses),
        "constructor_name": node.constructor_name,
        "fn": node.fn,
        "config": deepcopy(node.config),
        **{flag: getattr(node, flag) for flag in _FLAGS},
        "resource": None
        if resource is None
        else {"name": resource.name, "output_fingerprint": resource.output_fingerprint},
    }


def _objections(name: object, entry: Any, known: Mapping[str, type[Any]]) -> Iterator[str]:
    """Say what keeps an entry from being restored, one line each."""
    if not isinstance(name, str) or not isinstance(entry, Mapping):
        yield f"{name!r}: a node is a mapping under a name"
        return
    missing = [key for key in _KEYS if key not in entry]
    if missing:
        yield f"{name}: {', '.join(f'`{key}`' for key in missing)} missing"
    strange = sorted(repr(key) for key in entry if key not in _KEYS)
    if strange:
        yield f"{name}: unknown: {', '.join(strange)}"
    yield from (f"{name}: `{key}` {reason}" for key, reason in _wrong_types(entry))
    uses = entry.get("uses")
    if "uses" in entry and (not isinstance(uses, str) or uses not in known):
        near = get_close_matches(str(uses), sorted(known), n=1)
        yield f"{name}: no class is known as {uses!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _wrong_types(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    needs = entry.get("needs", {})
    pairs = list(needs.items()) if isinstance(needs, Mapping) else [(None, None)]
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        yield "needs", "is no mapping from parameters to names of nodes"
    yield from ((key, "is no text") for key in _TEXTS if not isinstance(entry.get(key, ""), str))
    yield from ((key, "is neither true nor false") for key in _FLAGS if not isinstance(entry.get(key, False), bool))
    if not isinstance(entry.get("config", {}), Mapping):
        yield "config", "is no mapping"
    try:
        _resource(entry.get("resource"))
    except (GraphStorageError, TypeError, KeyError) as error:
        yield "resource", f"is neither null nor a name with a fingerprint ({error})"


def _restored(entry: Mapping[str, Any], known: Mapping[str, type[Any]]) -> SchemaNode:
    return SchemaNode(
        needs=dict(entry["needs"]),
        uses=known[entry["uses"]],
        config=deepcopy(dict(entry["config"])),
        resource=_resource(entry["resource"]),
        **{key: entry[key] for key in (*_TEXTS, *_FLAGS)},
    )


def _resource(document: Any) -> Resource | None:
    if document is None:
        return None
    if not isinstance(document, Mapping):
        raise TypeError(f"{type(document).__name__} in place of a mapping")
    fingerprint = document["output_fingerprint"]
    if fingerprint is not None and not isinstance(fingerprint, str):
        raise TypeError("`output_fingerprint` is no text")
    return Resource(document["name"], fingerprint)
