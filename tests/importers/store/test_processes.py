"""Many processes write and read one store, and are killed at random: nothing wrong is ever read, nothing is damaged."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.program import run_apart

from tenprint.importers.store import Store

WORKER = Path(__file__).with_name("kill_worker.py")


def started(root: Path, notes: Path, seed: int) -> "subprocess.Popen[bytes]":
    with (notes / f"stderr-{seed}").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, str(WORKER), str(root), str(notes), str(seed)], stdout=subprocess.DEVNULL, stderr=errors
        )


def killed_at_random(tmp_path: Path, *, count: int, seconds: float) -> tuple[Path, int]:
    """Keep so many processes at work, killing one after the other; the answer is the root and how many were killed."""
    root, notes = tmp_path / "cache", tmp_path / "notes"
    notes.mkdir()
    chance = random.Random(20)  # noqa: S311 - chance is no secret
    workers = [started(root, notes, seed) for seed in range(count)]
    kills, end = 0, time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.0, 0.6))
            position = chance.randrange(count)
            workers[position].kill()
            workers[position].wait()
            kills += 1
            workers[position] = started(root, notes, count + kills)
    finally:
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()
    assert [path.read_text() for path in notes.glob("wrong-*")] == []
    assert [path.read_text() for path in notes.glob("stderr-*") if path.stat().st_size] == []
    return root, kills


def all_is_well(root: Path) -> None:
    outcome = run_apart(["cache", "verify", "--json"], environment={"TENPRINT_CACHE_DIR": str(root)})
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.document["problems"] == []
    assert outcome.document["records"]["count"] > 0
    with closing(Store(root)) as store:
        stats = store.stats()
        assert stats.quarantined == 0
        for number in range(60):
            found = store.find("kill", str(number), check="nothing")
            assert (found is None) == (store.find("kill", str(number)) is None)
        assert store.problems == ()


def test_a_few_processes_are_killed(tmp_path: Path) -> None:
    root, kills = killed_at_random(tmp_path, count=4, seconds=3.0)
    assert kills > 2
    assert sum(int(path.read_text() or 0) for path in (tmp_path / "notes").glob("reads-*")) > 0
    all_is_well(root)


@pytest.mark.slow
def test_thirty_two_processes_are_killed(tmp_path: Path) -> None:
    root, kills = killed_at_random(tmp_path, count=32, seconds=30.0)
    assert kills > 20
    assert sum(int(path.read_text() or 0) for path in (tmp_path / "notes").glob("reads-*")) > 100
    all_is_well(root)
