"""What the metadata of a model say of its nodes, as far as that is kept from one model to the next. Pure.

Apart from what reads them, because a run that finds nothing due needs no engine.
"""

from collections.abc import Collection, Mapping
from typing import Any

NODES_KEY = "nodes"
"""Key of the metadata of a model."""


def records_of(metadata: Mapping[str, Any], halves: Collection[str]) -> dict[str, Any]:
    """Return what the metadata of a model say of the nodes of these halves, as it stands there."""
    recorded = metadata.get(NODES_KEY)
    named = recorded.items() if isinstance(recorded, Mapping) else ()
    return {name: document for name, document in named if section_of(name) in halves}


def section_of(node: str) -> str:
    """Section of a node, by its name."""
    return "core" if node.startswith(("core/", "core-data/")) else "nlu"
