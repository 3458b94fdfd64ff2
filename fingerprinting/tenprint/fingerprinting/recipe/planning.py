"""Planning the nodes of the sections that are trained: the schema, what is known of its inputs, and the records.

A plan and a run are made by the same function from the same values, so they cannot disagree; only the run tells the
graph what came out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tenprint.fingerprinting.component_jobs import ComponentJob
from tenprint.fingerprinting.engine import GraphPlan, GraphSchema, PlannedNode, plan_graph
from tenprint.fingerprinting.engine.lookup import CacheRecords
from tenprint.fingerprinting.plan import NodePlan
from tenprint.fingerprinting.recipe.former_model import FormerModel
from tenprint.fingerprinting.recipe.node_classes import RunSurroundings
from tenprint.fingerprinting.recipe.node_records import section_of
from tenprint.fingerprinting.recipe.prepared import TrainedHalf
from tenprint.fingerprinting.recipe.train_schema import NLU_HALF, RecipeOptions, former_node, train_schema

GRAPH = "recipe"
"""Under which keys of nodes are noted in a cache, for explaining where no model tells them."""


@dataclass(frozen=True, slots=True)
class NodeSituation:
    """What the nodes of a run are planned from."""

    jobs: tuple[ComponentJob, ...]
    facets: Mapping[str, str]
    """Fingerprints of facets by input node."""
    former: FormerModel
    surroundings: RunSurroundings
    identities: Mapping[str, str] = field(default_factory=dict)
    """By resource: who trains it, with the state of what that reads beside the data."""
    forced: Collection[str] | None = ()
    """Resources that are trained whatever is recorded; None for all."""
    finetuned: Collection[str] = ()
    """Resources whose components go on from the former model."""
    kept_nlu: Mapping[str, str] | None = None
    """Resources of the NLU half that stays, with their fingerprints; None where none does."""


@dataclass(frozen=True, slots=True)
class PlannedNodes:
    """A graph and its plan."""

    schema: GraphSchema
    plan: GraphPlan

    def node_plans(self) -> tuple[NodePlan, ...]:
        return node_plans(self.schema, self.plan.nodes)


def schema_of(situation: NodeSituation) -> GraphSchema:
    """Make the graph of a run.

    Raises:
        TrainingError: A component fails to say what it reads.
    """
    return train_schema(
        situation.jobs,
        RecipeOptions(
            situation.surroundings,
            situation.identities,
            situation.finetuned,
            situation.kept_nlu is not None,
        ),
    )


def planned_nodes(situation: NodeSituation) -> PlannedNodes:
    """Plan the nodes; blocks, because keys read code and caches read a disk.

    Raises:
        TrainingError: A component fails to say what it reads, or which code it is.
    """
    schema = schema_of(situation)
    fingerprints = _input_fingerprints(schema, situation)
    resources = [job.resource for job in situation.jobs]
    plan = plan_graph(
        schema,
        fingerprints,
        CacheRecords(situation.former, GRAPH),
        forced=_forced(schema, resources, situation.forced),
        needed_resources=resources,
    )
    return PlannedNodes(schema, plan)


def node_plans(schema: GraphSchema, planned: Mapping[str, PlannedNode]) -> tuple[NodePlan, ...]:
    """Return the verdicts on all nodes that are no inputs, in the order of the graph."""
    return tuple(
        NodePlan(name, (section_of(name),), planned[name].verdict, planned[name].reasons, planned[name].needs)
        for name, node in schema.nodes.items()
        if not node.is_input and name in planned
    )


def _input_fingerprints(schema: GraphSchema, situation: NodeSituation) -> dict[str, str]:
    known = dict(situation.facets)
    if situation.kept_nlu is not None:
        known[NLU_HALF] = TrainedHalf(situation.kept_nlu).fingerprint()
    remembered = {**situation.former.resources("nlu"), **situation.former.resources("core")}
    known |= {former_node(name): remembered[name] for name in situation.finetuned if name in remembered}
    return {name: known[name] for name, node in schema.nodes.items() if node.is_input and name in known}


def _forced(schema: GraphSchema, resources: Collection[str], forced: Collection[str] | None) -> list[str]:
    """All that is no input where everything is forced, so that nothing of an earlier run is believed."""
    if forced is None:
        return [name for name, node in schema.nodes.items() if not node.is_input]
    return [name for name in resources if name in forced]
