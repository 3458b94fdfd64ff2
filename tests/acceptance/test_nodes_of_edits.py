"""One edit of a project, and the nodes that are trained again for it: these and no others.

The appendix of the engine notes is the baseline. There one more example trains all of NLU, an option of a classifier
runs tokenizer and featurizers again, and a new response, slot or action trains all of Core.

What the table says is checked twice: by the plan, whose certain verdicts may not be other ones, and by the run.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tenprint.fingerprinting import TrainingPlan
from tenprint.plugins import run_project

CONFIG = """\
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: CountVectorsFeaturizer
  - name: LogisticRegressionClassifier
  - name: RegexEntityExtractor
  - name: EntitySynonymMapper
  - name: FallbackClassifier
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
"""
DOMAIN = """\
intents: [greet, goodbye, faq, order]
entities: [size]
slots:
  size: {type: text, mappings: [{type: from_entity, entity: size}]}
responses:
  utter_hello:
    - text: hello
  utter_bye:
    - text: bye
  utter_faq/hours:
    - text: from nine to five
actions: [action_order]
"""
NLU = r"""
nlu:
  - intent: greet
    examples: |
      - hello
      - good day
      - hi there
  - intent: goodbye
    examples: |
      - bye
      - see you
  - intent: faq/hours
    examples: |
      - when do you open
      - opening hours
  - intent: order
    examples: |
      - a [large](size) cake
      - a [small](size) one
  - synonym: large
    examples: |
      - big
  - regex: number
    examples: |
      - \d+
  - lookup: size
    examples: |
      - large
      - small
"""
STORIES = """\
stories:
  - story: greet
    steps:
      - intent: greet
      - action: utter_hello
  - story: order
    steps:
      - intent: order
      - action: action_order
rules:
  - rule: bye
    steps:
      - intent: goodbye
      - action: utter_bye
  - rule: hours
    steps:
      - intent: faq
      - action: utter_faq
