"""Many programs train one project on one cache at once and are killed at random: no model is wrong, nothing is lost."""

import gzip
import io
import os
import random
import subprocess
import sys
import tarfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.acceptance.nodes_project import CONFIG, FILES
from tests.program import run_apart

pytest.importorskip("sklearn")

CONFIGS = {
    "config.yml": CONFIG,
    "other.yml": CONFIG.replace("max_ngram: 3", "max_ngram: 2").replace("max_history: 4", "max_history: 3"),
}
"""Two configurations of the project, which share some nodes."""

COMMANDS = (
    ["train", "--config", "config.yml", "--models", "models/shared"],
    ["train", "--config", "config.yml", "--models", "models/shared", "--force"],
    ["train", "--config", "config.yml", "--models", "models/{number}"],
    ["train", "--config", "other.yml", "--models", "models/{number}"],
)


@dataclass(frozen=True, slots=True)
class Training:
    """One program that runs, and where it writes what it has to say."""

    process: "subprocess.Popen[bytes]"
    errors: Path


def environment(root: Path) -> dict[str, str]:
    # The time of a model is that of the release, so equal models have equal members.
    return {"TENPRINT_CACHE_DIR": str(root), "SOURCE_DATE_EPOCH": "1700000000"}


def started(project: Path, root: Path, number: int) -> Training:
    words = [word.format(number=number) for word in COMMANDS[number % len(COMMANDS)]]
    errors = project.parent / f"errors-{number}"
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tenprint", "-C", str(project), *words],
            stdout=subprocess.DEVNULL,
            stderr=stream,
            env={**os.environ, **environment(root)},
        )
    return Training(process, errors)


def killed_at_random(project: Path, root: Path, *, count: int, seconds: float, pause: float) -> tuple[int, int]:
    """Keep so many programs training, killing one now and then; the answer are kills and trainings that ended."""
    chance = random.Random(7)  # noqa: S311 - chance is no secret
    trainings = [started(project, root, number) for number in range(count)]
    kills = ended = 0
    begun = count
    end, next_kill = time.monotonic() + seconds, time.monotonic() + chance.uniform(0.0, pause)
    while time.monotonic() < end:
        time.sleep(0.02)
        victim = chance.randrange(count) if time.monotonic() > next_kill else None
        for position, training in enumerate(trainings):
            if training.process.poll() is not None:
                ended += has_ended_well(training)
            elif position == victim:
                training.process.kill()
                training.process.wait()
                kills += 1
                next_kill = time.monotonic() + chance.uniform(0.0, pause)
            else:
                continue
            trainings[position] = started(project, root, begun)
            begun += 1
    for training in trainings:
        training.process.wait()
        ended += has_ended_well(training)
    return kills, ended


def has_ended_well(training: Training) -> bool:
    said = training.errors.read_text(encoding="utf-8")
    # A lock that others held for long is told, and costs what is not kept; nothing else may be said.
    assert training.process.returncode == 0, said
    assert [line for line in said.splitlines() if "cache-busy" not in line and "hint" not in line] == []
    return True


def members(model: Path) -> Mapping[str, bytes]:
    """Content of a model but for what tells of the run."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(model.read_bytes()))) as archive:
        files = {each.name: archive.extractfile(each) for each in archive if each.isfile()}
        return {name: file.read() for name, file in files.items() if file is not None and name != "run.json"}


def written(folder: Path) -> Path:
    folder.mkdir()
    for path, text in {**FILES, **CONFIGS}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def trained_alone(tmp_path: Path) -> list[Mapping[str, bytes]]:
    """What the models of both configurations must hold, each trained in a project and on a cache of its own."""
    models = []
    for name in CONFIGS:
        project = written(tmp_path / name)
        outcome = run_apart(
            ["-C", str(project), "train", "--config", name], environment=environment(tmp_path / f"cache-{name}")
        )
        assert (outcome.code, outcome.err) == (0, "")
        (model,) = (project / "models").glob("*.tar.gz")
        models.append(members(model))
    return models


def all_is_well(project: Path, root: Path, right: list[Mapping[str, bytes]]) -> None:
    models = [path for path in (project / "models").rglob("*.tar.gz") if not path.name.startswith(".")]
    assert models != []
    assert [path for path in models if members(path) not in right] == []
    for name in CONFIGS:
        again = run_apart(
            ["-C", str(project), "train", "--json", "--config", name, "--models", f"models/after-{name}"],
            environment=environment(root),
        )
        assert (again.code, again.err) == (0, "")
        nodes = again.document["plan"]["nodes"]
        assert [node["name"] for node in nodes if node["verdict"] in ("run", "depends")] == []
        (model,) = (project / f"models/after-{name}").glob("*.tar.gz")
        assert members(model) in right
    verified = run_apart(["cache", "verify", "--json"], environment=environment(root))
    assert (verified.code, verified.err) == (0, "")
    assert verified.document["problems"] == []
    assert verified.document["records"]["count"] > 0


def test_four_programs_are_killed(tmp_path: Path) -> None:
    project, root = written(tmp_path / "project"), tmp_path / "cache"
    right = trained_alone(tmp_path)
    kills, ended = killed_at_random(project, root, count=4, seconds=3.0, pause=1.0)
    assert kills > 0
    assert ended > 0
    all_is_well(project, root, right)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_thirty_two_programs_are_killed(tmp_path: Path) -> None:
    project, root = written(tmp_path / "project"), tmp_path / "cache"
    right = trained_alone(tmp_path)
    kills, ended = killed_at_random(project, root, count=32, seconds=120.0, pause=3.0)
    assert kills > 10
    assert ended > 10
    all_is_well(project, root, right)
