"""Where the output goes: full disks, readers that leave, closed streams, terminals that know ASCII only."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_apart, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")


def run_to(stdout: str, arguments: list[str]) -> tuple[int, str]:
    """Run the program with its stdout as the shell redirects it; return its code and what it says on stderr."""
    script = f'"$0" -m tenprint "$@" {stdout}'
    finished = subprocess.run(
        ["sh", "-c", script, sys.executable, *arguments], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    return finished.returncode, finished.stderr


def test_odd_brackets_of_a_regular_expression_are_nothing_python_warns_of(write_project: ProjectWriter) -> None:
    nlu = PROJECT["data/nlu.yml"] + "      - to [Rome](city)\n  - regex: city\n    examples: |\n      - [[R]ome\n"
    config = PROJECT["config.yml"].replace("policies", "  - name: RegexEntityExtractor\npolicies")
    project = write_project({**PROJECT, "config.yml": config, "data/nlu.yml": nlu})
    trained = run_apart(["-C", str(project), "train"])
    assert (trained.code, trained.err) == (0, "")


@needs_full
@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["plan", "--help"], ["plan"], ["plan", "--json"], ["show", "--json"]]
)
def test_a_full_disk_is_an_error_in_one_line(write_project: ProjectWriter, arguments: list[str]) -> None:
    placed = ["-C", str(write_project(PROJECT)), *arguments] if "-" not in arguments[0] else arguments
    code, err = run_to(f">{FULL}", placed)
    assert (code, err) == (1, "error: cannot read or write: No space left on device [io]\n")


@needs_full
def test_the_problems_of_a_failure_that_cannot_be_printed_as_json_are_printed_as_text(tmp_path: Path) -> None:
    code, err = run_to(f">{FULL}", ["-C", str(tmp_path), "plan", "--json"])
    assert code == 1
    assert err.startswith("error: ")
    assert "config.yml" in err
    assert "Traceback" not in err


@needs_full
def test_errors_that_cannot_be_printed_at_all_still_give_the_exit_code(tmp_path: Path) -> None:
    for arguments in (["plan"], ["plan", "--json"]):
        assert run_to(f">{FULL} 2>{FULL}", ["-C", str(tmp_path), *arguments])[0] == 1


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["plan", "--json"], ["nonsense", "--json"]])
def test_a_reader_that_leaves_early_sees_no_traceback(write_project: ProjectWriter, arguments: list[str]) -> None:
    placed = ["-C", str(write_project(PROJECT)), *arguments] if "-" not in arguments[0] else arguments
    reading, writing = os.pipe()
    os.close(reading)
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "tenprint", *placed],
            stdout=writing,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert finished.returncode in {1, 2}
    assert "Traceback" not in finished.stderr
    assert "Broken pipe" not in finished.stderr


def test_closed_streams_do_not_keep_a_run_from_its_work(write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    code, err = run_to("<&- >&-", ["-C", str(project), "train", "--fixed-model-name", "first"])
    assert (code, err) == (0, "")
    trained = tree(project)
    assert set(trained) == {*PROJECT, "data", "models", "models/first.tar.gz"}
    for arguments in (["--version"], ["--help"], ["-C", str(project), "plan", "--json"]):
        assert run_to("<&- >&- 2>&-", arguments)[0] == 0
    assert run_to(">&-", ["-C", str(project / "nowhere"), "plan", "--json"])[0] == 1
    assert tree(project) == trained


ASCII_ONLY = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}


def test_a_terminal_that_knows_ascii_only_gets_the_rest_in_escapes(write_project: ProjectWriter) -> None:
    nlu = "nlu:\n  - intent: grüßen\n    examples: |\n      - grüß dich \N{WAVING HAND SIGN}\n"
    domain = PROJECT["domain.yml"] + "actions: [action_grüßen]\n"
    story = PROJECT["data/stories.yml"] + "      - action: action_grüßn\n"
    project = str(write_project({**PROJECT, "data/nlu.yml": nlu, "domain.yml": domain, "data/stories.yml": story}))
    validated = run_apart(["-C", project, "validate"], environment=ASCII_ONLY)
    assert validated.code == 0
    assert "did you mean action_gr\\xfc\\xdfen" in validated.err
    assert run_apart(["-C", project, "train"], environment=ASCII_ONLY).code == 0
    parsed = run_apart(["-C", project, "parse", "grüß dich \N{WAVING HAND SIGN}", "--json"], environment=ASCII_ONLY)
    assert parsed.document["intent"]["name"] == "grüßen"
    assert parsed.out.isascii()
    asked = run_apart(["-C", project, "parse", "grüß dich \N{WAVING HAND SIGN}"], environment=ASCII_ONLY)
    assert asked.out == "intent    gr\\xfc\\xdfen (1.00)\n"


def test_file_names_that_are_no_text_are_shown_in_escapes(write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    odd = os.fsencode(project) + b"/data/\xff\xe9.yml"
    with open(odd, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
        file.write(b"nlu: hello\n")
    for environment in ({}, ASCII_ONLY):
        outcome = run_apart(["-C", str(project), "validate"], environment=environment)
        assert outcome.code == 1
        assert "Traceback" not in outcome.err
        assert ".yml:1:6: error: nlu must be a list" in outcome.err
        problems = run_apart(["-C", str(project), "validate", "--json"], environment=environment)
        assert [problem["code"] for problem in problems.document["problems"]][:1] == ["wrong-type"]
