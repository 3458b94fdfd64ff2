"""Many processes write and read one store, and are killed at random: nothing wrong is ever read, nothing is damaged."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.killing import counted, killed_at_random
from tests.program import run_apart

from tenprint.importers.store import Store

WORKER = Path(__file__).with_name("kill_worker.py")


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
    kills = killed_at_random(
        WORKER, tmp_path / "cache", tmp_path / "notes", count=4, seconds=3.0, pause=0.6, until="reads"
    )
    assert kills > 2
    all_is_well(tmp_path / "cache")


@pytest.mark.slow
def test_thirty_two_processes_are_killed(tmp_path: Path) -> None:
    kills = killed_at_random(
        WORKER, tmp_path / "cache", tmp_path / "notes", count=32, seconds=30.0, pause=0.6, until="reads"
    )
    assert kills > 20
    assert counted(tmp_path / "notes", "reads") > 100
    all_is_well(tmp_path / "cache")
