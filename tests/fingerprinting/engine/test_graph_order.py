"""Walks over graphs of names, compared with plain definitions on random graphs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.engine import GraphRunError
from tenprint.fingerprinting.engine.graph_order import ancestry, children_of, cycles, parents_first

NAMES = "abcdefgh"
graphs = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, "__given__"]), max_size=3))


def before(parents: dict[str, list[str]], name: str) -> set[str]:
    """All a node needs, by looking again and again until nothing is added; itself only if it needs itself."""
    found = {each for each in parents[name] if each in parents}
    while True:
        more = found | {each for node in found for each in parents[node] if each in parents}
        if more == found:
            return found
        found = more


@given(graphs)
def test_there_is_one_cycle_for_each_knot_and_it_is_one(parents: dict[str, list[str]]) -> None:
    knots = {frozenset(each for each in before(parents, name) if name in before(parents, each)) for name in parents}
    found = cycles(parents)
    assert sorted(map(sorted, (knot for knot in knots if knot))) == sorted(
        sorted(next(knot for knot in knots if cycle[0] in knot)) for cycle in found
    )
    for cycle in found:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        assert all(giving in parents[taking] for giving, taking in pairwise(cycle))


@given(graphs)
def test_parents_come_first_where_that_can_be(parents: dict[str, list[str]]) -> None:
    if cycles(parents):
        with pytest.raises(GraphRunError, match="need each other"):
            parents_first(parents)
        return
    order = parents_first(parents)
    assert sorted(order) == sorted(parents)
    position = {name: number for number, name in enumerate(order)}
    for name in parents:
        assert all(position[each] < position[name] for each in before(parents, name))


@given(graphs, st.sets(st.sampled_from([*NAMES, "__given__"]), max_size=3))
def test_the_ancestry_is_all_that_is_needed(parents: dict[str, list[str]], names: set[str]) -> None:
    known = names & parents.keys()
    assert ancestry(parents, names) == known.union(*(before(parents, name) for name in known))


@given(graphs)
def test_children_are_those_that_need_a_node(parents: dict[str, list[str]]) -> None:
    expected = {name: [each for each in parents if name in parents[each]] for name in parents}
    assert children_of(parents) == expected


def test_a_long_cycle_is_found_without_recursion() -> None:
    length = 20_000
    parents = {f"n{number}": [f"n{(number + 1) % length}"] for number in range(length)}
    (cycle,) = cycles(parents)
    assert len(cycle) == length + 1
