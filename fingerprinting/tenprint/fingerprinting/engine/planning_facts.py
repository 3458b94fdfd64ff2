"""The facts behind a plan: what is known of each node, and what follows from it. Pure, in linear time.

Facts only grow: a node gets a key once all its inputs are assumed, a record or none, an assumed output (what is
recorded, or what came out of a node without a record), and it may come to run. No fact is taken back, and none depends
on the order in which outputs become known; so the plan does not either.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from tenprint.fingerprinting.engine.errors import GraphRunError
from tenprint.fingerprinting.engine.graph_order import ancestry
from tenprint.fingerprinting.engine.key import NodeKey
from tenprint.fingerprinting.engine.node_reasons import NodeReason, miss_reasons
from tenprint.fingerprinting.engine.planned import KeyOf, Record, Records
from tenprint.fingerprinting.engine.schema import SchemaNode


@dataclass(frozen=True, slots=True)
class GraphShape:
    """What does not change while a graph runs; parents and children are those among the nodes anybody needs."""

    nodes: Mapping[str, SchemaNode]
    order: Sequence[str]
    """Parents come first."""
    parents: Mapping[str, Collection[str]]
    children: Mapping[str, Collection[str]]
    fingerprints: Mapping[str, str]
    forced: frozenset[str]
    needed: frozenset[str]
    key_of: KeyOf
    records: Records


class PlanningFacts:
    """What is known so far; only its own methods change it, and `copied` before they do."""

    def __init__(self, shape: GraphShape) -> None:
        self.shape = shape
        self.matched: dict[str, Record] = {}
        """Nodes with a record, and input nodes whose fingerprint is known."""
        self.misses: dict[str, tuple[NodeReason, ...]] = {}
        self.running: dict[str, None] = {}
        self.unresolved: dict[str, None] = {}
        """Those of the running nodes whose output is not known yet."""
        self.resolved: dict[str, str] = {}
        self.lost_payloads: dict[str, None] = {}
        self._lacking: dict[str, None] = {}
        """Nodes with a record that do not run, and whose value can be had only by running them."""
        self._keys: dict[str, NodeKey] = {}
        self._assumed: dict[str, str] = {}
        """Outputs as keys are made of them."""
        self._waiting = {
            name: 0 if shape.nodes[name].is_input else len(parents) for name, parents in shape.parents.items()
        }
        """How many parents a node has whose output is not assumed yet."""

    def copied(self) -> "PlanningFacts":
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict):
                setattr(other, name, value.copy())
        return other

    def begin(self) -> None:
        for name in self.shape.parents:
            if name in self.shape.forced:
                self._run(name)
        self._learn([name for name, count in self._waiting.items() if count == 0])
        self._break_ties()

    def resolve(self, name: str, output_fingerprint: str) -> None:
        """Take in what came out of a node that ran."""
        del self.unresolved[name]
        self.resolved[name] = output_fingerprint
        record = self.matched.get(name)
        if record is None:
            self._assumed[name] = output_fingerprint
            self._learn(self._freed_by(name))
        elif record.output_fingerprint != output_fingerprint:
            if self.shape.nodes[name].is_input:
                raise GraphRunError(
                    f"input node `{name}` gives another value than when the plan was made", hint="run it again"
                )
            for child in self.shape.children[name]:
                self._run(child)
        self._break_ties()

    def lose(self, name: str) -> None:
        """Take in that the payload of a node is not there after all."""
        self.lost_payloads[name] = None
        self._lacking[name] = None
        if self._is_needed(name):
            self._run(name)
        self._break_ties()

    def may_run(self) -> frozenset[str]:
        """Return the nodes with a record that are not known to run, but may have to, depending on what comes out."""
        found: set[str] = set()
        waiting: list[str] = []
        for name in self.shape.parents:
            if name not in self.running and name not in self.matched:
                waiting.extend(self._lacking_parents(name))
            elif name in self.unresolved:
                waiting.extend(self._trusting_children(name))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._lacking_parents(name))
                waiting.extend(self._trusting_children(name))
        return frozenset(found)

    def is_ready(self, name: str, may_run: frozenset[str]) -> bool:
        """Whether a node runs, and what it is given is there or can be restored."""
        return name in self.unresolved and all(
            parent in self.resolved or (parent in self.matched and parent not in self.running and parent not in may_run)
            for parent in self.shape.parents[name]
        )

    def is_certain(self, name: str, may_run: frozenset[str]) -> bool:
        """Whether it is known what a node gives in this run; input nodes give what their fingerprint says."""
        if name in self.resolved:
            return True
        if name not in self.matched:
            return False
        return self.shape.nodes[name].is_input or (name not in self.running and name not in may_run)

    def output_fingerprint(self, name: str, may_run: frozenset[str]) -> str | None:
        if not self.is_certain(name, may_run):
            return None
        return self.resolved[name] if name in self.resolved else self.matched[name].output_fingerprint

    def recorded(self, name: str) -> tuple[NodeKey, str] | None:
        """Return key and output of a node that has a record by what is assumed of its inputs; None for input nodes."""
        key, record = self._keys.get(name), self.matched.get(name)
        return None if key is None or record is None else (key, record.output_fingerprint)

    def key_in_run(self, name: str, outputs: Mapping[str, str | None]) -> NodeKey | None:
        """Return the key by what parents give in this run; another one where a parent gave what is not recorded."""
        known = self._keys.get(name)
        if known is None or None in outputs.values():
            return None
        if all(self._assumed[parent] == given for parent, given in outputs.items()):
            return known
        return self._key(name, {parent: given for parent, given in outputs.items() if given is not None})

    def known_inputs(self, name: str) -> dict[str, str]:
        """Return the fingerprint of each input of a node as far as it is assumed, by its parameter."""
        return self._inputs(name, self._assumed)

    def lacks_value(self, name: str) -> bool:
        """Whether the value of a node with a record can be had only by running it."""
        return not self.matched[name].has_payload or name in self.lost_payloads

    def _break_ties(self) -> None:
        """Let nodes run whose values may be needed, where nothing else can go on.

        A node may have to wait for what comes out of one after it: its value is gone, and who may need it depends on a
        third node, which is given something that would be another if the first one ran. Several can wait for each other
        in a ring. When all that can run has run, which is the same state in any order, those that the first node of
        all is waiting for run.
        """
        while self.unresolved and self._lacking:
            may_run = self.may_run()
            if any(self.is_ready(name, may_run) for name in self.unresolved):
                return
            first = next(name for name in self.shape.order if name in self.unresolved)
            before = ancestry(self.shape.parents, [first])
            waited_for = [name for name in self._lacking if name in before and name in may_run]
            if not waited_for:
                return
            for name in waited_for:
                self._run(name)

    def _learn(self, names: Iterable[str]) -> None:
        waiting = deque(names)
        while waiting:
            name = waiting.popleft()
            if self.shape.nodes[name].is_input:
                self._look_at_input(name)
            else:
                self._look_up(name)
            if name in self.matched:
                self._assumed[name] = self.matched[name].output_fingerprint
                waiting.extend(self._freed_by(name))
                if self.lacks_value(name) and name not in self.running:
                    self._lacking[name] = None
                    if self._is_needed(name):
                        self._run(name)

    def _look_at_input(self, name: str) -> None:
        fingerprint = self.shape.fingerprints.get(name)
        if fingerprint is None:
            self._run(name)
        else:
            self.matched[name] = Record(fingerprint, has_payload=False)

    def _look_up(self, name: str) -> None:
        key = self._key(name, self._assumed)
        if key is None:
            self.misses[name] = (NodeReason("no-record", "nothing identifies what a placeholder gives it"),)
            self._run(name)
            return
        self._keys[name] = key
        if name in self.shape.forced:
            return
        record = self.shape.records.find(key)
        if record is None:
            self.misses[name] = miss_reasons(key, self.shape.records.last(name), self.shape.nodes[name].needs)
            self._run(name)
        else:
            self.matched[name] = record

    def _key(self, name: str, outputs: Mapping[str, str]) -> NodeKey | None:
        node = self.shape.nodes[name]
        inputs = self._inputs(name, outputs)
        return self.shape.key_of(node, inputs) if inputs.keys() == node.needs.keys() else None

    def _inputs(self, name: str, outputs: Mapping[str, str]) -> dict[str, str]:
        """Return the fingerprints of those inputs of a node that are known."""
        inputs: dict[str, str] = {}
        for parameter, parent in self.shape.nodes[name].needs.items():
            source = outputs if parent in self.shape.parents else self.shape.fingerprints
            if parent in source:
                inputs[parameter] = source[parent]
        return inputs

    def _freed_by(self, name: str) -> list[str]:
        """Return the children for which this was the last input to be assumed."""
        freed = []
        for child in self.shape.children[name]:
            if not self.shape.nodes[child].is_input:
                self._waiting[child] -= 1
                if self._waiting[child] == 0:
                    freed.append(child)
        return freed

    def _run(self, name: str) -> None:
        """Let a node run, and everything whose value it needs and which cannot be restored."""
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name not in self.running:
                self.running[name] = self.unresolved[name] = None
                self._lacking.pop(name, None)
                waiting.extend(self._lacking_parents(name))

    def _is_needed(self, name: str) -> bool:
        return name in self.shape.needed or any(child in self.running for child in self.shape.children[name])

    def _lacking_parents(self, name: str) -> list[str]:
        return [
            parent
            for parent in self.shape.parents[name]
            if parent in self.matched and parent not in self.running and self.lacks_value(parent)
        ]

    def _trusting_children(self, name: str) -> list[str]:
        """Return those that have a record as long as this node, which has one too, gives what is recorded."""
        if name not in self.matched or self.shape.nodes[name].is_input:
            return []
        return [child for child in self.shape.children[name] if child in self.matched and child not in self.running]
