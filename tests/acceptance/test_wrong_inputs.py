"""Wrong input of every kind through the real program.

The rules each case checks: exit code 1, the place where there is one, a code programs can rely on, one JSON document
with `--json`, no traceback, and nothing written: neither in the project nor in the folder for temporary files.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.program import PROJECT, Outcome, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = pytest.mark.usefixtures("temporary_files")

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{former}'] * 9)}]\n" for former, name in zip("abcdefgh", "bcdefghi", strict=True)
)
DOMAIN = PROJECT["domain.yml"]
REPLY = "responses: {utter_hello: [{text: hello}]}\n"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One file that replaces one of the project (None removes it), the code it must get, and its place."""

    path: str
    content: str | bytes | None
    code: str
    place: str | None


WRONG = {
    # YAML itself
    "a bracket that is not closed": Wrong("domain.yml", "intents: [greet\n", "yaml-syntax", "domain.yml:2:1"),
    "a tab as indentation": Wrong("domain.yml", "intents:\n\t- greet\n", "yaml-syntax", "domain.yml:2:1"),
    "a key given twice": Wrong("domain.yml", "intents: [a]\nintents: [b]\n", "duplicate-key", "domain.yml:2:1"),
    "a million open brackets": Wrong("domain.yml", "intents: " + "[" * 10**6, "too-deep", "domain.yml:1:73"),
    "a bomb of aliases": Wrong("domain.yml", ALIASES, "too-many-nodes", "domain.yml:7:"),
    "a list as the whole file": Wrong("config.yml", "- pipeline\n", "not-a-mapping", "config.yml:1:1"),
    # bytes
    "a binary file": Wrong("data/nlu.yml", b"\x7fELF\x00\x01", "binary-file", "data/nlu.yml:1:5"),
    "UTF-16": Wrong("domain.yml", DOMAIN.encode("utf-16"), "encoding", "domain.yml:1:1"),
    "UTF-16 without a mark": Wrong("domain.yml", DOMAIN.encode("utf-16-le"), "binary-file", "domain.yml:1:2"),
    "Latin-1": Wrong("domain.yml", b"responses: {utter_a: [{text: \xe9}]}\n", "encoding", "domain.yml:1:30"),
    # the configuration
    "text as the pipeline": Wrong("config.yml", "pipeline: Keywords\n", "wrong-type", "config.yml:1:11"),
    "a mapping as the policies": Wrong("config.yml", "policies: {name: A}\n", "wrong-type", "config.yml:1:11"),
    "a component without a name": Wrong("config.yml", "pipeline:\n  - epochs: 1\n", "missing-key", "config.yml:2:5"),
    "a number as a name": Wrong("config.yml", "pipeline:\n  - name: 5\n", "wrong-type", "config.yml:2:11"),
    "a number as the language": Wrong("config.yml", "language: 5\n", "wrong-type", "config.yml:1:11"),
    "a variable that is not set": Wrong(
        "config.yml", "language: ${TENPRINT_TEST_UNSET}\n", "unset-variable", "config.yml:1:11"
    ),
    "an unknown importer": Wrong("config.yml", "importers:\n  - name: fil\n", "unknown-importer", "config.yml:2:5"),
    "an unknown option of an importer": Wrong(
        "config.yml", "importers:\n  - name: file\n    dta: x\n", "option", "config.yml:3:5"
    ),
    "importers without a value": Wrong("config.yml", "importers:\n", "wrong-type", "config.yml:1:11"),
    "no configuration": Wrong("config.yml", None, "configuration", None),
    "an unknown setting": Wrong("tenprint.yml", "importer: []\n", "unknown-key", "tenprint.yml:1:1"),
    "a plugin that is not installed": Wrong(
        "tenprint.yml", "plugins: [no_such_peg]\n", "configuration", "tenprint.yml:1:11"
    ),
    # the domain
    "intents as a mapping": Wrong("domain.yml", "intents: {greet: {}}\n", "wrong-type", "domain.yml:1:10"),
    "an intent with a stray colon": Wrong("domain.yml", "intents:\n  - greet:\n", "stray-colon", "domain.yml:2:5"),
    "an intent whose properties are a number": Wrong(
        "domain.yml", "intents:\n  - greet: 5\n", "wrong-type", "domain.yml:2:12"
    ),
    "a reply without a text": Wrong(
        "domain.yml", "intents: [greet]\nresponses:\n  utter_hello:\n    - {}\n", "missing-key", "domain.yml:4:7"
    ),
    "a slot without a type": Wrong("domain.yml", REPLY + "slots:\n  name: {}\n", "missing-key", "domain.yml:3:3"),
    "an unknown kind of mapping": Wrong(
        "domain.yml",
        REPLY + "slots:\n  name:\n    type: text\n    mappings:\n      - type: from_thin_air\n",
        "mapping-type",
        "domain.yml:6:9",
    ),
    "a text as the length of a session": Wrong(
        "domain.yml", "session_config:\n  session_expiration_time: sixty\n", "wrong-type", "domain.yml:2:28"
    ),
    "a format from the future": Wrong(
        "domain.yml", "version: '99.0'\nintents: [greet]\n", "format-version", "domain.yml:1:10"
    ),
    "no domain": Wrong("domain.yml", None, "missing-domain", "data/stories.yml:2:5"),
    # NLU data
    "text as NLU data": Wrong("data/nlu.yml", "nlu: hello\n", "wrong-type", "data/nlu.yml:1:6"),
    "numbers as examples": Wrong(
        "data/nlu.yml", "nlu:\n  - intent: greet\n    examples: [1]\n", "wrong-type", "data/nlu.yml:3:16"
    ),
    "an entry of NLU data without a known key": Wrong(
        "data/nlu.yml", "nlu:\n  - intnt: greet\n", "unknown-key", "data/nlu.yml:2:5"
    ),
    "an annotation that is no JSON": Wrong(
        "data/nlu.yml",
        'nlu:\n  - intent: greet\n    examples: |\n      - [Bob]{"entity" 5}\n',
        "invalid-annotation",
        "data/nlu.yml:4:",
    ),
    # stories and rules
    "text as a step": Wrong(
        "data/stories.yml", "stories:\n  - story: a\n    steps:\n      - greet\n", "wrong-type", "data/stories.yml:4:9"
    ),
    "an unknown step": Wrong(
        "data/stories.yml",
        "stories:\n  - story: a\n    steps:\n      - intnt: greet\n",
        "unknown-step",
        "data/stories.yml:4:9",
    ),
    "an intent without a name": Wrong(
        "data/stories.yml",
        "stories:\n  - story: a\n    steps:\n      - intent:\n",
        "wrong-type",
        "data/stories.yml:4:16",
    ),
    "slots as a mapping": Wrong(
        "data/stories.yml",
        "stories:\n  - story: a\n    steps:\n      - slot_was_set:\n          name: Bob\n",
        "wrong-type",
        "data/stories.yml:5:11",
    ),
    "an action in a condition": Wrong(
        "data/stories.yml",
        "rules:\n  - rule: a\n    condition:\n      - action: utter_hello\n    steps:\n      - intent: greet\n",
        "misplaced-step",
        "data/stories.yml:4:9",
    ),
    "an intent the domain does not declare": Wrong(
        "data/stories.yml",
        "stories:\n  - story: a\n    steps:\n      - intent: gret\n      - action: utter_hello\n",
        "undeclared-intent",
        "data/stories.yml:4:17",
    ),
}

