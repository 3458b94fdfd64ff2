"""Damage in what a training leaves behind: noticed, named, healed or refused, and never a wrong model."""

import gzip
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.nodes_project import CONFIG, FILES
from tests.acceptance.test_training_at_once import members
from tests.program import Outcome, run_here

from tenprint.importers.store import Store

pytest.importorskip("sklearn")

EDITED = CONFIG.replace("threshold: 0.2", "threshold: 0.3").replace("max_history: 4", "max_history: 3")
"""Runs one node of each half; all others are restored."""
EDITED_NODES = {"nlu/7-FallbackClassifier", "core/0-MemoizationPolicy"}


def at(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(place / "cache"))
    return place / "project"


def model_of(project: Path) -> Path:
    (model,) = (project / "models").glob("*.tar.gz")
    return model


def edited(project: Path) -> Path:
    (project / "config.yml").write_text(EDITED, encoding="utf-8")
    return project


def ran(outcome: Outcome) -> set[str]:
    return {node["name"] for node in outcome.document["plan"]["nodes"] if node["verdict"] == "run"}


def told(outcome: Outcome) -> dict[str, str]:
    """Messages of all problems of a run, by their code."""
    return {problem["code"]: problem["message"] for problem in outcome.document["problems"]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a trained project and the cache beside it."""
    place = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        project = at(place, patch)
        for path, text in FILES.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text, encoding="utf-8")
        assert apart(project, "train").code == 0
    return place


@pytest.fixture(scope="module")
def right(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What models of the project must hold, before and after the edit."""
    place = tmp_path_factory.mktemp("right") / "copy"
    shutil.copytree(trained, place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        project = edited(at(place, patch))
        assert apart(project, "train", "--models", "others").code == 0
    (model,) = (project / "others").glob("*.tar.gz")
    return {"before": dict(members(model_of(trained / "project"))), "after": dict(members(model))}


@pytest.fixture
def project(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(trained, tmp_path / "copy")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return at(tmp_path / "copy", monkeypatch)


def apart(project: Path, *words: str, limit: int | None = None) -> Outcome:
    """Run the program in a process of its own, whose files may have so many bytes."""
    limited = [] if limit is None else ["prlimit", f"--fsize={limit}"]
    finished = subprocess.run(
        [*limited, sys.executable, "-m", "tenprint", "-C", str(project), *words],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout, finished.stderr)


def flip(path: Path, position: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << bit
    path.write_bytes(content)


def test_flipped_bits_in_payloads_are_named_and_healed(
    project: Path, right: dict[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    contents = [path for path in (project.parent / "cache/store/cas").rglob("*") if path.is_file()]
    for path in contents:
        flip(path, path.stat().st_size // 2)
    shutil.rmtree(project / "models")

    healed = run_here(capsys, "-C", str(project), "train", "--json")

    assert healed.code == 0
    assert "cache-damaged" in told(healed)
    assert members(model_of(project)) == right["before"]
    assert ran(healed) != set()
    shutil.rmtree(project / "models")
    again = run_here(capsys, "-C", str(project), "train", "--json")
    assert (again.code, told(again), ran(again)) == (0, {}, set())
    assert members(model_of(project)) == right["before"]


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_in_the_index_are_lived_with(
    project: Path, right: dict[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    index = project.parent / "cache/store/index.sqlite"
    chance = random.Random(seed)  # noqa: S311 - chance is no secret
    for _ in range(40):
        flip(index, chance.randrange(index.stat().st_size), chance.randrange(8))
    shutil.rmtree(project / "models")

    assert run_here(capsys, "-C", str(project), "train", "-q").code == 0

    assert members(model_of(project)) == right["before"]
    verified = run_here(capsys, "cache", "verify")
    if verified.code:
        verified = run_here(capsys, "cache", "verify")
    assert verified.code == 0, verified.err
    shutil.rmtree(project / "models")
    again = run_here(capsys, "-C", str(project), "train", "-q")
    assert (again.code, again.err) == (0, "")
    assert members(model_of(project)) == right["before"]


@pytest.mark.parametrize("share", [number / 16 for number in range(16)])
def test_a_flipped_bit_in_a_model_is_refused_or_healed(
    project: Path, right: dict[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str], share: float
) -> None:
    model = model_of(project)
    flip(model, int(model.stat().st_size * share), 3)
    listed = sorted((project / "models").iterdir())
    verified = run_here(capsys, "-C", str(project), "models", "--verify")
    if verified.code == 0:  # what is compressed has bits that mean nothing
        assert members(model) == right["before"]
        return
    assert (verified.code, model.name in verified.out + verified.err) == (1, True)

    outcome = run_here(capsys, "-C", str(edited(project)), "train", "--json")

    if outcome.code:
        assert outcome.code == 1
        assert model.name in str(outcome.document["problems"])
        assert sorted((project / "models").iterdir()) == listed
        assert run_here(capsys, "-C", str(project), "train", "--force", "-q").code == 0
    else:
        assert model.name in told(outcome)["damaged-model"]
        assert ran(outcome) == EDITED_NODES
    (new,) = set((project / "models").glob("*.tar.gz")) - {model}
    assert members(new) == right["after"]


def repacked(model: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the metadata of a model, and keep the archive whole."""
    written = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(gzip.decompress(model.read_bytes()))) as old,
        tarfile.open(fileobj=written, mode="w") as new,
    ):
        for each in old:
            file = old.extractfile(each) if each.isfile() else None
            content = b"" if file is None else file.read()
            if each.name == "metadata.json":
                metadata = json.loads(content)
                change(metadata)
                content = json.dumps(metadata).encode()
                each.size = len(content)
            new.addfile(each, io.BytesIO(content) if each.isfile() else None)
    model.write_bytes(gzip.compress(written.getvalue()))


def test_a_record_whose_digit_has_changed_is_not_believed_nor_handed_on(
    project: Path, right: dict[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    def change(metadata: dict[str, Any]) -> None:
        text = json.dumps(metadata["nodes"])
        output = metadata["nodes"]["nlu/2-CountVectorsFeaturizer"]["output"]
        digit = "1" if output.endswith("0") else "0"
        metadata["nodes"] = json.loads(text.replace(output, output[:-1] + digit))

    model = model_of(project)
    repacked(model, change)

    outcome = run_here(capsys, "-C", str(edited(project)), "train", "--json")

    assert outcome.code == 0
    assert ran(outcome) == EDITED_NODES
    (new,) = set((project / "models").glob("*.tar.gz")) - {model}
    assert members(new) == right["after"]


def a_file(cache: Path) -> None:
    shutil.rmtree(cache)
    cache.write_bytes(b"")


def folders_that_are_files(cache: Path) -> None:
    for folder in (cache / "store/tmp", *(cache / "store/cas").iterdir()):
        shutil.rmtree(folder)
        folder.write_bytes(b"")


def no_database(cache: Path) -> None:
    (cache / "store/index.sqlite").write_bytes(b"no database " * 1000)


def half_a_database(cache: Path) -> None:
    index = cache / "store/index.sqlite"
    os.truncate(index, index.stat().st_size // 2)


def an_empty_database(cache: Path) -> None:
    (cache / "store/index.sqlite").write_bytes(b"")


def tables_of_another(cache: Path) -> None:
    (cache / "store/index.sqlite").unlink()
    with sqlite3.connect(cache / "store/index.sqlite") as database:
        database.execute("create table songs (title text)")
    database.close()


@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        (a_file, ["cache-unusable"]),
        (folders_that_are_files, ["cache-unusable"]),
        (no_database, ["cache-index"]),
        (half_a_database, ["cache-index"]),
        (an_empty_database, []),
        (tables_of_another, ["cache-index"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_cache_that_cannot_be_used_breaks_no_training(
    project: Path,
    right: dict[str, dict[str, bytes]],
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    codes: list[str],
) -> None:
    damage(project.parent / "cache")
    shutil.rmtree(project / "models")

    outcome = run_here(capsys, "-C", str(project), "train", "--json")

    assert outcome.code == 0, outcome.err
    assert members(model_of(project)) == right["before"]
    assert sorted(told(outcome)) == codes
    assert outcome.err == ""


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
def test_a_full_disk_under_the_cache_breaks_no_training(project: Path, right: dict[str, dict[str, bytes]]) -> None:
    """No file of the model reaches the limit; the index is beyond it already."""
    shutil.rmtree(project / "models")
    shutil.rmtree(project.parent / "cache")
    limit = 100_000
    with closing(Store(project.parent / "cache")) as store:
        for number in range(200):
            store.record("full", str(number), {"text": "x" * 2000})
    assert (project.parent / "cache/store/index.sqlite").stat().st_size > limit

    outcome = apart(project, "train", "--json", limit=limit)

    assert (outcome.code, outcome.err) == (0, "")
    assert members(model_of(project)) == right["before"]
    shutil.rmtree(project / "models")
    assert apart(project, "train").code == 0
    assert members(model_of(project)) == right["before"]
