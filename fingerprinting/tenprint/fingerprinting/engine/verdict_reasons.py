"""What stands behind each verdict of a plan. Pure; made when somebody reads the plan, from facts that are all there."""

from collections.abc import Collection, Iterator

from tenprint.fingerprinting.engine.node_reasons import NodeReason, ReasonCode, differences
from tenprint.fingerprinting.engine.planning_facts import PlanningFacts
from tenprint.fingerprinting.explain import Verdict


def verdict_reasons(
    facts: PlanningFacts, name: str, verdict: Verdict, may_run: frozenset[str]
) -> tuple[NodeReason, ...]:
    """Return the reasons of a verdict, never none."""
    if verdict == "skipped":
        return (NodeReason("not-asked", "nothing that is asked for needs it"),)
    if verdict == "hit":
        return (_hit_reason(facts, name),)
    if verdict == "restored":
        return tuple(_need_reasons(facts, name, "needed"))
    if verdict == "depends":
        return tuple(_doubts(facts, name, may_run))
    return tuple(_run_reasons(facts, name))


def _hit_reason(facts: PlanningFacts, name: str) -> NodeReason:
    if facts.shape.nodes[name].is_input:
        return NodeReason("record-found", "its value is known by its fingerprint, and nothing needs more")
    return NodeReason("record-found", "an equal run is recorded, and nothing needs its value")


def _run_reasons(facts: PlanningFacts, name: str) -> Iterator[NodeReason]:
    is_input = facts.shape.nodes[name].is_input
    if name in facts.shape.forced:
        yield NodeReason("forced", "it is forced")
    elif name in facts.misses:
        yield from facts.misses[name]
    elif is_input and name not in facts.matched:
        yield NodeReason("input-node", "it reads what lies outside, which only a run can tell")
    else:
        yield from _changed_inputs(facts, name)
        yield from _lost_value(facts, name)


def _changed_inputs(facts: PlanningFacts, name: str) -> Iterator[NodeReason]:
    """A parent that has a record ran again, because its value was gone, and gave another one."""
    for parameter, parent in facts.shape.nodes[name].needs.items():
        record, given = facts.matched.get(parent), facts.resolved.get(parent)
        if record is not None and given is not None and record.output_fingerprint != given:
            message = f"the input `{parameter}` is another; `{parent}` ran again and gave another value"
            yield NodeReason("input-changed", message, parameter, parent, record.output_fingerprint, given)


def _lost_value(facts: PlanningFacts, name: str) -> Iterator[NodeReason]:
    record = facts.matched.get(name)
    if record is None or not facts.lacks_value(name):
        return
    code: ReasonCode
    if facts.shape.nodes[name].is_input:
        code, why = "input-node", "it reads what lies outside"
    elif not record.is_storable:
        code, why = "uncacheable-output", "its value is never stored"
    elif record.has_payload:
        code, why = "payload-corrupt", "its stored value cannot be read"
    else:
        code, why = "payload-missing", "its value is not stored any more"
    yield from _need_reasons(facts, name, code, f"{why}, and ")


def _need_reasons(facts: PlanningFacts, name: str, code: ReasonCode, before: str = "") -> Iterator[NodeReason]:
    children = facts.shape.children[name]
    running = [child for child in children if child in facts.running]
    if name in facts.shape.needed:
        yield NodeReason(code, f"{before}the model needs its value")
    for child in running:
        yield NodeReason(code, f"{before}`{child}` needs its value", parent=child)
    if not running and name not in facts.shape.needed:
        # It runs because nothing else could go on before that was known.
        yield from (NodeReason(code, f"{before}`{child}` may need its value", parent=child) for child in children)


def _known_differences(facts: PlanningFacts, name: str, open_parameters: Collection[str]) -> tuple[NodeReason, ...]:
    """Say what is another than in the last run, as if open inputs were what they were then."""
    last, node = facts.shape.records.last(name), facts.shape.nodes[name]
    if last is None:
        return ()
    inputs = {each: last.inputs[each] for each in open_parameters if each in last.inputs} | facts.known_inputs(name)
    return differences(facts.shape.key_of(node, inputs), last, node.needs)


def _doubts(facts: PlanningFacts, name: str, may_run: frozenset[str]) -> Iterator[NodeReason]:
    """Name the parents whose output is open and what differs anyway, or else the children that may need the value."""
    shape = facts.shape
    is_input = shape.nodes[name].is_input
    open_parents = [
        (parameter, parent)
        for parameter, parent in ({} if is_input else shape.nodes[name].needs).items()
        if parent in shape.parents and not facts.is_certain(parent, may_run)
    ]
    if open_parents and name not in facts.matched:
        yield from _known_differences(facts, name, {parameter for parameter, _ in open_parents})
    for parameter, parent in open_parents:
        message = f"it depends on what comes out of `{parent}` whether the input `{parameter}` is another"
        yield NodeReason("upstream-ran", message, parameter, parent)
    if open_parents:
        return
    for child in shape.children[name]:
        if child not in facts.running and (child not in facts.matched or child in may_run):
            yield NodeReason("upstream-ran", f"it depends on whether `{child}` will need its value", parent=child)
