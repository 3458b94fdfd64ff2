"""From an edit to the model: what is trained again, what stays as it is byte by byte, and what is never written."""

import tarfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import (
    CoreTrainingData,
    Message,
    ModelError,
    NluComponent,
    Policy,
    RunReport,
    TrainingError,
    TrainingPlan,
    can_finetune,
    fingerprint_from_path,
    list_models,
    unpack_model,
)
from tenprint.importers import ProblemsError, Registered
from tenprint.importers.data import NluData
from tenprint.plugins import ProjectPaths, Registry, create_plugin_manager, open_project, registry_of, run_project

TABLE_BOOKING = {
    "config.yml": """\
language: en
pipeline:
  - name: KeywordIntentClassifier
policies:
  - name: RulePolicy
  - name: MemoizationPolicy
    max_history: 3
""",
    "domain.yml": """\
version: "3.1"
intents: [greet, book, inform, faq]
entities: [cuisine]
slots:
  cuisine:
    type: text
    mappings:
      - type: from_entity
        entity: cuisine
  guests:
    type: any
    mappings:
      - type: from_text
        conditions:
          - active_loop: table_form
            requested_slot: guests
forms:
  table_form:
    required_slots: [cuisine, guests]
actions:
  - action_find_table
responses:
  utter_greet:
    - text: Good evening.
  utter_ask_cuisine:
    - text: What would you like to eat?
    - text: Which kitchen?
  utter_ask_guests:
    - text: How many of you?
session_config:
  session_expiration_time: 60
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
      - good evening
  - intent: book
    examples: |
      - a table please
      - book a [thai](cuisine) place
  - intent: inform
    examples: |
      - [italian](cuisine)
  - intent: faq/parking
    examples: |
      - where can I park?
""",
    "data/responses.yml": """\
version: "3.1"
responses:
  utter_faq/parking:
    - text: Behind the house.
""",
    "data/stories.yml": """\
version: "3.1"
stories:
  - story: book a table
    steps:
      - intent: greet
      - action: utter_greet
      - intent: book
      - action: table_form
      - active_loop: table_form
  - story: greet and go
    steps:
      - intent: greet
      - action: utter_greet
rules:
  - rule: answer questions
    steps:
      - intent: faq
      - action: utter_faq
  - rule: find a table once all is known
    condition:
      - active_loop: table_form
    steps:
      - action: table_form
      - active_loop: null
      - action: action_find_table
""",
}

