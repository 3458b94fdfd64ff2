"""The schema of a graph: nodes by name, who needs whom, and which of them are wanted.

`SchemaNode` is the one mutable value of this floor: seed code replaces what a node uses in place.
"""

from dataclasses import dataclass, field
from typing import Any

from tenprint.fingerprinting.engine.resource import Resource


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
