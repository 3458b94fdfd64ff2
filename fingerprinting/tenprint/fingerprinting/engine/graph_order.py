"""Walks over a graph of names, given as node -> the nodes it needs. Pure, in linear time, and without recursion.

Parents that are no nodes of the graph are passed over, so placeholders need no care here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from tenprint.fingerprinting.engine.errors import GraphRunError

Parents = Mapping[str, Collection[str]]


def parents_first(parents: Parents) -> list[str]:
    """Order the nodes so that each comes after all it needs; the same for the same graph.

    Raises:
        GraphRunError: There is no such order; the message names a cycle.
    """
    sorter = TopologicalSorter({name: [each for each in needed if each in parents] for name, needed in parents.items()})
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise GraphRunError(
            f"nodes need each other: {path_text(error.args[1])}", hint="take one of these inputs away"
        ) from error


def path_text(names: Iterable[str]) -> str:
    return " -> ".join(f"`{name}`" for name in names)


def ancestry(parents: Parents, names: Iterable[str]) -> set[str]:
    """Return the named nodes and everything they need, directly or not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in parents and name not in found:
            found.add(name)
            waiting.extend(parents[name])
    return found


def children_of(parents: Parents) -> dict[str, list[str]]:
    """Turn the graph round: node -> the nodes that need it, in the order of the graph, each once."""
    children: dict[str, list[str]] = {name: [] for name in parents}
    for name, needed in parents.items():
        for parent in dict.fromkeys(needed):
            if parent in children:
                children[parent].append(name)
    return children


def cycles(parents: Parents) -> list[list[str]]:
    """Return one cycle of each knot of nodes that need each other, as a path that ends where it began."""
    return [_cycle_within(parents, knot) for knot in _knots(parents)]


def _knots(parents: Parents) -> Iterator[list[str]]:
    """Find the strongly connected components with more than one node, or one that needs itself (Tarjan, iterative)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    held: dict[str, None] = {}
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        number[name] = lowest[name] = len(number)
        held[name] = None
        stack.append((name, (each for each in parents[name] if each in parents)))

    for root in parents:
        if root not in number:
            enter(root)
        while stack:
            name, further = stack[-1]
            parent = next(further, None)
            if parent is None:
                stack.pop()
                if stack:
                    lowest[stack[-1][0]] = min(lowest[stack[-1][0]], lowest[name])
                if lowest[name] == number[name]:
                    yield from _knot_of(parents, name, held)
            elif parent not in number:
                enter(parent)
            elif parent in held:
                lowest[name] = min(lowest[name], number[parent])


def _knot_of(parents: Parents, root: str, held: dict[str, None]) -> Iterator[list[str]]:
    members: list[str] = []
    while root in held:
        members.append(held.popitem()[0])
    if len(members) > 1 or root in parents[root]:
        yield members


def _cycle_within(parents: Parents, knot: list[str]) -> list[str]:
    """Walk up from the member the graph names first until a node comes round again; told in the direction of data."""
    members = set(knot)
    start = next(name for name in parents if name in members)
    path = {start: None}
    name = start
    while True:
        name = next(each for each in parents[name] if each in members)
        if name in path:
            walked = list(path)
            return [name, *reversed(walked[walked.index(name) :])]
        path[name] = None
