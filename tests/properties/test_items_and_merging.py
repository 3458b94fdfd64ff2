"""The law of the spine: items of a merge are the merge of the items.

Cold and warm runs, blame, diff and fingerprints all stand on it: whoever knows the items of two sources knows the items
of both together, without their values.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.importers.assembling import items_of, project_data, take_apart, value_of
from tenprint.importers.combining import combined, snapshot_of
from tenprint.importers.data import ProjectData
from tenprint.importers.itemising import DocumentReading, ReadingRules, itemise
from tenprint.importers.items import Facets, Item, ItemTable, Path, Row, renumbered
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Identity, merged, select
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState

RULES = ReadingRules()
IDENTITIES = RULES.identities()
KINDS = (CONFIG, DOMAIN, STORIES, NLU)

Meaning = tuple[str, Path, bytes, Facets]


def own_value(kind: Kind, project: ProjectData) -> Any:
    return {"config": project.config, "domain": project.domain, "stories": project.stories, "nlu": project.nlu}[
        kind.name
    ]


def snapshot(project: ProjectData, source: str) -> Snapshot:
    """As an importer that has a project in memory would take it: one document for each kind."""
    readings = []
    for number, kind in enumerate(KINDS):
        parts = take_apart(kind, own_value(kind, project))
        document = SourceDocument(DocumentId(source, kind.name), "data", (kind.name,), parts)
        readings.append(DocumentReading(document, itemise(parts, number, RULES), ()))
    return snapshot_of(SourceState(source, None), readings, RULES)


def joined(*tables: ItemTable) -> ItemTable:
    """All items of all tables one after the other, nothing merged."""
    documents: tuple[DocumentId, ...] = ()
    rows: tuple[Row, ...] = ()
    for table in tables:
        rows += tuple(renumbered(table.rows, len(documents)))
        documents += table.documents
    return ItemTable(documents, rows)


def meanings(items: Iterable[Row]) -> list[Meaning]:
    """Items without where they stand."""
    return [(kind, path, digest, facets) for kind, path, digest, facets, _, _, _ in items]


def table_of(project: ProjectData, source: str) -> ItemTable:
    return snapshot(project, source).unmerged


def items_of_project(project: ProjectData) -> list[Row]:
    return [row for kind in KINDS for row in items_of(kind, own_value(kind, project), RULES)]


def in_lists(rows: Sequence[Row]) -> dict[tuple[str, Path], list[Meaning]]:
    """Items whose order means something, list by list."""
    lists: dict[tuple[str, Path], list[Meaning]] = {}
    for item in map(Item._make, rows):
        group = IDENTITIES[item.kind].group_of(item.path)
        if group is not None:
            lists.setdefault((item.kind, group), []).extend(meanings([item]))
    return lists


def assert_same(one: Sequence[Row], other: Sequence[Row]) -> None:
    assert Counter(meanings(one)) == Counter(meanings(other))
    assert in_lists(one) == in_lists(other)


@given(strategies.projects, strategies.projects)
def test_items_of_a_merge_are_the_merge_of_the_items(one: ProjectData, other: ProjectData) -> None:
    both = combined([snapshot(one, "one"), snapshot(other, "other")], RULES)
    table, _ = merged(joined(table_of(one, "one"), table_of(other, "other")), IDENTITIES)

    assert_same(items_of_project(project_data(both, RULES)), table.rows)
    assert both.table == table


@given(strategies.projects)
def test_the_value_of_a_snapshot_has_its_items(project: ProjectData) -> None:
    own = snapshot(project, "own")

    assert_same(items_of_project(project_data(own, RULES)), own.table.rows)


@given(strategies.projects, strategies.projects)
def test_each_kind_is_merged_as_it_is_in_the_whole(one: ProjectData, other: ProjectData) -> None:
    both = combined([snapshot(one, "one"), snapshot(other, "other")], RULES)
    project = project_data(both, RULES)

    for kind in KINDS:
        assert value_of(kind, both, RULES) == own_value(kind, project)


@given(strategies.projects, strategies.projects)
def test_a_merged_value_merged_again_with_one_of_its_sources_stays(one: ProjectData, other: ProjectData) -> None:
    both = combined([snapshot(one, "one"), snapshot(other, "other")], RULES)
    without_bags = ProjectData(one.config, one.domain, nlu=one.nlu)
    again = combined([both, snapshot(without_bags, "again")], RULES)

    assert meanings(again.table.rows) == meanings(both.table.rows)


@given(strategies.projects, strategies.projects, strategies.projects)
def test_it_does_not_matter_how_sources_are_bracketed(one: ProjectData, two: ProjectData, three: ProjectData) -> None:
    first, second, third = snapshot(one, "1"), snapshot(two, "2"), snapshot(three, "3")
    flat = combined([first, second, third], RULES)
    left = combined([combined([first, second], RULES), third], RULES)
    right = combined([first, combined([second, third], RULES)], RULES)

    assert flat.table == left.table == right.table
    assert flat.unmerged == left.unmerged == right.unmerged
    assert {conflict.dropped for conflict in flat.conflicts} == {conflict.dropped for conflict in left.conflicts}


@given(strategies.projects, strategies.projects, strategies.projects)
def test_merging_what_was_merged_gives_the_same_items(one: ProjectData, two: ProjectData, three: ProjectData) -> None:
    tables = [table_of(project, str(number)) for number, project in enumerate((one, two, three))]
    flat, _ = merged(joined(*tables), IDENTITIES)
    pair, _ = merged(joined(*tables[:2]), IDENTITIES)
    early, _ = merged(joined(pair, tables[2]), IDENTITIES)
    late_pair, _ = merged(joined(*tables[1:]), IDENTITIES)
    late, _ = merged(joined(tables[0], late_pair), IDENTITIES)

    assert flat == early == late


@given(strategies.projects)
def test_an_empty_source_changes_nothing(project: ProjectData) -> None:
    own, empty = snapshot(project, "own"), snapshot(ProjectData(), "empty")

    assert combined([own], RULES) == own
    assert meanings(combined([own, empty], RULES).table.rows) == meanings(own.table.rows)
    assert meanings(combined([empty, own], RULES).table.rows) == meanings(own.table.rows)


@given(strategies.projects, strategies.projects)
def test_merging_twice_changes_nothing(one: ProjectData, other: ProjectData) -> None:
    table = joined(table_of(one, "one"), table_of(other, "other"))
    once, _ = merged(table, IDENTITIES)
    twice, conflicts = merged(once, IDENTITIES)

    assert twice == once
    assert conflicts == ()


@given(strategies.projects)
def test_a_source_does_not_disagree_with_itself(project: ProjectData) -> None:
    # Its own disagreements stay: one text may have two meanings as a synonym.
    table = joined(table_of(project, "one"), table_of(project, "other"))
    kept, conflicts = merged(table, IDENTITIES)
    own, own_conflicts = merged(table_of(project, "one"), IDENTITIES)
    repeated = [item for item in own if IDENTITIES[item.kind] is Identity.BAG]

    assert Counter(meanings(kept)) == Counter(meanings(own)) + Counter(meanings(repeated))
    assert {conflict.dropped.path for conflict in conflicts} == {conflict.dropped.path for conflict in own_conflicts}


@given(strategies.projects, strategies.projects)
def test_the_earlier_source_stays_whole_and_disagreements_name_both_places(
    one: ProjectData, other: ProjectData
) -> None:
    both = combined([snapshot(one, "one"), snapshot(other, "other")], RULES)
    alone = snapshot(one, "one")

    assert set(alone.table) <= set(both.table)
    between = [conflict for conflict in both.conflicts if conflict.kept.document != conflict.dropped.document]
    for conflict in between:
        kept, dropped = both.table.location(conflict.kept), both.table.location(conflict.dropped)
        assert conflict.kept in both.table.rows
        assert conflict.dropped not in both.table.rows
        problem = conflict.to_problem(both.table)
        assert (problem.location, problem.related) == (dropped, (kept,))
        assert problem.severity == "warning"


@given(strategies.projects, strategies.projects)
def test_what_is_dropped_is_said_by_another_or_is_a_conflict(one: ProjectData, other: ProjectData) -> None:
    both = combined([snapshot(one, "one"), snapshot(other, "other")], RULES)
    kept = {(item.kind, item.digest) for item in both.table}
    disputed = {
        (conflict.dropped.kind, IDENTITIES[conflict.dropped.kind].group_of(conflict.dropped.path))
        for conflict in both.conflicts
    } | {(conflict.dropped.kind, conflict.dropped.path) for conflict in both.conflicts}

    for item in both.unmerged:
        group = IDENTITIES[item.kind].group_of(item.path)
        assert (item.kind, item.digest) in kept or (item.kind, group or item.path) in disputed


@given(strategies.projects, st.randoms(use_true_random=False))
def test_items_of_sets_and_bags_may_come_in_any_order(project: ProjectData, random: Any) -> None:
    free = [row for row in table_of(project, "own").rows if IDENTITIES[row[0]] in (Identity.SET, Identity.BAG)]
    shuffled = list(free)
    random.shuffle(shuffled)

    assert Counter(meanings(_kept(free))) == Counter(meanings(_kept(shuffled)))


def _kept(rows: Sequence[Row]) -> list[Row]:
    return [rows[position] for position in select(rows, IDENTITIES).kept]
