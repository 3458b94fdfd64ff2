"""What a training gives back: the plan as it ended, what it took, and what the model says of itself. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tenprint.fingerprinting.engine.model_configuration import ModelMetadata
from tenprint.fingerprinting.engine.node_reasons import NodeReason
from tenprint.fingerprinting.engine.planned import PlannedNode, nodes_json
from tenprint.fingerprinting.engine.planner import GraphPlan
from tenprint.importers import Problem


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """What became of each node, and the model where one was packed."""

    metadata: ModelMetadata | None
    nodes: Mapping[str, PlannedNode]
    """Verdict and reasons of each node of the schema, as they ended."""
    seconds: Mapping[str, float]
    """How long the component of a node took that ran, or the restoring of its value."""
    problems: tuple[Problem, ...] = ()
    """What was wrong with the cache and was lived with."""

    def to_json(self, sections: Mapping[str, Collection[str]] | None = None) -> list[dict[str, Any]]:
        """Return the `nodes` of a plan, as `GraphPlan.to_json` does."""
        return nodes_json(self.nodes, sections)


def ended_nodes(attempts: Collection[tuple[GraphPlan, Collection[str]]]) -> dict[str, PlannedNode]:
    """Tell what became of each node over the attempts of one training, the last of which went to its end.

    What ran in an attempt that had to be given up has run, though the next one found its output.

    Args:
        attempts: The plan of each as it ended, and the nodes that ran beside it, because their value was lost late.
    """
    ended: dict[str, PlannedNode] = {}
    for plan, beside in attempts:
        for name, node in plan.nodes.items():
            told = replace(node, verdict="run", reasons=(_LATE,)) if name in beside and node.verdict != "run" else node
            if name not in ended or told.verdict == "run" or ended[name].verdict != "run":
                ended[name] = told
    return ended


_LATE = NodeReason("payload-corrupt", "its stored value could not be read when it was needed")
