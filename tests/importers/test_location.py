import pytest

from tenprint.importers.location import DocumentId, Location


@pytest.mark.parametrize(
    ("line", "column", "text"), [(3, 7, "data/nlu.yml:3:7"), (3, 0, "data/nlu.yml:3"), (0, 0, "data/nlu.yml")]
)
def test_places_are_printed_as_editors_read_them(line: int, column: int, text: str) -> None:
    assert str(DocumentId("file", "data/nlu.yml").at(line, column)) == text


def test_a_column_without_a_line_is_not_printed_as_a_line() -> None:
    assert str(DocumentId("file", "a.yml").at(0, 1)) == "a.yml"


def test_a_place_knows_its_source_and_revision() -> None:
    place = DocumentId("git", "a.yml", "abc").at(1, 2)

    assert place == Location("git", "a.yml", 1, 2, "abc")
    assert place.to_json() == {"source": "git", "path": "a.yml", "line": 1, "column": 2, "revision": "abc"}
