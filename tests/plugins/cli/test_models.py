from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


def test_a_project_without_models_says_where_they_would_lie(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "models")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"no models in {project}/models\n", "")
    assert run_here(capsys, "-C", str(project), "models", "--json").document == {
        "schema": "tenprint.models/1",
        "models": [],
    }
    assert set(tree(project)) == {*PROJECT, "data"}


def test_models_are_listed_newest_first(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = str(write_project(PROJECT))
    for name, seconds in (("b", 1_600_000_000), ("c", 1_700_000_000), ("a", 1_500_000_000)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(seconds))
        assert run_here(capsys, "-C", project, "train", "--force", "--fixed-model-name", name).code == 0
    outcome = run_here(capsys, "-C", project, "models")
    assert (outcome.code, outcome.err) == (0, "")
    assert [line.split()[0] for line in outcome.out.splitlines()] == [
        "2023-11-14T22:13:20+00:00",
        "2020-09-13T12:26:40+00:00",
        "2017-07-14T02:40:00+00:00",
    ]
    listed = run_here(capsys, "-C", project, "models", "--json").document
    assert set(listed) == {"schema", "models"}
    assert [Path(model["path"]).name for model in listed["models"]] == ["c.tar.gz", "b.tar.gz", "a.tar.gz"]
    for model in listed["models"]:
        assert set(model) == {"path", "trained_at", "size", "trained_by"}
        assert datetime.fromisoformat(model["trained_at"]).tzinfo is not None
        assert model["size"] == Path(model["path"]).stat().st_size


def test_a_folder_of_models_needs_no_configuration(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(write_project({"models/notes.txt": "not a model\n"}))
    assert run_here(capsys, "-C", folder, "models").out == f"no models in {folder}/models\n"
