"""Warts W-FP-2 to W-FP-14 of the behaviour notes: what older systems got wrong, and what happens here instead.

Each test trains a small assistant, edits one thing, and looks at the keys that differ and at the plan.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest

from tenprint.fingerprinting import (
    Fingerprint,
    FingerprintComparisonResult,
    Message,
    NluComponent,
    TrainingPlan,
    can_finetune,
    model_fingerprint,
)
from tenprint.fingerprinting.comparison import compare
from tenprint.importers import NluDataImporter, Registered
from tenprint.importers.data import NluData
from tenprint.plugins import create_plugin_manager, open_project, registry_of

ProjectWriter = Callable[[Mapping[str, str]], Path]

FILES = {
    "config.yml": """\
recipe: default.v1
language: en
pipeline:
  - name: KeywordIntentClassifier
policies:
  - name: MemoizationPolicy
    max_history: 3
""",
    "domain.yml": """\
intents:
  - greet
  - book: {use_entities: [city]}
  - faq
entities:
  - city: {roles: [from, to], groups: [one, two]}
  - size
slots:
  place: {type: text, mappings: [{type: from_entity, entity: city}]}
forms:
  trip: {required_slots: [place]}
actions: [action_look]
responses:
  utter_hello: [{text: hello}]
  utter_bye: [{text: bye}]
session_config: {session_expiration_time: 60}
config: {store_entities_as_slots: true}
""",
    "data/nlu.yml": """\
nlu:
  - intent: greet
    examples: |
      - hello
      - hi
  - intent: book
    examples: |
      - to [Rome]{"entity": "city", "role": "to"}
  - intent: faq/hours
    examples: |
      - when are you open
  - lookup: city
    examples: |
      - Oslo
      - Paris
""",
    "data/responses.yml": """\
responses:
  utter_faq/hours: [{text: from ten on}]
""",
    "data/stories.yml": """\
stories:
  - story: booked
    steps:
      - intent: book
        user: 'to [Rome]{"entity": "city", "role": "to", "group": "one"}'
      - or: [{intent: greet}, {intent: faq}]
      - action: utter_hello
  - story: joined
    steps:
      - checkpoint: here
      - checkpoint: there
      - intent: greet
        entities: [{city: Rome, role: to, group: one}]
      - action: action_look
""",
    "data/rules.yml": """\
rules:
  - rule: greets back
    steps: [{intent: greet}, {action: utter_hello}]
""",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one edit of a trained project means."""

    keys: frozenset[str]
    action: str
    core: bool
    nlu: bool
    nlg: bool


class Selector(NluComponent):
    """Learns which answer fits from the texts of the answers, and from what users say in dialogues."""

    NAME: ClassVar[str] = "Selector"
    VERSION: ClassVar[str | None] = "1"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"use_texts": True, "use_dialogues": False}

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        asked = {"retrieval-responses": config["use_texts"], "story-messages": config["use_dialogues"]}
        return frozenset(key for key, wanted in asked.items() if wanted)

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config
        answers = {
            response.name: [variation["text"] for variation in response.variations] for response in nlu.responses
        }
        return {"learned.json": {"answers": answers, "said": [message.text for message in nlu.messages]}}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Selector":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


def opened(project: Path) -> open_project:
    known = registry_of(create_plugin_manager())
    selector = Registered("Selector", Selector, "tests", "1")
    return open_project(project, registry=replace(known, components={**known.components, "Selector": selector}))


def train(project: Path) -> str:
    async def run() -> str:
        async with opened(project) as held:
            model = (await held.train()).model
            assert model is not None
            return model

    return anyio.run(run)


def looked_at(project: Path) -> tuple[Fingerprint, TrainingPlan]:
    async def run() -> tuple[Fingerprint, TrainingPlan]:
        async with opened(project) as held:
            return await held.fingerprint(), await held.plan()

    return anyio.run(run)


