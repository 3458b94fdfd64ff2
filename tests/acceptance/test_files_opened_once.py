"""Each file of a project is opened once in a run: what all parts of the run see is the same moment."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.assistant import copy_of_assistant
from tests.program import run_code

OPENED_BY_THE_PROGRAM = """
import os
import sys

opened = []


def listen(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        opened.append(os.path.abspath(os.fsdecode(arguments[0])))


sys.addaudithook(listen)
from tests.assistant import copy_of_assistant
from tenprint.plugins.cli.main import run
code = run(sys.argv[1:])
import json
print("\\n" + json.dumps([code, opened]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the assistant of the tutorial."""
    return copy_of_assistant(tmp_path / "assistant")


def opened(project: Path, *arguments: str) -> Counter[str]:
    """Run the program, and count how often it opened each file of the project beside the models."""
    outcome = run_code(OPENED_BY_THE_PROGRAM, "-C", str(project), *arguments)
    assert outcome.err == ""
    code, paths = json.loads(outcome.out.splitlines()[-1])
    assert code == 0
    below = (Path(path) for path in paths if Path(path).is_relative_to(project))
    return Counter(shown for path in below if not (shown := path.relative_to(project).as_posix()).startswith("models"))


def once(project: Path) -> Counter[str]:
    """Return what each run must read: the configuration, the domain and the data, and no conversation tests."""
    found = (path for path in project.rglob("*.yml") if path.parent.name not in {"tests", "models"})
    return Counter(path.relative_to(project).as_posix() for path in found)


@pytest.mark.parametrize("command", ["validate", "plan", "fingerprint", "show", "train"])
def test_each_file_is_opened_once(project: Path, command: str) -> None:
    expected = once(project)
    assert len(expected) > 8
    assert opened(project, command) == expected


def test_each_file_is_opened_once_when_nothing_or_little_has_changed(project: Path) -> None:
    expected = once(project)
    opened(project, "train")
    for arguments in (("plan",), ("train",), ("plan", "--force")):
        assert opened(project, *arguments) == expected
    stories = project / "data" / "stories.yml"
    stories.write_text(stories.read_text().replace("action: utter_sign_up", "action: utter_help"))
    # What a memo read to find that a file has changed, the run itself need not read.
    for arguments in (("plan", "--no-cache"), ("plan",), ("train",), ("plan",)):
        assert opened(project, *arguments) == expected
    responses = project / "domain" / "responses.yml"
    responses.write_text(responses.read_text().replace("the", "this"))
    for arguments in (("plan", "--force"), ("plan",), ("train",)):
        assert opened(project, *arguments) == expected


def test_each_file_is_opened_once_when_an_example_has_changed(project: Path) -> None:
    expected = once(project)
    opened(project, "train")
    assert opened(project, "plan") == expected
    nlu = next(iter(sorted((project / "data" / "nlu").glob("*.yml"))))
    nlu.write_text(f"{nlu.read_text()}      - what is this\n")
    assert opened(project, "plan") == expected
    assert opened(project, "plan", "--trust-stat") == expected
    assert opened(project, "train") == expected


def test_settings_imports_and_lookup_files_are_opened_once(project: Path) -> None:
    expected = once(project) + Counter(["tenprint.yml", "other/config.yml", "other/nlu.yml", "data/cities.txt"])
    for name, content in {
        "tenprint.yml": "importers:\n- name: MultiProjectImporter\n",
        "other/config.yml": "",
        "other/nlu.yml": "nlu: []\n",
        "data/cities.txt": "Paris\n",
        "data/cities.yml": "nlu:\n- lookup: city\n  file: cities.txt\n",
    }.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(content)
    expected["data/cities.yml"] = 1
    config = project / "config.yml"
    config.write_text("imports: [other]\n" + config.read_text())
    for arguments in (("train",), ("plan",), ("plan",)):
        assert opened(project, *arguments) == expected
    (project / "other/nlu.yml").write_text("nlu: [] # nothing\n")
    for arguments in (("plan",), ("plan",), ("train",)):
        assert opened(project, *arguments) == expected


def test_files_reached_over_two_paths_are_opened_once(project: Path) -> None:
    expected = once(project)
    (project / "data" / "again").symlink_to("nlu")
    arguments = ("--data", "data", "--data", "data/stories.yml", "--data", "data/again")
    assert opened(project, "plan", *arguments) == expected


def test_listing_models_and_parsing_a_message_open_nothing_of_the_project(project: Path) -> None:
    opened(project, "train")
    assert opened(project, "models") == Counter()
    assert opened(project, "parse", "hello") == Counter()
