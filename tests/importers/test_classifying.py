import pytest

from tenprint.importers.classifying import Classification, classify
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import parse_document
from tenprint.importers.snapshot import Role


def classified(text: str, *, role: Role = "data", path: str = "data/file.yml") -> Classification:
    return classify(parse_document(text.encode(), DocumentId("file", path)), role, BUILT_IN_KINDS)


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
        ('{"rasa_nlu_data": {}}', ["nlu"]),
        ("# ## intent:greet\nstories: []", ["stories"]),
        ('"nlu" : []', ["nlu"]),
        ("\ufeffnlu: []", ["nlu"]),
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
    found = classified("stories: []\nnlu: []\nversion: '3.1'\nslots: {}", path="data/test_a.yml")

    assert names(found) == ["stories"]
    assert [str(problem.location) for problem in found.problems] == ["data/test_a.yml:2:1", "data/test_a.yml:4:1"]
    assert {problem.code for problem in found.problems} == {"unused-section"}


INSTALL = "install the plugin that adds this kind of data, or move the file out of the data path"


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("", "empty", "remove it, or move it out of the data path"),
        ("version: '3.1'", "none of the top-level keys", INSTALL),
        ("nul: []", "none of the top-level keys", f"did you mean nlu? If not, {INSTALL}"),
        ("pipeline: []", "model configuration", "name it with --config"),
    ],
)
def test_a_file_without_training_data_is_told(text: str, words: str, hint: str) -> None:
    found = classified(text)
    (problem,) = found.problems

    assert names(found) == []
    assert (problem.code, problem.severity) == ("unused-file", "warning")
    assert words in problem.message
    assert problem.hint == hint


def test_keys_that_mean_nothing_are_told_beside_known_ones() -> None:
    found = classified("nlu: []\nstorys: []\nconfig: {}\nversion: '3.1'\nx: 1\n")

    assert [(problem.code, str(problem.location), problem.hint) for problem in found.problems] == [
        ("unknown-key", "data/file.yml:2:1", "did you mean stories?"),
        ("unknown-key", "data/file.yml:5:1", found.problems[1].hint),
    ]
    assert {problem.severity for problem in found.problems} == {"warning"}


def test_json_holds_nlu_data() -> None:
    found = classified('{"rasa_nlu_data": {}, "other": 1}', path="data/nlu.json")

    assert names(found) == ["nlu"]
    assert [(problem.code, str(problem.location)) for problem in found.problems] == [
        ("unknown-key", "data/nlu.json:1:23")
    ]


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ('{"utterances": []}', "data/a.json", "an export of wit.ai"),
        ('{"utterances": [], "luis_schema_version": "5"}', "data/a.json", "an export of LUIS"),
        ('{"supportedLanguages": []}', "data/a.json", "a Dialogflow agent"),
        ('{"version": "1"}', "data/package.json", "the package of a Dialogflow agent"),
        ('{"name": "a", "responses": []}', "data/a.json", "an intent of a Dialogflow agent"),
        ('{"name": "a", "isEnum": true}', "data/a.json", "an entity of a Dialogflow agent"),
        ("[{}]", "data/a_usersays_en.json", "examples of a Dialogflow agent"),
        ("[{}]", "data/a_entries_en.json", "entries of a Dialogflow entity"),
        ("[1]", "data/a.json", "a list"),
        ("7", "data/a.json", "the number 7"),
        ('"text"', "data/a.json", "the text 'text'"),
        ("", "data/a.json", "the file is empty"),
        ('{"a": 1}', "data/a.json", "no key 'rasa_nlu_data'"),
        ('{"nlu": []}', "data/a.json", "the keys of YAML files"),
        ('{"responses": {}, "intents": []}', "data/a.json", "the keys of YAML files"),
    ],
)
def test_other_json_is_named_for_what_it_seems_to_be(text: str, path: str, words: str) -> None:
    found = classified(text, path=path)
    (problem,) = found.problems

    assert names(found) == []
    assert (problem.code, problem.severity) == ("unused-file", "warning")
    assert words in problem.message
    assert problem.hint


def test_a_near_key_of_json_is_told() -> None:
    assert classified('{"rasa_nlu_dat": {}}', path="a.json").problems[0].hint == "did you mean rasa_nlu_data?"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("## intent:greet\n- hi\n", "rasa data convert nlu -f yaml --data data/old/a.md --out data/old"),
        ("## s\n* greet\n  - utter_greet\n", "rasa data convert core -f yaml --data data/old/a.md --out data/old"),
    ],
)
def test_training_data_in_markdown_are_refused_with_the_command_that_converts_them(text: str, command: str) -> None:
    found = classified(text, path="data/old/a.md")
    (problem,) = found.problems

    assert names(found) == []
    assert (problem.code, problem.severity) == ("markdown-data", "error")
    assert problem.hint is not None
    assert problem.hint.endswith(command)


def test_prose_in_markdown_is_only_unused() -> None:
    found = classified("# Notes\n", path="data/notes.md")

    assert [(problem.code, problem.severity) for problem in found.problems] == [("unused-file", "warning")]


def test_the_suffix_decides_and_not_the_content() -> None:
    assert names(classified("## intent:greet\nnlu: []\n", path="data/a.yml")) == ["nlu"]
