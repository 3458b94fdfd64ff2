"""Acceptance cases A25 to A34: what is due, given an old model and a new fingerprint."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting import (
    FINGERPRINT_KEYS,
    Fingerprint,
    FingerprintComparisonResult,
    TrainingPlan,
    create_package_rasa,
    model_fingerprint,
    should_retrain,
)
from tenprint.plugins import open_project, run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

FINGERPRINT: Fingerprint = dict.fromkeys(FINGERPRINT_KEYS, "sha256:00")

Due = tuple[bool, bool, bool]
"""Core, NLU, responses."""


def due(result: FingerprintComparisonResult) -> Due:
    return result.should_retrain_core(), result.should_retrain_nlu(), result.should_retrain_nlg()


def due_after(folder: Path, *keys: str) -> Due:
    """Decide against a full model whose fingerprint differs in these keys."""
    for half in ("core", "nlu"):
        (folder / "trained" / half).mkdir(parents=True)
    model = create_package_rasa(str(folder / "trained"), str(folder / "model.tar.gz"), FINGERPRINT)
    result = should_retrain({**FINGERPRINT, **dict.fromkeys(keys, "sha256:01")}, model, str(folder / "train"))
    assert result.is_training_required() is bool(keys)
    return due(result)


def test_a25_stories_are_core_and_its_responses(tmp_path: Path) -> None:
    assert due_after(tmp_path, "stories") == (True, False, True)


def test_a26_messages_are_nlu(tmp_path: Path) -> None:
    assert due_after(tmp_path, "messages") == (False, True, False)


def test_a27_the_config_is_everything(tmp_path: Path) -> None:
    assert due_after(tmp_path, "config") == (True, True, True)


def test_a28_the_policies_are_core_and_its_responses(tmp_path: Path) -> None:
    assert due_after(tmp_path, "core-config") == (True, False, True)


def test_a29_the_pipeline_is_nlu(tmp_path: Path) -> None:
    assert due_after(tmp_path, "nlu-config") == (False, True, False)


def test_a30_nothing_new_is_nothing(tmp_path: Path) -> None:
    assert due_after(tmp_path) == (False, False, False)


def test_a31_replies_are_responses_only(tmp_path: Path) -> None:
    assert due_after(tmp_path, "nlg") == (False, False, True)


@pytest.mark.anyio
async def test_a32_a_core_model_is_up_to_date_for_the_files_it_was_trained_on(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project = write_project(
        {
            "config.yml": "language: en\npipeline: [{name: KeywordIntentClassifier}]\npolicies: [{name: RulePolicy}]\n",
            "domain.yml": "intents: [greet]\nresponses: {utter_hello: [{text: hello}]}\n",
            "data/stories.yml": "stories: [{story: greet, steps: [{intent: greet}, {action: utter_hello}]}]\n",
        }
    )
    async with open_project(project) as opened:
        model = (await opened.train()).model
    async with open_project(project) as opened:
        fingerprint = await model_fingerprint(opened.importer)
    result = should_retrain(fingerprint, model, str(tmp_path / "train"))
    assert not result.should_retrain_core()
    assert not result.should_retrain_nlg()
    assert (tmp_path / "train" / "core" / "domain.yml").is_file()


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"core": False, "nlu": False, "nlg": False, "force_training": True}, (True, True, True)),
        ({"core": True, "nlu": False, "nlg": False}, (True, False, True)),
        ({"core": False, "nlu": True, "nlg": False}, (False, True, False)),
        ({"core": True, "nlu": True, "nlg": False}, (True, True, True)),
        ({"core": False, "nlu": False, "nlg": True}, (False, False, True)),
    ],
)
def test_a33_core_brings_its_responses_and_force_brings_everything(flags: dict[str, bool], expected: Due) -> None:
    result = FingerprintComparisonResult(**flags)
    assert due(result) == expected
    assert result.is_training_required()


FORCED, CORE, NLU, RESPONSES = 8, 1, 2, 4


def dry_run_code(plan: TrainingPlan) -> int:
    """Compute the exit code older systems gave a dry run from what `plan --json` prints.

    `forced` is reported by itself and stands alone. The others are the three verdicts, which are derived: Core always
    brings its responses, so what used to be 1 is 5 (a wart that was fixed on purpose: W-FLOW-3).
    """
    document = plan.to_json()
    if document["forced"]:
        return FORCED
    bits = {"core": CORE, "nlu": NLU, "nlg": RESPONSES}
    return sum(bit for section, bit in bits.items() if document["sections"][section]["retrain"])


def reason_codes(plan: TrainingPlan) -> dict[str, list[Any]]:
    return {
        name: [reason["code"] for reason in section["reasons"]] for name, section in plan.to_json()["sections"].items()
    }


SMALL = {
    "config.yml": "language: en\n",
    "domain.yml": "intents: [greet]\nresponses: {utter_hello: [{text: hello}]}\n",
    "data/nlu.yml": "nlu: [{intent: greet, examples: [{text: hello}]}]\n",
    "data/rules.yml": "rules: [{rule: greet, steps: [{intent: greet}, {action: utter_hello}]}]\n",
}


def test_a34_a_forced_plan_says_so_and_gives_no_other_reason(write_project: ProjectWriter) -> None:
    project = write_project(SMALL)
    for trained in (False, True):
        plan = run_project(project, "plan", force=True)
        assert dry_run_code(plan) == 8
        assert reason_codes(plan) == {"core": ["forced"], "nlu": ["forced"], "nlg": ["core"]}
        assert trained or run_project(project, "train").written


def test_a34_replies_alone_are_four_with_one_reason(write_project: ProjectWriter) -> None:
    project = write_project(SMALL)
    run_project(project, "train")
    write_project({"domain.yml": SMALL["domain.yml"].replace("text: hello", "text: good day")})
    plan = run_project(project, "plan")
    assert dry_run_code(plan) == 4
    assert reason_codes(plan) == {"core": [], "nlu": [], "nlg": ["changed"]}


def test_a34_everything_is_seven(write_project: ProjectWriter) -> None:
    project = write_project(SMALL)
    assert dry_run_code(run_project(project, "plan")) == 7
    run_project(project, "train")
    write_project({"config.yml": "language: en\nrecipe: other\n"})
    assert dry_run_code(run_project(project, "plan")) == 7


def test_a34_stories_are_five_and_messages_two(write_project: ProjectWriter) -> None:
    project = write_project(SMALL)
    run_project(project, "train")
    write_project(
        {"data/rules.yml": SMALL["data/rules.yml"].replace("rules: [", "rules: [{rule: b, steps: [{intent: greet}]}, ")}
    )
    assert dry_run_code(run_project(project, "plan")) == 5
    write_project(
        {
            "data/rules.yml": SMALL["data/rules.yml"],
            "data/nlu.yml": SMALL["data/nlu.yml"].replace("text: hello", "text: hi"),
        }
    )
    assert dry_run_code(run_project(project, "plan")) == 2


def test_a34_nothing_is_zero(write_project: ProjectWriter) -> None:
    project = write_project(SMALL)
    run_project(project, "train")
    plan = run_project(project, "plan")
    assert dry_run_code(plan) == 0
    assert reason_codes(plan) == {"core": [], "nlu": [], "nlg": []}
