"""Training by a command, from a project to the next plan that costs nothing."""

import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.foreign import RASA_2, runs, script, settings
from tests.program import PROJECT

from tenprint.fingerprinting import (
    RunReport,
    TrainingError,
    TrainingPlan,
    archive_member_names,
    fitting_sidecar,
    get_latest_model,
    should_retrain,
)
from tenprint.plugins import open_project, run_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("temporary_files")]

GREETING = {"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: good day")}
MORE = {"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"}


@pytest.fixture
def project(write_project: ProjectWriter, tmp_path: Path) -> Path:
    """Return a project that a command trains."""
    return write_project({**PROJECT, **settings(script(tmp_path))})


def train(project: Path, **options: Any) -> RunReport:
    report = run_project(project, "train", **options)
    assert isinstance(report, RunReport)
    return report


def plan(project: Path, **options: Any) -> TrainingPlan:
    found = run_project(project, "plan", **options)
    assert isinstance(found, TrainingPlan)
    return found


def reasons(plan: TrainingPlan) -> dict[str, list[str]]:
    return {name: [reason.code for reason in section.reasons] for name, section in plan.sections.items()}


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


async def test_the_archive_is_taken_over_on_both_loops(project: Path) -> None:
    async with open_project(project) as opened:
        report = await opened.train(fixed_model_name="peg")
        assert (report.written, runs(project)) == (True, 1)
        assert set(report.seconds) == {"plan", "command", "total"}
        again = await opened.train()
    assert (again.written, again.plan.action, runs(project)) == (False, "none", 1)
    assert files(project / "models") == ["peg.tar.gz", "peg.tar.gz.tenprint.json"]


def test_the_next_run_costs_nothing(project: Path, temporary_files: Path) -> None:
    first = train(project)
    assert first.model is not None
    content = Path(first.model).read_bytes()
    assert archive_member_names(first.model) == ("metadata.json", "components/train_Policy0/policy.json")
    for _ in range(2):
        assert plan(project).action == "none"
        again = train(project)
        assert (again.model, again.written) == (first.model, False)
    assert runs(project) == 1
    assert Path(first.model).read_bytes() == content
    assert get_latest_model(str(project / "models")) == first.model
    assert files(temporary_files) == []


def test_the_sidecar_says_what_an_archive_of_ours_would(project: Path) -> None:
    model = train(project).model
    assert model is not None
    sidecar = fitting_sidecar(model)
    assert sidecar is not None
    assert set(sidecar.metadata) == {
        "schema", "training_schema", "scheme", "halves", "components", "sources", "trainer", "core_domain",
        "domain_replaceable", "labels",
    }  # fmt: skip
    assert (sidecar.metadata["halves"], sidecar.metadata["domain_replaceable"]) == (["core", "nlu"], False)
    assert sidecar.metadata["trainer"].startswith("command: ")
    assert str(sidecar.fingerprint["messages"]).startswith("sha256:")
    assert sidecar.items is not None
    assert sidecar.run["plan"]["action"] == "train"


def test_a_change_is_told_to_the_line_and_both_halves_are_trained(project: Path, write_project: ProjectWriter) -> None:
    train(project)
    write_project(MORE)
    found = plan(project)
    assert reasons(found) == {"core": ["whole-model"], "nlu": ["changed"], "nlg": ["core"]}
    (change,) = found.changes
    assert (change.change, str(change.locations[0])) == ("added", "data/nlu.yml:6:7")
    (node,) = found.nodes
    assert (node.sections, node.verdict) == (("nlu", "core"), "run")
    assert train(project).written
    assert (runs(project), plan(project).action) == (2, "none")


def test_a_reply_makes_the_command_run_where_the_archive_has_no_domain(
    project: Path, write_project: ProjectWriter
) -> None:
    first = train(project).model
    write_project(GREETING)
    found = plan(project)
    assert found.action == "train"
    assert reasons(found)["core"] == ["foreign-archive"]
    assert train(project).model != first
    assert (runs(project), plan(project).action) == (2, "none")