def outcome(write_project: ProjectWriter, edits: Mapping[str, str], *, files: Mapping[str, str] = FILES) -> Outcome:
    """Train the files, replace some of them, and say what that means."""
    project = write_project(files)
    train(project)
    before, untouched = looked_at(project)
    assert untouched.action == "none"
    for path, text in edits.items():
        assert text != files.get(path), f"{path} is not edited at all"
    after, plan = looked_at(write_project(edits))
    keys = frozenset(key for key in {**before, **after} if before.get(key) != after.get(key))
    sections = [plan.sections[name].retrain for name in ("core", "nlu", "nlg")]
    return Outcome(keys, plan.action, *sections)


def edited(path: str, old: str, new: str, *, files: Mapping[str, str] = FILES) -> dict[str, str]:
    assert files[path].count(old) == 1, f"{path} has {files[path].count(old)} times {old!r}"
    return {path: files[path].replace(old, new)}


CORE = ("train", True, False, True)
NLU = ("train", False, True, False)
UPDATE = ("update-domain", False, False, True)
NOTHING = ("none", False, False, False)


def assert_due(found: Outcome, expected: tuple[str, bool, bool, bool], *keys: str) -> None:
    assert (found.action, found.core, found.nlu, found.nlg) == expected
    assert found.keys == frozenset(keys)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "entities: [{city: Rome, role: to, group: one}]", "entities: [{city: Rome, group: one}]", id="role"
        ),
        pytest.param("role: to, group: one}]", "role: to, group: two}]", id="group"),
        pytest.param("user: 'to [Rome]", "user: 'off to [Rome]", id="text beside an intent"),
        pytest.param('"role": "to", "group": "one"}', '"role": "from", "group": "one"}', id="role within the text"),
    ],
)
def test_w_fp_02_what_a_story_says_of_entities_and_texts_is_core(
    write_project: ProjectWriter, old: str, new: str
) -> None:
    assert_due(outcome(write_project, edited("data/stories.yml", old, new)), CORE, "stories")


@pytest.mark.parametrize(("old", "new"), [("[city]}", "[size]}"), ("use_entities: [city]", "ignore_entities: [city]")])
def test_w_fp_03_entities_that_an_intent_uses_are_core(write_project: ProjectWriter, old: str, new: str) -> None:
    assert_due(outcome(write_project, edited("domain.yml", old, new)), CORE, "domain")


def test_w_fp_04_a_new_answer_of_a_retrieval_intent_is_a_new_label(write_project: ProjectWriter) -> None:
    project = write_project(FILES)
    before, _ = looked_at(project)
    answer = "  - intent: faq/place\n    examples: |\n      - where are you\n"
    grown = edited("data/nlu.yml", "  - lookup: city", f"{answer}  - lookup: city")
    after, _ = looked_at(write_project(grown))
    assert before["nlu_labels"] != after["nlu_labels"]
    assert not can_finetune(before, after, nlu=True)


def test_w_fp_05_stories_that_use_another_action_or_intent_leave_nlu_alone(write_project: ProjectWriter) -> None:
    used = edited(
        "data/stories.yml", "      - action: action_look\n", "      - action: utter_bye\n      - intent: book\n"
    )
    found = outcome(write_project, used)
    assert_due(found, CORE, "stories", "nlu_labels")


def test_w_fp_05_literal_words_of_users_are_nlu_only_where_a_component_learns_from_them(
    write_project: ProjectWriter,
) -> None:
    more = "      - user: so long\n      - action: utter_bye\n"
    said = edited("data/stories.yml", "      - action: action_look\n", f"      - action: action_look\n{more}")
    assert_due(outcome(write_project, said), CORE, "stories", "nlu_labels", "story-messages")
    learning = with_pipeline("  - name: Selector\n    use_dialogues: true\n")
    both = ("train", True, True, True)
    assert_due(outcome(write_project, said, files=learning), both, "stories", "nlu_labels", "story-messages")


