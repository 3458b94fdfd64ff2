"""A whole project trained on two workers of dask: the model is the one that is trained here."""

import gzip
import io
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tenprint.plugins import run_project

pytestmark = pytest.mark.slow
pytest.importorskip("distributed")

ASSISTANT = Path(__file__).parents[3] / "docs/tutorial/assistant"

CONFIG = """
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: LogisticRegressionClassifier
- name: EntitySynonymMapper
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""


def members(model: Path) -> dict[str, bytes]:
    """Content of what is in a model, but for what tells of the run."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(model.read_bytes()))) as archive:
        found = {each.name: archive.extractfile(each) for each in archive if each.isfile()}
        return {name: file.read() for name, file in found.items() if file is not None and name != "run.json"}


def test_a_model_trained_on_dask_is_the_one_trained_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    models: dict[str, Any] = {}
    for name, settings in {"here": "workers: 1", "dask": "name: dask\n  workers: 2"}.items():
        monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / f"cache-{name}"))
        project = tmp_path / name / "assistant"
        shutil.copytree(ASSISTANT, project, ignore=shutil.ignore_patterns("models"))
        (project / "config.yml").write_text(CONFIG, encoding="utf-8")
        (project / "tenprint.yml").write_text(f"executor:\n  {settings}\n", encoding="utf-8")
        first = run_project(project, "train")
        (model,) = (project / "models").glob("*.tar.gz")
        models[name] = members(model)
        verdicts = {node.name: node.verdict for node in first.plan.nodes}
        models[f"{name} verdicts"] = verdicts
        config = CONFIG.replace("RegressionClassifier\n", "RegressionClassifier\n  tol: 0.001\n")
        (project / "config.yml").write_text(config, encoding="utf-8")
        second = run_project(project, "train")
        models[f"{name} again"] = {node.name: node.verdict for node in second.plan.nodes}
    assert models["dask"] == models["here"]
    assert models["dask verdicts"] == models["here verdicts"]
    assert models["dask again"] == models["here again"]
    assert sorted(models["dask again"].values()).count("run") == 1
