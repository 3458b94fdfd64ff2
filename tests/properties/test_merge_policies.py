"""All merge policies obey the same laws: how sources are bracketed does not matter, and an empty one changes nothing.

Sources are tables of made-up items with small names, so that they meet often; the last tests merge whole projects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.importers.assembling import items_of, project_data, take_apart
from tenprint.importers.combining import combined, snapshot_of
from tenprint.importers.data import ProjectData
from tenprint.importers.itemising import DocumentReading, ReadingRules, itemise
from tenprint.importers.items import ItemTable, Row, renumbered
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import (
    MARK,
    POLICIES,
    Identity,
    MergePolicy,
    MergeRules,
    MergeSettings,
    marked,
    merged,
    select,
)
from tenprint.importers.naming import namespace_of
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState

IDENTITIES = {identity.name.lower(): identity for identity in Identity}
KINDS = (CONFIG, DOMAIN, STORIES, NLU)

names = st.sampled_from(["a", "b"])
policies: st.SearchStrategy[MergePolicy] = st.sampled_from(POLICIES)
merge_rules = st.builds(MergeRules, policies, st.dictionaries(st.sampled_from(sorted(IDENTITIES)), policies))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Draw an item of one of the identities, below one of two names, perhaps with a mark."""
    kind = draw(st.sampled_from(sorted(IDENTITIES)))
    path = ("top", draw(names), draw(names)) if kind == "list" else ("top", draw(names))
    mark = draw(st.none() | st.sampled_from(["add", "replace"]))
    facets = () if mark is None else marked((), mark, path[:2])
    # As real ones, digests cover kind and path.
    digest = ".".join((kind, *path, draw(st.sampled_from("xyz")))).encode()
    return kind, path, digest, facets, 0, draw(st.integers(1, 99)), 1


tables = st.lists(rows(), max_size=5).map(lambda found: ItemTable((DocumentId("s", "d"),), tuple(found)))


def unmarked(table: ItemTable) -> ItemTable:
    return ItemTable(table.documents, tuple((*row[:3], (), *row[4:]) for row in table.rows))


def chained(*tables: ItemTable) -> ItemTable:
    rows: tuple[Row, ...] = ()
    documents: tuple[DocumentId, ...] = ()
    for table in tables:
        rows += tuple(renumbered(table.rows, len(documents)))
        documents += table.documents
    return ItemTable(documents, rows)


def merge(rules: MergeRules, *sources: tuple[ItemTable, Sequence[int]]) -> tuple[ItemTable, Sequence[int]]:
    """Merge tables that may be merged already: each is one unit, whatever it is made of."""
    units = [unit for unit, (table, _) in enumerate(sources) for _ in table.documents]
    table, _ = merged(chained(*(table for table, _ in sources)), IDENTITIES, rules, units)
    return table, units


def alone(table: ItemTable, rules: MergeRules) -> tuple[ItemTable, Sequence[int]]:
    return merge(rules, (table, (0,)))


def meanings(table: ItemTable) -> list[tuple[object, ...]]:
    return [row[:6] for row in table.rows]


@given(merge_rules, tables, tables, tables)
def test_bracketing_does_not_matter(rules: MergeRules, one: ItemTable, two: ItemTable, three: ItemTable) -> None:
    first, second, third = (alone(table, rules) for table in (one, two, three))
    flat, _ = merge(rules, first, second, third)
    left, _ = merge(rules, merge(rules, first, second), third)
    right, _ = merge(rules, first, merge(rules, second, third))

    assert without_marks(left) == without_marks(flat)
    assert without_marks(right) == without_marks(flat)


def without_marks(table: ItemTable) -> list[tuple[object, ...]]:
    """Items without what an overlay wanted; where they stand matters, so that blame is the same too."""
    return [(row[0], row[1], row[2], row[4], row[5]) for row in table.rows]


@given(merge_rules, tables)
def test_an_empty_source_changes_nothing(rules: MergeRules, table: ItemTable) -> None:
    own = alone(table, rules)
    nothing = (ItemTable((), ()), ())

    assert meanings(merge(rules, own, nothing)[0]) == meanings(own[0])
    assert meanings(merge(rules, nothing, own)[0]) == meanings(own[0])