def with_pipeline(entries: str) -> dict[str, str]:
    return {**FILES, **edited("config.yml", "  - name: KeywordIntentClassifier\n", entries)}


def test_w_fp_06_a_domain_file_among_the_data_is_a_domain_file(write_project: ProjectWriter) -> None:
    moved = {
        **{path: text for path, text in FILES.items() if path != "domain.yml"},
        "data/domain.yml": FILES["domain.yml"],
    }
    texts = {"data/domain.yml": FILES["domain.yml"].replace("text: bye", "text: so long")}
    assert_due(outcome(write_project, texts, files=moved), UPDATE, "nlg")


def test_w_fp_07_texts_of_answers_are_nlu_only_where_a_component_learns_from_them(write_project: ProjectWriter) -> None:
    texts = edited("data/responses.yml", "from ten on", "from nine on")
    assert_due(outcome(write_project, texts), UPDATE, "nlg", "retrieval-responses")
    idle = with_pipeline("  - name: Selector\n    use_texts: false\n")
    assert_due(outcome(write_project, texts, files=idle), UPDATE, "nlg", "retrieval-responses")
    learning = with_pipeline("  - name: Selector\n")
    both = ("train", False, True, True)
    assert_due(outcome(write_project, texts, files=learning), both, "nlg", "retrieval-responses")


def test_w_fp_07_a_component_that_is_not_there_may_learn_from_everything(write_project: ProjectWriter) -> None:
    project = write_project(with_pipeline("  - name: Selector\n"))
    train(project)
    write_project(edited("data/responses.yml", "from ten on", "from nine on"))

    async def plan() -> TrainingPlan:
        async with open_project(project) as without_selector:
            return await without_selector.plan()

    reasons = [reason.key for reason in anyio.run(plan).sections["nlu"].reasons]
    assert "retrieval-responses" in reasons


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        pytest.param("time: 60", "time: 30", "session-settings", id="session"),
        pytest.param("required_slots: [place]", "required_slots: []", "form-definitions", id="form"),
        pytest.param("type: from_entity, entity: city", "type: from_text", "form-definitions", id="slot mapping"),
        pytest.param("as_slots: true", "as_slots: false", "domain-unread", id="store_entities_as_slots"),
        pytest.param("[action_look]", "[action_look: {send_domain: true}]", "domain-unread", id="action"),
    ],
)
def test_w_fp_08_what_only_the_running_assistant_reads_is_no_training(
    write_project: ProjectWriter, old: str, new: str, key: str
) -> None:
    assert_due(outcome(write_project, edited("domain.yml", old, new)), UPDATE, key)


def test_w_fp_08_what_core_knows_is_a_name_wherever_it_is_written(write_project: ProjectWriter) -> None:
    listed = edited("domain.yml", "[action_look]", "[action_look, utter_hello, utter_faq]")
    assert_due(outcome(write_project, listed), UPDATE, "domain-unread")
    replied = edited("domain.yml", "  utter_bye:", "  action_look: [{text: a reply}]\n  utter_bye:")
    assert_due(outcome(write_project, replied), UPDATE, "nlg")
    undeclared = edited("domain.yml", "  - faq\n", "")
    assert outcome(write_project, undeclared).keys == frozenset()


def test_w_fp_09_order_without_a_meaning_is_no_change(write_project: ProjectWriter) -> None:
    before, after = FILES["data/stories.yml"].split("  - story: joined")
    heading, booked = before.split("\n", 1)
    edits = {
        "data/stories.yml": f"{heading}\n  - story: joined{after}{booked}".replace(
            "[{intent: greet}, {intent: faq}]", "[{intent: faq}, {intent: greet}]"
        ),
        **edited("data/nlu.yml", "      - Oslo\n      - Paris\n", "      - Paris\n      - Oslo\n"),
        **edited("domain.yml", "  - city: {roles: [from, to], groups: [one, two]}\n  - size\n",
                 "  - size\n  - city: {groups: [two, one], roles: [to, from]}\n"),
    }  # fmt: skip
    assert_due(outcome(write_project, edits), NOTHING)


