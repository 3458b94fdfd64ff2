import pytest

from tenprint.importers.data import LookupEntry
from tenprint.importers.reading import lookup_parts
from tenprint.importers.reading.lookups import elements_of, refusal_of


def test_elements_are_the_lines_that_are_not_blank() -> None:
    text = "Rio\r\n\n  New York \n\t\n- Bonn\r\u00fc"

    assert list(elements_of(text)) == [("Rio", (1, 1)), ("New York", (3, 3)), ("- Bonn", (5, 1)), ("\u00fc", (6, 1))]


def test_each_table_gets_all_elements() -> None:
    assert list(lookup_parts("a\n", ("x", "y"))) == [
        ("lookup-entry", ("nlu", "lookups", "x"), LookupEntry("x", "a"), (1, 1)),
        ("lookup-entry", ("nlu", "lookups", "y"), LookupEntry("y", "a"), (1, 1)),
    ]


@pytest.mark.parametrize("path", ["a.txt", "b/a", "../a.txt", ".hidden", "a b.csv", "\u00fc.txt"])
def test_relative_paths_are_fine(path: str) -> None:
    assert refusal_of(path) is None


@pytest.mark.parametrize(
    "path", ["/a.txt", "~/a.txt", "C:/a.txt", "c:a", "b\\a.txt", "a\0.txt", "a.yml", "a.json", "a.md"]
)
def test_other_paths_are_refused_with_advice(path: str) -> None:
    assert refusal_of(path) is not None
