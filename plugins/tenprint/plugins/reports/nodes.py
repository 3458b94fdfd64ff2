"""What is done about each node of the training graph, and why: a list, and all there is to say of one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenprint.fingerprinting import Change, NodePlan, TrainingPlan
from tenprint.importers import Problem, ProblemsError
from tenprint.importers.reading import nearest
from tenprint.plugins.reports import change_wording, wording

EXPLAIN_SCHEMA = "tenprint.explain/1"

MOST_CHANGES = 10
"""Changes that are told of one node; `--json` has them all."""

DONE: Mapping[str, str] = {
    "run": "runs",
    "restored": "is restored",
    "hit": "is left as it is",
    "skipped": "is skipped",
    "depends": "depends on what comes out of others",
}
"""What a verdict means, said of a node."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "texts": ("intent-example",),
    "intents": ("intent-example",),
    "examples": ("intent-example",),
    "synonyms": ("synonym",),
    "regexes": ("regex",),
    "lookups": ("lookup-entry",),
    "stories": ("story",),
    "rules": ("rule",),
}
"""Part of the training data -> the kinds of its items; of a part that is not here any change may be one."""


def node_rows(plan: TrainingPlan) -> list[tuple[str, str, str]]:
    """Return the name, the verdict and the reasons of each node."""
    return [(node.name, node.verdict, _why(plan, node)) for node in plan.nodes]


def node_lines(plan: TrainingPlan) -> Iterator[str]:
    """List all nodes; of several reasons the first."""
    width = max((len(node.name) for node in plan.nodes), default=0)
    for node in plan.nodes:
        first, more = _reasons(plan, node)[0], len(node.reasons) - 1
        yield f"  {node.verdict:<9} {node.name:<{width}}  {first}{f' (and {more} more)' if more > 0 else ''}"


def explained_nodes(plan: TrainingPlan, wanted: str | None) -> tuple[NodePlan, ...]:
    """Find the node that is meant by its name or a part of it; None means all.

    Raises:
        ProblemsError: There is none, or several could be meant.
    """
    if wanted is None:
        return plan.nodes
    exact = [node for node in plan.nodes if node.name == wanted]
    found = exact or [node for node in plan.nodes if wanted.casefold() in node.name.casefold()]
    if len(found) == 1:
        return (found[0],)
    names = [node.name for node in (found or plan.nodes)]
    reading = [node.name for node in plan.nodes if wanted in node.needs]
    if found:
        message, hint = f"several nodes could be meant by {wanted!r}", f"there are {', '.join(names)}"
    elif reading:
        message, hint = f"{wanted!r} gives data and is never trained", f"it gives to {', '.join(reading)}"
    else:
        message = f"there is no node {wanted!r}"
        hint = nearest(wanted, names, otherwise="nodes") or "`tenprint explain` lists all nodes"
    raise ProblemsError([Problem("unknown-node", message, None, hint)])


def explain_document(plan: TrainingPlan, nodes: Sequence[NodePlan]) -> dict[str, Any]:
    """Return all there is to say of nodes, for programs."""
    return {
        "schema": EXPLAIN_SCHEMA,
        "nodes": [
            {
                "node": node.to_json(),
                "feeds": _fed(plan, node),
                "changes": [change.to_json() for change in _changes(plan, node)],
            }
            for node in nodes
        ],
    }


def explain_text(plan: TrainingPlan, node: NodePlan) -> str:
    """Tell all there is to say of a node, for people."""
    return "\n".join(_explanation(plan, node))


def _explanation(plan: TrainingPlan, node: NodePlan) -> Iterator[str]:
    yield f"{node.name} {DONE[node.verdict]}:"
    yield from (f"  {line}" for line in _reasons(plan, node))
    changes = _changes(plan, node)
    if changes:
        yield ""
        yield "changes in what it reads:"
        yield from change_wording.first_changes(changes, MOST_CHANGES)
    for title, names in (("it is given", node.needs), ("it gives to", _fed(plan, node))):
        if names:
            yield ""
            yield f"{title}:"
            yield from (f"  {name}" for name in names)


def _why(plan: TrainingPlan, node: NodePlan) -> str:
    return "; ".join(_reasons(plan, node))


def _reasons(plan: TrainingPlan, node: NodePlan) -> list[str]:
    """Return the reasons of a node; one that no graph was planned for has those of its section, which may be none."""
    if node.reasons:
        return [wording.visible(reason.message) for reason in node.reasons]
    due = [name for name in node.sections if plan.retrains(name)]
    return [f"{change_wording.parts_text(due or node.sections)} is {'due' if due else 'not due'}"]


def _fed(plan: TrainingPlan, node: NodePlan) -> list[str]:
    return [other.name for other in plan.nodes if node.name in other.needs]


def _changes(plan: TrainingPlan, node: NodePlan) -> list[Change]:
    """Return the changes that lie behind the inputs of a node which are reasons for it to run."""
    kinds: set[str] = set()
    known = {other.name for other in plan.nodes}
    for reason in node.reasons:
        parent = getattr(reason, "parent", None)
        if reason.code != "input-changed" or parent is None or parent in known:
            continue
        of_parent = _KINDS.get(parent.rpartition("/")[2])
        if of_parent is None:
            return [change for change in plan.changes if set(change.sections) & set(node.sections)]
        kinds.update(of_parent)
    return [change for change in plan.changes if change.kind in kinds]