Replaced = tuple[str, str, str]
"""Path, old text, new text."""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test has trained is no reason for another to train nothing."""
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def assistant(tmp_path: Path) -> Path:
    copy_of_assistant(tmp_path / "assistant")
    return tmp_path / "assistant"


@pytest.fixture
def table_booking(tmp_path: Path) -> Path:
    return write(tmp_path / "tables", TABLE_BOOKING)


def write(project: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project


def replace(project: Path, *edits: Replaced) -> None:
    for name, old, new in edits:
        text = (project / name).read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{name} has no {old!r}"
        (project / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def train(project: Path, **arguments: Any) -> RunReport:
    report: RunReport = run_project(project, "train", **arguments)
    return report


def plan(project: Path, **arguments: Any) -> TrainingPlan:
    made: TrainingPlan = run_project(project, "plan", **arguments)
    return made


def members(model: str | None) -> dict[str, bytes]:
    """Files of an archive with their content."""
    assert model is not None
    with tarfile.open(model) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {member.name: stream.read() for member in files if (stream := archive.extractfile(member)) is not None}


def half(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path.startswith(f"{name}/")}


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything below a folder: when it changed, and what it holds."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def retrained(made: TrainingPlan) -> set[str]:
    return {name for name in ("core", "nlu") if made.retrains(name)}


DOMAIN_UPDATES: list[Any] = [
    pytest.param("assistant", "domain/responses.yml", "mind the ladder", "mind the step", id="reply of the assistant"),
    pytest.param("assistant", "domain/actions_and_session.yml", "90", "45", id="session setting of the assistant"),
    pytest.param("assistant", "domain/slots_and_forms.yml", "      - thing\n      - from", "      - from", id="form"),
    pytest.param("assistant", "domain/slots_and_forms.yml", "intent: say_member", "intent: thank", id="slot mapping"),
    pytest.param(
        "assistant",
        "domain/actions_and_session.yml",
        "- action_check_shelf ",
        "- action_check_shelf: {send_domain: true} ",
        id="property of an action",
    ),
    pytest.param("assistant", "data/responses.yml", "Peg, after", "Peggy, after", id="retrieval response"),
    pytest.param("table_booking", "data/responses.yml", "Behind", "In front of", id="answer"),
    pytest.param("table_booking", "domain.yml", "Good evening.", "Good morning.", id="reply"),
    pytest.param("table_booking", "domain.yml", "    - text: Which kitchen?\n", "", id="one variation less"),
    pytest.param("table_booking", "domain.yml", "_time: 60", "_time: 61", id="session setting"),
    pytest.param("table_booking", "domain.yml", "[cuisine, guests]", "[guests, cuisine]", id="order of a form"),
    pytest.param(
        "table_booking", "domain.yml", "entity: cuisine", "entity: cuisine\n        intent: book", id="mapping"
    ),
    pytest.param(
        "table_booking", "domain.yml", "- action_find_table", "- action_find_table: {send_domain: true}", id="action"
    ),
]


@pytest.mark.parametrize(("which", "path", "old", "new"), DOMAIN_UPDATES)
def test_what_no_training_reads_replaces_the_domain_and_nothing_else(
    request: pytest.FixtureRequest, which: str, path: str, old: str, new: str
) -> None:
    project: Path = request.getfixturevalue(which)
    before = members(train(project).model)
    replace(project, (path, old, new))
    made = plan(project)
    assert made.action == "update-domain"
    assert made.sections["nlg"].retrain
    assert retrained(made) == set()
    assert {node.verdict for node in made.nodes} == {"skipped"}
    report = train(project)
    assert report.written
    after = members(report.model)
    assert half(after, "nlu") == half(before, "nlu")
    assert {name for name, content in half(after, "core").items() if content != before[name]} == {"core/domain.yml"}
    assert half(after, "core").keys() == half(before, "core").keys()
    assert_nothing_more_is_written(project)


def assert_nothing_more_is_written(project: Path) -> None:
    before = tree(project)
    report = train(project)
    assert report.plan.action == "none"
    assert not report.written
    assert report.model is not None
    assert tree(project) == before
    assert_as_if_trained_from_scratch(project, report.model)


def assert_as_if_trained_from_scratch(project: Path, model: str) -> None:
    """What is kept of an older model is what training everything would give; only the domain keeps its order."""
    files, fresh = members(model), members(train(project, force=True).model)
    for name in ("core", "nlu"):
        trained = {path: content for path, content in half(files, name).items() if path != "core/domain.yml"}
        assert trained == {path: content for path, content in half(fresh, name).items() if path != "core/domain.yml"}


NLU_EDITS: list[Any] = [
    pytest.param("assistant", "data/nlu/everyday.yml", "- cheerio", "- toodle-oo", id="an example of the assistant"),
    pytest.param("assistant", "data/nlu/vocabulary.yml", "- bakfiets", "- long bike", id="a synonym"),
    pytest.param("assistant", "data/nlu/vocabulary.yml", r"LT-\d{4}", r"LT-\d{5}", id="a regular expression"),
    pytest.param("assistant", "data/nlu/vocabulary.yml", "      - camping mug\n", "", id="an entry of a lookup table"),
    pytest.param("assistant", "data/nlu/lending.yml", "[beamer](thing:projector)", "[beamer](thing)", id="a value"),
    pytest.param("assistant", "config.yml", "case_sensitive: false", "case_sensitive: true", id="a pipeline option"),
    pytest.param("assistant", "config.yml", "language: en", "language: de", id="the language"),
    pytest.param("table_booking", "data/nlu.yml", "- a table please", "- a table for two", id="an example"),
    pytest.param("table_booking", "data/nlu.yml", "[italian](cuisine)", "italian", id="an annotation"),
    pytest.param(
        "table_booking",
        "config.yml",
        "  - name: KeywordIntentClassifier\n",
        "  - name: KeywordIntentClassifier\n  - name: EntitySynonymMapper\n",
        id="one component more",
    ),
]


@pytest.mark.parametrize(("which", "path", "old", "new"), NLU_EDITS)
def test_what_only_nlu_reads_trains_nlu_only(
    request: pytest.FixtureRequest, which: str, path: str, old: str, new: str
) -> None:
    project: Path = request.getfixturevalue(which)
    before = members(train(project).model)
    replace(project, (path, old, new))
    made = plan(project)
    assert made.action == "train"
    assert retrained(made) == {"nlu"}
    assert {node.verdict for node in made.nodes if node.sections == ("core",)} == {"skipped"}
    after = members(train(project).model)
    assert half(after, "core") == half(before, "core")
    assert half(after, "nlu").keys() >= half(before, "nlu").keys()
    assert_nothing_more_is_written(project)


CORE_EDITS: list[Any] = [
    pytest.param("assistant", "data/stories.yml", "- action: utter_sign_up", "- action: utter_help", id="a story"),
    pytest.param("assistant", "data/rules.yml", "    conversation_start: true\n", "", id="how a rule begins"),
    pytest.param("assistant", "domain/intents.yml", "  - thank\n", "  - thank\n  - sing\n", id="a new intent"),
    pytest.param("assistant", "domain/intents.yml", "        - pickup\n", "        - thing\n", id="used entities"),
    pytest.param(
        "assistant", "domain/slots_and_forms.yml", "      - locker\n", "      - shed\n", id="values of a slot"
    ),
    pytest.param("assistant", "config.yml", "max_history: 4", "max_history: 3", id="a policy option"),
    pytest.param("table_booking", "domain.yml", "greet, book,", "greet, book, sing,", id="a new intent in one file"),
    pytest.param("table_booking", "domain.yml", "[cuisine]\n", "[cuisine, city]\n", id="a new entity"),
    pytest.param("table_booking", "domain.yml", "type: any", "type: float", id="the type of a slot"),
    pytest.param("table_booking", "domain.yml", "  utter_greet:", "  utter_hum: []\n  utter_greet:", id="a response"),
    pytest.param("table_booking", "data/stories.yml", "- action: action_find_table", "- intent: greet", id="a rule"),
    pytest.param("table_booking", "config.yml", "max_history: 3", "max_history: 2", id="an option of a policy"),
]


@pytest.mark.parametrize(("which", "path", "old", "new"), CORE_EDITS)
def test_what_only_core_reads_trains_core_only(
    request: pytest.FixtureRequest, which: str, path: str, old: str, new: str
) -> None:
    project: Path = request.getfixturevalue(which)
    before = members(train(project).model)
    replace(project, (path, old, new))
    made = plan(project)
    assert made.action == "train"
    assert retrained(made) == {"core"}
    assert made.sections["nlg"].retrain
    after = members(train(project).model)
    assert half(after, "nlu") == half(before, "nlu")
    assert half(after, "core") != half(before, "core")
    assert_nothing_more_is_written(project)


def test_a_config_key_that_both_halves_read_trains_both(assistant: Path) -> None:
    train(assistant)
    replace(assistant, ("config.yml", "recipe: default.v1", "recipe: default.v1\nhouse_style: brief"))
    assert retrained(plan(assistant)) == {"core", "nlu"}
    assert train(assistant).written
    assert_nothing_more_is_written(assistant)


def split_stories(project: Path) -> None:
    path = project / "data" / "stories.yml"
    text = path.read_text(encoding="utf-8")
    head, tail = text.split("  # Coming home", 1)
    path.write_text(head, encoding="utf-8")
    second = 'version: "3.1"\nstories:\n  # Coming home' + tail
    (project / "data" / "a_second_part.yml").write_text(second, encoding="utf-8")


def rename_files(project: Path) -> None:
    for name in ("data/stories.yml", "data/nlu/lending.yml", "domain/intents.yml", "data/responses.yml"):
        path = project / name
        path.rename(path.with_name(f"z_{path.name}"))


def reorder_examples(project: Path) -> None:
    replace(
        project,
        (
            "data/nlu/everyday.yml",
            "      - thanks\n      - thank you so much\n",
            "      - thank you so much\n      - thanks\n",
        ),
        ("data/nlu/lending.yml", "      - hold on\n", ""),
        ("data/nlu/lending.yml", "      - one second\n", "      - one second\n      - hold on\n"),
    )


NOTHING_EDITS: list[Any] = [
    pytest.param(
        lambda project: replace(
            project,
            ("config.yml", "language: en", "# a remark\n\nlanguage: en"),
            ("data/rules.yml", "rules:", "rules: # all of them"),
            ("domain/responses.yml", "  # Everyday talk\n", ""),
        ),
        id="comments and blank lines",
    ),
    pytest.param(
        lambda project: replace(
            project,
            ("config.yml", "language: en\n", ""),
            ("config.yml", "recipe:", "language: en\nrecipe:"),
            (
                "domain/slots_and_forms.yml",
                "    min_value: 1\n    max_value: 12\n",
                "    max_value: 12\n    min_value: 1\n",
            ),
        ),
        id="order of keys",
    ),
    pytest.param(split_stories, id="a file split in two"),
    pytest.param(rename_files, id="files renamed"),
    pytest.param(reorder_examples, id="order of examples"),
    pytest.param(
        lambda project: replace(project, ("data/stories.yml", "story: A little more time", "story: Some time")),
        id="a story renamed",
    ),
    pytest.param(
        lambda project: replace(project, ("config.yml", "assistant_id: library_of_things", "assistant_id: shed")),
        id="name of the assistant",
    ),
    pytest.param(
        lambda project: replace(
            project, ("domain/intents.yml", "  - greet\n  - goodbye\n", "  - goodbye\n  - greet\n")
        ),
        id="order of intents",
    ),
    pytest.param(
        lambda project: replace(project, ("tests/test_stories.yml", "stories:", "stories: # tests")),
        id="conversation tests",
    ),
]


@pytest.mark.parametrize("edit", NOTHING_EDITS)
def test_what_changes_no_meaning_writes_nothing(assistant: Path, edit: Any) -> None:
    train(assistant)
    edit(assistant)
    made = plan(assistant)
    assert made.action == "none"
    assert not any(section.retrain for section in made.sections.values())
    assert_nothing_more_is_written(assistant)


def test_without_any_story_the_core_half_is_dropped(table_booking: Path) -> None:
    before = members(train(table_booking).model)
    (table_booking / "data" / "stories.yml").unlink()
    made = plan(table_booking)
    assert made.action == "train"
    assert retrained(made) == set()
    assert [reason.code for reason in made.sections["core"].reasons] == ["no-data"]
    report = train(table_booking)
    after = members(report.model)
    assert half(after, "core") == {}
    assert half(after, "nlu") == half(before, "nlu")
    assert_nothing_more_is_written(table_booking)


def test_without_any_example_the_nlu_half_is_dropped(table_booking: Path) -> None:
    replace(
        table_booking,
        ("data/stories.yml", "intent: faq\n      - action: utter_faq", "intent: greet\n      - action: utter_greet"),
    )
    before = members(train(table_booking).model)
    (table_booking / "data" / "nlu.yml").unlink()
    report = train(table_booking)
    assert half(members(report.model), "nlu") == {}
    assert half(members(report.model), "core").keys() == half(before, "core").keys()
    assert_nothing_more_is_written(table_booking)


def test_a_forced_run_leaves_out_a_half_whose_data_is_gone(table_booking: Path) -> None:
    train(table_booking)
    (table_booking / "data" / "stories.yml").unlink()
    assert half(members(train(table_booking, force=True).model), "core") == {}


ONE_SIDED = {
    "nlu": ("data/stories.yml", "nlu-", ("data/nlu.yml", "- hello\n", "- hi there\n")),
    "core": (
        "data/nlu.yml",
        "core-",
        ("data/stories.yml", "- story: greet and go\n    steps:\n", "- story: go\n    steps:\n      - intent: book\n"),
    ),
}


@pytest.mark.parametrize("section", ONE_SIDED)
def test_a_project_with_one_half_takes_the_same_way(table_booking: Path, section: str) -> None:
    missing, prefix, edit = ONE_SIDED[section]
    (table_booking / missing).unlink()
    if section == "core":
        replace(
            table_booking,
            (
                "data/stories.yml",
                "intent: faq\n      - action: utter_faq",
                "intent: greet\n      - action: utter_greet",
            ),
        )
    first = train(table_booking)
    assert retrained(first.plan) == {section}
    assert first.model is not None
    assert Path(first.model).name.startswith(prefix)
    files = members(first.model)
    assert {name.split("/")[0] for name in files if "/" in name} == {section}
    assert_nothing_more_is_written(table_booking)
    replace(table_booking, edit)
    assert retrained(train(table_booking).plan) == {section}
    assert_nothing_more_is_written(table_booking)


def test_a_half_that_gets_its_first_data_is_trained_and_the_other_stays(table_booking: Path) -> None:
    stories = table_booking / "data" / "stories.yml"
    text = stories.read_text(encoding="utf-8")
    stories.unlink()
    before = members(train(table_booking).model)
    stories.write_text(text, encoding="utf-8")
    made = plan(table_booking)
    assert retrained(made) == {"core"}
    assert "half-missing" in [reason.code for reason in made.sections["core"].reasons]
    after = members(train(table_booking).model)
    assert half(after, "nlu") == half(before, "nlu")
    assert "core/domain.yml" in after
    assert_nothing_more_is_written(table_booking)


def test_a_forced_run_trains_everything_again_to_the_same_bytes(table_booking: Path) -> None:
    before = members(train(table_booking).model)
    report = train(table_booking, force=True)
    assert retrained(report.plan) == {"core", "nlu"}
    assert report.plan.forced
    assert report.written
    after = members(report.model)
    assert {**half(after, "core"), **half(after, "nlu")} == {**half(before, "core"), **half(before, "nlu")}
    assert len(list_models(str(table_booking / "models"))) == 2


def test_a_forced_run_does_not_need_to_read_the_old_model(table_booking: Path) -> None:
    (table_booking / "data" / "stories.yml").unlink()
    models = table_booking / "models"
    models.mkdir()
    (models / "broken.tar.gz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match=r"broken\.tar\.gz"):
        train(table_booking)
    assert train(table_booking, force=True).written


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("trained", [False, True])
def test_a_dry_run_writes_nothing_at_all(assistant: Path, *, force: bool, trained: bool) -> None:
    if trained:
        train(assistant)
        replace(assistant, ("data/nlu/everyday.yml", "- cheerio", "- toodle-oo"))
    before = tree(assistant)
    report = train(assistant, dry_run=True, force=force)
    assert report.plan.action == "train"
    assert not report.written
    assert report.model == report.plan.model
    assert tree(assistant) == before
    assert plan(assistant, force=force) == report.plan
    assert tree(assistant) == before


def test_a_fixed_name_is_the_name_of_the_model_each_time(table_booking: Path) -> None:
    expected = str(table_booking / "models" / "tables.tar.gz")
    assert train(table_booking, fixed_model_name="tables").model == expected
    replace(table_booking, ("data/nlu.yml", "- hello", "- hi there"))
    report = train(table_booking, fixed_model_name="tables.tar.gz")
    assert (report.model, retrained(report.plan)) == (expected, {"nlu"})
    assert [entry.path for entry in list_models(str(table_booking / "models"))] == [expected]
    assert_nothing_more_is_written(table_booking)


def test_a_plan_can_be_made_against_a_model_that_is_not_the_newest(table_booking: Path) -> None:
    first = train(table_booking).model
    replace(table_booking, ("data/nlu.yml", "- hello", "- hi there"))
    train(table_booking)
    assert plan(table_booking).action == "none"
    assert retrained(plan(table_booking, model=first)) == {"nlu"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a component that is trained meets the test."""

    reached: threading.Event
    released: threading.Event