def test_a_reply_is_replaced_in_an_archive_of_rasa_2_without_running_the_command(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project = write_project({**PROJECT, **settings(script(tmp_path, RASA_2))})
    first = train(project, fixed_model_name="first")
    assert first.model is not None
    content = Path(first.model).read_bytes()
    write_project(GREETING)
    assert plan(project).action == "update-domain"
    second = train(project, fixed_model_name="second")
    assert second.model is not None
    with tarfile.open(second.model) as tar:
        domain = tar.extractfile("core/domain.yml")
        assert domain is not None
        assert b"good day" in domain.read()
        assert {"core/0.json", "nlu/0.json"} <= set(tar.getnames())
    assert Path(first.model).read_bytes() == content
    assert (runs(project), plan(project).action) == (1, "none")
    write_project(MORE)
    assert reasons(plan(project))["core"] == ["whole-model"]
    write_project({"domain.yml": PROJECT["domain.yml"]})
    assert train(project).written
    assert (runs(project), plan(project).action) == (2, "none")


def test_another_command_is_another_trainer(project: Path, write_project: ProjectWriter, tmp_path: Path) -> None:
    train(project)
    write_project(settings((*script(tmp_path), "--faster")))
    found = plan(project)
    assert reasons(found) == {"core": ["trainer"], "nlu": ["trainer"], "nlg": ["core"]}
    assert "--faster`" in found.sections["core"].reasons[0].message
    train(project)
    assert (runs(project), plan(project).action) == (2, "none")


def test_another_limit_of_time_is_the_same_command(project: Path, write_project: ProjectWriter, tmp_path: Path) -> None:
    train(project)
    write_project(settings(script(tmp_path), timeout=99))
    assert plan(project).action == "none"


def test_there_and_back_between_components_and_a_command(
    project: Path, write_project: ProjectWriter, tmp_path: Path
) -> None:
    (project / "tenprint.yml").unlink()
    train(project, fixed_model_name="components")
    write_project(settings(script(tmp_path)))
    assert set(reasons(plan(project))["nlu"]) == {"trainer"}
    train(project, fixed_model_name="command")
    assert plan(project).action == "none"
    (project / "tenprint.yml").unlink()
    assert set(reasons(plan(project))["nlu"]) == {"trainer"}
    assert plan(project, model=str(project / "models" / "components.tar.gz")).action == "none"
    model = train(project, fixed_model_name="command").model
    assert plan(project).action == "none"
    assert files(project / "models") == ["command.tar.gz", "components.tar.gz"]
    assert model is not None


def test_force_runs_the_command_again(project: Path) -> None:
    train(project)
    assert reasons(plan(project, force=True))["core"] == ["forced"]
    assert train(project, force=True).written
    assert runs(project) == 2


def test_a_dry_run_runs_nothing(project: Path, temporary_files: Path) -> None:
    assert train(project, dry_run=True).plan.action == "train"
    assert (runs(project), files(temporary_files)) == (0, [])
    assert not (project / "models").exists()


def test_a_half_alone_names_the_model(write_project: ProjectWriter, tmp_path: Path) -> None:
    files_ = {name: text for name, text in PROJECT.items() if name in ("config.yml", "data/nlu.yml")}
    project = write_project({**files_, **settings(script(tmp_path))})
    model = train(project).model
    assert model is not None
    assert Path(model).name.startswith("nlu-")
    assert plan(project).action == "none"


def test_the_command_is_given_the_effective_project(write_project: ProjectWriter, tmp_path: Path) -> None:
    body = f"""
import shutil
shutil.copytree(os.getcwd(), {str(tmp_path / "seen")!r})
rasa_3(out / "x.tar.gz")
"""
    project = write_project({**PROJECT, **MORE, **settings(script(tmp_path, body))})
    train(project)
    seen = tmp_path / "seen"
    assert files(seen)[:2] == ["config.yml", "data"]
    assert run_project(seen, "fingerprint")["messages"] == run_project(project, "fingerprint")["messages"]


FAILING = {
    "fails": "sys.exit(1)",
    "leaves nothing": "pass",
    "leaves two": "rasa_3(out / 'x.tar.gz'); rasa_3(out / 'y.tar.gz')",
    "leaves something broken": "(out / 'x.tar.gz').write_text('hello')",
    "deletes all": "import shutil; shutil.rmtree(os.getcwd())",
}


@pytest.mark.parametrize("name", FAILING)
def test_a_training_that_fails_leaves_the_models_as_they_were(
    write_project: ProjectWriter, tmp_path: Path, temporary_files: Path, name: str
) -> None:
    project = write_project({**PROJECT, **settings(script(tmp_path))})
    train(project, fixed_model_name="peg")
    before = {path.name: path.read_bytes() for path in (project / "models").iterdir()}
    write_project({**MORE, **settings(script(tmp_path, FAILING[name]))})
    for fixed in ("peg", None):
        with pytest.raises(Exception, match=r"maker\.py|x\.tar\.gz"):
            train(project, fixed_model_name=fixed)
    assert {path.name: path.read_bytes() for path in (project / "models").iterdir()} == before
    assert files(temporary_files) == []


def test_a_missing_program_is_told_before_anything_is_exported(
    write_project: ProjectWriter, temporary_files: Path
) -> None:
    project = write_project({**PROJECT, **settings(("no-such-trainer", "{out}"))})
    assert plan(project).action == "train"
    with pytest.raises(TrainingError, match="no-such-trainer"):
        train(project)
    assert files(temporary_files) == []


def test_a_model_whose_bytes_were_exchanged_is_trained_again(project: Path) -> None:
    model = train(project, fixed_model_name="peg").model
    assert model is not None
    with tarfile.open(model, "w:gz"):
        pass
    found = plan(project)
    assert found.action == "train"
    assert "trainer" in reasons(found)["core"]
    (warning,) = [problem for problem in found.problems if problem.code == "stale-sidecar"]
    assert "peg.tar.gz.tenprint.json was written for another archive" in warning.message


def test_a_model_without_its_sidecar_is_trained_again(project: Path) -> None:
    model = train(project).model
    Path(f"{model}.tenprint.json").unlink()
    assert "trainer" in reasons(plan(project))["core"]


def test_the_time_of_training_can_be_fixed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    model = train(project).model
    document = json.loads(Path(f"{model}.tenprint.json").read_text())
    assert document["fingerprint"]["keys"]["trained_at"] == 1700000000


def test_what_compares_models_finds_the_fingerprint(write_project: ProjectWriter, tmp_path: Path) -> None:
    project = write_project({**PROJECT, **settings(script(tmp_path, RASA_2))})
    model = train(project).model
    assert model is not None
    fingerprint = run_project(project, "fingerprint")
    result = should_retrain(fingerprint, model, str(tmp_path / "trained"))
    assert (result.should_retrain_core(), result.should_retrain_nlu()) == (False, False)
    assert files(tmp_path / "trained") == ["core", "core/0.json", "core/domain.yml", "nlu", "nlu/0.json"]


def test_an_archive_without_halves_can_give_none(project: Path, tmp_path: Path) -> None:
    result = should_retrain(run_project(project, "fingerprint"), train(project).model, str(tmp_path / "trained"))
    assert (result.should_retrain_core(), result.should_retrain_nlu()) == (True, True)
