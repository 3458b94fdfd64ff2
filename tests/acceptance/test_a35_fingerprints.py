"""Acceptance cases A35 to A44: what a fingerprint of a project consists of."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.fingerprinting import FINGERPRINT_KEYS, Fingerprint, project_fingerprint
from tenprint.plugins import run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

PROJECT = {
    "config.yml": """\
language: en
pipeline:
  - name: KeywordIntentClassifier
  - name: SomeClassifier
    epochs: 10
policies:
  - name: SomePolicy
    epochs: 20
    max_history: 3
""",
    "domain.yml": """\
version: "3.1"
intents: [greet]
actions: [action_look]
responses:
  utter_hello:
    - text: hello
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
  - regex: zip
    examples: |
      - \\d{5}
""",
    "data/stories.yml": """\
version: "3.1"
stories:
  - story: greet
    steps:
      - intent: greet
      - action: utter_hello
""",
}


def fingerprint(project: Path) -> Fingerprint:
    taken: Fingerprint = run_project(project, "fingerprint")
    return taken


def after(write_project: ProjectWriter, path: str, old: str, new: str) -> set[str]:
    """Keys that differ after one edit of the project."""
    before = fingerprint(write_project(PROJECT))
    assert old in PROJECT[path]
    edited = fingerprint(write_project({path: PROJECT[path].replace(old, new)}))
    return {key for key in before if before[key] != edited[key]}


def test_a35_a_project_has_a_fingerprint_with_the_twelve_keys(write_project: ProjectWriter) -> None:
    taken = fingerprint(write_project(PROJECT))
    assert set(FINGERPRINT_KEYS) <= set(taken)
    digests = {key: value for key, value in taken.items() if key not in ("project", "trained_at", "version")}
    assert all(value.startswith("sha256:") for value in digests.values())
    assert taken["trained_at"] is None


def test_a35_intents_may_trigger_responses(write_project: ProjectWriter) -> None:
    changed = after(write_project, "domain.yml", "[greet]", "[greet: {triggers: utter_hello}]")
    assert changed == {"domain"}


def test_a36_one_more_text_of_a_reply_is_no_change_of_the_trained_domain(write_project: ProjectWriter) -> None:
    assert after(write_project, "domain.yml", "- text: hello", "- text: hello\n    - text: hi") == {"nlg"}


def test_a37_a_new_reply_is_a_change_of_the_trained_domain(write_project: ProjectWriter) -> None:
    changed = after(write_project, "domain.yml", "  utter_hello:", "  utter_bye: [{text: bye}]\n  utter_hello:")
    assert changed == {"domain", "nlg"}


def test_a38_epochs_enter_their_section_and_not_the_config_without_them(write_project: ProjectWriter) -> None:
    assert after(write_project, "config.yml", "epochs: 10", "epochs: 11") == {"nlu-config"}
    assert after(write_project, "config.yml", "epochs: 20", "epochs: 21") == {"core-config"}
    assert after(write_project, "config.yml", "    epochs: 20\n", "") == {"core-config"}


def test_a38_another_pipeline_is_another_config_without_epochs(write_project: ProjectWriter) -> None:
    changed = after(write_project, "config.yml", "  - name: KeywordIntentClassifier\n", "")
    assert changed == {"nlu-config", "config-without-epochs"}


@pytest.mark.parametrize("key", ["pipeline", "policies"])
@pytest.mark.parametrize("nothing", ["", " null", " []"])
def test_a39_an_empty_list_of_components_is_completed(write_project: ProjectWriter, key: str, nothing: str) -> None:
    other = {"pipeline": "policies: [{name: RulePolicy}]\n", "policies": "pipeline: [{name: SomeClassifier}]\n"}
    completed = fingerprint(write_project({**PROJECT, "config.yml": f"language: en\n{other[key]}"}))
    written = fingerprint(write_project({"config.yml": f"language: en\n{key}:{nothing}\n{other[key]}"}))
    assert written["config-without-epochs"] == completed["config-without-epochs"]


def test_a40_the_same_files_have_the_same_fingerprint(write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    assert fingerprint(project) == fingerprint(project)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[greet]", "[greet, bye]"),
        ("[action_look]", "[action_look, action_listen_closely]"),
        ("  utter_hello:", "  utter_bye: []\n  utter_hello:"),
    ],
)
def test_a43_intents_actions_and_responses_are_part_of_the_trained_domain(
    write_project: ProjectWriter, old: str, new: str
) -> None:
    assert after(write_project, "domain.yml", 'version: "3.1"\n', "") == set()
    assert "domain" in after(write_project, "domain.yml", old, new)


def test_a44_a_repository_with_a_remote_has_a_digest_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert project_fingerprint() is None
    subprocess.run(["git", "init", "--quiet"], check=True)
    assert project_fingerprint() is None
    subprocess.run(["git", "remote", "add", "origin", "https://example.invalid/peg.git"], check=True)
    here = project_fingerprint()
    assert here is not None
    assert here.startswith("sha256:")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert project_fingerprint() == here
    subprocess.run(["git", "remote", "set-url", "origin", "https://example.invalid/meg.git"], check=True)
    assert project_fingerprint() not in (None, here)
