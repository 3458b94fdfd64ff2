"""The law of the spine for kinds that plugins add: items of a merge are the merge of the items, whatever the identity.

`flows` is the kind of the example plugin; `shelves` is made up of one kind of item for each identity.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.fingerprinting import fingerprint_of
from tenprint.importers.assembling import items_of, project_data, take_apart, training_view
from tenprint.importers.combining import combined, snapshot_of
from tenprint.importers.data import ProjectData
from tenprint.importers.itemising import DocumentReading, ReadingRules, itemise
from tenprint.importers.items import Facets, ItemTable, Path, Row, renumbered
from tenprint.importers.kinds import BUILT_IN_KINDS, ItemKind, Kind, NamedValue, as_it_is, guarded, whole
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Identity, MergeRules, MergeSettings, merged
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState
from tenprint.importers.writing import project_files
from tenprint_example.flows import STEP_KEYS, Flow, FlowStep
from tenprint_example.kinds import FLOWS

ITEMS: Mapping[str, Identity] = {
    "shelf-one": Identity.ONE,
    "shelf-group": Identity.GROUP,
    "shelf-list": Identity.LIST,
    "shelf-set": Identity.SET,
    "shelf-bag": Identity.BAG,
}


def _take_shelves_apart(shelves: Sequence[tuple[str, str, Any]]) -> Iterator[NamedValue]:
    return (NamedValue(kind, ("shelves", kind, name), value) for kind, name, value in shelves)


def _put_shelves_together(parts: Sequence[NamedValue]) -> tuple[tuple[str, str, Any], ...]:
    return tuple((part.kind, part.path[2], part.value) for part in parts)


SHELVES = Kind(
    name="shelves",
    keys=frozenset({"shelves"}),
    item_kinds=tuple(
        ItemKind(name, identity, whole(as_it_is), {name: "digest"}, name_at=2) for name, identity in ITEMS.items()
    ),
    read=lambda _: None,
    take_apart=_take_shelves_apart,
    put_together=_put_shelves_together,
    trains=dict.fromkeys(ITEMS, ("core", "nlu")),
)

KINDS = (guarded(FLOWS, "example"), guarded(SHELVES, "example"))
RULES = ReadingRules(kinds=(*BUILT_IN_KINDS, *KINDS))
LAST = replace(RULES, merge=MergeSettings(MergeRules("last"), MergeRules("last"), MergeRules("last")))

steps = st.builds(FlowStep, st.sampled_from(STEP_KEYS), strategies.names)
flows = st.dictionaries(
    strategies.names, st.builds(Flow, st.just(""), st.lists(steps, max_size=2).map(tuple), strategies.texts), max_size=3
).map(lambda found: {name: replace(flow, name=name) for name, flow in found.items()})


def _by_kind(entries: list[tuple[str, str, Any]]) -> tuple[tuple[str, str, Any], ...]:
    """Names that stand for one thing once, and the entries of a group together, as any reader would emit them."""
    singles = {(kind, name): (kind, name, value) for kind, name, value in entries if kind == "shelf-one"}
    return (*singles.values(), *sorted((each for each in entries if each[0] != "shelf-one"), key=lambda each: each[:2]))


shelves = st.lists(st.tuples(st.sampled_from(sorted(ITEMS)), strategies.names, strategies.yaml_values), max_size=6).map(
    _by_kind
)
values = st.fixed_dictionaries({"flows": flows, "shelves": shelves})

Meaning = tuple[str, Path, bytes, Facets]


def meanings(rows: Iterable[Row]) -> list[Meaning]:
    return [(kind, path, digest, facets) for kind, path, digest, facets, _, _, _ in rows]


def snapshot(further: Mapping[str, Any], source: str, rules: ReadingRules = RULES) -> Snapshot:
    readings = []
    for number, kind in enumerate(KINDS):
        parts = take_apart(kind, further[kind.name])
        document = SourceDocument(DocumentId(source, kind.name), "data", (kind.name,), parts)
        readings.append(DocumentReading(document, itemise(parts, number, rules), ()))
    return snapshot_of(SourceState(source, None), readings, rules)


def items_of_values(further: Mapping[str, Any]) -> list[Row]:
    return [row for kind in KINDS if kind.name in further for row in items_of(kind, further[kind.name], RULES)]


@given(values, values, st.sampled_from([RULES, LAST]))
def test_items_of_a_merge_are_the_merge_of_the_items(one: Any, other: Any, rules: ReadingRules) -> None:
    first, second = snapshot(one, "one", rules), snapshot(other, "other", rules)
    both = combined([first, second], rules)
    offset = len(first.documents)
    joined = ItemTable(
        first.table.documents + second.table.documents,
        first.table.rows + tuple(renumbered(second.table.rows, offset)),
    )
    units = [0] * offset + [1] * len(second.documents)
    table, _ = merged(joined, rules.identities(), rules.merge.importers, units)

    assert both.table == table
    assert Counter(meanings(items_of_values(project_data(both, rules).further))) == Counter(meanings(table.rows))


@given(values)
def test_a_value_is_that_of_its_items_and_a_kind_without_items_has_none(further: Any) -> None:
    found = project_data(snapshot(further, "own"), RULES).further

    assert found.keys() == {name for name, value in further.items() if value}
    assert found.get("flows", {}) == further["flows"]


@given(values, values)
def test_equal_fingerprints_mean_equal_input_of_a_training(one: Any, other: Any) -> None:
    def view(*sources: Any) -> tuple[Any, Any]:
        both = combined([snapshot(each, str(number)) for number, each in enumerate(sources)], RULES)
        trained = training_view(project_data(both, RULES), RULES.further_kinds).further
        return fingerprint_of(both.table, RULES.item_kinds()), trained

    (first, one_view), (second, other_view) = view(one, other), view(other, one)
    if first == second:
        assert one_view == other_view
    else:
        assert one != other


@given(flows)
def test_what_is_written_is_read_as_it_was(found: Any) -> None:
    project = ProjectData(further={"flows": found} if found else {})

    files = project_files(project, rules=RULES)
    assert ("data/flows.yml" in files) == bool(found)
