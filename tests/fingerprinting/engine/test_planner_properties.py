"""Plans of random graphs over random records: nothing that is certain changes, and no order of running matters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.engine import GraphPlan, GraphSchema, NodeKey, Record, SchemaNode, plan_graph

OUTPUTS = ("0", "1", "2")
"""Few, so that a node that runs again often gives what is recorded, or what was recorded for somebody else."""

Find = Callable[[str, tuple[tuple[str, str], ...]], Record | None]


def recorded(name: str, inputs: tuple[tuple[str, str], ...]) -> Record | None:
    """Show what a drawn function takes."""
    raise NotImplementedError(name, inputs)


class Node:
    """What the nodes use; nothing of it is run."""


def key_of(node: SchemaNode, inputs: Mapping[str, str]) -> NodeKey:
    return NodeKey(str(node.config["name"]), "create", "run", "", inputs, {}, {})


@dataclass(frozen=True)
class Recorded:
    """Records by what a node is given; one and the same answer for one question."""

    answer: Find

    def find(self, key: NodeKey) -> Record | None:
        return self.answer(key.component, tuple(sorted(key.inputs.items())))

    def last(self, node_name: str) -> NodeKey | None:  # noqa: ARG002 - as the protocol has it
        return None


@dataclass(frozen=True)
class Situation:
    """A graph, what is recorded of it, and what its nodes would give if they ran now."""

    schema: GraphSchema
    inputs: Mapping[str, str]
    records: Recorded
    outcomes: Mapping[str, str]
    forced: frozenset[str]
    needed: frozenset[str]
    asked: frozenset[str]

    def plan(self) -> GraphPlan:
        return plan_graph(
            self.schema,
            self.inputs,
            self.records,
            forced=self.forced,
            needed_resources=self.needed,
            asked=self.asked,
            key_of=key_of,
        )

    def parents(self, name: str) -> dict[str, str]:
        return self.schema.nodes[name].needs


records = st.none() | st.builds(Record, st.sampled_from(OUTPUTS), st.booleans())
stored_records = st.none() | st.builds(Record, st.sampled_from(OUTPUTS), st.just(value=True))


@st.composite
def situations(draw: st.DrawFn, answers: st.SearchStrategy[Record | None] = records) -> Situation:
    """Draw a graph whose nodes need some of those before them; its schema tells them in another order."""
    names = [f"n{number}" for number in range(draw(st.integers(1, 9)))]
    inputs = set(draw(st.sets(st.sampled_from(names[:3]), max_size=2)))
    nodes = {}
    for position, name in enumerate(names):
        before = [each for each in names[:position] if name not in inputs or each in inputs]
        parents = draw(st.lists(st.sampled_from(before), max_size=3)) if before else []
        needs = {f"p{number}": parent for number, parent in enumerate(parents)}
        nodes[name] = SchemaNode(needs, Node, "create", "run", {"name": name}, is_input=name in inputs)
    order = draw(st.permutations(names))
    some = st.frozensets(st.sampled_from(names), max_size=2)
    known = draw(st.sets(st.sampled_from(sorted(inputs)))) if inputs else set()
    outcomes = {name: draw(st.sampled_from(OUTPUTS)) for name in names}
    find = draw(st.functions(like=recorded, returns=answers, pure=True))
    return Situation(
        GraphSchema({name: nodes[name] for name in order}),
        # What is known of an input node is what it gives.
        {name: outcomes[name] for name in known},
        Recorded(find),
        outcomes,
        draw(some),
        draw(some),
        draw(st.frozensets(st.sampled_from(names), min_size=1)),
    )


def finished(situation: Situation, choices: st.DataObject) -> GraphPlan:
    """Run what is ready, one by one in an order that is drawn; what was certain must stay as it was."""
    plan = situation.plan()
    while not plan.is_settled:
        before = {name: node.verdict for name, node in plan.nodes.items()}
        assert plan.ready, f"nothing can run: {plan}"
        name = choices.draw(st.sampled_from(plan.ready))
        assert before[name] == "run"
        plan = plan.resolved(name, situation.outcomes[name])
        after = {name: node.verdict for name, node in plan.nodes.items()}
        assert {each for each in before if before[each] not in ("depends", after[each])} == set()
    return plan


@given(situations(), st.data())
def test_any_order_of_running_gives_the_same_plan(situation: Situation, choices: st.DataObject) -> None:
    first, second = finished(situation, choices), finished(situation, choices)
    assert first.nodes == second.nodes
    assert "depends" not in {node.verdict for node in first.nodes.values()}


@given(situations(), st.data())
def test_what_is_certain_before_a_run_is_what_happens(situation: Situation, choices: st.DataObject) -> None:
    before, after = situation.plan(), finished(situation, choices)
    for name, node in before.nodes.items():
        assert node.verdict in ("depends", after.verdict(name))
        assert node.output_fingerprint in (None, after.nodes[name].output_fingerprint)
        assert node.key in (None, after.nodes[name].key)


@given(situations(), st.data())
def test_what_runs_has_its_inputs(situation: Situation, choices: st.DataObject) -> None:
    plan = finished(situation, choices)
    for name, node in plan.nodes.items():
        if node.verdict == "run":
            assert {plan.verdict(parent) for parent in situation.parents(name).values()} <= {"run", "restored"}


@given(situations(), st.data())
def test_a_value_is_restored_only_where_somebody_needs_it(situation: Situation, choices: st.DataObject) -> None:
    plan = finished(situation, choices)
    fed = {parent for name in plan.nodes if plan.verdict(name) == "run" for parent in situation.parents(name).values()}
    for name, node in plan.nodes.items():
        needed = name in situation.needed or name in fed
        assert (node.verdict == "restored") <= needed
        assert (node.verdict in ("hit", "skipped")) <= (not needed)


@given(situations(), st.data())
def test_what_does_not_run_is_what_a_run_would_have_found_recorded(
    situation: Situation, choices: st.DataObject
) -> None:
    plan = finished(situation, choices)
    outputs = {name: node.output_fingerprint for name, node in plan.nodes.items()}
    for name, node in plan.nodes.items():
        schema_node = situation.schema.nodes[name]
        if node.verdict == "skipped" or schema_node.is_input:
            continue
        given_now = {parameter: outputs[parent] or "" for parameter, parent in schema_node.needs.items()}
        assert node.key == key_of(schema_node, given_now)
        if node.verdict == "run":
            assert node.output_fingerprint == situation.outcomes[name]
        else:
            record = situation.records.find(key_of(schema_node, given_now))
            assert record is not None
            assert node.output_fingerprint == record.output_fingerprint
            assert record.has_payload or node.verdict == "hit"


@given(situations(stored_records), st.data())
def test_where_every_value_is_stored_only_what_has_no_record_runs(situation: Situation, choices: st.DataObject) -> None:
    plan = finished(situation, choices)
    for name, node in plan.nodes.items():
        if node.key is not None:
            no_record = situation.records.find(node.key) is None
            assert (node.verdict == "run") == (no_record or name in situation.forced)


@given(situations(), st.data())
def test_nothing_runs_that_nobody_asked_for(situation: Situation, choices: st.DataObject) -> None:
    plan = finished(situation, choices)
    wanted = situation.schema.minimal_graph_schema(situation.asked | situation.needed).nodes
    assert {name for name, node in plan.nodes.items() if node.verdict == "skipped"} == set(plan.nodes) - set(wanted)


@given(situations(), st.data())
def test_every_verdict_has_a_reason_at_any_time(situation: Situation, choices: st.DataObject) -> None:
    for plan in (situation.plan(), finished(situation, choices)):
        assert all(node.reasons for node in plan.nodes.values())


@given(situations(), st.data())
def test_a_second_run_finds_everything_recorded(situation: Situation, choices: st.DataObject) -> None:
    plan = finished(situation, choices)
    ran = {
        (node.key.component, tuple(sorted(node.key.inputs.items()))): Record(node.output_fingerprint, has_payload=True)
        for node in plan.nodes.values()
        if node.verdict == "run" and node.key is not None and node.output_fingerprint is not None
    }
    known = Recorded(lambda name, inputs: ran.get((name, inputs), situation.records.answer(name, inputs)))
    again = plan_graph(situation.schema, situation.outcomes, known, asked=situation.asked, key_of=key_of)
    assert {node.verdict for node in again.nodes.values()} <= {"hit", "skipped"}


@given(situations(), st.data())
def test_a_payload_lost_on_the_way_is_made_again(situation: Situation, choices: st.DataObject) -> None:
    plan = situation.plan()
    restored = [name for name, node in plan.nodes.items() if node.verdict == "restored"]
    for name in restored:
        plan = plan.lost(name)
    assert {plan.verdict(name) for name in restored} <= {"run"}
    while not plan.is_settled:
        name = choices.draw(st.sampled_from(plan.ready))
        plan = plan.resolved(name, situation.outcomes[name])
    assert "depends" not in {node.verdict for node in plan.nodes.values()}
