from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.fingerprinting.test_evaluating import LEARNING, NLU, TESTS
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


@pytest.fixture
def project(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = write_project({**PROJECT, "tests/test_a.yml": TESTS, "held/nlu.yml": NLU})
    assert run_here(capsys, "-C", str(folder), "train", "--fixed-model-name", "first").code == 0
    return folder


def test_a_project_is_tested_by_folds(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(write_project(LEARNING))
    outcome = run_here(capsys, "-C", folder, "test", "nlu", "--folds", "2")
    assert (outcome.code, outcome.err) == (0, "fold 1 of 2\nfold 2 of 2\n")
    assert outcome.out.splitlines() == [
        "8 examples in 2 folds (accuracy of each: 1.000, 1.000)",
        "",
        "intents   accuracy 1.000 (8 of 8)   F1 1.000",
        "  intent  precision  recall     F1  examples",
        "  bye         1.000   1.000  1.000         4",
        "  greet       1.000   1.000  1.000         4",
    ]
    document = run_here(capsys, "-C", folder, "test", "nlu", "--json").document
    assert (document["schema"], document["folds"]["count"], document["model"]) == ("tenprint.test/1", 5, None)
    quiet = run_here(capsys, "-C", folder, "test", "nlu", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_the_newest_model_is_tested_with_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(project / "models")
    outcome = run_here(capsys, "-C", str(project), "test", "nlu", "held")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"8 examples, asked of {project / 'models' / 'first.tar.gz'}\n")
    assert "     4  bye for (none): 'goodbye again', 'goodbye friend', 'goodbye there', ...\n" in outcome.out
    assert tree(project / "models") == before
    own = run_here(capsys, "-C", str(project), "test", "nlu", "--model", "models/first.tar.gz", "--json")
    assert own.document["intents"]["accuracy"] == 1.0


def test_what_cannot_be_trained_is_told_with_its_place_and_before_the_first_fold(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "pipeline:\n  - name: KeywordIntentClasifier\n"
    outcome = run_here(capsys, "-C", str(write_project({**LEARNING, "config.yml": config})), "test", "nlu")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("config.yml:2:5: error: no plugin provides `KeywordIntentClasifier`")
    assert "fold 1" not in outcome.err


def test_a_project_without_conversation_tests_is_told_how_to_begin(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "test", "core")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "error: there are no conversation tests in tests [training]\n"
        "  hint: write stories in a file whose name begins with `test_`\n"
    )


def test_conversations_that_go_as_written_are_fine(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", str(project), "test", "core")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "1 of 1 conversation test passed, 2 of 2 steps right\n"


def test_one_that_goes_otherwise_is_shown_step_by_step_and_is_a_failure(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = TESTS.replace("utter_hello", "utter_bye").replace("story: greet", "story: other")
    (project / "tests" / "test_b.yml").write_text(wrong, encoding="utf-8")
    outcome = run_here(capsys, "-C", str(project), "test", "core")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.splitlines() == [
        "tests/test_b.yml:2:3: other",
        "    intent: greet  # hello",
        "  - action: utter_bye  (tests/test_b.yml:6:5)",
        "  + action: utter_hello",
        "  - action: action_listen  (tests/test_b.yml:6:5)",
        "  + no action",
        "",
        "1 of 2 conversation tests passed, 3 of 5 steps right",
    ]
    document = run_here(capsys, "-C", str(project), "test", "core", "--json")
    assert (document.code, document.document["stories"]) == (1, {"count": 2, "passed": 1})
    one = run_here(capsys, "-C", str(project), "test", "core", "tests/test_a.yml", "--quiet")
    assert (one.code, one.out) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["core", "--folds", "3"], "--folds belongs to `nlu`"),
        (["nlu", "held", "--folds", "3"], "--folds belongs to `nlu`"),
        (["nlu", "--model", "models/first.tar.gz", "--folds", "3"], "--folds belongs to `nlu`"),
        (["nlu", "--folds", "1"], "--folds"),
        (["everything"], "nlu"),
        ([], "nlu"),
    ],
)
def test_wrong_usage_is_two(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    outcome = run_here(capsys, "-C", str(project), "test", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["core", "nowhere"], "there is no"),
        (["core", "data"], "there are no conversation tests in data"),
        (["nlu", "nowhere"], "there is no"),
        (["nlu", "data/stories.yml"], "there are no examples"),
        (["nlu", "held", "--model", "models/none.tar.gz"], "none.tar.gz"),
        (["core", "--models", "elsewhere"], "train a model first"),
    ],
)
def test_what_is_missing_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    outcome = run_here(capsys, "-C", str(project), "test", *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert told in outcome.err