"""
FILES = {"config.yml": CONFIG, "domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/stories.yml": STORIES}

Files = Mapping[str, str]
Edit = Callable[[Files], Files]

TEXTS = "p:WhitespaceTokenizer p:RegexFeaturizer CountVectorsFeaturizer p:CountVectorsFeaturizer"
"""What is made of the texts: tokens, and two kinds of features, of which one learns words."""

CLASSIFIER, EXTRACTOR, SYNONYMS = "LogisticRegressionClassifier", "RegexEntityExtractor", "EntitySynonymMapper"
PATTERNS = "RegexFeaturizer p:RegexFeaturizer"
MEMORY, RULES = "MemoizationPolicy", "RulePolicy"
EVERYTHING_OF_TEXTS = f"{TEXTS} {CLASSIFIER} {EXTRACTOR} {SYNONYMS}"


def edit(name: str, *pairs: tuple[str, str]) -> Edit:
    """Replace texts in a file, each at its first place."""

    def edited(files: Files) -> Files:
        text = files[name]
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        return {**files, name: text}

    return edited


def nlu(*pairs: tuple[str, str]) -> Edit:
    return edit("data/nlu.yml", *pairs)


def domain(*pairs: tuple[str, str]) -> Edit:
    return edit("domain.yml", *pairs)


def stories(*pairs: tuple[str, str]) -> Edit:
    return edit("data/stories.yml", *pairs)


def option(component: str, line: str) -> Edit:
    return edit("config.yml", (f"name: {component}\n", f"name: {component}\n    {line}\n"))


def config(*pairs: tuple[str, str]) -> Edit:
    return edit("config.yml", *pairs)


def both(first: Edit, second: Edit) -> Edit:
    return lambda files: second(first(files))


THANKS = "  - intent: thank\n    examples: |\n      - thanks\n      - thank you\n  - synonym"
MORE_STORY = "  - story: more\n    steps:\n      - intent: goodbye\n      - action: utter_bye\nrules:"
END_TO_END = "  - story: free\n    steps:\n      - user: well well\n      - action: utter_bye\nrules:"
BYE_RULE = "  - rule: bye\n    steps:\n      - intent: goodbye\n      - action: utter_bye\n"
NEW_ACTION = domain(("[action_order]", "[action_order, action_pay]"))


@dataclass(frozen=True)
class Row:
    """An edit, and the nodes that run for it; `p:` stands before nodes that prepare texts."""

    edit: Edit
    runs: str = ""


TABLE: dict[str, Row] = {
    "nothing": Row(lambda files: files),
    # NLU
    "an example added": Row(nlu(("- hello\n", "- hello\n      - hiya\n")), EVERYTHING_OF_TEXTS),
    "an example removed": Row(nlu(("      - hi there\n", "")), EVERYTHING_OF_TEXTS),
    "an example worded otherwise": Row(nlu(("good day", "good evening")), EVERYTHING_OF_TEXTS),
    "an example moved to another intent": Row(
        nlu(("      - hi there\n", ""), ("      - bye\n", "      - bye\n      - hi there\n")),
        f"{CLASSIFIER} {EXTRACTOR} {SYNONYMS}",
    ),
    "an intent renamed": Row(
        both(
            nlu(("intent: greet", "intent: hail")),
            both(domain(("greet", "hail")), stories(("intent: greet", "intent: hail"))),
        ),
        f"{CLASSIFIER} {EXTRACTOR} {SYNONYMS} {MEMORY} {RULES}",
    ),
    "an intent with examples added": Row(nlu(("  - synonym", THANKS)), EVERYTHING_OF_TEXTS),
    "examples in another order": Row(nlu(("- hello\n      - good day", "- good day\n      - hello"))),
    "an example twice": Row(nlu(("- hello\n", "- hello\n      - hello\n"))),
    "a comment on examples": Row(nlu(("nlu:\n", "# ours\nnlu:\n"))),
    "a value of an entity": Row(
        nlu(("[large](size)", '[large]{"entity": "size", "value": "L"}')), f"{EXTRACTOR} {SYNONYMS}"
    ),
    "a role of an entity": Row(
        nlu(("[large](size)", '[large]{"entity": "size", "role": "x"}')), f"{EXTRACTOR} {SYNONYMS}"
    ),
    "an annotation removed": Row(nlu(("[small](size) one", "small one")), f"{EXTRACTOR} {SYNONYMS}"),
    "a synonym": Row(nlu(("- big", "- huge")), SYNONYMS),
    "a synonym removed": Row(nlu(("  - synonym: large\n    examples: |\n      - big\n", "")), SYNONYMS),
    "a regex": Row(nlu((r"- \d+", r"- \d\d+")), f"{PATTERNS} {EXTRACTOR}"),
    "a regex renamed": Row(nlu(("regex: number", "regex: digits")), f"{PATTERNS} {EXTRACTOR}"),
    "an entry of a lookup": Row(nlu(("      - small\n", "      - small\n      - tiny\n")), f"{PATTERNS} {EXTRACTOR}"),
    "an example of a retrieval intent": Row(nlu(("- opening hours", "- the opening hours")), EVERYTHING_OF_TEXTS),
    "a key of a retrieval intent": Row(
        both(nlu(("faq/hours", "faq/times")), domain(("faq/hours", "faq/times"))),
        f"{CLASSIFIER} {EXTRACTOR} {SYNONYMS}",
    ),
    # Domain
    "a reply": Row(domain(("text: hello", "text: hello you"))),
    "a reply to choose from": Row(domain(("    - text: bye\n", "    - text: bye\n    - text: so long\n"))),
    "a button of a reply": Row(
        domain(("    - text: bye\n", "    - text: bye\n      buttons: [{title: x, payload: /greet}]\n"))
    ),
    "a reply of a retrieval intent": Row(domain(("from nine", "from ten"))),
    "settings of the session": Row(
        domain(
            (
                "actions:",
                "session_config: {session_expiration_time: 5, carry_over_slots_to_new_session: true}\nactions:",
            )
        )
    ),
    "a mapping of a slot": Row(domain(("type: from_entity, entity: size", "type: from_text"))),
    "intents in another order": Row(domain(("[greet, goodbye, faq, order]", "[goodbye, greet, faq, order]"))),
    "a comment on the domain": Row(domain(("intents:", "# ours\nintents:"))),
    "a response added": Row(domain(("  utter_bye:", "  utter_x:\n    - text: x\n  utter_bye:")), f"{MEMORY} {RULES}"),
    "a slot added": Row(
        domain(("slots:\n", "slots:\n  paid: {type: bool, mappings: [{type: custom}]}\n")), f"{MEMORY} {RULES}"
    ),
    "whether a slot counts": Row(
        domain(("{type: text, ", "{type: text, influence_conversation: false, ")), f"{MEMORY} {RULES}"
    ),
    "an action added": Row(NEW_ACTION, f"{MEMORY} {RULES}"),
    "an entity added": Row(domain(("[size]", "[size, colour]")), f"{MEMORY} {RULES}"),
    # Stories and rules
    "a new action in a story": Row(
        both(NEW_ACTION, stories(("- action: action_order\n", "- action: action_order\n      - action: action_pay\n"))),
        f"{MEMORY} {RULES}",
    ),
    "a story added": Row(stories(("rules:", MORE_STORY)), MEMORY),
    "a step of a story": Row(
        stories(("- action: utter_hello\n", "- action: utter_hello\n      - action: utter_bye\n")), MEMORY
    ),
    "a story renamed": Row(stories(("story: order", "story: ordering"))),
    "stories in another order": Row(stories(("story: greet", "story: z"), ("story: order", "story: a"))),
    "a rule removed": Row(stories((BYE_RULE, "")), RULES),
    "a rule renamed": Row(stories(("rule: bye", "rule: farewell"))),
    "a story with words of the user": Row(stories(("rules:", END_TO_END)), MEMORY),
    # Configuration
    "an option of the classifier": Row(option("LogisticRegressionClassifier", "max_iter: 50"), CLASSIFIER),
    "an option set to its default": Row(option("LogisticRegressionClassifier", "max_iter: 100")),
    "an option of a featurizer that changes features": Row(
        option("CountVectorsFeaturizer", "max_ngram: 2"),
        f"CountVectorsFeaturizer p:CountVectorsFeaturizer {CLASSIFIER}",
    ),
    "an option of a featurizer that changes no feature": Row(
        option("RegexFeaturizer", "case_sensitive: false"), PATTERNS
    ),
    "an option of an extractor": Row(option("RegexEntityExtractor", "use_regexes: false"), EXTRACTOR),
    "an option of the fallback": Row(option("FallbackClassifier", "threshold: 0.5"), "FallbackClassifier"),
    "an option of a policy": Row(option("MemoizationPolicy", "max_history: 3"), MEMORY),
    "an option of the rules": Row(option("RulePolicy", "core_fallback_threshold: 0.2"), RULES),
    "a component appended": Row(
        config(("policies:", "  - name: KeywordIntentClassifier\npolicies:")), "KeywordIntentClassifier"
    ),
    "a featurizer inserted": Row(
        config(("  - name: CountVectors", "  - name: LexicalSyntacticFeaturizer\n  - name: CountVectors")),
        f"LexicalSyntacticFeaturizer p:LexicalSyntacticFeaturizer {CLASSIFIER}",
    ),
    "a component removed": Row(config(("  - name: RegexEntityExtractor\n", ""))),
    "a policy removed": Row(config(("  - name: RulePolicy\n", ""))),
    "policies in another order": Row(
        config(
            ("  - name: MemoizationPolicy\n", ""),
            ("  - name: RulePolicy\n", "  - name: RulePolicy\n  - name: MemoizationPolicy\n"),
        )
    ),
    "extractors in another order": Row(
        config(
            ("  - name: RegexEntityExtractor\n", ""),
            (f"  - name: {SYNONYMS}\n", f"  - name: {SYNONYMS}\n  - name: {EXTRACTOR}\n"),
        )
    ),
    "the language": Row(config(("language: en", "language: de"))),
    "the name of the assistant": Row(config(("language: en", "language: en\nassistant_id: peg"))),
}


def write(folder: Path, files: Files) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a trained project and the cache of that training."""
    root = tmp_path_factory.mktemp("trained")
    write(root / "project", FILES)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TENPRINT_CACHE_DIR", str(root / "cache"))
        run_project(root / "project", "train")
    return root


