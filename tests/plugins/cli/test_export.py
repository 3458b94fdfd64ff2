from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_apart, run_here, tree

from tenprint.plugins import run_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

WRITTEN = {"config.yml", "domain.yml", "data", "data/nlu.yml", "data/stories.yml"}


def test_what_was_written_is_printed(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    out = tmp_path / "out"
    outcome = run_here(capsys, "-C", str(project), "export", str(out))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"wrote {out}\n  config.yml (")
    assert set(tree(out)) == WRITTEN
    assert run_project(out, "fingerprint") == {
        **run_project(project, "fingerprint"),
        "project": run_project(out, "fingerprint")["project"],
    }


def test_the_document_names_the_files(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "export", str(out), "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert set(outcome.document) == {"schema", "path", "files", "removed", "problems"}
    assert outcome.document["schema"] == "tenprint.export/1"
    assert outcome.document["path"] == str(out)
    assert outcome.document["files"] == [
        {"path": path, "bytes": (out / path).stat().st_size}
        for path in ("config.yml", "domain.yml", "data/nlu.yml", "data/stories.yml")
    ]


def test_out_is_relative_to_the_current_directory(write_project: ProjectWriter, tmp_path: Path) -> None:
    project = write_project(PROJECT)
    (tmp_path / "here").mkdir()
    outcome = run_apart(["-C", str(project), "export", "out/deep"], cwd=tmp_path / "here")
    assert outcome.code == 0, outcome.err
    assert set(tree(tmp_path / "here/out/deep")) == WRITTEN
    assert set(tree(project)) == {*PROJECT, "data"}


def test_all_problems_of_the_data_are_listed_and_nothing_is_written(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project({**PROJECT, "data/nlu.yml": "nlu: hello\n", "data/stories.yml": "stories: 1\n"})
    outcome = run_here(capsys, "-C", str(project), "export", str(tmp_path / "out"))
    assert (outcome.code, outcome.out) == (1, "")
    assert "data/nlu.yml:1:6" in outcome.err
    assert "data/stories.yml:1:10" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_needs_force(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    out = tmp_path / "out"
    assert run_here(capsys, "-C", project, "export", str(out)).code == 0
    (out / "notes.txt").write_text("mine")
    refused = run_here(capsys, "-C", project, "export", str(out))
    assert refused.code == 1
    assert "is not empty" in refused.err
    assert "--force" in refused.err
    assert run_here(capsys, "-C", project, "export", str(out), "--force", "--quiet").code == 0
    assert set(tree(out)) == {*WRITTEN, "notes.txt"}


def test_without_a_folder_the_usage_is_wrong(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(capsys, "-C", str(write_project(PROJECT)), "export").code == 2


@pytest.mark.parametrize("out", ["loop", "loop/inner"])
def test_a_link_that_leads_to_itself_is_refused(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "export", str(tmp_path / out))
    assert (outcome.code, outcome.out) == (1, "")
    assert str(tmp_path / "loop") in outcome.err
    assert "[export]" in outcome.err


def test_models_in_a_link_that_leads_to_itself_are_in_nobody_s_way(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    (project / "models").symlink_to("models")
    assert run_here(capsys, "-C", str(project), "export", str(tmp_path / "out")).code == 0
