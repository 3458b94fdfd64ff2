from typing import Any

import pytest
from tests.importers.readings import DOCUMENT, told

from tenprint.importers.reading import Document, MappingNode, PlainText, SequenceNode, parse_yaml
from tenprint.importers.reading.environment import expanded, expanded_section, unexpanded

ENVIRONMENT = {"NAME": "value", "PORT": "5005", "EMPTY": "", "DOLLAR": "${NAME}", "OTHER": "value"}


def document(text: str) -> Document:
    return parse_yaml(text.encode(), DOCUMENT)


def plain(node: Any) -> Any:
    """Ordinary collections, checked to hold no marked text any more."""
    if isinstance(node, MappingNode):
        return {plain(key): plain(value) for key, value in node.items()}
    if isinstance(node, SequenceNode):
        return [plain(entry) for entry in node]
    assert type(node) is not PlainText
    return node


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${NAME}", "value"),
        ("a-${NAME}-b", "a-value-b"),
        ("${NAME}${PORT}", "value5005"),
        ("${PORT}", "5005"),
        ("${EMPTY}", ""),
        ("${DOLLAR}", "${NAME}"),
        ("$NAME", "$NAME"),
        ("$NAME and ${NAME}", "$NAME and value"),
        ("'${NAME}'", "${NAME}"),
        ('"${NAME}"', "${NAME}"),
        ("|\n  ${NAME}", "${NAME}\n"),
        (">\n  ${NAME}", "${NAME}\n"),
        ("${NAME", "${NAME"),
        ("cost: $5", {"cost": "$5"}),
    ],
)
def test_variables_in_text_without_quotes_are_replaced(written: str, value: object) -> None:
    indented = f"\n  {written}" if ": " in written else f" {written}"
    found, problems = expanded(document(f"key:{indented}\n"), ENVIRONMENT)

    assert problems == []
    assert plain(found.root) == {"key": value}


def test_keys_and_entries_of_lists_are_replaced_too() -> None:
    found, problems = expanded(document("${NAME}:\n- ${PORT}\n- {a: 1}\n- - ${NAME}\n"), ENVIRONMENT)

    assert problems == []
    assert plain(found.root) == {"value": ["5005", {"a": 1}, ["value"]]}


def test_places_stay_where_they_were() -> None:
    before = document("a: ${NAME}\nb:\n- ${PORT}\n")
    after, _ = expanded(before, ENVIRONMENT)

    assert after.root.key_place("b") == (2, 1)
    assert after.root.value_place("a") == (1, 4)
    assert after.root["b"].place(0) == (3, 3)
    assert after.id == before.id
    assert after.text == before.text


def test_each_variable_that_is_not_set_is_told_with_its_place() -> None:
    text = "a: ${NOPE}\nb: x ${NEITHER} ${NAME} ${NOPE}\n${KEY}: 1\nc: [${NAME:-default}]\n".replace("[$", "\n- $")
    _, problems = expanded(document(text.replace("}]", "}")), ENVIRONMENT)

    assert [told(problem) for problem in problems] == [
        "unset-variable 1:4",
        "unset-variable 2:4",
        "unset-variable 2:4",
        "unset-variable 3:1",
        "unset-variable 5:3",
    ]
    assert [problem.message.split("'")[1] for problem in problems] == [
        "NOPE",
        "NEITHER",
        "NOPE",
        "KEY",
        "NAME:-default",
    ]
    assert all(problem.hint for problem in problems)


def test_two_keys_that_become_one_are_told_with_both_places() -> None:
    found, (problem,) = expanded(document("a:\n  ${NAME}: 1\n  b: 2\n  ${OTHER}: 3\n"), ENVIRONMENT)

    assert told(problem) == "duplicate-key 4:3"
    assert [str(place) for place in problem.related] == ["data/file.yml:2:3"]
    assert plain(found.root) == {"a": {"value": 1, "b": 2}}
    assert len(found.root["a"].key_marks) == len(found.root["a"].value_marks) == 2
    assert found.root["a"].key_place("b") == (3, 3)


def test_a_key_that_becomes_a_written_one_is_told() -> None:
    _, (problem,) = expanded(document("value: 1\n${NAME}: 2\n"), ENVIRONMENT)

    assert told(problem) == "duplicate-key 2:1"


def test_unexpanded_text_is_ordinary_text() -> None:
    found = unexpanded(document("${NAME}: [a, '${NAME}']\nb:\n- ${NOPE}\n"))

    assert plain(found.root) == {"${NAME}": ["a", "${NAME}"], "b": ["${NOPE}"]}
    assert found.root.value_place("b") == (3, 1)


@pytest.mark.parametrize("name", ["", " NAME ", "NAME:-default", "1A"])
def test_what_no_variable_is_called_is_told_as_that(name: str) -> None:
    _, (problem,) = expanded(document(f"key: ${{{name}}}"), ENVIRONMENT)

    assert (problem.code, problem.message) == ("unset-variable", f"{name!r} is no name of a variable")
    assert problem.hint == "write ${NAME}, or put quotes around the text to keep it as it is"


def test_one_section_may_be_replaced_alone() -> None:
    found, problems = expanded_section(document("a: ${UNSET}\nb:\n- ${NAME}\n"), "b", ENVIRONMENT)

    assert (plain(found.root), problems) == ({"b": ["value"]}, [])
    assert found.root.value_place("b") == (3, 1)
    assert expanded_section(document("a: 1"), "b", ENVIRONMENT) == (document("a: 1"), [])
