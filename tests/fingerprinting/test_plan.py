"""decide() as a pure function: the verdict for every situation."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tenprint.fingerprinting.plan import HalfState, Situation, TrainerState, TrainingPlan, decide, with_sources
from tenprint.fingerprinting.sections import CORE, FINGERPRINT_KEYS, NLG, NLU, Fingerprint
from tenprint.importers import Location, Problem, SourceState

FINGERPRINT: Fingerprint = dict.fromkeys(
    {*FINGERPRINT_KEYS, *CORE.relevant_keys, *NLU.relevant_keys, *NLG.relevant_keys}, "sha256:00"
)
CORE_HALF = HalfState(True, True, {"core/0-RulePolicy": "peg:RulePolicy@1"}, {"core/0-RulePolicy": "peg:RulePolicy@1"})
NLU_HALF = HalfState(True, True, {"nlu/0-Words": "peg:Words@1"}, {"nlu/0-Words": "peg:Words@1"})
SETTLED = Situation(FINGERPRINT, FINGERPRINT, CORE_HALF, NLU_HALF, "models/peg.tar.gz")


def verdict(plan: TrainingPlan) -> str:
    """Action, and a letter for each section that is due: C, N, R."""
    letters = zip(("core", "nlu", "nlg"), "CNR", strict=True)
    return f"{plan.action} {''.join(letter for section, letter in letters if plan.retrains(section))}".strip()


def reasons(plan: TrainingPlan, section: str) -> list[str]:
    return [reason.code for reason in plan.sections[section].reasons]


def after(*keys: str, **edits: Any) -> TrainingPlan:
    """Decide when these keys differ from those of the model."""
    return decide(replace(SETTLED, new={**FINGERPRINT, **dict.fromkeys(keys, "sha256:01")}, **edits))


KEYS = {
    "config": "train CNR",
    "version": "train CNR",
    "core-config": "train CR",
    "domain": "train CR",
    "stories": "train CR",
    "nlu-config": "train N",
    "messages": "train N",
    "retrieval-responses": "train N",
    "story-messages": "train N",
    "nlg": "update-domain R",
    "domain-unread": "update-domain R",
    "session-settings": "update-domain R",
    "form-definitions": "update-domain R",
    "project": "none",
    "trained_at": "none",
    "nlu_labels": "none",
    "config-without-epochs": "none",
}


@pytest.mark.parametrize("key", KEYS)
def test_each_key_is_due_where_it_is_read(key: str) -> None:
    plan = after(key)
    assert verdict(plan) == KEYS[key]
    due = [reason.key for section in plan.sections.values() for reason in section.reasons if reason.code == "changed"]
    assert set(due) <= {key}


def test_nothing_new_is_nothing() -> None:
    plan = decide(SETTLED)
    assert verdict(plan) == "none"
    assert [reasons(plan, section) for section in plan.sections] == [[], [], []]
    assert [(node.name, node.verdict) for node in plan.nodes] == [
        ("nlu/0-Words", "skipped"),
        ("core/0-RulePolicy", "skipped"),
    ]


def test_without_a_model_both_halves_are_due() -> None:
    plan = decide(replace(SETTLED, old=None, model=None))
    assert verdict(plan) == "train CNR"
    assert (reasons(plan, "core"), reasons(plan, "nlu"), reasons(plan, "nlg")) == (["no-model"], ["no-model"], ["core"])


@pytest.mark.parametrize("old", [FINGERPRINT, None])
def test_force_is_the_only_reason_of_a_forced_plan(old: Fingerprint | None) -> None:
    plan = after("stories", old=old, forced=True)
    assert verdict(plan) == "train CNR"
    assert plan.forced
    assert (reasons(plan, "core"), reasons(plan, "nlu")) == (["forced"], ["forced"])


def test_a_forced_plan_leaves_out_a_half_without_data() -> None:
    plan = decide(replace(SETTLED, forced=True, old=None, nlu=HalfState(False, False)))
    assert verdict(plan) == "train CR"
    assert [node.name for node in plan.nodes] == ["core/0-RulePolicy"]


def test_a_half_the_model_lacks_is_due() -> None:
    plan = decide(replace(SETTLED, nlu=replace(NLU_HALF, in_model=False, recorded=None)))
    assert verdict(plan) == "train N"
    assert reasons(plan, "nlu") == ["half-missing"]


def test_a_half_whose_data_is_gone_is_dropped() -> None:
    plan = decide(replace(SETTLED, core=replace(CORE_HALF, has_data=False)))
    assert verdict(plan) == "train"
    assert reasons(plan, "core") == ["no-data"]
    assert [node.name for node in plan.nodes] == ["nlu/0-Words"]


def test_a_half_that_neither_project_nor_model_has_is_no_reason() -> None:
    plan = after("nlg", core=HalfState(False, False))
    assert verdict(plan) == "none"
    assert reasons(plan, "core") == []


def test_a_component_of_another_identity_trains_its_section() -> None:
    newer = replace(NLU_HALF, identities={"nlu/0-Words": "peg:Words@2"})
    plan = decide(replace(SETTLED, nlu=newer))
    assert verdict(plan) == "train N"
    (reason,) = plan.sections["nlu"].reasons
    assert reason.code == "component"
    assert "peg:Words@1" in reason.message
    assert "peg:Words@2" in reason.message


@pytest.mark.parametrize("recorded", [None, {}, {"nlu/0-Another": "peg:Another@1"}])
def test_a_component_the_model_does_not_know_is_left_to_the_data(recorded: dict[str, str] | None) -> None:
    assert verdict(decide(replace(SETTLED, nlu=replace(NLU_HALF, recorded=recorded)))) == "none"


def test_literal_texts_tie_core_to_nlu() -> None:
    plan = after("messages", has_end_to_end_texts=True)
    assert verdict(plan) == "train CNR"
    assert reasons(plan, "core") == ["end-to-end"]
    assert verdict(after("stories", has_end_to_end_texts=True)) == "train CR"
    assert verdict(after(has_end_to_end_texts=True)) == "none"
    assert reasons(after("messages", "stories", has_end_to_end_texts=True), "core") == ["changed"]


def test_literal_texts_tie_core_to_an_nlu_half_that_is_dropped() -> None:
    plan = after(nlu=replace(NLU_HALF, has_data=False), has_end_to_end_texts=True)
    assert verdict(plan) == "train CR"
    assert (reasons(plan, "core"), reasons(plan, "nlu")) == (["end-to-end"], ["no-data"])


def test_replies_are_refreshed_beside_a_training_of_nlu() -> None:
    assert verdict(after("messages", "nlg")) == "train NR"


def test_all_reasons_of_a_section_are_given() -> None:
    plan = after(
        "stories",
        "domain",
        core=replace(CORE_HALF, in_model=True, identities={"core/0-RulePolicy": "peg:RulePolicy@2"}),
    )
    assert reasons(plan, "core") == ["changed", "changed", "component"]


@pytest.mark.parametrize(
    ("old", "forced", "core", "nlu", "texts"),
    list(product((FINGERPRINT, None, {}), (False, True), (False, True), (False, True), (False, True))),
)
def test_a_node_runs_just_when_its_section_is_retrained(
    *, old: Fingerprint | None, forced: bool, core: bool, nlu: bool, texts: bool
) -> None:
    halves = [replace(CORE_HALF, in_model=old is not None), replace(NLU_HALF, in_model=old is not None)]
    core_half, nlu_half = (replace(half, has_data=has) for half, has in zip(halves, (core, nlu), strict=True))
    plan = decide(Situation(FINGERPRINT, old, core_half, nlu_half, forced=forced, has_end_to_end_texts=texts))
    for node in plan.nodes:
        (section,) = node.sections
        assert node.verdict == ("run" if plan.retrains(section) else "skipped")
        assert node.reasons == plan.sections[section].reasons
    assert {node.sections[0] for node in plan.nodes} == {n for n, has in (("core", core), ("nlu", nlu)) if has}
    due = any(section.retrain for section in plan.sections.values())
    dropped = old is not None and not (core and nlu)
    assert (plan.action != "none") is (due or dropped)


def test_a_plan_as_json_has_the_published_keys() -> None:
    place = Location("file", "data/nlu.yml", 3, 5)
    plan = with_sources(
        after("messages"), [SourceState("file", "sha256:02")], [Problem("conflict", "twice", place, severity="warning")]
    )
    assert plan.to_json() == {
        "schema": "tenprint.plan/1",
        "action": "train",
        "model": "models/peg.tar.gz",
        "forced": False,
        "forced_nodes": [],
        "finetune": None,
        "sections": {
            "core": {"retrain": False, "reasons": []},
            "nlu": {
                "retrain": True,
                "reasons": [{"code": "changed", "message": "NLU training data differs", "key": "messages"}],
            },
            "nlg": {"retrain": False, "reasons": []},
        },
        "changes": [],
        "sources": [{"name": "file", "revision": "sha256:02", "status": "ok", "fetched_at": None, "drift": None}],
        "nodes": [
            {
                "name": "nlu/0-Words",
                "sections": ["nlu"],
                "verdict": "run",
                "reasons": [{"code": "changed", "message": "NLU training data differs", "key": "messages"}],
                "needs": [],
            },
            {"name": "core/0-RulePolicy", "sections": ["core"], "verdict": "skipped", "reasons": [], "needs": []},
        ],
        "problems": [problem.to_json() for problem in plan.problems],
    }
    assert len(plan.problems) == 1


def test_deciding_changes_nothing_it_was_given() -> None:
    new = dict(FINGERPRINT)
    decide(replace(SETTLED, new=new))
    assert new == FINGERPRINT


OURS = "command: train"
BY_COMMAND = TrainerState(OURS, OURS, whole=True, domain_replaceable=False)
"""A command that made the model, which is an archive of its own kind."""


def with_trainer(trainer: TrainerState, *keys: str, **edits: Any) -> TrainingPlan:
    return after(*keys, trainer=trainer, **edits)


def test_nothing_is_due_where_the_same_command_made_the_model() -> None:
    plan = with_trainer(BY_COMMAND)
    assert verdict(plan) == "none"
    assert [(node.name, node.sections, node.verdict) for node in plan.nodes] == [(OURS, ("nlu", "core"), "skipped")]


@pytest.mark.parametrize(("key", "due", "tied"), [("messages", "nlu", "core"), ("stories", "core", "nlu")])
def test_a_command_trains_both_halves_where_one_is_due(key: str, due: str, tied: str) -> None:
    plan = with_trainer(BY_COMMAND, key)
    assert verdict(plan) == "train CNR"
    assert (reasons(plan, due), reasons(plan, tied)) == (["changed"], ["whole-model"])
    (node,) = plan.nodes
    assert (node.name, node.sections, node.verdict) == (OURS, ("nlu", "core"), "run")
    assert {reason.code for reason in node.reasons} == {"changed", "whole-model"}


def test_a_half_without_data_is_not_tied() -> None:
    core = replace(CORE_HALF, has_data=False, in_model=False)
    plan = with_trainer(BY_COMMAND, "messages", core=core)
    assert verdict(plan) == "train N"
    assert [node.sections for node in plan.nodes] == [("nlu",)]


def test_a_half_whose_data_is_gone_makes_the_command_run() -> None:
    plan = with_trainer(BY_COMMAND, nlu=replace(NLU_HALF, has_data=False))
    assert verdict(plan) == "train CR"
    assert (reasons(plan, "nlu"), reasons(plan, "core")) == (["no-data"], ["whole-model"])


@pytest.mark.parametrize("key", ["nlg", "session-settings", "form-definitions", "domain-unread"])
def test_a_new_domain_makes_the_command_run_where_it_cannot_be_replaced(key: str) -> None:
    plan = with_trainer(BY_COMMAND, key)
    assert verdict(plan) == "train CNR"
    assert (reasons(plan, "core"), reasons(plan, "nlu")) == (["foreign-archive"], ["whole-model"])


def test_a_new_domain_is_replaced_where_the_archive_holds_it_as_a_file() -> None:
    assert verdict(with_trainer(replace(BY_COMMAND, domain_replaceable=True), "nlg")) == "update-domain R"


@pytest.mark.parametrize(
    ("trainer", "named"),
    [
        (TrainerState("command: new", "command: old", whole=True), ("command: old", "command: new")),
        (TrainerState("command: new", "components", whole=True), ("components", "command: new")),
        (TrainerState("components", "command: old"), ("command: old", "components")),
    ],
)
def test_another_trainer_makes_everything_due_and_is_named(trainer: TrainerState, named: tuple[str, str]) -> None:
    plan = with_trainer(trainer)
    assert verdict(plan) == "train CNR"
    for section in ("core", "nlu"):
        (reason,) = plan.sections[section].reasons
        assert reason.code == "trainer"
        assert all(f"`{name}`" in reason.message for name in named)


def test_a_model_of_unknown_origin_is_good_enough_for_components_and_not_for_a_command() -> None:
    assert verdict(with_trainer(TrainerState("components", None))) == "none"
    plan = with_trainer(TrainerState(OURS, None, whole=True))
    assert (verdict(plan), reasons(plan, "core"), reasons(plan, "nlu")) == ("train CNR", ["trainer"], ["trainer"])


def test_a_forced_command_gives_one_reason() -> None:
    plan = with_trainer(BY_COMMAND, "messages", forced=True)
    assert (verdict(plan), reasons(plan, "core"), reasons(plan, "nlu")) == ("train CNR", ["forced"], ["forced"])


def test_without_a_model_a_command_is_due_for_what_has_data() -> None:
    plan = with_trainer(TrainerState(OURS, None, whole=True), old=None, nlu=HalfState(False, False))
    assert (verdict(plan), reasons(plan, "core"), reasons(plan, "nlu")) == ("train CR", ["no-model"], [])
