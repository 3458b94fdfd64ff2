from datetime import date, datetime, timezone
from typing import Any

import pytest
from tests.importers.readings import DOCUMENT, complaints, only_problem

from tenprint.importers.reading import MappingNode, PlainText, Reader, SequenceNode, nodes_of, parse_yaml
from tenprint.importers.reading.reader import describe, nearest, plain_value

TEXT = b"a: text\nb:\n- 1\n- two\nc: {d: e}\n7: x\n'': y\n"


def reader() -> Reader:
    return Reader(parse_yaml(TEXT, DOCUMENT))


def test_parts_are_kept_in_the_order_of_emitting() -> None:
    desk = reader()
    desk.emit("kind", ("a", "b"), 1, (1, 2))
    desk.emit("kind", ("a",), None, (3, 4))

    assert [tuple(part) for part in desk.parts] == [("kind", ("a", "b"), 1, (1, 2)), ("kind", ("a",), None, (3, 4))]


def test_a_problem_knows_its_document_and_place() -> None:
    desk = reader()
    desk.report("some-code", "words", (2, 3), hint="advice", severity="warning", related=(DOCUMENT.at(1, 1),))

    assert str(only_problem(desk)) == (
        "data/file.yml:2:3: warning: words [some-code]\n  see also data/file.yml:1:1\n  hint: advice"
    )


def test_values_of_the_right_type_pass() -> None:
    desk = reader()

    assert desk.text("x", "a name", (1, 1)) == "x"
    assert desk.mapping(desk.root["c"], "a mapping", (1, 1)) is desk.root["c"]
    assert desk.sequence(desk.root["b"], "a list", (1, 1)) is desk.root["b"]
    assert list(desk.entries(desk.root, "b", "b")) == [(1, (3, 3)), ("two", (4, 3))]
    assert desk.problems == []


def test_values_of_a_wrong_type_are_told() -> None:
    desk = reader()

    assert desk.text(1, "a name", (1, 1)) is None
    assert desk.text(" ", "a name", (2, 1)) is None
    assert desk.mapping("x", "this", (3, 1)) is None
    assert desk.sequence({}, "that", (4, 1)) is None
    assert list(desk.entries(desk.root, "c", "c")) == []
    assert complaints(desk) == [
        "wrong-type 1:1",
        "empty-text 2:1",
        "wrong-type 3:1",
        "wrong-type 4:1",
        "wrong-type 5:4",
    ]


def test_members_are_names_with_both_places_and_wrong_names_are_told() -> None:
    desk = reader()

    assert [(name, key, value) for name, _, key, value in desk.members(desk.root, "the file")] == [
        ("a", (1, 1), (1, 4)),
        ("b", (2, 1), (3, 1)),
        ("c", (5, 1), (5, 4)),
    ]
    assert complaints(desk) == ["wrong-type 6:1", "empty-text 7:1"]


def test_keys_that_mean_nothing_are_told_in_their_order() -> None:
    desk = reader()
    desk.check_keys(desk.root, ("a", "b"), "this file")

    assert complaints(desk) == ["unknown-key 5:1", "unknown-key 6:1", "unknown-key 7:1"]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (PlainText("a"), "'a'"),
        ("x" * 60, "'" + "x" * 36 + "..."),
        (7, "7"),
        (True, "true"),
        (None, "null"),
        (date(2020, 1, 2), "2020-01-02"),
        (datetime(2020, 1, 2, tzinfo=timezone.utc), "2020-01-02 00:00:00+00:00"),
    ],
)
def test_keys_are_shown_as_people_write_them(key: object, shown: str) -> None:
    desk = reader()
    desk.check_keys(nodes_of({key: 1}), ("b",), "this file")

    assert only_problem(desk).message == f"this file has no key {shown}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "the boolean true"),
        (7, "the number 7"),
        (-7, "the number -7"),
        (7.5, "a number"),
        (10**10, "a number"),
        ("text", "the text 'text'"),
        ("x" * 31, "the text '" + "x" * 27 + "...'"),
        (date(2020, 1, 2), "the date 2020-01-02"),
        (datetime(2020, 1, 2), "the date 2020-01-02 00:00:00"),  # noqa: DTZ001 - YAML has such values
        (nodes_of({}), "a mapping"),
        (nodes_of([]), "a list"),
    ],
)
def test_values_are_described_for_people(value: object, words: str) -> None:
    assert describe(value) == words


def test_advice_for_values_that_yaml_reads_as_another_type() -> None:
    desk = reader()
    for value in (1, True, 1.5, date(2020, 1, 1)):
        desk.text(value, "a name", (1, 1))
    desk.text(None, "a name", (1, 1))
    desk.text(nodes_of([]), "a name", (1, 1))

    assert [problem.hint for problem in desk.problems] == [
        *["put quotes around it to make it text"] * 4,
        "write a name, or remove the line",
        None,
    ]


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("intnet", ("intent", "action"), "did you mean intent?"),
        ("utter_b", ("utter_a", "utter_c", "x"), "did you mean utter_c or utter_a?"),
        ("xyz", ("intent", "action"), "known: action, intent"),
        (7, ("intent",), "known: intent"),
        ("x", (), None),
        ("x", [f"name{number}" for number in range(21)], None),
    ],
)
def test_the_nearest_names(name: object, known: Any, hint: str | None) -> None:
    assert nearest(name, known) == hint


def test_plain_values_are_copies_without_nodes() -> None:
    node = nodes_of({"a": [1, {"b": None}], PlainText("${X}"): PlainText("${Y}")})
    value = plain_value(node)

    assert value == {"a": [1, {"b": None}], "${X}": "${Y}"}
    assert not isinstance(value, MappingNode)
    assert not isinstance(value["a"], SequenceNode)
    assert {type(key) for key in value} == {str}
    assert type(value["${X}"]) is str
