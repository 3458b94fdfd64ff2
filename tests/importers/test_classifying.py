import pytest

from tenprint.importers.classifying import Classification, classify
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import parse_yaml
from tenprint.importers.snapshot import Role


def classified(text: str, *, role: Role = "data", path: str = "data/file.yml") -> Classification:
    return classify(parse_yaml(text.encode(), DocumentId("file", path)), role, BUILT_IN_KINDS)


def names(found: Classification) -> list[str]:
    return [kind.name for kind in found.kinds]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("nlu:", ["nlu"]),
        ("stories: []", ["stories"]),
        ("rules: []", ["stories"]),
        ("responses: {}", ["domain"]),
        ("intents: []", ["domain"]),
        ("session_config: {}", ["domain"]),
        ("nlu: []\nstories: []\nslots: {}", ["domain", "nlu", "stories"]),
        ("version: '3.1'\nnlu: []", ["nlu"]),
        ("nlu: wrong type", ["nlu"]),
    ],
)
def test_top_level_keys_say_what_a_file_holds(text: str, kinds: list[str]) -> None:
    found = classified(text)

    assert names(found) == kinds
    assert found.role == "data"
    assert found.problems == ()


def test_the_file_of_the_configuration_is_one_whatever_it_holds() -> None:
    found = classified("nlu: []\nstories: []\nanything: 1", role="config", path="config.yml")

    assert names(found) == ["config"]
    assert found.problems == ()


@pytest.mark.parametrize("role", ["data", "domain"])
def test_the_key_config_means_settings_in_a_domain_only(role: Role) -> None:
    assert names(classified("config: {store_entities_as_slots: true}", role=role)) == (
        ["domain"] if role == "domain" else []
    )


@pytest.mark.parametrize(
    ("path", "text", "role"),
    [
        ("data/test_a.yml", "stories: []", "tests"),
        ("test_a.yaml", "rules: []", "tests"),
        ("tests/test_stories.yml", "stories: []", "tests"),
        ("tests/stories.yml", "stories: []", "data"),
        ("data/my_test_a.yml", "stories: []", "data"),
        ("test_data/stories.yml", "stories: []", "data"),
        ("data/test_nlu.yml", "nlu: []", "data"),
        ("data/Test_a.yml", "stories: []", "data"),
    ],
)
def test_conversation_tests_have_a_name_that_says_so(path: str, text: str, role: str) -> None:
    assert classified(text, path=path).role == role


def test_a_conversation_test_is_read_for_its_stories_only() -> None:
    assert names(classified("stories: []\nnlu: []", path="data/test_a.yml")) == ["stories"]


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("", "empty", "remove it, or move it out of the data path"),
        ("version: '3.1'", "none of the top-level keys", None),
        ("nul: []", "none of the top-level keys", "did you mean nlu?"),
        ("pipeline: []", "model configuration", "name it with --config"),
    ],
)
def test_a_file_without_training_data_is_told(text: str, words: str, hint: str | None) -> None:
    found = classified(text)
    (problem,) = found.problems

    assert names(found) == []
    assert (problem.code, problem.severity) == ("unused-file", "warning")
    assert words in problem.message
    if hint is not None:
        assert problem.hint == hint


def test_keys_that_mean_nothing_are_told_beside_known_ones() -> None:
    found = classified("nlu: []\nstorys: []\nconfig: {}\nversion: '3.1'\nx: 1\n")

    assert [(problem.code, str(problem.location), problem.hint) for problem in found.problems] == [
        ("unknown-key", "data/file.yml:2:1", "did you mean stories?"),
        ("unknown-key", "data/file.yml:5:1", found.problems[1].hint),
    ]
    assert {problem.severity for problem in found.problems} == {"warning"}
