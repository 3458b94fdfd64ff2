"""The training graph of a project: `pipeline` and `policies` as nodes, and what each of them reads as edges.

    nlu-data/<facet>, core-data/<facet>   input nodes, one for each facet that somebody reads
    former/<resource>                     input node: what a component goes on from, when finetuning
    nlu/<position>-<name>                 trains one component; targets, and names of resources in the archive
    prepared/<position>-<name>            what a tokenizer or featurizer adds to the texts, for those behind it
    nlu-half                              the NLU half as a whole, for policies that learn with it
    core/<position>-<name>                trains one policy

A component has edges only from what it says it reads, so an edited synonym runs nothing that reads no synonyms.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tenprint.fingerprinting.component import Featurizer
from tenprint.fingerprinting.component_inputs import inputs_in
from tenprint.fingerprinting.component_jobs import ComponentJob
from tenprint.fingerprinting.engine import GraphSchema, SchemaNode
from tenprint.fingerprinting.nlu_reads import (
    EXAMPLES,
    FEATURES,
    INTENTS,
    PREPARED,
    TEXTS,
    TOKENS,
    component_reads,
    policy_reads,
)
from tenprint.fingerprinting.recipe.component_nodes import BASE, HALF, PrepareNode, TrainNluNode, TrainPolicyNode
from tenprint.fingerprinting.recipe.facets import core_node, nlu_node
from tenprint.fingerprinting.recipe.input_nodes import (
    MATERIAL,
    JoinHalf,
    OwnNode,
    ProvideBase,
    ProvideFacet,
    ProvideKeptHalf,
)
from tenprint.fingerprinting.recipe.lessons import MESSAGES, feature_parameter
from tenprint.fingerprinting.recipe.node_classes import RunSurroundings, node_class

NLU_HALF = "nlu-half"
INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class RecipeOptions:
    """What shapes the graph beside the entries themselves."""

    surroundings: RunSurroundings
    identities: Mapping[str, str] = field(default_factory=dict)
    """By resource: who trains it, with the state of what that reads beside the data."""
    finetuned: Collection[str] = ()
    """Resources whose components go on from their former training."""
    keeps_nlu: bool = False
    """Whether the NLU half of the old model stays."""

    def addon(self, resource: str) -> str:
        """Tell the state of what is read beside the data; code has a part of the key to itself."""
        return inputs_in(self.identities.get(resource, ""))


def train_schema(jobs: Iterable[ComponentJob], options: RecipeOptions) -> GraphSchema:
    """Make the graph that trains these entries; those of NLU stand before those of Core.

    Raises:
        TrainingError: A component fails to say what it reads.
    """
    listed = tuple(jobs)
    nodes: dict[str, SchemaNode] = {}
    pipeline = tuple(job for job in listed if job.section == "nlu")
    nodes.update(_pipeline_nodes(pipeline, options))
    policies = tuple(job for job in listed if job.section == "core")
    nodes.update(_policy_nodes(policies, options, has_nlu=bool(pipeline) or options.keeps_nlu))
    if any(NLU_HALF in node.needs.values() for node in nodes.values()):
        nodes[NLU_HALF] = _half_node(pipeline)
    return GraphSchema({**dict(_input_nodes(nodes)), **nodes})


def former_node(resource: str) -> str:
    """Name of the input node of what a component goes on from; also the name of that resource during the run."""
    return f"former/{resource}"


def _pipeline_nodes(jobs: Iterable[ComponentJob], options: RecipeOptions) -> Iterator[tuple[str, SchemaNode]]:
    before = _Before()
    for job in jobs:
        provided, components = job.registered.provided, options.surroundings.components
        reads = component_reads(job.entry.name, job.options, components)
        facets = reads - PREPARED - {TEXTS} - ({INTENTS} if EXAMPLES in reads else set())
        needs = {facet: nlu_node(facet) for facet in sorted(facets)}
        if reads & {TEXTS, *PREPARED}:
            needs |= before.needs(tokens=TOKENS in reads, features=FEATURES in reads)
        yield job.resource, _train_node(TrainNluNode, job, needs, reads, options)
        if provided.PREPARES:
            name = job.resource.replace("nlu/", "prepared/", 1)
            needs = {**before.needs(tokens=True, features=FEATURES in reads), "resource": job.resource}
            is_featurizer = issubclass(provided, Featurizer)
            fn = (PrepareNode.prepare_features if is_featurizer else PrepareNode.prepare_messages).__name__
            uses = node_class(PrepareNode, job, options.surroundings, reads=reads, addon=options.addon(job.resource))
            yield name, SchemaNode(needs, uses, "create", fn, dict(job.entry.options))
            before = before.followed_by(name, is_featurizer=is_featurizer)


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before an entry of the pipeline."""

    messages: str | None = None
    features: tuple[str, ...] = ()

    def needs(self, *, tokens: bool, features: bool) -> dict[str, str]:
        """Edges to texts, or messages where their tokens count; and to features."""
        texts = {TEXTS: nlu_node(TEXTS)} if self.messages is None or not tokens else {MESSAGES: self.messages}
        found = self.features if features else ()
        return {**texts, **{feature_parameter(number): name for number, name in enumerate(found)}}

    def followed_by(self, name: str, *, is_featurizer: bool) -> "_Before":
        return _Before(self.messages, (*self.features, name)) if is_featurizer else _Before(name, self.features)


def _policy_nodes(
    jobs: Iterable[ComponentJob], options: RecipeOptions, *, has_nlu: bool
) -> Iterator[tuple[str, SchemaNode]]:
    for job in jobs:
        reads = policy_reads(job.entry.name, job.options, options.surroundings.components)
        needs = {facet: core_node(facet) for facet in sorted(reads - {INTERPRETER})}
        if INTERPRETER in reads and has_nlu:
            needs[HALF] = NLU_HALF
        yield job.resource, _train_node(TrainPolicyNode, job, needs, reads, options)


def _train_node(
    base: type[TrainNluNode | TrainPolicyNode],
    job: ComponentJob,
    needs: Mapping[str, str],
    reads: frozenset[str],
    options: RecipeOptions,
) -> SchemaNode:
    resource = job.resource
    former = {BASE: former_node(resource)} if resource in options.finetuned else {}
    addon = options.addon(resource)
    uses = node_class(base, job, options.surroundings, reads=reads, addon=addon, stays=HALF in needs)
    return SchemaNode({**needs, **former}, uses, "create", "train", dict(job.entry.options), is_target=True)


def _half_node(pipeline: Collection[ComponentJob]) -> SchemaNode:
    if not pipeline:
        return _input_node(ProvideKeptHalf)
    needs = {f"resource_{number}": job.resource for number, job in enumerate(pipeline)}
    return SchemaNode(needs, JoinHalf, "create", JoinHalf.join.__name__, {})


def _input_nodes(nodes: Mapping[str, SchemaNode]) -> Iterator[tuple[str, SchemaNode]]:
    """Input nodes for all that is needed and no node yet: facets, and what is gone on from."""
    needed = dict.fromkeys(name for node in nodes.values() for name in node.needs.values())
    for name in (name for name in needed if name not in nodes and name != MATERIAL):
        yield name, _input_node(ProvideBase if name.startswith("former/") else ProvideFacet)


def _input_node(uses: type[OwnNode]) -> SchemaNode:
    return SchemaNode({"material": MATERIAL}, uses, "create", "provide", {}, is_input=True)
