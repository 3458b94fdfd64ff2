"""What each policy keeps, drops and reports."""

import pytest

from tenprint.importers.items import Item, ItemTable
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import (
    Identity,
    MergePolicy,
    MergeRules,
    MergeSettings,
    kept_rows,
    marked,
    pending_problems,
    select,
)

IDENTITIES = {identity.name.lower(): identity for identity in Identity}
MARKS = ("replace", None, "replace")
DOCUMENTS = tuple(DocumentId(f"source {number}", f"{number}.yml") for number in range(4))


def item(kind: str, path: str, digest: str = "x", *, document: int = 0, mark: str | None = None) -> Item:
    names = tuple(path.split("."))
    facets = () if mark is None else marked((), mark, names[:1])
    return Item(kind, names, digest.encode(), facets, document, document + 1, 1)


def digests(policy: MergePolicy, *items: Item) -> list[str]:
    found = select(items, IDENTITIES, MergeRules(policy))
    return [items[position].digest.decode() for position in found.kept]


def pending(*items: Item) -> list[str]:
    found = select(items, IDENTITIES, MergeRules("overlay"))
    return [str(problem) for problem in pending_problems(ItemTable(DOCUMENTS, kept_rows(items, found)))]


@pytest.mark.parametrize(
    ("policy", "kept"), [("error", "x"), ("first", "x"), ("last", "z"), ("namespace", "x"), ("overlay", "z")]
)
def test_one_thing_with_three_meanings(policy: MergePolicy, kept: str) -> None:
    items = [item("one", "a", digest, document=number) for number, digest in enumerate("xyz")]

    assert digests(policy, *items) == [kept]


@pytest.mark.parametrize(
    ("policy", "severities"),
    [
        ("error", ["error", "error"]),
        ("first", ["warning", "warning"]),
        ("last", ["warning", "warning"]),
        ("namespace", ["error", "error"]),
        ("overlay", []),
    ],
)
def test_disagreements_are_told_unless_an_overlay_means_them(policy: MergePolicy, severities: list[str]) -> None:
    items = [item("group", "a", digest, document=number) for number, digest in enumerate("xyz")]
    found = select(items, IDENTITIES, MergeRules(policy)).conflicts

    assert [conflict.to_problem(ItemTable(DOCUMENTS, tuple(items))).severity for conflict in found] == severities


@pytest.mark.parametrize("kind", ["one", "group"])
@pytest.mark.parametrize(("policy", "counts", "others"), [("first", 0, [1, 2]), ("last", 3, [1, 2])])
def test_every_disagreement_is_with_what_counts(kind: str, policy: MergePolicy, counts: int, others: list[int]) -> None:
    items = [item(kind, "a", digest, document=number) for number, digest in enumerate("xyzx")]
    found = select(items, IDENTITIES, MergeRules(policy)).conflicts

    assert [(conflict.kept, conflict.dropped) for conflict in found] == [(items[counts], items[n]) for n in others]


@pytest.mark.parametrize("policy", ["error", "first", "last", "namespace", "overlay"])
def test_saying_the_same_again_is_no_disagreement(policy: MergePolicy) -> None:
    items = [item(kind, "a", document=number) for kind in ("one", "group", "set") for number in range(3)]
    found = select(items, IDENTITIES, MergeRules(policy))

    assert len(found.kept) == 3
    assert found.conflicts == ()


def test_a_problem_shows_both_values_and_both_places() -> None:
    items = (item("one", "utter_hi", "x"), item("one", "utter_hi", "y", document=1))
    (conflict,) = select(items, IDENTITIES, MergeRules("last")).conflicts
    problem = conflict.to_problem(ItemTable(DOCUMENTS, items), kept="'Hello'", dropped="'Hi'")

    assert "here 'Hi', there 'Hello'; the last one counts" in problem.message
    assert str(problem.location) == "0.yml:1:1"
    assert [str(place) for place in problem.related] == ["1.yml:2:1"]


