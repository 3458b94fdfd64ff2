"""From the bytes of one file to its items and problems, and from readings to snapshots."""

import pytest

from tenprint.importers.combining import combined, revision_of, snapshot_of
from tenprint.importers.data import IntentStep
from tenprint.importers.itemising import (
    DocumentReading,
    ReadingRules,
    SourceFile,
    parts_of,
    read_file,
)
from tenprint.importers.location import DocumentId
from tenprint.importers.snapshot import Role, SourceState

RULES = ReadingRules()
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
STORY = "stories:\n- story: s\n  steps:\n  - intent: greet\n"
DOMAIN = "intents:\n- greet\n"


def reading(
    content: str | bytes,
    *,
    role: Role = "data",
    path: str = "data/file.yml",
    rules: ReadingRules = RULES,
    number: int = 0,
) -> DocumentReading:
    raw = content if isinstance(content, bytes) else content.encode()
    return read_file(SourceFile(DocumentId("file", path), role, raw), number, rules)


def with_variables(**environment: str) -> ReadingRules:
    return ReadingRules(environment=environment)


def problems(found: DocumentReading) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in found.problems]


def errors(found: DocumentReading) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in found.problems if problem.severity == "error"]


def test_items_carry_the_number_of_their_document_and_their_places() -> None:
    (row,) = reading(NLU, number=7).rows

    assert row[:2] == ("intent-example", ("nlu", "greet", "hi"))
    assert row[4:] == (7, 4, 5)


def test_a_file_may_hold_several_kinds() -> None:
    found = reading(NLU + STORY + DOMAIN)

    assert found.document.kinds == ("domain", "nlu", "stories")
    assert {row[0] for row in found.rows} == {"intent", "intent-example", "story"}
    assert found.problems == ()


def test_parts_of_a_document_are_its_items_with_their_values() -> None:
    found = reading(NLU + STORY, number=3)
    parts = parts_of(found.document, 3, RULES)

    assert tuple(part.item for part in parts) == found.rows
    assert parts[-1].value.steps == (IntentStep("greet"),)


def test_a_conversation_test_has_no_items_but_its_parts_can_be_had() -> None:
    found = reading(STORY, path="data/test_stories.yml")

    assert found.document.role == "tests"
    assert found.rows == ()
    assert [part.value.name for part in parts_of(found.document, 0, RULES)] == ["s"]


@pytest.mark.parametrize("content", ["- a\n- b\n", "text", "7"])
def test_a_file_that_is_no_mapping_is_an_error(content: str) -> None:
    assert problems(reading(content)) == ["not-a-mapping data/file.yml:1:1"]


def test_broken_syntax_is_told_and_the_document_stays() -> None:
    found = reading("nlu: [")

    assert [problem.code for problem in found.problems] == ["yaml-syntax"]
    assert found.document.content == b"nlu: ["
    assert found.document.kinds == ()


@pytest.mark.parametrize("version", ['"3.1"', '"2.0"', "2.0", "3", "'3.0.5'", '" 3.1 "', "null", "''"])
def test_versions_that_are_understood(version: str) -> None:
    expected = [] if version not in ("3", "''") else ["format-version data/file.yml:1:10"]

    assert problems(reading(f"version: {version}\n{NLU}")) == expected


@pytest.mark.parametrize("version", ['"3.2"', '"4.0"', "3.10", "new", "[3, 1]", "2020-01-01"])
def test_versions_that_are_not_understood_are_errors(version: str) -> None:
    expected = [] if version == "3.10" else ["format-version data/file.yml:1:10"]

    # 3.10 without quotes is the number 3.1, whoever wrote it.
    assert errors(reading(f"version: {version}\n{NLU}")) == expected


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("new", "version must be a text such as 3.1, not the text 'new'"),
        ("{2020-01-01: x}", "version must be a text such as 3.1, not a mapping"),
        (f"'{'9' * 5000}.0'", f"version must be a text such as 3.1, not the text '{'9' * 27}...'"),
    ],
    ids=["word", "mapping", "long"],
)
def test_a_version_that_is_none_is_named_as_people_write_it(version: str, message: str) -> None:
    (problem,) = reading(f"version: {version}\n{NLU}").problems

    assert problem.code == "format-version"
    assert problem.message == message


def test_data_beside_an_unknown_version_is_not_lost() -> None:
    assert len(reading(f'version: "9.0"\n{NLU}').rows) == 1


COMPOSE = 'version: "3.8"\nservices:\n  a: ${NOPE}\n'