@pytest.fixture
def copied(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project like the trained one, with a cache of its own."""
    shutil.copytree(trained, tmp_path / "copy")
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "copy/cache"))
    return tmp_path / "copy/project"


def short(name: str) -> str:
    """Leave out position and section, which edits change: `p:` stands for what is prepared."""
    section, _, rest = name.partition("/")
    return f"{'p:' if section == 'prepared' else ''}{rest.partition('-')[2]}"


def nodes_with(plan: TrainingPlan, *verdicts: str) -> set[str]:
    return {short(node.name) for node in plan.nodes if node.verdict in verdicts}


def check_sections(plan: TrainingPlan) -> None:
    """Check the law of verdicts: the graph decides how, never whether."""
    for node in plan.nodes:
        due = any(plan.retrains(section) for section in node.sections)
        assert due or node.verdict in ("hit", "skipped"), node
        assert node.verdict != "run" or node.reasons


@pytest.mark.parametrize("name", TABLE)
def test_a_plan_says_what_runs(copied: Path, name: str) -> None:
    row = TABLE[name]
    write(copied, row.edit(FILES))
    plan: TrainingPlan = run_project(copied, "plan")
    check_sections(plan)
    expected = set(row.runs.split())
    assert nodes_with(plan, "run") <= expected <= nodes_with(plan, "run", "depends")


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE)
def test_a_run_does_what_the_plan_says(copied: Path, name: str) -> None:
    row = TABLE[name]
    write(copied, row.edit(FILES))
    plan: TrainingPlan = run_project(copied, "plan")
    done: TrainingPlan = run_project(copied, "train").plan
    check_sections(done)
    assert nodes_with(done, "depends") == set()
    assert nodes_with(done, "run") == set(row.runs.split())
    before = {node.name: node.verdict for node in plan.nodes}
    after = {node.name: node.verdict for node in done.nodes}
    assert {name for name, verdict in before.items() if verdict not in ("depends", after[name])} == set()
    assert run_project(copied, "plan").action == "none"


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE)
def test_without_a_cache_the_same_components_are_trained(
    copied: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = TABLE[name]
    write(copied, row.edit(FILES))
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "empty"))
    done: TrainingPlan = run_project(copied, "train").plan
    check_sections(done)
    prepared = {node for node in nodes_with(done, "run") if node.startswith("p:")}
    assert nodes_with(done, "run") - prepared == {node for node in row.runs.split() if not node.startswith("p:")}


def test_a_model_that_was_removed_is_made_of_the_cache(copied: Path) -> None:
    shutil.rmtree(copied / "models")
    plan: TrainingPlan = run_project(copied, "train").plan
    assert nodes_with(plan, "run") == set()


def test_the_table_has_rows_enough() -> None:
    assert len(TABLE) >= 40
