from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_apart, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


def test_a_run_says_what_it_did_and_a_second_one_has_nothing_to_do(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "first")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("train NLU and Core\n")
    assert f"\nwrote {project}/models/first.tar.gz in " in outcome.out
    before = tree(project)
    outcome = run_here(capsys, "-C", str(project), "train")
    assert outcome.out.startswith(f"nothing to do: {project}/models/first.tar.gz is up to date\n")
    assert "wrote" not in outcome.out
    assert tree(project) == before


def test_the_document_has_the_keys_of_the_schema(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    outcome = run_here(capsys, "-C", project, "train", "--json", "--fixed-model-name", "first")
    assert (outcome.code, outcome.err) == (0, "")
    run = outcome.document
    assert set(run) == {"schema", "plan", "model", "written", "seconds", "problems"}
    assert (run["schema"], run["plan"]["schema"]) == ("tenprint.run/1", "tenprint.plan/1")
    assert (run["model"], run["written"]) == (f"{project}/models/first.tar.gz", True)
    assert {"plan", "total"} <= set(run["seconds"])
    assert all(seconds >= 0 for seconds in run["seconds"].values())
    again = run_here(capsys, "-C", project, "train", "--json").document
    assert (again["model"], again["written"], again["plan"]["action"]) == (run["model"], False, "none")


def test_quiet_trains_and_says_nothing(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "train", "-q", "--fixed-model-name", "first")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (project / "models" / "first.tar.gz").is_file()


def test_quiet_still_tells_errors(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project({**PROJECT, "data/nlu.yml": "nlu: hello\n"})
    for command in ("train", "plan", "validate"):
        outcome = run_here(capsys, "-C", str(project), command, "--quiet")
        assert (outcome.code, outcome.out) == (1, "")
        assert "data/nlu.yml:1:6" in outcome.err


def test_a_dry_run_writes_nothing(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "train", "--dry-run")
    assert outcome.code == 0
    assert outcome.out.endswith("\ndry run: nothing was written\n")
    assert run_here(capsys, "-C", str(project), "train", "--dry-run", "--json").document["written"] is False
    assert set(tree(project)) == {*PROJECT, "data"}


def test_force_trains_what_is_up_to_date(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project(PROJECT))
    assert run_here(capsys, "-C", project, "train").code == 0
    run = run_here(capsys, "-C", project, "train", "--force", "--json").document
    assert (run["written"], run["plan"]["forced"]) == (True, True)


@pytest.mark.parametrize("name", ["../outside", "/outside", "", ".hidden", "n\0ul", "x" * 300])
def test_a_name_that_cannot_be_a_model_in_the_folder_is_refused(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "train", "--fixed-model-name", name)
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    assert list(tmp_path.rglob("*.tar.gz")) == []
    assert list(tmp_path.rglob("*.partial")) == []


def test_warnings_go_to_stderr_and_the_run_succeeds(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    nlu = "nlu:\n  - intent: faq/hours\n    examples: |\n      - when\n"
    project = write_project({"config.yml": PROJECT["config.yml"], "data/nlu.yml": nlu})
    outcome = run_here(capsys, "-C", str(project), "train")
    assert outcome.code == 0
    assert "`faq/hours` has examples and no response" in outcome.out + outcome.err
    assert "error" not in outcome.err


FAILING = """
from tenprint.fingerprinting import NluComponent
from tenprint.plugins import hookimpl


class Failing(NluComponent):
    NAME = "Failing"

    @classmethod
    def train(cls, config, nlu):
        raise ValueError("out of words")

    @classmethod
    def load(cls, config, files):
        return cls()

    def process(self, message):
        return message


@hookimpl
def tenprint_register_components():
    return [Failing]
"""


def test_a_component_that_fails_is_told_once_with_the_place_of_its_entry(write_project: ProjectWriter) -> None:
    config = "pipeline:\n  - name: KeywordIntentClassifier\n  - name: Failing\npolicies:\n  - name: RulePolicy\n"
    files = {**PROJECT, "config.yml": config, "tenprint.yml": "plugins: [failing_words]\n"}
    project = write_project({**files, "failing_words.py": FAILING})
    outcome = run_apart(["train"], cwd=project, environment={"PYTHONPATH": str(project)})
    line = FAILING.splitlines().index('        raise ValueError("out of words")') + 1
    place = f"(at {project / 'failing_words.py'}:{line})"
    told = f"`Failing`, entry 2 of `pipeline` failed: ValueError: out of words {place}"
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == f"config.yml:3:5: error: {told} [training]\n"
