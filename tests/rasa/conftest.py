"""Fixtures of the tests that run with Rasa 3.6, in the environment of `tox -e rasa`.

Rasa is imported by the tests themselves, because they are collected where it is not installed, too.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

CONFIG = """recipe: default.v1
assistant_id: counter
language: en
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""

RICH: Mapping[str, str] = {
    "config.yml": CONFIG,
    "domain.yml": """version: "3.1"
intents:
- greet
- bye: {use_entities: [city]}
- faq
entities:
- city: {roles: [from, to]}
slots:
  city: {type: text, influence_conversation: true, mappings: [{type: from_entity, entity: city}]}
  open: {type: bool, mappings: [{type: custom}]}
actions: [action_book]
forms: {booking: {required_slots: [city]}}
responses:
  utter_greet: [{text: hello}, {text: hi, condition: [{type: slot, name: open, value: true}]}]
  utter_bye: [{text: so long, buttons: [{title: again, payload: /greet}]}]
  utter_ask_city: [{text: which city}]
session_config: {session_expiration_time: 30}
""",
    "data/nlu.yml": """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
- intent: bye
  metadata: {tone: kind}
  examples:
  - text: |
      off to [Rome]{"entity": "city", "role": "to"} from [the capital](city:Paris)
    metadata: {year: 2026}
  - text: farewell
- intent: faq/hours
  examples: |
    - when are you open?
- synonym: Paris
  examples: |
    - city of light
- regex: code
  examples: |
    - [A-Z]{3}
- lookup: city
  examples: |
    - Rome
    - Paris
responses:
  utter_faq/hours:
  - text: from nine to five
""",
    "data/stories.yml": """version: "3.1"
stories:
- story: both ways
  steps:
  - or: [{intent: greet}, {intent: faq/hours}]
  - action: utter_greet
  - checkpoint: halfway
- story: the end
  steps:
  - checkpoint: halfway
  - intent: bye
    entities: [{city: Rome}]
  - slot_was_set: [{city: Rome}]
  - action: booking
  - active_loop: booking
  - active_loop: null
  - user: literally anything
  - bot: word by word
rules:
- rule: answer
  steps: [{intent: faq}, {action: utter_faq}]
- rule: open
  condition: [{slot_was_set: [{open: true}]}]
  wait_for_user_input: false
  steps: [{intent: bye}, {action: utter_bye}]
""",
    "tests/test_stories.yml": """version: "3.1"
stories:
- story: a test
  steps:
  - user: |
      hello
    intent: greet
  - action: utter_greet
""",
}
"""A project that holds some of everything."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs the programs of this environment in a folder, with a cache of its own."""

    cache: Path

    def __call__(self, folder: Path, *command: str, code: int = 0) -> str:
        program = Path(sys.executable).parent / command[0]
        quiet = {"PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        environment = {
            **os.environ,
            **quiet,
            "RASA_TELEMETRY_ENABLED": "false",
            "TENPRINT_CACHE_DIR": str(self.cache),
            "COLUMNS": "200",
        }
        done = subprocess.run(
            [program, *command[1:]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout


@pytest.fixture
def program(tmp_path: Path) -> Programs:
    return Programs(tmp_path / "cache")


@pytest.fixture
def rich_project(write_project: ProjectWriter) -> Path:
    return write_project(RICH)


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """Copy a project that may not be written to."""

    def copy(project: Path) -> Path:
        copied = tmp_path / project.name
        shutil.copytree(project, copied, copy_function=shutil.copyfile)
        return copied

    return copy
