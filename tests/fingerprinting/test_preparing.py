"""What a plan is made of: old models in every state, changes with their places, and data that is wrong."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import (
    BrokenArchive,
    FingerprintError,
    ModelNotFound,
    TrainingPlan,
    all_problems,
    checked_snapshot,
    create_package_rasa,
    get_latest_model,
    read_archive_head,
    unpack_model,
)
from tenprint.importers import ProblemsError
from tenprint.importers.data import Domain, Intent, IntentStep, Stories, Story
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins import open_project, run_project


@pytest.fixture
def assistant(tmp_path: Path) -> Path:
    copy_of_assistant(tmp_path / "assistant")
    return tmp_path / "assistant"


@pytest.fixture
def trained(assistant: Path) -> Path:
    run_project(assistant, "train")
    return assistant


def plan(project: Path, **arguments: Any) -> TrainingPlan:
    made: TrainingPlan = run_project(project, "plan", **arguments)
    return made


def replace(project: Path, name: str, old: str, new: str) -> None:
    text = (project / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
    (project / name).write_text(text.replace(old, new), encoding="utf-8")


def rewrite_model(project: Path, edit: Callable[[Path], None]) -> str:
    """Unpack the newest model, edit its files, and pack it in its place."""
    model = get_latest_model(str(project / "models"))
    assert model is not None
    unpacked = unpack_model(model)
    edit(Path(unpacked))
    return create_package_rasa(unpacked, model)


def edit_json(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_bytes())
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")


Row = tuple[str, str, tuple[str, ...], tuple[str, ...], str | None]
"""How it changed, kind, path, sections, and the text that stands at its place."""


def row(change: str, kind: str, path: str, sections: str, text: str | None) -> Row:
    return change, kind, tuple(path.split(" / ")), tuple(sections.split()), text


CHANGES: list[Any] = [
    pytest.param(
        "domain/responses.yml",
        "mind the ladder",
        "mind the step",
        row("modified", "response", "domain / responses / utter_goodbye", "nlg", 'text: "Goodbye, and mind the step'),
        id="a reply",
    ),
    pytest.param(
        "domain/actions_and_session.yml",
        "session_expiration_time: 90",
        "session_expiration_time: 45",
        row(
            "modified",
            "session-setting",
            "domain / session_config / session_expiration_time",
            "nlg",
            "session_expiration_time: 45",
        ),
        id="a session setting",
    ),
    pytest.param(
        "data/nlu/everyday.yml",
        "- cheerio",
        "- toodle-oo",
        row("modified", "intent-example", "nlu / goodbye / toodle-oo", "nlu", "- toodle-oo"),
        id="an example",
    ),
    pytest.param(
        "data/nlu/everyday.yml",
        "      - cheerio\n",
        "",
        row("removed", "intent-example", "nlu / goodbye / cheerio", "nlu", None),
        id="an example less",
    ),
    pytest.param(
        "data/nlu/everyday.yml",
        "- cheerio",
        "- cheerio\n      - toodle-oo",
        row("added", "intent-example", "nlu / goodbye / toodle-oo", "nlu", "- toodle-oo"),
        id="an example more",
    ),
    pytest.param(
        "data/responses.yml",
        "Peg, after",
        "Peggy, after",
        row("modified", "retrieval-response", "domain / responses / utter_chitchat/name", "nlg", 'text: "Peggy'),
        id="a retrieval response",
    ),
    pytest.param(
        "data/stories.yml",
        "- action: utter_sign_up",
        "- action: utter_help",
        row("modified", "story", "stories / A newcomer decides to join", "core", "story: A newcomer decides to join"),
        id="a story",
    ),
    pytest.param(
        "data/stories.yml",
        "story: A little more time",
        "story: Some more time",
        row("renamed", "story", "stories / Some more time", "", "story: Some more time"),
        id="the name of a story",
    ),
    pytest.param(
        "domain/intents.yml",
        "  - thank\n",
        "  - thank\n  - sing\n",
        row("added", "intent", "domain / intents / sing", "core", "sing\n"),
        id="an intent more",
    ),
    pytest.param(
        "config.yml",
        "max_history: 4",
        "max_history: 3",
        row("modified", "policy", "config / policies / MemoizationPolicy", "core", "name: MemoizationPolicy"),
        id="an option of a policy",
    ),
    pytest.param(
        "domain/slots_and_forms.yml",
        "      - thing\n      - from_date",
        "      - from_date",
        row("modified", "form", "domain / forms / loan_form", "nlg", "loan_form:\n    required"),
        id="a form",
    ),
]


def place_of(project: Path, name: str, text: str) -> str:
    """Location of the only place where the text stands."""
    before, _, after = (project / name).read_text(encoding="utf-8").partition(text)
    assert text not in after
    return f"{name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize(("path", "old", "new", "expected"), CHANGES)
def test_changes_name_just_the_edited_item_and_its_place(
    trained: Path, path: str, old: str, new: str, expected: Row
) -> None:
    replace(trained, path, old, new)
    (change,) = plan(trained).changes
    assert (change.change, change.kind, change.path, change.sections) == expected[:4]
    text = expected[4]
    assert [str(place) for place in change.locations] == ([] if text is None else [place_of(trained, path, text)])


def test_a_renamed_story_tells_its_old_name(trained: Path) -> None:
    replace(trained, "data/stories.yml", "story: A little more time", "story: Some more time")
    (change,) = plan(trained).changes
    assert change.to_json()["from"] == ["stories", "A little more time"]
    assert plan(trained).action == "none"


def test_against_itself_a_project_has_no_changes(trained: Path) -> None:
    assert plan(trained).changes == ()
    assert plan(trained, force=True).changes == ()


def test_without_a_model_there_is_nothing_to_compare_with(assistant: Path) -> None:
    made = plan(assistant)
    assert (made.model, made.changes) == (None, ())
    assert [reason.code for reason in made.sections["core"].reasons] == ["no-model"]


PLAN_KEYS = {
    "schema", "action", "model", "forced", "forced_nodes", "finetune", "sections", "changes", "sources", "nodes",
    "problems",
}  # fmt: skip


def test_the_json_of_a_plan_has_the_published_keys(trained: Path) -> None:
    replace(trained, "data/nlu/everyday.yml", "- cheerio", "- toodle-oo")
    document = plan(trained).to_json()
    assert document == json.loads(json.dumps(document))
    assert set(document) == PLAN_KEYS
    assert (document["schema"], document["finetune"]) == ("tenprint.plan/1", None)
    assert list(document["sections"]) == ["core", "nlu", "nlg"]
    assert all(set(section) == {"retrain", "reasons"} for section in document["sections"].values())
    (reason,) = document["sections"]["nlu"]["reasons"]
    assert reason == {"code": "changed", "message": "NLU training data differs", "key": "messages"}
    (change,) = document["changes"]
    places = {"locations", "former_locations"}
    assert set(change) == {"change", "kind", "path", "from", "sections", "before", "after"} | places
    assert change["path"] == ["nlu", "goodbye", "toodle-oo"]
    assert change["before"].startswith("sha256:")
    assert change["after"].startswith("sha256:")
    (place,) = change["locations"]
    assert set(place) == {"source", "path", "line", "column", "revision"}
    (source,) = document["sources"]
    assert set(source) == {"name", "revision", "status", "fetched_at", "drift"}
    assert all(set(node) == {"name", "sections", "verdict", "reasons", "needs"} for node in document["nodes"])
    assert {node["verdict"] for node in document["nodes"]} == {"run", "skipped"}


@pytest.mark.parametrize(
    "items",
    ["none", [], 7, {"story": 1}, {"story": [[]]}, {"story": [[["a"], "no hex"]]}, {"story": [[["a"], "00", 5]]}],
)
def test_damaged_items_are_an_error_that_names_the_model(trained: Path, items: Any) -> None:
    model = rewrite_model(
        trained,
        lambda unpacked: edit_json(unpacked / "fingerprint.json", lambda document: document.update(items=items)),
    )
    if not items:
        assert plan(trained).action == "none"
        return
    with pytest.raises(FingerprintError, match="items") as caught:
        plan(trained)
    assert model in str(caught.value)
    assert caught.value.hint is not None
    assert "--force" in caught.value.hint
    assert plan(trained, force=True).action == "train"


def test_a_model_without_items_is_compared_by_its_keys(trained: Path) -> None:
    rewrite_model(
        trained, lambda unpacked: edit_json(unpacked / "fingerprint.json", lambda document: document.pop("items"))
    )
    assert plan(trained).action == "none"
    replace(trained, "data/nlu/everyday.yml", "- cheerio", "- toodle-oo")
    made = plan(trained)
    assert made.retrains("nlu")
    assert not made.retrains("core")
    assert made.changes == ()


def test_a_damaged_fingerprint_is_an_error_that_names_the_model(trained: Path) -> None:
    model = rewrite_model(trained, lambda _: None)
    with tarfile.open(model, "w:gz") as archive:
        entry = tarfile.TarInfo("fingerprint.json")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"{"))
    with pytest.raises(FingerprintError, match=model):
        plan(trained)


@pytest.mark.parametrize("components", [[], "no", {"nlu": "no"}, {"core": ["x"]}, {"nlu": {"nlu/0-X": 5}}])
def test_odd_metadata_is_no_reason_to_fail(trained: Path, components: Any) -> None:
    rewrite_model(
        trained,
        lambda unpacked: edit_json(unpacked / "metadata.json", lambda document: document.update(components=components)),
    )
    assert plan(trained).action == "none"


def test_a_model_without_metadata_is_asked_for_its_members(trained: Path) -> None:
    rewrite_model(trained, lambda unpacked: (unpacked / "metadata.json").unlink())
    assert plan(trained).action == "none"
    rewrite_model(trained, lambda unpacked: shutil.rmtree(unpacked / "nlu"))
    made = plan(trained)
    assert [reason.code for reason in made.sections["nlu"].reasons] == ["half-missing"]
    assert not made.retrains("core")


RASA_FINGERPRINT = {
    "config": "99914b932bd37a50b983c5e7c90ae93b",
    "core-config": "",
    "nlu-config": "4f0f2b1b2b5f0f2b1b2b5f0f2b1b2b5f",
    "config-without-epochs": "",
    "domain": "0c1f5c3e3e0c1f5c3e3e0c1f5c3e3e00",
    "nlg": "aaaa",
    "project": None,
    "messages": "bbbb",
    "nlu_labels": "cccc",
    "stories": "dddd",
    "trained_at": 1600000000.0,
    "version": "2.8.34",
}


def make_rasa_model(project: Path, folder: Path) -> str:
    """Write an archive as the last version of the field's second major release did."""
    for name, text in {
        "core/domain.yml": "intents: []\n",
        "core/domain.json": '{"states": []}',
        "nlu/metadata.json": "{}",
        "fingerprint.json": json.dumps(RASA_FINGERPRINT, indent=2),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (project / "models").mkdir(exist_ok=True)
    path = project / "models" / "20210901-101010.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for child in sorted(folder.iterdir(), reverse=True):
            archive.add(child, arcname=child.name)
    return str(path)


def test_a_rasa_archive_as_the_newest_model_is_read_and_everything_is_due(assistant: Path, tmp_path: Path) -> None:
    model = make_rasa_model(assistant, tmp_path / "rasa")
    assert read_archive_head(model).fingerprint == RASA_FINGERPRINT
    made = plan(assistant)
    assert made.model == model
    assert made.retrains("core")
    assert made.retrains("nlu")
    assert made.changes == ()
    before = Path(model).read_bytes()
    report = run_project(assistant, "train")
    assert report.written
    assert Path(model).read_bytes() == before
    assert run_project(assistant, "train").model == report.model


def test_a_broken_newest_model_is_an_error_and_force_goes_past_it(trained: Path) -> None:
    model = get_latest_model(str(trained / "models"))
    assert model is not None
    Path(model).write_bytes(Path(model).read_bytes()[:200])
    with pytest.raises(BrokenArchive, match=model) as caught:
        plan(trained)
    assert caught.value.hint
    made = plan(trained, force=True)
    assert (made.action, made.forced, made.model) == ("train", True, model)


def test_a_model_that_is_asked_for_and_missing_is_an_error_forced_or_not(trained: Path) -> None:
    for force in (False, True):
        with pytest.raises(ModelNotFound, match="nowhere"):
            plan(trained, model="nowhere", force=force)


def test_wrong_data_is_an_error_with_all_problems_at_once(trained: Path) -> None:
    replace(trained, "data/stories.yml", "- intent: say_newcomer", "- intent: say_newcomerr")
    replace(trained, "data/rules.yml", "- intent: bot_challenge", "- intent: bot_chalenge")
    with pytest.raises(ProblemsError) as caught:
        plan(trained)
    assert [(problem.code, str(problem.location)) for problem in caught.value.problems] == [
        ("undeclared-intent", place_of(trained, "data/rules.yml", "bot_chalenge")),
        ("undeclared-intent", place_of(trained, "data/stories.yml", "say_newcomerr")),
    ]


@pytest.mark.anyio
async def test_data_without_files_is_checked_too() -> None:
    importer = MemoryImporter(
        domain=Domain((Intent("greet"),)), stories=Stories((Story("wave", (IntentStep("wave"),)),))
    )
    with pytest.raises(ProblemsError, match="'wave'"):
        await checked_snapshot(importer)


@pytest.mark.anyio
async def test_errors_stand_before_warnings(assistant: Path) -> None:
    replace(assistant, "data/rules.yml", "- action: utter_find_us", "- action: utter_find_them")
    replace(assistant, "data/stories.yml", "- intent: say_newcomer", "- intent: say_newcomerr")
    async with open_project(assistant) as opened:
        problems = all_problems(await opened.importer.snapshot())
        assert [problem for problem in await opened.problems() if problem in problems] == list(problems)
    assert [problem.severity for problem in problems] == ["error", "warning"]
