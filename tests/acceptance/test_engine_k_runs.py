"""Cases K10 to K26 of the engine notes: what a run says and leaves behind, and what an edit makes due.

Exit codes are those of the product: 0, and 3 with `--exit-code`. Cases that we change say so by name (ADR 0041): a run
that has nothing to do writes no model, equal data give equal models, and an edit runs what reads it and no more.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.acceptance.trained_projects import copied
from tests.program import run_here, tree

from tenprint.fingerprinting import Fingerprint, TrainingPlan, model_fingerprint, read_archive_head, unpack_model
from tenprint.importers import run_to_end
from tenprint.plugins import open_project, run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

CONFIG, DOMAIN, NLU, STORIES = "config.yml", "domain.yml", "data/nlu.yml", "data/stories.yml"


@pytest.fixture
def project(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a trained project with a cache of its own."""
    return copied(base, tmp_path, monkeypatch)


@pytest.fixture
def literal(literal_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a trained project whose dialogues hold literal words."""
    return copied(literal_base, tmp_path, monkeypatch)


def edit(project: Path, path: str, old: str, new: str) -> None:
    text = (project / path).read_text(encoding="utf-8")
    assert old in text
    (project / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def models(project: Path) -> list[Path]:
    return sorted((project / "models").iterdir())


def running(plan: TrainingPlan) -> set[str]:
    return {node.name for node in plan.nodes if node.verdict == "run"}


def resources(model: Path) -> Mapping[str, bytes | None]:
    with unpack_model(str(model)) as unpacked:
        return {path: content for path, content in tree(Path(unpacked)).items() if path.startswith(("nlu/", "core/"))}


def edit_option(project: Path) -> None:
    edit(project, CONFIG, "threshold: 0.2", "threshold: 0.3")


# Codes and messages of a dry run


def test_k10_a_dry_run_ends_with_zero_whatever_is_due(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = models(project)
    run = ("-C", str(project), "train", "--dry-run")
    assert run_here(capsys, *run).code == 0
    assert run_here(capsys, *run, "--force").code == 0
    edit_option(project)
    assert run_here(capsys, *run).code == 0
    assert models(project) == before


def test_k10_a_plan_tells_by_its_code_on_request_that_something_is_due(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = ("-C", str(project), "plan", "--exit-code")
    assert run_here(capsys, *plan).code == 0
    assert run_here(capsys, *plan, "--force").code == 3
    edit_option(project)
    assert run_here(capsys, *plan).code == 3
    assert run_here(capsys, "-C", str(project), "plan").code == 0


def test_k11_after_a_training_a_dry_run_says_that_there_is_nothing_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run_here(capsys, "-C", str(project), "train", "--dry-run")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("nothing to do")


def test_k12_with_another_domain_something_is_due_and_nothing_is_forced(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, DOMAIN, "[action_look]", "[action_look, action_find]")
    outcome = run_here(capsys, "-C", str(project), "plan", "--exit-code", "--json")
    assert outcome.code == 3
    document = outcome.document
    assert (document["forced"], document["sections"]["core"]["retrain"]) == (False, True)
    assert run_here(capsys, "-C", str(project), "train", "--dry-run").code == 0


# Training again


def test_k13_changed_an_unchanged_project_gets_no_second_model(project: Path) -> None:
    before = [(path, path.read_bytes()) for path in models(project)]
    report = run_project(project, "train")
    assert (report.written, report.model) == (False, str(before[0][0].resolve()))
    assert [(path, path.read_bytes()) for path in models(project)] == before


def test_k14_changed_a_forced_training_gives_a_second_model_with_equal_components(project: Path) -> None:
    (first,) = models(project)
    report = run_project(project, "train", force=True)
    assert running(report.plan) == {node.name for node in report.plan.nodes}
    assert report.model is not None
    assert len(models(project)) == 2
    assert resources(Path(report.model)) == resources(first)


# Finetuning that cannot be


@pytest.mark.parametrize("content", [None, b"no archive", b""], ids=["missing", "no-archive", "empty"])
def test_k15_without_a_model_to_go_on_from_nothing_is_trained(
    project: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    before = models(project)
    edit_option(project)
    if content is not None:
        (project / "base.tar.gz").write_bytes(content)
    outcome = run_here(capsys, "-C", str(project), "train", "--finetune", "base.tar.gz")
    assert (outcome.code, outcome.out) == (1, "")
    assert "base.tar.gz" in outcome.err
    assert "Traceback" not in outcome.err
    assert models(project) == before


# Code of a component


POLICY = """\
from tenprint.fingerprinting import Policy
from tenprint.plugins import hookimpl


def learned(request):
    return {"state.json": len(request.stories.stories)}


class Counting(Policy):
    NAME = "Counting"

    @classmethod
    def train(cls, config, request):
        return learned(request)

    @classmethod
    def load(cls, config, files):
        return cls()

    def predict(self, dialogue):
        return None


@hookimpl
def tenprint_register_components():
    return [Counting]
"""


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("return {", "more = 1\n    return {", True),
        ("return learned(request)", "return dict(learned(request))", True),
        ("def learned(", "# counts dialogues\ndef learned(", False),
    ],
    ids=["a-function-it-calls", "its-method", "a-comment"],
)
def test_k17_edited_code_of_a_policy_runs_its_node_in_the_same_process(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    *,
    runs: bool,
) -> None:
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    source = project / "k17_policy.py"
    source.write_text(POLICY, encoding="utf-8")
    edit(project, CONFIG, "- name: RulePolicy\n", "- name: RulePolicy\n- name: Counting\n")
    program = ("-p", "k17_policy", "-C", str(project))
    assert run_here(capsys, *program, "train").code == 0
    edit(project, "k17_policy.py", old, new)
    del sys.modules["k17_policy"]
    document = run_here(capsys, *program, "plan", "--json").document
    del sys.modules["k17_policy"]
    told = {node["name"]: node for node in document["nodes"]}["core/2-Counting"]
    assert (told["verdict"] == "run") is runs
    if runs:
        assert [reason["code"] for reason in told["reasons"]] == ["code-changed"]


# Dialogues with literal words


class Edit(NamedTuple):
    """One edit, the sections it makes due, and the nodes that run for it."""

    path: str
    old: str
    new: str
    due: str
    runs: str = ""


MEMORIZES = "core/0-MemoizationPolicy"
POLICIES = f"{MEMORIZES} core/1-RulePolicy"
EXAMPLE = Edit(
    NLU,
    "- good morning",
    "- good morning\n    - good day",
    "nlu",
    "nlu/2-CountVectorsFeaturizer nlu/3-CountVectorsFeaturizer nlu/4-LogisticRegressionClassifier "
    "nlu/5-RegexEntityExtractor nlu/6-EntitySynonymMapper prepared/0-WhitespaceTokenizer prepared/1-RegexFeaturizer "
    "prepared/2-CountVectorsFeaturizer prepared/3-CountVectorsFeaturizer",
)


def check(project: Path, done: Edit) -> None:
    """Check what a plan says is due, and what then runs."""
    edit(project, *done[:3])
    planned = run_project(project, "plan")
    due = set(done.due.split())
    assert {name for name in ("core", "nlu") if planned.retrains(name)} == due
    assert running(planned) <= set(done.runs.split())
    assert running(run_project(project, "train").plan) == set(done.runs.split())


WORDS = {
    "a-new-text": Edit(STORIES, "- user: hey you", "- user: what a day", "core", MEMORIZES),
    "a-known-text": Edit(
        STORIES,
        "  - user: hey you\n",
        "  - user: hey you\n  - action: utter_done\n  - user: hello there\n",
        "core",
        MEMORIZES,
    ),
    "an-example": Edit(*EXAMPLE[:3], "core nlu", EXAMPLE.runs),
}


@pytest.mark.parametrize("case", WORDS)
def test_k18_changed_what_does_not_listen_to_words_does_not_run_for_them(literal: Path, case: str) -> None:
    check(literal, WORDS[case])


def test_k19_without_literal_words_an_example_leaves_the_policies(project: Path) -> None:
    check(project, EXAMPLE)
    metadata = read_archive_head(str(models(project)[-1])).metadata
    assert not any("story-messages" in name or name == "nlu-half" for name in metadata["schemas"]["train"]["nodes"])


# What is left behind


def test_k20_nothing_temporary_is_left(project: Path, temporary_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(temporary_files))
    edit_option(project)
    run_project(project, "train", dry_run=True)
    run_project(project, "train")
    run_project(project, "train", force=True)
    edit(project, CONFIG, "threshold: 0.3", "threshold: high")
    with pytest.raises(Exception, match="threshold"):
        run_project(project, "train")
    assert list(temporary_files.iterdir()) == []
    assert {path.suffix for path in models(project)} == {".gz"}


# What has an equal fingerprint


def fingerprint(project: Path) -> Fingerprint:
    async def call() -> Fingerprint:
        async with open_project(project) as opened:
            return dict(await model_fingerprint(opened.importer))

    found: Fingerprint = run_to_end(call)
    return {key: value for key, value in found.items() if key != "trained_at"}


def test_k21_changed_an_importer_has_one_fingerprint(project: Path) -> None:
    assert fingerprint(project) == fingerprint(project)


def test_k22_the_order_of_stories_is_no_change_of_what_nlu_hears_in_them(literal: Path) -> None:
    before = fingerprint(literal)
    head, first, second, third = (literal / STORIES).read_text(encoding="utf-8").split("- story:")
    parts = (third, first, second)
    (literal / STORIES).write_text(head + "".join(f"- story:{part.rstrip()}\n" for part in parts), encoding="utf-8")
    assert fingerprint(literal) == before


NO_NODE_RUNS = {
    "the order of examples": Edit(NLU, "- hello there\n    - good morning", "- good morning\n    - hello there", ""),
    "a comment": Edit(NLU, "- intent: greet", "# hello\n- intent: greet", ""),
    "the order of intents": Edit(DOMAIN, "[greet, book, faq]", "[faq, greet, book]", ""),
    "the order of policies": Edit(
        CONFIG,
        "- name: MemoizationPolicy\n  max_history: 4\n- name: RulePolicy\n",
        "- name: RulePolicy\n- name: MemoizationPolicy\n  max_history: 4\n",
        "core",
    ),
    "the assistant id": Edit(CONFIG, "assistant_id: tables", "assistant_id: chairs", ""),
    "session settings": Edit(DOMAIN, "session_expiration_time: 60", "session_expiration_time: 5", ""),
    "a response text": Edit(DOMAIN, "Hello!", "Good day!", ""),
}


@pytest.mark.parametrize("case", NO_NODE_RUNS)
def test_k23_no_node_runs_for_what_nobody_learns_from(project: Path, case: str) -> None:
    check(project, NO_NODE_RUNS[case])


CORE_ONLY = {
    "a response key more": Edit(
        DOMAIN, "  utter_done:", "  utter_bye:\n  - text: Bye.\n  utter_done:", "core", POLICIES
    ),
    "a slot more": Edit(
        DOMAIN, "slots:\n", "slots:\n  name: {type: text, mappings: [{type: from_text}]}\n", "core", POLICIES
    ),
    "an action more": Edit(DOMAIN, "[action_look]", "[action_look, action_find]", "core", POLICIES),
}


@pytest.mark.parametrize("case", CORE_ONLY)
def test_k24_what_policies_read_of_the_domain_runs_policies_alone(project: Path, case: str) -> None:
    check(project, CORE_ONLY[case])


def test_k24_changed_a_renamed_story_is_a_change_that_trains_nothing(project: Path) -> None:
    edit(project, STORIES, "story: booking", "story: reserving")
    plan = run_project(project, "plan")
    assert (plan.action, [(change.change, change.kind) for change in plan.changes]) == ("none", [("renamed", "story")])


def test_k25_changed_a_new_action_in_a_story_trains_no_nlu(project: Path) -> None:
    edit(project, DOMAIN, "[action_look]", "[action_look, action_find]")
    step = "  - action: action_look"
    check(project, Edit(STORIES, step, f"{step}\n  - action: action_find", "core", POLICIES))


def test_k26_changed_another_language_makes_nlu_due_and_runs_what_reads_it(project: Path) -> None:
    check(project, Edit(CONFIG, "language: en", "language: de", "nlu"))


def test_k26_changed_a_component_that_cannot_deal_with_the_language_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    text = POLICY.replace("    @classmethod\n    def train", LANGUAGES + "    @classmethod\n    def train", 1)
    (tmp_path / "k26_policy.py").write_text(text, encoding="utf-8")
    edit(project, CONFIG, "- name: RulePolicy\n", "- name: RulePolicy\n- name: Counting\n")
    program = ("-p", "k26_policy", "-C", str(project))
    assert run_here(capsys, *program, "train").code == 0
    edit(project, CONFIG, "language: en", "language: de")
    outcome = run_here(capsys, *program, "train", "--force")
    del sys.modules["k26_policy"]
    assert (outcome.code, "cannot deal with the language 'de'" in outcome.err) == (1, True)


LANGUAGES = "    @staticmethod\n    def supported_languages():\n        return ['en']\n\n"
