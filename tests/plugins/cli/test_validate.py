from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

STORY = "stories:\n  - story: a\n    steps:\n      - intent: greet\n      - action: {action}\n"


def test_a_sound_project_has_no_problems(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "validate")
    assert (outcome.code, outcome.out, outcome.err) == (0, "no problems\n", "")
    assert run_here(capsys, "-C", str(project), "validate", "--quiet").out == ""
    assert set(tree(project)) == {*PROJECT, "data"}


def test_a_project_without_training_data_is_no_sound_project(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project({"config.yml": "language: en\n", "domain.yml": "intents: []\n"}))
    outcome = run_here(capsys, "-C", project, "validate")
    assert (outcome.code, "[no-training-data]" in outcome.err) == (1, True)
    write_project({"data/nlu.yml": "nlu: hello\n"})
    outcome = run_here(capsys, "-C", project, "validate")
    assert (outcome.code, "[no-training-data]" in outcome.err) == (1, False)


def test_warnings_are_listed_and_do_not_count(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project({**PROJECT, "data/stories.yml": STORY.format(action="utter_helo")}))
    outcome = run_here(capsys, "-C", project, "validate")
    assert (outcome.code, outcome.out) == (0, "")
    assert "data/stories.yml:5:17: warning: " in outcome.err
    assert "utter_hello" in outcome.err
    assert run_here(capsys, "-C", project, "validate", "--quiet").err == ""


