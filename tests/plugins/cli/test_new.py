"""tenprint new."""

from pathlib import Path

import pytest
from tests.program import run_here


def test_a_plugin_is_begun_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run_here(capsys, "new", "importer", "faq")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "wrote tenprint-faq"
    assert "  src/tenprint_faq/importer.py" in outcome.out.splitlines()
    assert (tmp_path / "tenprint-faq/pyproject.toml").is_file()


def test_programs_get_the_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("new", "transform", "shouting", "--directory", str(tmp_path))
    document = run_here(capsys, *arguments, "--json").document
    assert document["schema"] == "tenprint.new/1"
    assert document["path"] == str(tmp_path / "tenprint-shouting")
    assert "src/tenprint_shouting/transform.py" in document["made"]
    (tmp_path / "tenprint-shouting/README.md").unlink()
    (tmp_path / "tenprint-shouting/pyproject.toml").write_text("mine", encoding="utf-8")
    again = run_here(capsys, *arguments, "--force", "--json").document
    assert (again["made"], again["replaced"]) == (["README.md"], ["pyproject.toml"])
    assert run_here(capsys, *arguments, "--force", "--quiet").out == ""


def test_a_second_one_is_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("new", "importer", "faq", "--directory", str(tmp_path))
    assert run_here(capsys, *arguments, "--quiet").code == 0
    outcome = run_here(capsys, *arguments)
    assert outcome.code == 1
    assert "is there already" in outcome.err
    assert "--force" in outcome.err


def test_a_name_that_is_taken_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "new", "importer", "file", "--directory", str(tmp_path))
    assert outcome.code == 0
    assert "tenprint has the importer 'file' already" in outcome.err
    assert "[taken-name]" in outcome.err


@pytest.mark.parametrize(("option", "module"), [((), "component"), (("--policy",), "policy")])
def test_a_component_is_an_nlu_component_or_a_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...], module: str
) -> None:
    outcome = run_here(capsys, "new", "component", "small-talk", *option, "--directory", str(tmp_path), "--json")
    assert f"src/tenprint_small_talk/{module}.py" in outcome.document["made"]
    assert outcome.document["problems"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("whitespace-tokenizer",), "tenprint has the component 'WhitespaceTokenizer' already"),
        (("rule", "--policy"), "tenprint has the policy 'RulePolicy' already"),
    ],
)
def test_a_name_of_a_component_that_is_taken_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    outcome = run_here(capsys, "new", "component", *arguments, "--directory", str(tmp_path))
    assert outcome.code == 0
    assert told in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("importer", "faq", "--policy"), 2, "--policy is an option of `tenprint new component`"),
        (("importer", "Not A Name"), 1, "cannot be the name of a plugin"),
        (("exporter", "faq"), 2, "importer"),
        (("importer",), 2, "NAME"),
        (("importer", "faq", "--directory", "nowhere"), 1, "there is no directory nowhere"),
    ],
)
def test_wrong_usage_is_told(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, told: str
) -> None:
    outcome = run_here(capsys, "new", *arguments)
    assert outcome.code == code
    assert told in outcome.err
