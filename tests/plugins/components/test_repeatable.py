"""Two trainings of the same data give the same bytes, in whatever process, with however many threads."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import ModelError, load_interpreter
from tenprint.plugins import create_plugin_manager, registry_of

ROOT = Path(__file__).parents[3]

PIPELINE = """
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
    stop_words: english
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    max_ngram: 4
  - name: LogisticRegressionClassifier
    solver: {solver}
  - name: KeywordIntentClassifier
  - name: RegexEntityExtractor
  - name: EntitySynonymMapper
  - name: FallbackClassifier
"""

TRAIN = """
import sys
from pathlib import Path
from tests.plugins.components.test_repeatable import train_nlu
train_nlu(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def train_nlu(project: Path, folder: Path) -> None:
    """Train the NLU half of a project into a folder."""
    from tenprint.fingerprinting import ComponentTrainer, TrainingRequest  # noqa: PLC0415 - also run as a program
    from tenprint.importers.data import Domain, Stories  # noqa: PLC0415
    from tenprint.plugins import open_project  # noqa: PLC0415

    async def run() -> None:
        async with open_project(project) as opened:
            importer = opened.importer
            config, nlu = (await importer.get_config()), (await importer.get_nlu_data())
        components = registry_of(create_plugin_manager()).components
        sections: Any = frozenset({"nlu"})
        await ComponentTrainer().train(TrainingRequest(sections, config, Domain(), Stories(), nlu, components, folder))

    anyio.run(run)


def project_with(solver: str, target: Path) -> Path:
    project = copy_of_assistant(target)
    written = (project / "config.yml").read_text(encoding="utf-8")
    policies = written[written.index("policies:") :]
    (project / "config.yml").write_text(f"language: en\n{PIPELINE.format(solver=solver)}\n{policies}", encoding="utf-8")
    return project


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("solver", ["lbfgs", "liblinear"])
def test_hash_seeds_and_threads_change_no_byte(solver: str, tmp_path: Path) -> None:
    project = project_with(solver, tmp_path / "project")
    found = []
    for seed, threads in (("1", "1"), ("2", "7")):
        folder = tmp_path / f"trained-{seed}"
        folder.mkdir()
        variables = {f"{name}_NUM_THREADS": threads for name in ("OMP", "OPENBLAS", "MKL")}
        subprocess.run(
            [sys.executable, "-c", TRAIN, str(project), str(folder)],
            env={**os.environ, **variables, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            cwd=ROOT,
            timeout=100,
        )
        found.append(digests(folder))

    assert found[0] == found[1]
    assert "nlu/5-LogisticRegressionClassifier/weights.npy" in found[0]
    assert sum(name.endswith("component.json") for name in found[0]) == 10


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train_nlu(project_with("lbfgs", folder / "project"), folder)
    return folder / "nlu"


def test_nothing_stored_can_be_executed(half: Path) -> None:
    assert {path.suffix for path in half.rglob("*") if path.is_file()} == {".json", ".npy"}
    for path in half.rglob("*.npy"):
        assert path.read_bytes().startswith(b"\x93NUMPY\x01\x00")


@pytest.mark.parametrize("damage", ["empty", "halved", "longer", "other"])
def test_each_file_that_is_damaged_is_named(half: Path, damage: str) -> None:
    components = registry_of(create_plugin_manager()).components
    for path in sorted(path for path in half.rglob("*") if path.is_file()):
        before = path.read_bytes()
        damaged = {"empty": b"", "halved": before[: len(before) // 2], "longer": before + b"}", "other": b"[7]\n"}
        path.write_bytes(damaged[damage])
        try:
            with pytest.raises(ModelError) as caught:
                load_interpreter(half, components)
            assert str(path) in caught.value.message
            assert "tenprint train" in (caught.value.hint or "")
        finally:
            path.write_bytes(before)
    assert load_interpreter(half, components).parse("hello there").intent is not None