COMMANDS = ("validate", "plan", "train")


def placed(project: Path, wrong: Wrong) -> None:
    target = project / wrong.path
    if wrong.content is None:
        target.unlink()
    else:
        target.write_bytes(wrong.content if isinstance(wrong.content, bytes) else wrong.content.encode())


def assert_told(outcome: Outcome, *expected: str) -> None:
    """Check that the program failed as it should, in words."""
    assert outcome.code == 1
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    for text in expected:
        assert text in outcome.err


def places(outcome: Outcome, code: str) -> list[str | None]:
    """Return where the problems of one code are, from the one document of a failure."""
    assert outcome.code == 1
    assert outcome.err == ""
    assert set(outcome.document) == {"schema", "problems"}
    assert outcome.document["schema"] == "tenprint.diagnostics/1"
    return [
        None if (place := problem["location"]) is None else f"{place['path']}:{place['line']}:{place['column']}"
        for problem in outcome.document["problems"]
        if problem["code"] == code
    ]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_wrong_input_is_told_with_its_place_and_nothing_is_written(
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    temporary_files: Path,
    wrong: Wrong,
    command: str,
) -> None:
    project = write_project(PROJECT)
    placed(project, wrong)
    before = tree(project)
    assert_told(run_here(capsys, "-C", str(project), command), f"[{wrong.code}]", wrong.place or "error: ")
    found = places(run_here(capsys, "-C", str(project), command, "--json"), wrong.code)
    assert any(place == wrong.place or str(place).startswith(wrong.place or "-") for place in found)
    assert tree(project) == before
    assert tree(temporary_files) == {}


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf" + DOMAIN.encode(), DOMAIN.replace("\n", "\r\n").encode()], ids=["a mark", "CRLF"]
)
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    project = write_project(PROJECT)
    assert run_here(capsys, "-C", str(project), "train").code == 0
    write_project({"domain.yml": content})
    assert run_here(capsys, "-C", str(project), "validate").code == 0
    assert run_here(capsys, "-C", str(project), "plan", "--exit-code").code == 0