class Hearing(NluComponent):
    """Remembers how many examples there were, and has epochs."""

    NAME = "Hearing"
    VERSION = "1"
    waiting: ClassVar[Waiting | None] = None

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"epochs": 1, "size": 1}

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config
        if cls.waiting is not None:
            cls.waiting.reached.set()
            cls.waiting.released.wait(timeout=30)
        return {"count.json": len(nlu.examples)}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Hearing":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


class BrokenPolicy(Policy):
    """Fails while NLU is trained already."""

    NAME = "BrokenPolicy"

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config, request
        raise ZeroDivisionError("no policy today")

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "BrokenPolicy":
        del config, files
        return cls()

    def predict(self, dialogue: Any) -> None:
        del dialogue


def registry_with(*classes: type[Any], version: str | None = None) -> Registry:
    known = registry_of(create_plugin_manager())
    added = {provided.NAME: Registered(provided.NAME, provided, "hearing-tools", version) for provided in classes}
    return changed(known, components={**known.components, **added})


async def train_with(project: Path, registry: Registry, **arguments: Any) -> RunReport:
    async with open_project(project, registry=registry) as opened:
        return await opened.train(**arguments)


def newer(component: type[Any], version: str | None) -> type[Any]:
    return type(component.__name__, (component,), {"VERSION": version})


