"""What is left of a graph when some of its values are known. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from tenprint.fingerprinting.engine.cache import CachedResult
from tenprint.fingerprinting.engine.fingerprint_run import PrecomputedValueProvider
from tenprint.fingerprinting.engine.schema import GraphSchema


def pruned(
    schema: GraphSchema, known: Mapping[str, CachedResult], *, targets: Collection[str] | None = None
) -> GraphSchema:
    """Return the schema in which known values are provided, and nothing is left that only they would have needed.

    Args:
        schema: The graph; neither it nor its nodes are changed.
        known: Values by node, whatever they are: None and empty ones too. A name that is no node says nothing.
        targets: What the rest is for; none means the targets of the schema.
    """
    nodes = {name: replace(node, needs=dict(node.needs)) for name, node in schema.nodes.items()}
    for name, result in known.items():
        if name in nodes:
            PrecomputedValueProvider.replace_schema_node(nodes[name], result.value)
            nodes[name].needs = {}
    return GraphSchema(nodes).minimal_graph_schema(targets)
