from tenprint.importers.items import Item, ItemTable, renumbered
from tenprint.importers.location import DocumentId

DOCUMENTS = (DocumentId("file", "a.yml"), DocumentId("file", "b.yml"))
GREET = Item("intent", ("domain", "intents", "greet"), b"1", (), 0, 2, 3)
STORY = Item("story", ("stories", "s"), b"2", (("actions", ("a", "b")), ("training", b"3")), 1, 0, 0)
TABLE = ItemTable(DOCUMENTS, (tuple(GREET), tuple(STORY)))  # type: ignore[arg-type]  # rows are tuples without names


def test_looking_at_rows_makes_items() -> None:
    assert list(TABLE) == [GREET, STORY]
    assert [type(item) for item in TABLE] == [Item, Item]
    assert len(TABLE) == 2


def test_facets_are_asked_for_by_name() -> None:
    assert STORY.facet("training") == b"3"
    assert STORY.facet("unknown") is None
    assert GREET.facet("training") is None


def test_only_facets_of_names_have_names() -> None:
    assert STORY.names("actions") == ("a", "b")
    assert STORY.names("training") == ()
    assert STORY.names("unknown") == ()


def test_items_of_some_kinds() -> None:
    assert TABLE.of_kind("story", "rule") == (STORY,)
    assert TABLE.of_kind() == ()


def test_the_place_of_an_item() -> None:
    assert str(TABLE.location(GREET)) == "a.yml:2:3"
    assert str(TABLE.location(STORY)) == "b.yml"


def test_rows_behind_other_documents_have_higher_numbers() -> None:
    assert [row[4] for row in renumbered(TABLE.rows, 3)] == [3, 4]