def test_problems_of_all_files_are_told_at_once(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    for name in ("text as NLU data", "text as a step", "an intent with a stray colon", "text as the pipeline"):
        placed(project, WRONG[name])
    outcome = run_here(capsys, "-C", str(project), "validate")
    assert_told(outcome, "config.yml:1:11", "domain.yml:2:5", "data/nlu.yml:1:6", "data/stories.yml:4:9", "4 errors")


def test_a_project_without_data_is_told_where_to_put_it(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project({"config.yml": PROJECT["config.yml"], "domain.yml": DOMAIN})
    for command in ("plan", "train"):
        assert_told(run_here(capsys, "-C", str(project), command), "[no-training-data]", "hint: ", "--data")
    assert set(tree(project)) == {"config.yml", "domain.yml"}


def test_an_empty_folder_is_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    for command in COMMANDS:
        assert_told(run_here(capsys, "-C", str(folder), command), "config.yml", "-C DIR", "--config FILE")
    assert tree(folder) == {}


@pytest.mark.parametrize("command", [*COMMANDS, "fingerprint", "show", "models"])
@pytest.mark.parametrize("named", ["nowhere", "project/config.yml", "project/n\0ul"])
def test_what_is_no_directory_is_no_project(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path, named: str, command: str
) -> None:
    write_project(PROJECT)
    directory = str(tmp_path / named)
    assert_told(run_here(capsys, "-C", directory, command), "there is no project directory", "hint: name one with -C")
    assert places(run_here(capsys, command, "-C", directory, "--json"), "configuration") == [None]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--config", "--domain", "--data"])
@pytest.mark.parametrize("path", ["nowhere.yml", "n\0ul.yml"])
def test_a_path_that_does_not_exist_is_named(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], option: str, path: str, command: str
) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), command, option, path)
    assert_told(outcome, path.replace("\0", "\\x00"), "hint: ", option)
    assert places(run_here(capsys, "-C", str(project), command, option, path, "--json"), "configuration") == [None]
    assert set(tree(project)) == {*PROJECT, "data"}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["-C", "--config", "--domain", "--data"])
def test_a_path_longer_than_any_file_system_takes_is_an_error_and_no_traceback(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], option: str, command: str
) -> None:
    project = str(write_project(PROJECT))
    arguments = ["-C", project, command, option, "x" * 5000]
    assert_told(run_here(capsys, *arguments), "xxxx")
    assert len(places(run_here(capsys, *arguments, "--json"), "io")) == 1


def test_a_configuration_beyond_the_limit_is_named(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    with (project / "config.yml").open("r+b") as config:
        config.truncate(70 * 2**20)
    for command in COMMANDS:
        assert_told(run_here(capsys, "-C", str(project), command), "config.yml has 73400320 bytes", "hint: ")


@pytest.mark.parametrize("half", ["pipeline", "policies"])
def test_an_unknown_component_is_named_with_the_nearest_and_what_to_do(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], half: str
) -> None:
    known = {"pipeline": "KeywordIntentClassifier", "policies": "MemoizationPolicy"}[half]
    misspelt = known.replace("i", "y")
    project = write_project({**PROJECT, "config.yml": f"{half}:\n  - name: {misspelt}\n"})
    before = tree(project)
    outcome = run_here(capsys, "-C", str(project), "train")
    assert_told(outcome, "config.yml:2:5", f"`{misspelt}`", f"did you mean `{known}`", "install the plugin")
    assert places(run_here(capsys, "-C", str(project), "train", "--json"), "unknown-component") == ["config.yml:2:5"]
    assert tree(project) == before
    # The plan holds all the same; it warns.
    assert "[unknown-component]" in run_here(capsys, "-C", str(project), "plan").out


def test_an_unknown_option_of_a_component_is_told_before_anything_is_trained(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], temporary_files: Path
) -> None:
    config = "pipeline:\n  - name: KeywordIntentClassifier\n    case_sensitiv: true\n"
    project = write_project({**PROJECT, "config.yml": config})
    outcome = run_here(capsys, "-C", str(project), "train")
    assert_told(outcome, "config.yml:2:5", "`case_sensitiv`", "case_sensitive", "[component-option]")
    assert set(tree(project)) == {*PROJECT, "data"}
    assert tree(temporary_files) == {}


def test_a_file_in_place_of_the_models_folder_is_told_before_the_training(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], temporary_files: Path
) -> None:
    project = write_project({**PROJECT, "models": "no folder"})
    before = tree(project)
    assert_told(run_here(capsys, "-C", str(project), "train"), "models is no folder", "hint: name another folder")
    assert places(run_here(capsys, "-C", str(project), "train", "--json"), "model") == [None]
    assert tree(project) == before
    assert tree(temporary_files) == {}


def test_odd_things_among_the_data_are_warned_of_and_never_waited_for(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project({**PROJECT, "data/notes.txt": "milk\n"})
    os.mkfifo(project / "data" / "pipe.yml")
    (project / "data" / "loop.yml").symlink_to("loop.yml")
    (project / "data" / "gone.yml").symlink_to("nowhere.yml")
    (project / "data" / "up").symlink_to("..")
    outcome = run_here(capsys, "-C", str(project), "validate")
    assert outcome.code == 0
    for name in ("pipe.yml", "loop.yml", "gone.yml", "notes.txt"):
        assert f"data/{name}: warning: " in outcome.err