@pytest.mark.anyio
async def test_another_version_of_a_component_trains_its_section_again(table_booking: Path) -> None:
    replace(table_booking, ("config.yml", "KeywordIntentClassifier", "Hearing"))
    before = members((await train_with(table_booking, registry_with(Hearing))).model)
    assert not (await train_with(table_booking, registry_with(Hearing, version="9"))).written
    report = await train_with(table_booking, registry_with(newer(Hearing, "2")))
    assert retrained(report.plan) == {"nlu"}
    (reason,) = report.plan.sections["nlu"].reasons
    assert reason.code == "component"
    assert "hearing-tools:Hearing@1" in reason.message
    assert "hearing-tools:Hearing@2" in reason.message
    assert half(members(report.model), "core") == half(before, "core")
    assert not (await train_with(table_booking, registry_with(newer(Hearing, "2")))).written


@pytest.mark.anyio
async def test_without_a_version_of_its_own_that_of_the_distribution_counts(table_booking: Path) -> None:
    replace(table_booking, ("config.yml", "KeywordIntentClassifier", "Hearing"))
    unversioned = newer(Hearing, None)
    await train_with(table_booking, registry_with(unversioned, version="1.0"))
    assert not (await train_with(table_booking, registry_with(unversioned, version="1.0"))).written
    assert (await train_with(table_booking, registry_with(unversioned, version="1.1"))).written