@given(merge_rules, tables)
def test_merging_again_changes_nothing(rules: MergeRules, table: ItemTable) -> None:
    once, _units = alone(table, rules)

    assert merged(once, IDENTITIES, rules, [0 for _ in once.documents])[0] == once


@given(tables, tables)
def test_under_error_the_order_of_sources_that_agree_does_not_matter(one: ItemTable, other: ItemTable) -> None:
    rules = MergeRules("error")
    pair = [unmarked(table) for table in (one, other)]
    found = [select(chained(*order).rows, IDENTITIES, rules, (0, 1)) for order in (pair, pair[::-1])]
    meant = [
        sorted(row[:3] for row in (chained(*order).rows[position] for position in selection.kept))
        for order, selection in zip((pair, pair[::-1]), found, strict=True)
    ]

    assert bool(found[0].conflicts) == bool(found[1].conflicts)
    if not found[0].conflicts:
        assert meant[0] == meant[1]


@given(tables, tables)
def test_what_is_a_set_or_a_bag_is_merged_the_same_in_any_order(one: ItemTable, other: ItemTable) -> None:
    for policy in ("error", "first", "last", "namespace", "overlay"):
        rules = MergeRules(policy)
        pair = [unmarked(table) for table in (one, other)]
        meant = [
            sorted(
                row[:3] for row in merge(rules, *((table, (0,)) for table in order))[0].rows if row[0] in ("set", "bag")
            )
            for order in (pair, pair[::-1])
        ]
        assert meant[0] == meant[1]


@given(tables, tables)
def test_first_and_last_are_mirror_images(one: ItemTable, other: ItemTable) -> None:
    pair = [ItemTable(table.documents, _agreeing(unmarked(table).rows)) for table in (one, other)]
    first, _ = merge(MergeRules("first"), *((table, (0,)) for table in pair))
    last, _ = merge(MergeRules("last"), *((table, (0,)) for table in reversed(pair)))

    assert sorted(row[:3] for row in first.rows) == sorted(row[:3] for row in last.rows)


def _agreeing(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows of a source that says everything once."""
    return tuple({(row[0], row[1]): row for row in rows}.values())


def whole_snapshot(project: ProjectData, source: str, rules: ReadingRules) -> Snapshot:
    values = {"config": project.config, "domain": project.domain, "stories": project.stories, "nlu": project.nlu}
    readings = []
    for number, kind in enumerate(KINDS):
        parts = take_apart(kind, values[kind.name])
        document = SourceDocument(DocumentId(source, kind.name), "data", (kind.name,), parts, rules.namespace)
        readings.append(DocumentReading(document, itemise(parts, number, rules), ()))
    return snapshot_of(SourceState(source, None), readings, rules)


def items_of_value(kind: Kind, project: ProjectData) -> list[tuple[object, ...]]:
    values = {"config": project.config, "domain": project.domain, "stories": project.stories, "nlu": project.nlu}
    return [row[:3] for row in items_of(kind, values[kind.name], ReadingRules())]


@pytest.mark.parametrize("policy", POLICIES)
@given(one=strategies.projects, other=strategies.projects)
def test_items_of_a_merged_value_are_the_merged_items(
    policy: MergePolicy, one: ProjectData, other: ProjectData
) -> None:
    level = MergeRules(policy)
    rules = ReadingRules(merge=MergeSettings(importers=level))
    second = replace(rules, namespace=namespace_of("other", level))
    both = combined([whole_snapshot(one, "one", rules), whole_snapshot(other, "other", second)], rules)
    project = project_data(both, rules)

    found = [row for kind in KINDS for row in items_of_value(kind, project)]
    assert sorted(found) == sorted(row[:3] for row in both.table.rows)


def test_marks_are_no_part_of_what_is_compared() -> None:
    row: Row = ("one", ("a",), b"x", marked((), "add", ("a",)), 0, 1, 1)

    assert dict(row[3]) == {MARK: ("add", "a")}
