"""What planning reads and what it says of one node: records of earlier runs in, verdicts out. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from tenprint.fingerprinting.engine.key import NodeKey
from tenprint.fingerprinting.engine.node_reasons import NodeReason
from tenprint.fingerprinting.engine.schema import SchemaNode
from tenprint.fingerprinting.explain import Verdict


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an execution."""

    output_fingerprint: str
    has_payload: bool
    """The output itself can be restored."""
    is_storable: bool = True
    """False: the output is of a type that is never stored."""


class Records(Protocol):
    """Answers from what earlier runs have recorded; asked while a plan is made, so it may block."""

    def find(self, key: NodeKey) -> Record | None:
        """Look up an execution."""

    def last(self, node_name: str) -> NodeKey | None:
        """Return the key a node of this name had when it last ran or was found, for explaining only."""


KeyOf: TypeAlias = Callable[[SchemaNode, Mapping[str, str]], NodeKey]
"""Makes the key of a node; the mapping tells the fingerprint of each input by parameter."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """Verdict on one node, its key and the fingerprint of what it gives, as far as they are known."""

    name: str
    verdict: Verdict
    reasons: tuple[NodeReason, ...] = ()
    key: NodeKey | None = None
    output_fingerprint: str | None = None
    needs: tuple[str, ...] = ()
    """What feeds it: nodes and placeholders, each once."""


def nodes_json(
    nodes: Mapping[str, PlannedNode], sections: Mapping[str, Collection[str]] | None = None
) -> list[dict[str, Any]]:
    """Write nodes down as the `nodes` of a plan; `sections` says which a node belongs to, none for those left out."""
    return [
        {
            "name": name,
            "sections": list((sections or {}).get(name, ())),
            "verdict": node.verdict,
            "reasons": [reason.to_json() for reason in node.reasons],
        }
        for name, node in nodes.items()
    ]
