"""The plan of a graph: what each node will do, and why, decided before anything runs. Pure, in linear time.

Verdicts: `hit` (the record matches and nobody needs the value), `restored` (its value is taken from the cache), `run`,
`skipped` (nobody asked for it), and `depends`, which a run resolves by telling the plan what came out of each node.

Rules:
- A node whose inputs are known and that has no record runs; what depends on it cannot be known before: early cut-off.
- A node whose record matches is assumed to give what is recorded. If its value is needed and gone, it runs, and so do
  those whose values it needs. If then another value comes out, all that took the recorded one for granted runs too.
- A node with a record whose value is gone also runs where waiting for who needs it would never end.
- So everything in a plan is certain, and what is certain stays: whatever comes out, and in whatever order, a verdict
  other than `depends` never changes, and the plan at the end is the same. Only a payload that turns out to be lost
  makes a `restored` node `run`.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from tenprint.fingerprinting.engine.errors import GraphRunError
from tenprint.fingerprinting.engine.graph_order import ancestry, children_of, parents_first
from tenprint.fingerprinting.engine.key import NodeKey, node_key
from tenprint.fingerprinting.engine.planned import KeyOf, PlannedNode, Records, nodes_json
from tenprint.fingerprinting.engine.planning_facts import GraphShape, PlanningFacts
from tenprint.fingerprinting.engine.schema import GraphSchema, SchemaNode
from tenprint.fingerprinting.engine.verdict_reasons import verdict_reasons
from tenprint.fingerprinting.explain import Verdict


def key_of_node(node: SchemaNode, inputs: Mapping[str, str], *, mode: str | None = None) -> NodeKey:
    """Return the key of a node as its schema has it; reads code, so it may block."""
    return node_key(node.uses, node.config, inputs, constructor_name=node.constructor_name, fn=node.fn, mode=mode)


def plan_graph(
    schema: GraphSchema,
    input_fingerprints: Mapping[str, str],
    records: Records,
    *,
    forced: Collection[str] = (),
    needed_resources: Collection[str] = (),
    asked: Collection[str] | None = None,
    mode: str | None = None,
    key_of: KeyOf | None = None,
) -> "GraphPlan":
    """Plan a run.

    Args:
        schema: The graph as it was made, with nothing replaced in it.
        input_fingerprints: Fingerprints of what input nodes give, and of placeholders, as far as they are known; an
            input node without one runs first.
        records: What earlier runs have recorded.
        forced: Nodes that run even if they have a record, as far as something asked for needs them.
        needed_resources: Nodes whose values have to be there at the end, whether they ran or not.
        asked: Nodes whose outcome is wanted; None means the targets of the schema.
        mode: See `node_key`.
        key_of: Makes the keys; by default those of the nodes in this mode.

    Raises:
        GraphRunError: A name is no node, or nodes need each other.
    """
    wanted = schema.target_names if asked is None else list(asked)
    for name in (*wanted, *forced, *needed_resources):
        _check_name(schema, name)
    parents = {name: tuple(dict.fromkeys(node.needs.values())) for name, node in schema.nodes.items()}
    reached = ancestry(parents, (*wanted, *needed_resources))
    parents = {
        name: tuple(each for each in parents[name] if each in schema.nodes) for name in schema.nodes if name in reached
    }
    shape = GraphShape(
        schema.nodes,
        parents_first(parents),
        parents,
        children_of(parents),
        input_fingerprints,
        frozenset(reached.intersection(forced)),
        frozenset(needed_resources),
        key_of or partial(key_of_node, mode=mode),
        records,
    )
    facts = PlanningFacts(shape)
    facts.begin()
    return GraphPlan(facts)


def _check_name(schema: GraphSchema, name: str) -> None:
    if name not in schema.nodes:
        near = get_close_matches(name, schema.nodes, n=1)
        raise GraphRunError(f"no node is called `{name}`", hint=f"did you mean `{near[0]}`?" if near else None)


class GraphPlan:
    """What each node does, as far as it is known; a value: `resolved` and `lost` return another one."""

    def __init__(self, facts: PlanningFacts) -> None:
        self._facts = facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GraphPlan) and self.nodes == other.nodes

    __hash__ = None  # type: ignore[assignment] # as for a mapping

    def __repr__(self) -> str:
        return f"GraphPlan({', '.join(f'{name}={self.verdict(name)}' for name in self.nodes)})"

    @cached_property
    def nodes(self) -> Mapping[str, PlannedNode]:
        """All nodes of the schema, in its order."""
        return MappingProxyType({name: self._planned(name) for name in self._facts.shape.nodes})

    @cached_property
    def ready(self) -> tuple[str, ...]:
        """Nodes that run and whose inputs are all there or can be restored, in no order that matters."""
        return tuple(name for name in self._facts.unresolved if self._is_ready(name))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to run, and so no verdict `depends`."""
        return not self._facts.unresolved

    def verdict(self, name: str) -> Verdict:
        facts = self._facts
        if name not in facts.shape.parents:
            return "skipped"
        if name in facts.running:
            return "run"
        if name not in facts.matched or name in self._may_run:
            return "depends"
        children = facts.shape.children[name]
        if name in facts.shape.needed or any(child in facts.running for child in children):
            return "restored"
        return "depends" if any(self._may_need(child) for child in children) else "hit"

    def output_fingerprint(self, name: str) -> str | None:
        """Return the fingerprint of what a node gives in this run, as far as it is known."""
        return self._facts.output_fingerprint(name, self._may_run)

    def key(self, name: str) -> NodeKey | None:
        """Return the key of a node in this run; None as long as an input is not known, and for an input node."""
        given = {each: self.output_fingerprint(each) for each in self._facts.shape.parents.get(name, ())}
        return self._facts.key_in_run(name, given)

    def recorded(self, name: str) -> tuple[NodeKey, str] | None:
        """Return the key and the output of a node with a record, as long as it is not known to run.

        Of one that still may run, because a value before it is gone, it is what is taken for granted until then.
        """
        return None if name in self._facts.running else self._facts.recorded(name)

    def resolved(self, node: str, output_fingerprint: str) -> "GraphPlan":
        """Tell what came out of a node that ran.

        Raises:
            GraphRunError: It is not ready to run; it ran already, with another outcome; or it is an input node whose
                fingerprint was another one when the plan was made.
        """
        known = self._facts.resolved.get(node)
        if known is not None and known == output_fingerprint:
            return self
        if not self._is_ready(node):
            reason = "ran already with another outcome" if known is not None else "is not ready to run"
            raise GraphRunError(f"node `{node}` {reason}")
        facts = self._facts.copied()
        facts.resolve(node, output_fingerprint)
        return GraphPlan(facts)

    def lost(self, node: str) -> "GraphPlan":
        """Tell that the payload of a node, which was to be restored, cannot be; then it runs.

        What was restored once must be kept for the whole run.

        Raises:
            GraphRunError: It is no node with a record, or one that needs it has already run.
        """
        if node not in self._facts.matched or node in self._facts.running:
            raise GraphRunError(f"node `{node}` is not to be restored")
        used = [child for child in self._facts.shape.children[node] if child in self._facts.resolved]
        if used:
            raise GraphRunError(f"the value of node `{node}` was lost after `{used[0]}` had taken it")
        facts = self._facts.copied()
        facts.lose(node)
        return GraphPlan(facts)

    def to_json(self, sections: Mapping[str, Collection[str]] | None = None) -> list[dict[str, Any]]:
        """Return the `nodes` of a plan; `sections` says which sections a node belongs to, none for those left out."""
        return nodes_json(self.nodes, sections)

    @cached_property
    def _may_run(self) -> frozenset[str]:
        return self._facts.may_run()

    def _may_need(self, child: str) -> bool:
        """Whether a node, which is not known to run, may still run and need its inputs."""
        return child not in self._facts.matched or child in self._may_run

    def _is_ready(self, name: str) -> bool:
        return self._facts.is_ready(name, self._may_run)

    def _planned(self, name: str) -> PlannedNode:
        verdict = self.verdict(name)
        reasons = verdict_reasons(self._facts, name, verdict, self._may_run)
        needs = tuple(dict.fromkeys(self._facts.shape.nodes[name].needs.values()))
        if verdict == "skipped":
            return PlannedNode(name, verdict, reasons, needs=needs)
        return PlannedNode(name, verdict, reasons, self.key(name), self.output_fingerprint(name), needs)