def test_the_document_has_the_keys_of_the_schema_for_good_and_for_bad(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    good = run_here(capsys, "-C", project, "validate", "--json")
    assert (good.code, good.document) == (0, {"schema": "tenprint.diagnostics/1", "problems": []})
    write_project({"domain.yml": "intents: [greet]\nintents: [greet]\n"})
    bad = run_here(capsys, "-C", project, "validate", "--json")
    assert (bad.code, bad.err) == (1, "")
    (problem,) = [found for found in bad.document["problems"] if found["severity"] == "error"]
    assert set(problem) == {"code", "severity", "message", "hint", "location", "related"}
    assert problem["code"] == "duplicate-key"
    assert set(problem["location"]) == {"source", "path", "line", "column", "revision"}
    (other,) = problem["related"]
    assert (other["path"], other["line"], other["column"]) == ("domain.yml", 1, 1)


def test_errors_come_first_and_are_counted(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    story = STORY.format(action="utter_helo") + "  - story: b\n    steps:\n      - intent: gret\n"
    outcome = run_here(capsys, "-C", str(write_project({**PROJECT, "data/stories.yml": story})), "validate")
    assert outcome.code == 1
    lines = [line for line in outcome.err.splitlines() if not line.startswith("  ")]
    assert [line.split()[1] for line in lines if line][:-1] == ["error:", "warning:", "warning:"]
    assert [line.split(":")[0] for line in lines if line][:-1] == ["data/stories.yml", "data/stories.yml", "domain.yml"]
    assert lines[-2:] == ["", "1 error, 2 warnings"]


def test_problems_are_grouped_by_file_and_files_with_errors_come_first(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "data/a.yml": "stories:\n  - {story: a, steps: [{intent: greet}, {action: utter_helo}, {action: utter_bie}]}\n",
        "data/b.yml": "rules:\n  - {rule: b, steps: [{action: utter_hi}]}\n  - {rule: c, steps: [{intent: gret}]}\n",
    }
    project = str(write_project({**PROJECT, **files, "data/stories.yml": "stories: []\n"}))
    outcome = run_here(capsys, "-C", project, "validate")
    paragraphs = outcome.err.split("\n\n")
    assert [paragraph.split(":", 1)[0] for paragraph in paragraphs[:2]] == ["data/b.yml", "data/a.yml"]
    assert [paragraph.count(" [undeclared-") for paragraph in paragraphs] == [2, 2, 0, 0]
    assert paragraphs[-1] == "1 error, 4 warnings\n"


@pytest.mark.parametrize(
    ("action", "intent", "codes"),
    [
        ("utter_hello", "greet", {"error": 0, "warning": 0, "never": 0}),
        ("utter_helo", "greet", {"error": 0, "warning": 1, "never": 0}),
        ("utter_hello", "gret", {"error": 1, "warning": 1, "never": 0}),
    ],
)
def test_the_caller_says_what_makes_it_fail(
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    action: str,
    intent: str,
    codes: Mapping[str, int],
) -> None:
    story = STORY.format(action=action).replace("greet", intent)
    project = str(write_project({**PROJECT, "data/stories.yml": story}))
    for fail_on, code in codes.items():
        for form in ((), ("--json",)):
            assert run_here(capsys, "-C", project, "validate", "--fail-on", fail_on, *form).code == code
        quiet = run_here(capsys, "-C", project, "validate", "--quiet", "--fail-on", fail_on)
        assert (quiet.code, quiet.out, bool(quiet.err)) == (code, "", bool(code))
    assert run_here(capsys, "-C", project, "validate").code == codes["error"]


def test_another_word_than_the_three_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "validate", "--fail-on", "hint")
    assert (outcome.code, "'error', 'warning', 'never'" in outcome.err) == (2, True)


def test_what_plan_does_not_look_at_is_told(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project({**PROJECT, "domain/more.yml": "intents: [wave]\nslots: {mood: {type: text}}\n"}))
    assert "warning" not in run_here(capsys, "-C", project, "plan").out
    problems = run_here(capsys, "-C", project, "validate", "--json").document["problems"]
    assert [(problem["code"], problem["location"]["line"]) for problem in problems] == [
        ("unused-intent", 1),
        ("unused-slot", 2),
    ]


def test_control_characters_in_names_do_not_reach_the_terminal(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    story = 'stories:\n  - story: "red \\e[31m"\n    steps:\n      - intent: "bell \\a"\n      - action: utter_hello\n'
    project = str(write_project({**PROJECT, "data/stories.yml": story}))
    outcome = run_here(capsys, "-C", project, "validate")
    assert outcome.code == 1
    assert "red \\x1b[31m" in outcome.err
    assert "bell \\x07" in outcome.err
    assert all(character.isprintable() or character == "\n" for character in outcome.err)
    problems = run_here(capsys, "-C", project, "validate", "--json")
    assert all(character.isprintable() or character == "\n" for character in problems.out)
    assert problems.document["problems"][0]["code"] == "undeclared-intent"


def test_warnings_that_are_meant_can_be_ignored(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project({**PROJECT, "data/stories.yml": STORY.format(action="utter_helo")}))
    codes = {found["code"] for found in run_here(capsys, "-C", project, "validate", "--json").document["problems"]}
    assert codes == {"undeclared-action", "unused-response"}
    fail = ("-C", project, "validate", "--fail-on", "warning", "--ignore", "undeclared-action")
    outcome = run_here(capsys, *fail)
    assert outcome.code == 1
    assert "[undeclared-action]" not in outcome.err
    assert outcome.err.endswith("\n0 errors, 1 warning; 1 warning ignored\n")
    (left,) = run_here(capsys, *fail, "--json").document["problems"]
    assert left["code"] == "unused-response"
    outcome = run_here(capsys, *fail, "--ignore", "unused-response")
    assert (outcome.code, outcome.out, outcome.err) == (0, "no problems; 2 warnings ignored\n", "")


def test_an_error_is_listed_whatever_is_ignored(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    story = STORY.format(action="utter_hello").replace("greet", "gret")
    project = str(write_project({**PROJECT, "data/stories.yml": story}))
    outcome = run_here(capsys, "-C", project, "validate", "--ignore", "undeclared-intent", "--ignore", "unused-intent")
    assert outcome.code == 1
    assert "error: " in outcome.err
    assert "[undeclared-intent]" in outcome.err
    assert outcome.err.endswith("\n1 error, 0 warnings; 1 warning ignored\n")


def test_a_code_that_no_warning_has_is_answered_with_the_nearest(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    outcome = run_here(capsys, "-C", project, "validate", "--ignore", "unused-respons")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no warning 'unused-respons': did you mean unused-response" in outcome.err
    assert "in brackets" in run_here(capsys, "-C", project, "validate", "--ignore", "x").err
