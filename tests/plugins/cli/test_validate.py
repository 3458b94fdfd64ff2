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
    assert [line.split()[1] for line in lines[:-1]] == ["error:", "warning:"]
    assert lines[-1] == "1 error, 1 warning"


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