def test_a_mark_of_a_kind_that_no_level_overlays_is_told() -> None:
    items = (item("one", "a"), item("one", "a", document=1, mark="replace"), item("set", "b", mark="add", document=2))
    table = ItemTable(DOCUMENTS, items)
    settings = MergeSettings(projects=MergeRules("overlay", {"one": "last"}))

    (problem,) = pending_problems(table, settings)

    assert (problem.code, str(problem.location)) == ("mark-without-overlay", "1.yml:2:1")
    assert "no level merges one by overlay" in problem.message


def test_what_took_the_place_of_a_replacement_without_effect_may_be_replaced() -> None:
    typo, own, layer = (
        item("one", "a", x, document=n, mark=m) for n, (x, m) in enumerate(zip("xyz", MARKS, strict=True))
    )
    rules = MergeRules("overlay")
    two = kept_rows((typo, own), select((typo, own), IDENTITIES, rules))

    assert kept_rows((*two, layer), select((*two, layer), IDENTITIES, rules)) == kept_rows(
        (typo, own, layer), select((typo, own, layer), IDENTITIES, rules)
    )
    assert len(pending(typo, own)) == 1
    assert pending(typo, own, layer) == []


def test_kinds_may_have_policies_of_their_own() -> None:
    items = [item(kind, "a", digest, document=n) for kind in ("one", "group") for n, digest in enumerate("xy")]
    found = select(items, IDENTITIES, MergeRules("first", {"group": "last"}))

    assert [(items[position].kind, items[position].digest) for position in found.kept] == [
        ("one", b"x"),
        ("group", b"y"),
    ]


def test_an_ordered_list_comes_whole_from_one_unit_of_several_documents() -> None:
    items = [item("group", "a", digest, document=number) for number, digest in enumerate("xyz")]
    found = select(items, IDENTITIES, MergeRules("first"), (0, 0, 1))

    assert [items[position].digest for position in found.kept] == [b"x", b"y"]


def test_an_overlay_replaces_a_list_or_adds_to_it() -> None:
    base = item("group", "a", "x")

    assert digests("overlay", base, item("group", "a", "y", document=1)) == ["y"]
    assert digests("overlay", base, item("group", "a", "y", document=1, mark="add")) == ["x", "y"]
    assert digests("overlay", base, item("group", "a", "y", document=1, mark="replace")) == ["y"]


def test_an_overlay_adds_to_a_set_or_replaces_it() -> None:
    base = [item("set", "a.1", "x"), item("set", "b.1", "z")]

    assert digests("overlay", *base, item("set", "a.2", "y", document=1)) == ["x", "z", "y"]
    assert digests("overlay", *base, item("set", "a.2", "y", document=1, mark="replace")) == ["z", "y"]


def test_all_items_of_a_replacement_stay() -> None:
    base = item("set", "a.1", "x")
    new = [item("set", f"a.{digest}", digest, document=1, mark="replace") for digest in "yz"]

    assert digests("overlay", base, *new) == ["y", "z"]
    assert pending(base, *new) == []


def test_a_replacement_takes_everything_below_its_name() -> None:
    base = [item("one", "a.type", "x"), item("group", "a.mappings", "m")]

    assert digests("overlay", *base, item("one", "a.type", "y", document=1, mark="replace")) == ["y"]


def test_a_replacement_without_anything_to_replace_is_told() -> None:
    (problem,) = pending(item("one", "b"), item("one", "a", "y", document=1, mark="replace"))

    assert problem.startswith("1.yml:2:1: error: 'a' is to be replaced, but no source before this one has it")


def test_a_replacement_of_what_is_only_there_later_is_told() -> None:
    assert len(pending(item("one", "a", "y", mark="replace"), item("one", "a", document=1))) == 1


def test_adding_what_is_there_already_is_an_error() -> None:
    items = [item("one", "a", "x"), item("one", "a", "y", document=1, mark="add")]
    (conflict,) = select(items, IDENTITIES, MergeRules("overlay")).conflicts
    problem = conflict.to_problem(ItemTable(DOCUMENTS, tuple(items)))

    assert problem.severity == "error"
    assert str(problem.location) == "1.yml:2:1"
    assert "it is to be added, but is there already" in problem.message


def test_adding_what_is_new_is_fine() -> None:
    assert digests("overlay", item("one", "b", "x"), item("one", "a", "y", document=1, mark="add")) == ["x", "y"]
