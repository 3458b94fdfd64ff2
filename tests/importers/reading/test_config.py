import pytest
from tests.importers.readings import DOCUMENT, complaints, only_problem, places, read, values

from tenprint.importers.reading import Reader, parse_yaml, read_config


def test_components_and_keys() -> None:
    reader = read(
        read_config,
        """
        recipe: default.v1
        language: en
        pipeline:
        - name: KeywordIntentClassifier
        - name: DIETClassifier
          epochs: 100
          nested: {a: [1]}
        policies:
        - {name: RulePolicy}
        own: [1, two]
        """,
    )

    assert values(reader) == [
        "default.v1",
        "en",
        {"name": "KeywordIntentClassifier"},
        {"name": "DIETClassifier", "epochs": 100, "nested": {"a": [1]}},
        {"name": "RulePolicy"},
        [1, "two"],
    ]
    assert places(reader) == [
        ("config-key", ("config", "recipe"), (1, 1)),
        ("config-key", ("config", "language"), (2, 1)),
        ("pipeline-component", ("config", "pipeline", "KeywordIntentClassifier"), (4, 3)),
        ("pipeline-component", ("config", "pipeline", "DIETClassifier"), (5, 3)),
        ("policy", ("config", "policies", "RulePolicy"), (9, 3)),
        ("config-key", ("config", "own"), (10, 1)),
    ]
    assert type(values(reader)[3]["nested"]) is dict


@pytest.mark.parametrize("text", ["pipeline:", "policies: null", "pipeline: []", "", "# comment"])
def test_absent_and_empty_lists_have_no_parts(text: str) -> None:
    assert values(read(read_config, text)) == []


def test_a_layer_marks_keys_and_nothing_else_may_follow_their_names() -> None:
    text = b"pipeline.add: [{name: A}]\nlanguage.replace: 1\npolicies.ad: []\nlanguage.x: y\nown.y: 1\n"
    reader = Reader(parse_yaml(text, DOCUMENT), marks=True)
    read_config(reader)

    assert complaints(reader) == ["wrong-type 2:19", "unknown-key 3:1", "unknown-key 4:1"]
    assert reader.problems[1].hint == "did you mean policies.add or policies.replace?"
    assert [part.path[1] for part in reader.parts] == ["pipeline.add", "own.y"]


@pytest.mark.parametrize("version", ["'3.1'", "3.1", "2"])
def test_a_version_may_be_a_number(version: str) -> None:
    assert len(values(read(read_config, f"version: {version}"))) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("language: 1", "wrong-type 1:11"),
        ("language:", "wrong-type 1:10"),
        ("language: [en]", "wrong-type 1:11"),
        ("version: [1]", "wrong-type 1:10"),
        ("version:", "wrong-type 1:9"),
        ("pipeline: text", "wrong-type 1:11"),
        ("policies: {name: a}", "wrong-type 1:11"),
        ("pipeline: [text]", "wrong-type 1:12"),
        ("pipeline: [{}]", "missing-key 1:12"),
        ("pipeline: [{naem: a}]", "missing-key 1:12"),
        ("pipeline: [{name: }]", "wrong-type 1:19"),
        ("pipeline: [{name: 1}]", "wrong-type 1:19"),
        ("pipeline: [{name: ''}]", "empty-text 1:19"),
        ("policies: [{name: a, 1: b}]", "wrong-type 1:22"),
        ("1: a", "wrong-type 1:1"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_is_read(text: str, complaint: str) -> None:
    reader = read(read_config, text + "\nkept: 1\n")

    assert complaints(reader) == [complaint]
    assert reader.parts[-1].path == ("config", "kept")


def test_components_around_a_wrong_one_stay() -> None:
    reader = read(read_config, "pipeline:\n- name: a\n- b\n- {}\n- name: c\n")

    assert complaints(reader) == ["wrong-type 3:3", "missing-key 4:3"]
    assert [part.value["name"] for part in reader.parts] == ["a", "c"]


def test_a_name_alone_comes_with_how_to_write_it() -> None:
    assert only_problem(read(read_config, "pipeline: [SomeTokenizer]")).hint == "write `- name: SomeTokenizer`"


def test_a_misspelt_name_comes_with_advice() -> None:
    assert only_problem(read(read_config, "pipeline: [{nmae: a}]")).hint == "did you mean name?"


def test_the_same_component_twice_is_two_parts() -> None:
    assert len(values(read(read_config, "pipeline: [{name: a}, {name: a}]"))) == 2


@pytest.mark.parametrize(("key", "meant"), [("pipelin", "pipeline"), ("policys", "policies"), ("import", "imports")])
def test_a_key_that_is_likely_a_typo_is_told_and_kept(key: str, meant: str) -> None:
    reader = read(read_config, f"language: en\n{key}: []\n")

    (problem,) = reader.problems
    assert (problem.code, problem.severity, problem.hint) == ("unknown-key", "warning", f"did you mean {meant}?")
    assert str(problem.location).endswith(":2:1")
    assert [part.path for part in reader.parts] == [("config", "language"), ("config", key)]


def test_a_key_of_somebody_elses_is_no_typo() -> None:
    assert read(read_config, "language: en\nrest: null\nextra: 1\n").problems == []