@pytest.mark.anyio
async def test_epochs_alone_train_again_and_could_be_finetuned(table_booking: Path) -> None:
    replace(table_booking, ("config.yml", "KeywordIntentClassifier", "Hearing"))
    registry = registry_with(Hearing)
    first = (await train_with(table_booking, registry)).model
    replace(table_booking, ("config.yml", "name: Hearing", "name: Hearing\n    epochs: 5"))
    report = await train_with(table_booking, registry)
    assert retrained(report.plan) == {"nlu"}
    assert first is not None
    assert report.model is not None
    with unpack_model(first) as old, unpack_model(report.model) as new:
        assert can_finetune(fingerprint_from_path(old), fingerprint_from_path(new), core=True, nlu=True)


@pytest.mark.anyio
async def test_a_component_that_fails_leaves_no_model_and_nothing_temporary(
    table_booking: Path, temporary_files: Path
) -> None:
    await train_with(table_booking, registry_with())
    before = tree(table_booking / "models")
    replace(
        table_booking,
        ("config.yml", "RulePolicy", "BrokenPolicy"),
        ("data/nlu.yml", "- hello", "- hi there"),
    )
    with pytest.raises(TrainingError, match=r"`BrokenPolicy`, entry 1 of `policies` failed.*no policy today"):
        await train_with(table_booking, registry_with(BrokenPolicy))
    assert tree(table_booking / "models") == before
    assert names_in(temporary_files) == []


