"""Where the nodes of a picture stand: in columns, each right of all it needs. Pure, and the same for the same graph.

The order in a column is that of the graph, improved by moving nodes to the middle of their neighbours a few times.
Edges that pass a column have a place in it, so that they go round nodes; of graphs with very many of those they do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from tenprint.fingerprinting.engine.graph_order import children_of, parents_first

MOST_BENDS = 2_000
"""Places edges may have in columns they pass."""

SWEEPS = 4
"""How often the order within columns is improved, once from each side; more changes little in graphs of 100 nodes."""

Spot: TypeAlias = tuple[int, float]
"""Column and row, from 0; rows may lie between whole numbers, with at least 1 between any two of a column."""

_Place: TypeAlias = str | tuple[str, str, int]
"""A node, or where an edge passes a column."""


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """Where nodes stand, and the places edges pass between the two they join."""

    nodes: Mapping[str, Spot]
    edges: Mapping[tuple[str, str], tuple[Spot, ...]]


def laid_out(parents: Mapping[str, Sequence[str]]) -> GraphLayout:
    """Place the nodes of a graph; all parents are nodes of it.

    Raises:
        GraphRunError: Nodes need each other.
    """
    column = _columns(parents)
    edges = [(parent, name) for name, needed in parents.items() for parent in dict.fromkeys(needed)]
    bends = _bends(edges, column)
    places: list[list[_Place]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in parents:
        places[column[name]].append(name)
    before: dict[_Place, list[_Place]] = {}
    after: dict[_Place, list[_Place]] = {}
    for (parent, child), passed in bends.items():
        for place in passed:
            places[place[2]].append(place)
        path: list[_Place] = [parent, *passed, child]
        for left, right in pairwise(path):
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    rows = _rows(places, before, after)
    return GraphLayout(
        {name: (column[name], rows[name]) for name in parents},
        {edge: tuple((place[2], rows[place]) for place in passed) for edge, passed in bends.items()},
    )


def _columns(parents: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Put each node right after the last it needs, and one that needs nothing right before the first that needs it."""
    column: dict[str, int] = {}
    order = parents_first(parents)
    for name in order:
        column[name] = 1 + max((column[parent] for parent in parents[name]), default=-1)
    for name, children in children_of(parents).items():
        if not parents[name] and children:
            column[name] = min(column[child] for child in children) - 1
    return column


def _bends(
    edges: Iterable[tuple[str, str]], column: Mapping[str, int]
) -> dict[tuple[str, str], list[tuple[str, str, int]]]:
    """Find the columns that edges pass; none where there are too many."""
    spans = {edge: range(column[edge[0]] + 1, column[edge[1]]) for edge in edges}
    if sum(map(len, spans.values())) > MOST_BENDS:
        return {edge: [] for edge in spans}
    return {edge: [(*edge, number) for number in span] for edge, span in spans.items()}


def _rows(
    places: list[list[_Place]], before: Mapping[_Place, list[_Place]], after: Mapping[_Place, list[_Place]]
) -> dict[_Place, float]:
    rows: dict[_Place, float] = {place: float(row) for column in places for row, place in enumerate(column)}
    for _ in range(SWEEPS):
        for column in places:
            _arrange(column, before, rows)
        for column in reversed(places):
            _arrange(column, after, rows)
    top = min(rows.values(), default=0.0)
    return {place: row - top for place, row in rows.items()}


def _arrange(column: list[_Place], neighbours: Mapping[_Place, list[_Place]], rows: dict[_Place, float]) -> None:
    """Sort a column by the middle of the neighbours on one side, and move it as near to them as there is room."""
    wish = {place: _middle(place, neighbours, rows) for place in column}
    column.sort(key=wish.__getitem__)
    last = float("-inf")
    for place in column:
        last = rows[place] = max(wish[place], last + 1)
    # Moving down only would let the picture drift, so the column as a whole goes back by what it was moved on average.
    drift = sum(rows[place] - wish[place] for place in column) / len(column) if column else 0.0
    for place in column:
        rows[place] -= drift


def _middle(place: _Place, neighbours: Mapping[_Place, list[_Place]], rows: Mapping[_Place, float]) -> float:
    near = neighbours.get(place)
    return sum(rows[each] for each in near) / len(near) if near else rows[place]
