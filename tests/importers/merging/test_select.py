import pytest

from tenprint.importers.items import Item, ItemTable, Path
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Conflict, Identity, merged, select

IDENTITIES = {identity.name.lower(): identity for identity in Identity}


def item(kind: str, path: str, digest: str = "x", *, document: int = 0, line: int = 0) -> Item:
    return Item(kind, tuple(path.split(".")), digest.encode(), (), document, line, 1)


def kept(*items: Item) -> list[Item]:
    return [items[position] for position in select(items, IDENTITIES).kept]


def conflicts(*items: Item) -> tuple[Conflict, ...]:
    return select(items, IDENTITIES).conflicts


def test_nothing_is_selected_from_nothing() -> None:
    assert kept() == []
    assert conflicts() == ()


def test_one_for_each_path_keeps_the_first_and_tells_each_disagreement() -> None:
    first, same, other, third = (
        item("one", "a", digest, document=number) for number, digest in enumerate(("x", "x", "y", "z"))
    )
    elsewhere = item("one", "b", "y")

    assert kept(first, same, other, third, elsewhere) == [first, elsewhere]
    assert conflicts(first, same, other, third, elsewhere) == (Conflict(first, other), Conflict(first, third))


def test_one_for_each_path_counts_within_a_document_too() -> None:
    first, second = item("one", "a", "x", line=1), item("one", "a", "y", line=2)

    assert kept(first, second) == [first]
    assert conflicts(first, second) == (Conflict(first, second),)


def test_a_path_may_be_several_kinds_of_thing() -> None:
    single, in_set, in_bag, in_group = item("one", "a"), item("set", "a", "s"), item("bag", "a"), item("group", "a")

    assert kept(single, in_set, in_bag, in_group) == [single, in_set, in_bag, in_group]


def test_a_group_comes_whole_from_the_first_document_that_has_it() -> None:
    own = [item("group", "a", digest) for digest in "yxy"]
    foreign = [item("group", "a", digest, document=1) for digest in "xz"]
    elsewhere = [item("group", "b", "z", document=1)]

    assert kept(*own, *foreign, *elsewhere) == own + elsewhere
    assert conflicts(*own, *foreign, *elsewhere) == (Conflict(own[0], foreign[0]),)


@pytest.mark.parametrize(("digests", "disagrees"), [("xy", False), ("yx", True), ("x", True), ("xyy", True)])
def test_groups_agree_when_they_hold_the_same_in_the_same_order(digests: str, *, disagrees: bool) -> None:
    own = [item("group", "a", digest) for digest in "xy"]
    foreign = [item("group", "a", digest, document=1) for digest in digests]

    assert kept(*own, *foreign) == own
    assert bool(conflicts(*own, *foreign)) == disagrees


def test_a_list_is_one_group_whatever_its_entries_are_called() -> None:
    own = [item("list", "pipeline.b"), item("list", "pipeline.a"), item("list", "pipeline.b")]
    foreign = [item("list", "pipeline.c", document=1)]
    elsewhere = [item("list", "policies.c", document=1)]

    assert kept(*own, *foreign, *elsewhere) == own + elsewhere
    assert conflicts(*own, *foreign, *elsewhere) == (Conflict(own[0], foreign[0]),)


def test_equal_items_of_a_set_count_once_and_never_disagree() -> None:
    first, other, again = item("set", "a", "x"), item("set", "a", "y"), item("set", "a", "x", document=1)

    assert kept(first, other, again) == [first, other]
    assert conflicts(first, other, again) == ()


def test_every_item_of_a_bag_counts() -> None:
    items = [item("bag", "a"), item("bag", "a"), item("bag", "a", document=1)]

    assert kept(*items) == items


def test_an_unknown_kind_is_kept_as_it_is() -> None:
    items = [item("unheard-of", "a"), item("unheard-of", "a", "y")]

    assert kept(*items) == items
    assert conflicts(*items) == ()


def test_the_order_of_items_is_the_order_of_precedence_and_stays() -> None:
    items = [item("one", "b"), item("set", "c", "1"), item("one", "a"), item("bag", "d"), item("group", "e")]

    assert kept(*items) == items


def test_documents_keep_their_numbers() -> None:
    documents = (DocumentId("one", "a.yml"), DocumentId("two", "b.yml"))
    first, second, new = item("one", "a"), item("one", "a", "y", document=1), item("one", "b", document=1)
    table, found = merged(ItemTable(documents, (first, second, new)), IDENTITIES)

    assert table == ItemTable(documents, (first, new))
    assert found == (Conflict(first, second),)


@pytest.mark.parametrize(
    ("identity", "group"),
    [
        (Identity.ONE, None),
        (Identity.SET, None),
        (Identity.BAG, None),
        (Identity.GROUP, ("a", "b")),
        (Identity.LIST, ("a",)),
    ],
)
def test_where_order_has_a_meaning(identity: Identity, group: Path | None) -> None:
    assert identity.group_of(("a", "b")) == group


def test_a_conflict_is_told_as_a_problem_with_both_places() -> None:
    documents = (DocumentId("file", "domain.yml"), DocumentId("git", "shared/domain.yml", "abc"))
    kept_item = item("session-setting", "domain.session_config.time", line=3)
    dropped = item("session-setting", "domain.session_config.time", "y", document=1, line=7)
    problem = Conflict(kept_item, dropped).to_problem(ItemTable(documents, (kept_item, dropped)))

    assert problem.code == "conflict"
    assert problem.severity == "warning"
    assert "session setting 'time'" in problem.message
    assert str(problem.location) == "shared/domain.yml:7:1"
    assert [str(place) for place in problem.related] == ["domain.yml:3:1"]
    assert problem.hint is not None
