"""A cache that was lost trains no component that would not be trained with it; texts are prepared again at most."""

import shutil
from pathlib import Path

import pytest
from tests.acceptance.test_nodes_that_run import ROWS, Row
from tests.acceptance.trained_projects import copied

from tenprint.plugins import run_project

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.edit)
def test_without_a_cache_the_same_components_are_trained(
    row: Row, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copied(base, tmp_path, monkeypatch)
    shutil.rmtree(tmp_path / "copy" / "cache")
    path = project / row.path
    path.write_text(path.read_text(encoding="utf-8").replace(row.old, row.new, 1), encoding="utf-8")

    ended = run_project(project, "train").plan

    trains = {node.name for node in ended.nodes if node.verdict == "run" and not node.name.startswith("prepared/")}
    assert trains == {name for name in row.nodes if not name.startswith("prepared/")}
    assert all(reason.code != "payload-corrupt" for node in ended.nodes for reason in node.reasons)
