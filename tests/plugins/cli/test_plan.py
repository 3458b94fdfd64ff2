from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

KEYS = {
    "schema", "action", "model", "forced", "forced_nodes", "finetune", "sections", "changes", "sources", "nodes",
    "problems",
}  # fmt: skip
MORE = {"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"}


@pytest.fixture
def project(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> str:
    """Return a project whose model is up to date."""
    folder = str(write_project(PROJECT))
    assert run_here(capsys, "-C", folder, "train", "--fixed-model-name", "first").code == 0
    return folder


def test_a_plan_without_a_model_trains_everything_and_writes_nothing(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("train NLU and Core\n  Core      retrain: there is no model yet\n")
    assert set(tree(project)) == {*PROJECT, "data"}


def test_a_change_is_told_with_its_place_and_what_it_makes_due(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    outcome = run_here(capsys, "-C", project, "plan")
    assert outcome.code == 0
    assert "\n  + intent example: greet > hi there  (data/nlu.yml:6:7)  [NLU]\n" in outcome.out


def test_the_document_has_the_keys_of_the_schema(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    outcome = run_here(capsys, "-C", project, "plan", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    plan = outcome.document
    assert set(plan) == KEYS
    assert (plan["schema"], plan["action"], plan["forced"], plan["finetune"]) == (
        "tenprint.plan/1",
        "train",
        False,
        None,
    )
    assert plan["model"] == f"{project}/models/first.tar.gz"
    assert list(plan["sections"]) == ["core", "nlu", "nlg"]
    assert [section["retrain"] for section in plan["sections"].values()] == [False, True, False]
    assert all(set(section) == {"retrain", "reasons"} for section in plan["sections"].values())
    assert [set(reason) for reason in plan["sections"]["nlu"]["reasons"]] == [{"code", "message", "key"}]
    (change,) = plan["changes"]
    places = {"locations", "former_locations"}
    assert set(change) == {"change", "kind", "path", "from", "sections", "before", "after"} | places
    assert (change["change"], change["kind"], change["path"]) == (
        "added",
        "intent-example",
        ["nlu", "greet", "hi there"],
    )
    assert (change["from"], change["before"], change["sections"]) == (None, None, ["nlu"])
    assert change["after"].startswith("sha256:")
    (location,) = change["locations"]
    assert set(location) == {"source", "path", "line", "column", "revision"}
    assert (location["path"], location["line"], location["column"]) == ("data/nlu.yml", 6, 7)
    assert [set(source) for source in plan["sources"]] == [{"name", "revision", "status", "fetched_at", "drift"}]
    assert [(node["name"], node["sections"], node["verdict"]) for node in plan["nodes"]] == [
        ("nlu/0-KeywordIntentClassifier", ["nlu"], "run"),
        ("core/0-MemoizationPolicy", ["core"], "skipped"),
    ]


def test_the_exit_code_tells_that_something_is_due_only_when_asked(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(capsys, "-C", project, "plan", "--exit-code").code == 0
    write_project(MORE)
    assert run_here(capsys, "-C", project, "plan").code == 0
    assert run_here(capsys, "-C", project, "plan", "--exit-code").code == 3
    assert run_here(capsys, "-C", project, "plan", "--exit-code", "--json").code == 3


def test_a_domain_only_update_is_due_too(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project({"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: good day")})
    outcome = run_here(capsys, "-C", project, "plan", "--exit-code")
    assert outcome.code == 3
    assert outcome.out.startswith(f"update the domain of {project}/models/first.tar.gz; nothing is trained\n")


def test_quiet_leaves_the_exit_code_alone(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    for flag in ("--quiet", "-q"):
        outcome = run_here(capsys, "-C", project, "plan", flag, "--exit-code")
        assert (outcome.code, outcome.out, outcome.err) == (3, "", "")


def test_a_forced_plan_trains_what_did_not_change(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    plan = run_here(capsys, "-C", project, "plan", "--force", "--json").document
    assert (plan["action"], plan["forced"]) == ("train", True)
    assert {node["verdict"] for node in plan["nodes"]} == {"run"}


def test_another_model_can_be_compared_with(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    assert run_here(capsys, "-C", project, "train", "--fixed-model-name", "second").code == 0
    assert run_here(capsys, "-C", project, "plan", "--exit-code").code == 0
    outcome = run_here(capsys, "-C", project, "plan", "--exit-code", "--model", "models/first.tar.gz")
    assert outcome.code == 3
    outcome = run_here(capsys, "-C", project, "plan", "--model", "models/third.tar.gz")
    assert outcome.code == 1
    assert "models/third.tar.gz" in outcome.err