@pytest.mark.anyio
async def test_a_cancelled_training_leaves_no_model_and_nothing_temporary(
    table_booking: Path, temporary_files: Path
) -> None:
    replace(table_booking, ("config.yml", "KeywordIntentClassifier", "Hearing"))
    waiting = Waiting(threading.Event(), threading.Event())
    patient = type("Hearing", (Hearing,), {"waiting": waiting})
    during: list[str] = []
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(train_with, table_booking, registry_with(patient))
            await anyio.to_thread.run_sync(waiting.reached.wait, 30)
            during += names_in(temporary_files)
            scope.cancel()
            waiting.released.set()
    assert during
    assert scope.cancelled_caught
    assert names_in(temporary_files) == []
    assert "models" not in names_in(table_booking)


def test_nothing_temporary_is_left_by_any_kind_of_run(table_booking: Path, temporary_files: Path) -> None:
    train(table_booking)
    train(table_booking)
    replace(table_booking, ("domain.yml", "Good evening.", "Good morning."))
    train(table_booking)
    replace(table_booking, ("data/nlu.yml", "- hello", "- hi there"))
    train(table_booking, dry_run=True)
    train(table_booking)
    train(table_booking, force=True)
    assert names_in(temporary_files) == []


@pytest.mark.parametrize("models", ["models", "deep/models"])
def test_a_file_in_place_of_the_models_folder_is_an_error_that_names_it(
    table_booking: Path, temporary_files: Path, models: str
) -> None:
    file = table_booking / models.split("/", maxsplit=1)[0]
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match=str(file)) as caught:
        train(table_booking, paths=ProjectPaths(models=models))
    assert caught.value.hint
    assert "kept" not in caught.value.hint
    assert file.read_text(encoding="utf-8") == "mine"
    assert names_in(temporary_files) == []


