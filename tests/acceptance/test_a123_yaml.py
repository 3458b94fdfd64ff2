"""Acceptance cases A123 to A130: the dialect of YAML, environment variables, the model configuration."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.importers import ConfigurationError, DocumentId, ImporterContext, ReadingRules, SourceFile, read_file
from tenprint.importers.file import FileImporter
from tenprint.importers.itemising import DocumentReading, parts_of
from tenprint.importers.snapshot import Role

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

ENVIRONMENT = {"NAME": "value", "PORT": "5005", "DOLLAR": "a$b${c}"}
RULES = ReadingRules(environment=ENVIRONMENT)


def reading(text: str | bytes, role: Role = "config") -> DocumentReading:
    content = text if isinstance(text, bytes) else text.encode()
    return read_file(SourceFile(DocumentId("file", f"{role}.yml"), role, content), 0, RULES)


def values(text: str, role: Role = "config") -> list[object]:
    found = reading(text, role)
    assert found.problems == ()
    return [part.value for part in parts_of(found.document, 0, RULES)]


def problems(text: str | bytes, role: Role = "config") -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in reading(text, role).problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${NAME}", "value"),
        ("${NAME}${PORT}", "value5005"),
        ("before ${NAME}", "before value"),
        ("${NAME} after", "value after"),
        ("x${NAME}y", "xvaluey"),
        ("\n- ${NAME}\n- b\n", ["value", "b"]),
    ],
)
def test_a123_variables_are_replaced_in_whole_and_in_part(written: str, value: object) -> None:
    assert values(f"key: {written}") == [value]


@pytest.mark.parametrize("written", ["${NOPE}", "x${NOPE}y", "${NAME} ${NOPE}", "${NOPE:-default}"])
def test_a124_w_fmt_1_a_variable_that_is_not_set_is_an_error_wherever_it_stands(written: str) -> None:
    assert problems(f"key: {written}") == ["unset-variable config.yml:1:6"]


def test_a124_the_value_of_a_variable_is_not_looked_into() -> None:
    assert values("key: ${DOLLAR}") == ["a$b${c}"]


@pytest.mark.parametrize("written", ["'${NAME}'", '"${NAME}"'])
def test_w_fmt_1_quotes_keep_text_as_it_is(written: str) -> None:
    assert values(f"key: {written}") == ["${NAME}"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("slots:\n  a:\n    type: text\n    initial_value: ${NAME}\n", None),
        ("slots:\n  a:\n    type: float\n    max_value: ${PORT}\n", "wrong-type domain.yml:4:16"),
        ("responses:\n  utter_a:\n  - text: ${NAME}\n", None),
        ("actions:\n- ${NAME}\n", None),
    ],
)
def test_w_fmt_2_variables_are_replaced_before_anything_is_checked(text: str, code: str | None) -> None:
    assert problems(text, "domain") == ([] if code is None else [code])


@pytest.mark.parametrize("written", ["\\users", "\\u12", "\\u0041", "\u00fc\\u0041", "\U0001f600 \\n \\x"])
def test_a125_w_fmt_3_backslashes_mean_something_in_double_quotes_only(written: str) -> None:
    assert values(f"key: {written}") == [written]
    assert values(f"key: '{written}'") == [written]


def test_a125_escapes_and_characters_are_the_same() -> None:
    assert values('key: "\\u00fc \\U0001F600"') == values("key: \u00fc \U0001f600")


@pytest.mark.parametrize("written", ['"yes"', "'true'", '"True"', "yes", "on", "n"])
def test_a126_words_in_quotes_and_words_of_yaml_1_1_are_text(written: str) -> None:
    assert values(f"key: {written}") == [written.strip("'\"")]


def test_a127_another_encoding_is_told_with_its_place() -> None:
    assert problems("language: en\nkey: Z\u00fcrich\n".encode("latin-1")) == ["encoding config.yml:2:7"]


@pytest.mark.anyio
async def test_a127_a_file_that_is_missing_is_told(write_project: WriteProject) -> None:
    project = write_project({"data/nlu.yml": "nlu: []\n"})
    own = FileImporter({}, ImporterContext(project, config=project / "config.yml"))

    with pytest.raises(ConfigurationError, match=r"config\.yml"):
        await own.snapshot()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("pipeline: supervised_embeddings\n", "wrong-type config.yml:1:11"),
        ("pipeline:\n- epochs: 1\n", "missing-key config.yml:2:3"),
        ("policies:\n- epochs: 1\n", "missing-key config.yml:2:3"),
        ("pipeline:\n- name: 1\n", "wrong-type config.yml:2:9"),
        ("language: [en, de]\n", "wrong-type config.yml:1:11"),
    ],
)
def test_a128_a_configuration_of_another_shape_is_refused(text: str, complaint: str) -> None:
    assert problems(text) == [complaint]


@pytest.mark.parametrize("version", ["2.0", '"2.0"', '"2.0.1"', "3.1", "3.0"])
def test_a128_w_fmt_12_a_version_may_be_a_number_and_is_compared_by_its_first_two_parts(version: str) -> None:
    assert problems(f"version: {version}\n") == []
    assert problems(f"version: {version}\nnlu: []\n", "data") == []


@pytest.mark.parametrize("version", ['"3.2"', '"4.0.1"', "new"])
def test_w_fmt_12_a_newer_version_is_an_error_and_the_file_is_not_silently_left_out(version: str) -> None:
    assert problems(f"version: {version}\nnlu: []\n", "data") == ["format-version data.yml:1:10"]


def test_a129_further_keys_of_a_configuration_are_data() -> None:
    assert values("rest:\nmine: {a: 1}\n") == [None, {"a": 1}]


@pytest.mark.parametrize("text", ["just text", "- a\n- b\n", "7\n"])
def test_a129_a_document_is_a_mapping(text: str) -> None:
    assert problems(text) == ["not-a-mapping config.yml:1:1"]


@pytest.mark.anyio
async def test_a130_w_imp_8_hidden_files_and_folders_are_left_out(write_project: WriteProject) -> None:
    nlu = "nlu:\n- intent: a\n  examples: |\n    - b\n"
    project = write_project({"data/.a.yml": nlu, "data/.b/c.yml": nlu, "data/.d.json": "{}", "data/e.yml": nlu})
    found = await FileImporter({}, ImporterContext(project)).snapshot()

    assert [document.id.path for document in found.documents] == ["data/e.yml"]
    assert found.problems == ()
