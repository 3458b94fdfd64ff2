"""`tenprint models update-domain MODEL`: another domain in a model, or why not."""

import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.foreign import RASA_2, script
from tests.program import PROJECT, Outcome, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

GREETING = {"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: good day")}
MORE = {"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"}


@pytest.fixture
def project(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a project with the models `old`, and `new`, which knows one example more."""
    project = write_project(PROJECT)
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "old").code == 0
    write_project(MORE)
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "new").code == 0
    return project


def update(capsys: pytest.CaptureFixture[str], project: Path, *arguments: str) -> Outcome:
    return run_here(capsys, "-C", str(project), "models", "update-domain", *arguments)


def domain_of(model: Path) -> str:
    with tarfile.open(model) as archive:
        stream = archive.extractfile("core/domain.yml")
        assert stream is not None
        return stream.read().decode()


def test_the_named_model_gets_the_domain_of_the_project(
    project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project({**GREETING, "data/nlu.yml": PROJECT["data/nlu.yml"]})
    before = tree(project / "models")
    outcome = update(capsys, project, "models/old.tar.gz", "--fixed-model-name", "updated")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"update the domain of {project / 'models/old.tar.gz'}; nothing is trained")
    assert "good day" in domain_of(project / "models/updated.tar.gz")
    # The model that was named stays as it is, byte by byte.
    assert {name: before[name] for name in before} == {name: tree(project / "models")[name] for name in before}
    assert run_here(capsys, "-C", str(project), "plan", "--exit-code").out.startswith("nothing to do")


def test_a_model_that_has_the_domain_already_is_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(project / "models")
    outcome = update(capsys, project, "models/new.tar.gz")
    assert (outcome.code, outcome.out.startswith("nothing to do")) == (0, True)
    assert tree(project / "models") == before


def test_json_is_that_of_a_run(project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(GREETING)
    document = update(capsys, project, "models/new.tar.gz", "--json").document
    assert (document["schema"], document["written"], document["plan"]["action"]) == (
        "tenprint.run/1",
        True,
        "update-domain",
    )


def test_what_stands_before_the_subcommand_counts(
    project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(GREETING)
    options = ["-C", str(project), "--models", "elsewhere", "--json"]
    outcome = run_here(capsys, "models", *options, "update-domain", "models/new.tar.gz")
    assert outcome.document["written"]
    assert [path.parent.name for path in project.glob("*/*.tar.gz") if path.parent.name != "models"] == ["elsewhere"]


def test_a_dry_run_writes_nothing(
    project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(GREETING)
    before = tree(project)
    outcome = update(capsys, project, "models/new.tar.gz", "--dry-run")
    assert (outcome.code, "dry run: nothing was written" in outcome.out) == (0, True)
    assert tree(project) == before


REFUSED: Mapping[str, tuple[str, str, str, str]] = {
    "an example": ("data/nlu.yml", "- hi there", "- hey there", "NLU is due: NLU training data differs"),
    "a story": ("data/stories.yml", "intent: greet", "intent: greet\n      - action: action_listen", "Core is due"),
    "an intent": ("domain.yml", "  - greet", "  - greet\n  - bye", "Core is due: the domain differs in what Core"),
    "an option": ("config.yml", "MemoizationPolicy", "RulePolicy", "Core is due: the policies differ"),
}


@pytest.mark.parametrize("edit", REFUSED)
def test_anything_else_that_is_due_is_refused_with_its_place(
    project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], edit: str
) -> None:
    name, old, new, told = REFUSED[edit]
    content = (project / name).read_text()
    assert old in content
    write_project({**GREETING, name: {**GREETING, name: content}[name].replace(old, new)})
    before = tree(project / "models")
    outcome = update(capsys, project, "models/new.tar.gz")
    assert (outcome.code, outcome.out) == (1, "")
    assert told in outcome.err
    assert f"{name}:" in outcome.err.splitlines()[0]
    assert "hint: train the model again with `tenprint train`" in outcome.err
    assert tree(project / "models") == before


def test_all_that_makes_a_half_due_is_told_once_with_its_places(
    project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(
        {
            **GREETING,
            "domain.yml": GREETING["domain.yml"].replace("  - greet", "  - greet\n  - bye"),
            "config.yml": (project / "config.yml").read_text().replace("MemoizationPolicy", "RulePolicy"),
        }
    )
    (problem,) = update(capsys, project, "models/new.tar.gz", "--json").document["problems"]
    assert problem["message"].endswith(
        "Core is due: the policies differ; the domain differs in what Core is trained on"
    )
    places = [problem["location"], *problem["related"]]
    assert {place["path"] for place in places} == {"domain.yml", "config.yml"}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nowhere.tar.gz"], 1, "no model here"),
        (["config.yml"], 1, "not a model archive"),
        ([], 2, "MODEL"),
        (["models/new.tar.gz", "--force"], 2, "--force"),
    ],
    ids=["missing", "no-archive", "no-name", "wrong-option"],
)
def test_mistakes_are_told(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    outcome = update(capsys, project, *arguments)
    assert (outcome.code, outcome.out, told in outcome.err) == (code, "", True)


def test_a_damaged_model_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "models/new.tar.gz"
    path.write_bytes(path.read_bytes()[:200])
    outcome = update(capsys, project, "models/new.tar.gz")
    assert (outcome.code, "new.tar.gz" in outcome.err) == (1, True)


def test_verify_belongs_to_the_list(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", str(project), "models", "--verify", "update-domain", "models/new.tar.gz")
    assert (outcome.code, "--verify belongs to the list" in outcome.err) == (2, True)
    assert run_here(capsys, "-C", str(project), "models", "--verify").code == 0


@pytest.mark.parametrize(("body", "updates"), [(RASA_2, True), (None, False)], ids=["with-domain", "without"])
def test_archives_of_other_programs_keep_their_rules(
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    body: str | None,
    updates: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    words = script(tmp_path) if body is None else script(tmp_path, body)
    settings = {"tenprint.yml": json.dumps({"trainer": {"name": "command", "command": list(words)}}) + "\n"}
    project = write_project({**PROJECT, **settings})
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "theirs").code == 0
    theirs = (project / "models/theirs.tar.gz").read_bytes()
    write_project(GREETING)
    outcome = update(capsys, project, "models/theirs.tar.gz", "--fixed-model-name", "updated")
    # An archive that holds its domain as a file gets a copy with another one; in all others it cannot be replaced.
    assert outcome.code == (0 if updates else 1)
    assert ("it cannot be replaced" in outcome.err) is not updates
    assert (project / "models/updated.tar.gz").exists() is updates
    assert (project / "models/theirs.tar.gz").read_bytes() == theirs
