"""Which nodes an edit runs: a row for each edit, and what holds for all of them.

Rasa 3 runs more in most rows: all of NLU for one example, every policy for one story, and the featurizers again for an
option of the classifier.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.acceptance.trained_projects import copied

from tenprint.plugins import run_project

CONFIG_FILE, DOMAIN_FILE = "config.yml", "domain.yml"
NLU_FILE, STORIES_FILE, RULES_FILE = "data/nlu.yml", "data/stories.yml", "data/rules.yml"

READERS_OF_TEXTS = (
    "nlu/2-CountVectorsFeaturizer",
    "nlu/3-CountVectorsFeaturizer",
    "nlu/4-LogisticRegressionClassifier",
    "nlu/5-RegexEntityExtractor",
    "nlu/6-EntitySynonymMapper",
    "prepared/0-WhitespaceTokenizer",
    "prepared/1-RegexFeaturizer",
    "prepared/2-CountVectorsFeaturizer",
    "prepared/3-CountVectorsFeaturizer",
)
"""All but the tokenizer, which learns nothing, and what learns from patterns or confidences alone."""


class Row(NamedTuple):
    """One edit of one file, what the plan says is due, and the nodes that run."""

    edit: str
    path: str
    old: str
    new: str
    action: str
    nodes: tuple[str, ...]


ROWS = (
    Row("an example more", NLU_FILE, "- hello there", "- hello there\n    - hi friend", "train", READERS_OF_TEXTS),
    Row("an example less", NLU_FILE, "    - hey you\n", "", "train", READERS_OF_TEXTS),
    Row("another text", NLU_FILE, "a table please", "one table please", "train", READERS_OF_TEXTS),
    Row(
        "an intent renamed in NLU data alone",
        NLU_FILE,
        "- intent: greet",
        "- intent: welcome",
        "train",
        (
            "nlu/4-LogisticRegressionClassifier",
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row(
        "an example moved to another intent",
        NLU_FILE,
        "    - good morning\n    - hey you\n- intent: book\n  examples: |\n",
        "    - hey you\n- intent: book\n  examples: |\n    - good morning\n",
        "train",
        (
            "nlu/4-LogisticRegressionClassifier",
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row(
        "an annotation removed",
        NLU_FILE,
        "[thai](cuisine)",
        "thai",
        "train",
        (
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row(
        "an annotation with another value",
        NLU_FILE,
        "[thai](cuisine)",
        '[thai]{"entity": "cuisine", "value": "asian"}',
        "train",
        (
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row(
        "an annotation with a role",
        NLU_FILE,
        "[thai](cuisine)",
        '[thai]{"entity": "cuisine", "role": "first"}',
        "train",
        (
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row(
        "metadata of an example",
        NLU_FILE,
        "- intent: greet",
        "- intent: greet\n  metadata: {sentiment: 1}",
        "train",
        (
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row(
        "a synonym more",
        NLU_FILE,
        "    - italiano",
        "    - italiano\n    - from italy",
        "train",
        ("nlu/6-EntitySynonymMapper",),
    ),
    Row(
        "a regular expression changed",
        NLU_FILE,
        "\\d+",
        "[0-9]+",
        "train",
        (
            "nlu/1-RegexFeaturizer",
            "nlu/5-RegexEntityExtractor",
            "prepared/1-RegexFeaturizer",
        ),
    ),
    Row(
        "an entry of a lookup table more",
        NLU_FILE,
        "    - french",
        "    - french\n    - greek",
        "train",
        (
            "nlu/1-RegexFeaturizer",
            "nlu/5-RegexEntityExtractor",
            "prepared/1-RegexFeaturizer",
        ),
    ),
    Row(
        "order of examples",
        NLU_FILE,
        "    - hello there\n    - good morning\n",
        "    - good morning\n    - hello there\n",
        "none",
        (),
    ),
    Row(
        "a retrieval key renamed",
        NLU_FILE,
        "faq/hours",
        "faq/times",
        "train",
        (
            "nlu/4-LogisticRegressionClassifier",
            "nlu/5-RegexEntityExtractor",
            "nlu/6-EntitySynonymMapper",
        ),
    ),
    Row("the language", CONFIG_FILE, "language: en", "language: de", "train", ()),
    Row("the assistant id", CONFIG_FILE, "assistant_id: tables", "assistant_id: chairs", "none", ()),
    Row(
        "an option of the classifier",
        CONFIG_FILE,
        "- name: LogisticRegressionClassifier",
        "- name: LogisticRegressionClassifier\n  tol: 0.001",
        "train",
        ("nlu/4-LogisticRegressionClassifier",),
    ),
    Row(
        "an option set to its default",
        CONFIG_FILE,
        "- name: LogisticRegressionClassifier",
        "- name: LogisticRegressionClassifier\n  max_iter: 100",
        "train",
        (),
    ),
    Row(
        "an option of a featurizer",
        CONFIG_FILE,
        "max_ngram: 3",
        "max_ngram: 2",
        "train",
        (
            "nlu/3-CountVectorsFeaturizer",
            "nlu/4-LogisticRegressionClassifier",
            "prepared/3-CountVectorsFeaturizer",
        ),
    ),
    Row(
        "an option of the first featurizer",
        CONFIG_FILE,
        "- name: CountVectorsFeaturizer\n- name",
        "- name: CountVectorsFeaturizer\n  lowercase: false\n- name",
        "train",
        (
            "nlu/2-CountVectorsFeaturizer",
            "prepared/2-CountVectorsFeaturizer",
        ),
    ),
    Row(
        "an option of the fallback",
        CONFIG_FILE,
        "threshold: 0.2",
        "threshold: 0.3",
        "train",
        ("nlu/7-FallbackClassifier",),
    ),
    Row(
        "an option of the entity extractor",
        CONFIG_FILE,
        "- name: RegexEntityExtractor",
        "- name: RegexEntityExtractor\n  case_sensitive: true",
        "train",
        ("nlu/5-RegexEntityExtractor",),
    ),
    Row(
        "a component appended",
        CONFIG_FILE,
        "  threshold: 0.2\n",
        "  threshold: 0.2\n- name: KeywordIntentClassifier\n",
        "train",
        ("nlu/8-KeywordIntentClassifier",),
    ),
    Row("a component removed", CONFIG_FILE, "- name: EntitySynonymMapper\n", "", "train", ()),
    Row(
        "a featurizer inserted",
        CONFIG_FILE,
        "- name: LogisticRegressionClassifier",
        "- name: LexicalSyntacticFeaturizer\n- name: LogisticRegressionClassifier",
        "train",
        (
            "nlu/4-LexicalSyntacticFeaturizer",
            "nlu/5-LogisticRegressionClassifier",
            "prepared/4-LexicalSyntacticFeaturizer",
        ),
    ),
    Row(
        "two components swapped",
        CONFIG_FILE,
        "- name: RegexEntityExtractor\n- name: EntitySynonymMapper\n",
        "- name: EntitySynonymMapper\n- name: RegexEntityExtractor\n",
        "train",
        (),
    ),
    Row("a policy option", CONFIG_FILE, "max_history: 4", "max_history: 3", "train", ("core/0-MemoizationPolicy",)),
    Row(
        "the order of policies",
        CONFIG_FILE,
        "- name: MemoizationPolicy\n  max_history: 4\n- name: RulePolicy\n",
        "- name: RulePolicy\n- name: MemoizationPolicy\n  max_history: 4\n",
        "train",
        (),
    ),
    Row(
        "a policy more",
        CONFIG_FILE,
        "- name: RulePolicy\n",
        "- name: RulePolicy\n- name: AugmentedMemoizationPolicy\n",
        "train",
        ("core/2-AugmentedMemoizationPolicy",),
    ),
    Row("a policy less", CONFIG_FILE, "- name: RulePolicy\n", "", "train", ()),
    Row(
        "a story more",
        STORIES_FILE,
        "- story: asking",
        "- story: again\n  steps:\n  - intent: book\n  - action: utter_done\n- story: asking",
        "train",
        ("core/0-MemoizationPolicy",),
    ),
    Row("a story renamed", STORIES_FILE, "- story: asking", "- story: questions", "none", ()),
    Row(
        "a new action in a story",
        STORIES_FILE,
        "  - action: action_look\n",
        "  - action: action_look\n  - action: utter_done\n",
        "train",
        ("core/0-MemoizationPolicy",),
    ),
    Row(
        "a rule more",
        RULES_FILE,
        "- rule: greeting",
        "- rule: done\n  steps:\n  - intent: book\n  - action: utter_done\n- rule: greeting",
        "train",
        ("core/1-RulePolicy",),
    ),
    Row("a rule renamed", RULES_FILE, "- rule: greeting", "- rule: hello", "none", ()),
    Row(
        "an action more in the domain",
        DOMAIN_FILE,
        "[action_look]",
        "[action_look, action_find]",
        "train",
        (
            "core/0-MemoizationPolicy",
            "core/1-RulePolicy",
        ),
    ),
    Row(
        "a slot more in the domain",
        DOMAIN_FILE,
        "slots:\n",
        "slots:\n  name:\n    type: text\n    mappings:\n    - {type: from_text}\n",
        "train",
        (
            "core/0-MemoizationPolicy",
            "core/1-RulePolicy",
        ),
    ),
    Row(
        "an intent more in the domain",
        DOMAIN_FILE,
        "[greet, book, faq]",
        "[greet, book, faq, bye]",
        "train",
        (
            "core/0-MemoizationPolicy",
            "core/1-RulePolicy",
        ),
    ),
    Row(
        "a response key more",
        DOMAIN_FILE,
        "  utter_done:",
        "  utter_bye:\n  - text: Bye.\n  utter_done:",
        "train",
        (
            "core/0-MemoizationPolicy",
            "core/1-RulePolicy",
        ),
    ),
    Row("a response text", DOMAIN_FILE, "Hello!", "Good day!", "update-domain", ()),
    Row("a retrieval response text", DOMAIN_FILE, "From nine to five.", "All day.", "update-domain", ()),
    Row(
        "session settings",
        DOMAIN_FILE,
        "session_expiration_time: 60",
        "session_expiration_time: 30",
        "update-domain",
        (),
    ),
    Row(
        "how a slot is filled",
        DOMAIN_FILE,
        "{type: from_entity, entity: cuisine}",
        "{type: from_text}",
        "update-domain",
        (),
    ),
    Row("the order of intents", DOMAIN_FILE, "[greet, book, faq]", "[faq, book, greet]", "none", ()),
    Row("a comment", NLU_FILE, "- intent: greet", "# a comment\n- intent: greet", "none", ()),
)

ROWS_WITH_LITERAL_WORDS = (
    Row(
        "an example more, with literal words",
        NLU_FILE,
        "- hello there",
        "- hello there\n    - hi friend",
        "train",
        READERS_OF_TEXTS,
    ),
    Row(
        "a synonym more, with literal words",
        NLU_FILE,
        "    - italiano",
        "    - italiano\n    - from italy",
        "train",
        ("nlu/6-EntitySynonymMapper",),
    ),
    Row(
        "another literal text that is no example",
        STORIES_FILE,
        "- user: hey you",
        "- user: hey there",
        "train",
        ("core/0-MemoizationPolicy",),
    ),
    Row(
        "a rule more, with literal words",
        RULES_FILE,
        "- rule: greeting",
        "- rule: done\n  steps:\n  - intent: book\n  - action: utter_done\n- rule: greeting",
        "train",
        ("core/1-RulePolicy",),
    ),
    Row("a response text, with literal words", DOMAIN_FILE, "Hello!", "Good day!", "update-domain", ()),
)


def check(row: Row, project: Path) -> None:
    text = (project / row.path).read_text(encoding="utf-8")
    assert text.count(row.old) >= 1
    (project / row.path).write_text(text.replace(row.old, row.new, 1), encoding="utf-8")

    planned = run_project(project, "plan")
    assert planned.action == row.action
    ended = run_project(project, "train").plan

    assert {node.name for node in ended.nodes if node.verdict == "run"} == set(row.nodes)
    before = {node.name: node.verdict for node in planned.nodes}
    for node in ended.nodes:
        assert node.verdict != "depends"
        assert before[node.name] in ("depends", node.verdict)
        if not any(ended.retrains(section) for section in node.sections):
            assert node.verdict in ("hit", "skipped")
    assert run_project(project, "plan").action == "none"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.edit)
def test_an_edit_runs_these_nodes_and_no_others(
    row: Row, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(row, copied(base, tmp_path, monkeypatch))


@pytest.mark.parametrize("row", ROWS_WITH_LITERAL_WORDS, ids=lambda row: row.edit)
def test_so_does_an_edit_where_dialogues_hold_literal_words(
    row: Row, literal_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(row, copied(literal_base, tmp_path, monkeypatch))


def test_a_lost_cache_changes_no_verdict_on_what_trains(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copied(base, tmp_path, monkeypatch)
    shutil.rmtree(tmp_path / "copy" / "cache")
    config = (project / CONFIG_FILE).read_text(encoding="utf-8")
    (project / CONFIG_FILE).write_text(config.replace("threshold: 0.2", "threshold: 0.3"), encoding="utf-8")

    ended = run_project(project, "train").plan

    trains = {node.name for node in ended.nodes if node.verdict == "run" and not node.name.startswith("prepared/")}
    assert trains == {"nlu/7-FallbackClassifier"}


def test_a_damaged_model_is_noticed_named_and_healed_from_the_cache(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copied(base, tmp_path, monkeypatch)
    (model,) = (project / "models").glob("*.tar.gz")
    content = bytearray(model.read_bytes())
    content[len(content) * 9 // 10] ^= 1
    model.write_bytes(content)
    config = (project / CONFIG_FILE).read_text(encoding="utf-8")
    (project / CONFIG_FILE).write_text(
        config.replace("threshold: 0.2", "threshold: 0.3").replace("max_history: 4", "max_history: 3"), encoding="utf-8"
    )

    report = run_project(project, "train")

    assert [problem.code for problem in report.problems] == ["damaged-model"]
    assert {node.name for node in report.plan.nodes if node.verdict == "run"} == {
        "nlu/7-FallbackClassifier",
        "core/0-MemoizationPolicy",
    }


def test_one_node_is_forced_by_its_name(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copied(base, tmp_path, monkeypatch)
    for force in ("nlu/7-FallbackClassifier", ["nlu/7-FallbackClassifier"]):
        ended = run_project(project, "train", force=force).plan
        assert {node.name for node in ended.nodes if node.verdict == "run"} == {"nlu/7-FallbackClassifier"}