def test_a_file_without_training_data_is_only_unused() -> None:
    found = reading(COMPOSE)

    assert problems(found) == ["unused-file data/file.yml:1:1"]
    assert found.problems[0].severity == "warning"
    assert found.rows == ()


@pytest.mark.parametrize(("role", "path"), [("config", "config.yml"), ("domain", "domain.yml"), ("data", "data/d.yml")])
def test_variables_are_replaced_in_configuration_and_domain(role: Role, path: str) -> None:
    text = "language: ${X}\n" if role == "config" else "intents: [a]\nactions:\n- act_${X}\n"
    found = reading(text, role=role, path=path, rules=with_variables(X="en"))
    values = [part.value for part in parts_of(found.document, 0, with_variables(X="en"))]

    assert found.problems == ()
    assert "en" in str(values[-1])


def test_the_value_of_a_variable_enters_the_items_as_data() -> None:
    text = "slots:\n  a: {type: any, initial_value: 'x'}\n  b:\n    type: any\n    initial_value: ${X}\n"
    one, same, other = (reading(text, rules=with_variables(X=value)).rows for value in ("1", "1", "2"))

    assert one == same
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_a_variable_that_is_not_set_is_an_error_at_its_place() -> None:
    assert problems(reading("intents: [a]\nactions:\n- ${NOPE}\n")) == ["unset-variable data/file.yml:3:3"]


@pytest.mark.parametrize(
    "text", [NLU.replace("hi", "hi ${X}"), STORY.replace("greet", "${X}"), NLU + "responses: {}\n"]
)
def test_variables_are_never_replaced_in_examples_and_dialogues(text: str) -> None:
    first = reading(text, rules=with_variables(X="one"))

    assert first.problems == ()
    assert first == reading(text, rules=with_variables(X="two")) == reading(text)


def test_a_domain_beside_examples_keeps_its_text_too() -> None:
    found = reading(NLU + "actions:\n- act_${X}\n", rules=with_variables(X="one"))

    assert ("domain", "actions", "act_${X}") in {row[1] for row in found.rows}


@pytest.mark.parametrize("value", ["0x" + "F" * 5000, "-0x" + "F" * 5000])
def test_a_value_without_canonical_form_is_told_at_its_place(value: str) -> None:
    found = reading(f"slots:\n  a: {{type: text}}\n  b:\n    type: any\n    initial_value: {value}\n")

    (problem,) = found.problems
    assert problem.location is not None
    assert problem.location.line in (3, 5)


def test_readings_become_a_snapshot_in_their_order() -> None:
    readings = [reading(DOMAIN, number=0, path="a.yml"), reading(DOMAIN + NLU, number=1, path="b.yml")]
    snapshot = snapshot_of(SourceState("file", "r"), readings, RULES)

    assert [document.path for document in snapshot.table.documents] == ["a.yml", "b.yml"]
    assert [(item.kind, item.document) for item in snapshot.unmerged] == [
        ("intent", 0),
        ("intent", 1),
        ("intent-example", 1),
    ]
    assert [(item.kind, item.document) for item in snapshot.table] == [("intent", 0), ("intent-example", 1)]


def test_combined_snapshots_keep_documents_problems_and_states_in_order() -> None:
    one = snapshot_of(SourceState("one", "1"), [reading(DOMAIN), reading("x: 1", number=1)], RULES)
    two = snapshot_of(SourceState("two", "2"), [reading(DOMAIN.replace("greet", "bye"))], RULES)
    both = combined([one, two], RULES)

    assert [state.name for state in both.sources] == ["one", "two"]
    assert len(both.documents) == len(both.table.documents) == 3
    assert [(item.path[2], item.document) for item in both.table] == [("greet", 0), ("bye", 2)]
    assert both.problems == one.problems + two.problems


def test_one_snapshot_combined_is_itself() -> None:
    one = snapshot_of(SourceState("one", "1"), [reading(DOMAIN)], RULES)

    assert combined([one], RULES) is one


def test_the_revision_follows_from_names_and_bytes() -> None:
    files = [
        SourceFile(DocumentId("file", path), "data", content)
        for path, content in (("a", b"1"), ("b", b"1"), ("a", b"2"), ("caf\udce9", b"1"))
    ]

    assert len({revision_of([file]) for file in files}) == 4
    assert revision_of(files[:2]) == revision_of(tuple(files[:2]))
    assert revision_of([]).startswith("sha256:")