def test_an_unknown_component_is_a_warning_in_a_plan_and_an_error_in_a_training(table_booking: Path) -> None:
    replace(table_booking, ("config.yml", "name: RulePolicy", "name: RulPolicy"))
    (problem,) = plan(table_booking).problems
    assert (problem.code, problem.severity, str(problem.location)) == ("unknown-component", "warning", "config.yml:5:5")
    with pytest.raises(ProblemsError, match="did you mean `RulePolicy`") as caught:
        train(table_booking)
    assert [problem.severity for problem in caught.value.problems] == ["error"]
    assert not (table_booking / "models").exists()


def test_what_keeps_a_component_from_being_trained_is_a_warning_in_a_plan(table_booking: Path) -> None:
    train(table_booking)
    replace(table_booking, ("config.yml", "name: RulePolicy", "name: RulePolicy\n    priority: high"))
    found = plan(table_booking)
    (problem,) = found.problems
    assert (problem.code, problem.severity, str(problem.location)) == ("component-option", "warning", "config.yml:5:5")
    assert found.action == "train"
    with pytest.raises(ProblemsError, match="`priority`"):
        train(table_booking)


def test_with_a_fixed_time_equal_projects_make_equal_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    models = []
    for name in ("first", "second"):
        project = write(tmp_path / name, TABLE_BOOKING if name == "first" else dict(reversed(TABLE_BOOKING.items())))
        models.append(train(project, fixed_model_name="model").model)
    assert models[0] is not None
    assert models[1] is not None
    assert Path(models[0]).read_bytes() == Path(models[1]).read_bytes()


def test_a_fixed_time_is_when_the_model_was_trained(table_booking: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    model = train(table_booking).model
    assert model is not None
    with unpack_model(model) as unpacked:
        assert fingerprint_from_path(unpacked)["trained_at"] == 1700000000
    assert [entry.trained_at for entry in list_models(str(table_booking / "models"))] == [1700000000]


def test_a_fixed_time_that_is_no_time_is_an_error(table_booking: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ModelError, match="SOURCE_DATE_EPOCH"):
        train(table_booking)
    assert not (table_booking / "models").exists()


def test_the_report_of_a_run_as_json_has_the_published_keys(table_booking: Path) -> None:
    report = train(table_booking)
    document = report.to_json()
    assert set(document) == {"schema", "plan", "model", "written", "seconds", "problems"}
    assert document["schema"] == "tenprint.run/1"
    assert document["model"] == report.model
    assert document["written"] is True
    assert {"plan", "total", "nlu/0-KeywordIntentClassifier", "core/0-RulePolicy"} <= set(document["seconds"])
    again = train(table_booking).to_json()
    assert (again["model"], again["written"], set(again["seconds"])) == (report.model, False, {"plan"})