def test_w_fp_10_no_set_gives_its_order_away(write_project: ProjectWriter) -> None:
    """Consecutive checkpoints and retrieval intents; `test_one_value` runs it under eight hash seeds."""
    project = write_project(FILES)
    assert len({str(sorted(looked_at(project)[0].items(), key=str)) for _ in range(3)}) == 1


def test_w_fp_11_the_release_decides_nothing(write_project: ProjectWriter) -> None:
    fingerprint, _ = looked_at(write_project(FILES))
    assert fingerprint["version"] == "1.0"
    assert compare(fingerprint, {**fingerprint, "project": "sha256:00"}) == FingerprintComparisonResult(
        nlu=False, core=False, nlg=False
    )


def test_w_fp_12_no_order_of_a_folder_decides(write_project: ProjectWriter) -> None:
    head, tail = FILES["domain.yml"].split("actions:")
    split = {path: text for path, text in FILES.items() if path not in ("domain.yml", "data/rules.yml")}
    one = {**split, "domain/a.yml": head, "domain/b.yml": f"actions:{tail}", "data/rules.yml": FILES["data/rules.yml"]}
    project = write_project(one)
    train(project)
    for path in ("domain/a.yml", "domain/b.yml"):
        (project / path).rename(project / path.replace("/", "/z").replace("zb", "0"))
    assert looked_at(project)[1].action == "none"


@pytest.mark.parametrize(
    "line", ['version: "3.1"', "assistant_id: peg", "credentials: {rest: null}", "endpoints: {nlg: {url: http://x}}"]
)
def test_w_fp_13_keys_that_no_training_reads_are_no_change(write_project: ProjectWriter, line: str) -> None:
    found = outcome(write_project, {"config.yml": f"{FILES['config.yml']}{line}\n"})
    assert_due(found, NOTHING)


def test_w_fp_13_a_key_that_a_training_may_read_is_a_change_of_both_halves(write_project: ProjectWriter) -> None:
    found = outcome(write_project, edited("config.yml", "default.v1", "graph.v1"))
    assert_due(found, ("train", True, True, True), "config", "config-without-epochs")


def test_w_fp_14_the_keys_of_nlu_do_not_depend_on_the_wrapper(write_project: ProjectWriter) -> None:
    async def both() -> tuple[Fingerprint, Fingerprint]:
        async with opened(write_project(FILES)) as held:
            whole = held.importer
            return await model_fingerprint(whole), await model_fingerprint(NluDataImporter(whole))

    whole, nlu_only = anyio.run(both)
    read = ("config", "nlu-config", "messages", "story-messages", "version")
    assert [whole[key] for key in read] == [nlu_only[key] for key in read]


A42: list[Any] = [
    pytest.param("data/nlu.yml", "  - lookup: city", "  - intent: bye\n    examples: |\n      - bye\n  - lookup: city",
                 id="intent"),
    pytest.param("data/nlu.yml", "      - hi\n", "      - hi\n      - a [big](size) one\n", id="entity"),
    pytest.param("data/nlu.yml", "      - hi\n", '      - hi\n      - [Rome]{"entity": "city", "group": "one"}\n',
                 id="group"),
    pytest.param("data/nlu.yml", "      - hi\n", '      - hi\n      - [Rome]{"entity": "city", "role": "from"}\n',
                 id="role"),
    pytest.param("data/rules.yml", "{action: utter_hello}", "{action: utter_hello}, {action: utter_bye}", id="action"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new"), A42)
def test_a42_every_new_label_changes_the_digest_of_labels(
    write_project: ProjectWriter, path: str, old: str, new: str
) -> None:
    before, _ = looked_at(write_project(FILES))
    after, _ = looked_at(write_project(edited(path, old, new)))
    assert before["nlu_labels"] != after["nlu_labels"]
