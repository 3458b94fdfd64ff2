"""The program trains on two workers of dask what it trains here, and each finds what the other has kept."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.nodes_project import FILES
from tests.acceptance.test_training_at_once import members
from tests.program import run_apart

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
pytest.importorskip("distributed")
pytest.importorskip("sklearn")

HERE = "executor: {workers: 1}\n"
DASK = "executor: {name: dask, workers: 2}\n"


def trained(project: Path, settings: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """Train with other settings and without a model; the answer are what the new one holds, and the verdicts."""
    shutil.rmtree(project / "models", ignore_errors=True)
    (project / "tenprint.yml").write_text(settings, encoding="utf-8")
    outcome = run_apart(["-C", str(project), "train", "--json"])
    # A worker that does not end at once is killed, and dask says so.
    said = [line for line in outcome.err.splitlines() if "distributed.nanny" not in line]
    assert (outcome.code, said) == (0, [])
    document: Any = outcome.document
    assert document["problems"] == []
    (model,) = (project / "models").glob("*.tar.gz")
    return dict(members(model)), {node["name"]: node["verdict"] for node in document["plan"]["nodes"]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text, encoding="utf-8")
    return tmp_path / "project"


def test_keys_verdicts_and_bytes_are_those_of_a_run_here(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    answers: dict[str, tuple[dict[str, bytes], dict[str, str]]] = {}
    for settings in (HERE, DASK):
        monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / f"cache-{len(answers)}"))
        answers[settings] = trained(project, settings)
        # What one has kept, the other finds.
        model, verdicts = trained(project, HERE if settings == DASK else DASK)
        assert model == answers[settings][0]
        assert set(verdicts.values()) <= {"restored", "hit"}
    assert answers[DASK] == answers[HERE]
    assert "run" in answers[HERE][1].values()
