"""Many processes train on one cache and are killed at random: all models are right, and then nothing runs again."""

import random
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from tests.fingerprinting.engine.training_worker import MODELS, trained
from tests.killing import counted, killed_at_random

from tenprint.fingerprinting.engine import DiskCache
from tenprint.importers.store import Store

WORKER = Path(__file__).with_name("training_worker.py")


def nothing_runs_again(root: Path, folder: Path) -> None:
    with closing(Store(root)) as store:
        cache = DiskCache(store)
        for time_around in range(2):
            for number, option in MODELS:
                place = folder / f"{time_around}-{number}-{option}"
                place.mkdir(parents=True)
                ran, wrong = anyio.run(trained, cache, place, number, option)
                assert wrong == []
                assert not time_around or ran == []
        verified = store.verify()
        assert verified.problems == ()
        assert verified.records > 0
        assert store.stats().quarantined == 0


def test_a_few_processes_are_killed(tmp_path: Path) -> None:
    kills = killed_at_random(
        WORKER, tmp_path / "cache", tmp_path / "notes", count=3, seconds=3.0, pause=2.0, until="trained"
    )
    assert kills > 0
    nothing_runs_again(tmp_path / "cache", tmp_path / "after")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_thirty_two_processes_are_killed(tmp_path: Path) -> None:
    kills = killed_at_random(
        WORKER, tmp_path / "cache", tmp_path / "notes", count=32, seconds=90.0, pause=4.0, until="trained"
    )
    assert kills > 10
    assert counted(tmp_path / "notes", "trained") > 10
    nothing_runs_again(tmp_path / "cache", tmp_path / "after")


@pytest.mark.parametrize("place", ["payload", "index"])
def test_flipped_bits_are_noticed_and_healed(tmp_path: Path, place: str) -> None:
    root = tmp_path / "cache"
    with closing(Store(root)) as store:
        anyio.run(trained, DiskCache(store), tmp_path / "first", 1, 1)
    chance = random.Random(1)  # noqa: S311 - chance is no secret
    files = [path for path in (root / "store" / "cas").rglob("*") if path.is_file()]
    for path in files if place == "payload" else [root / "store" / "index.sqlite"]:
        content = bytearray(path.read_bytes())
        for _ in range(1 if place == "payload" else 50):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
    with closing(Store(root)) as store:
        ran, wrong = anyio.run(trained, DiskCache(store), tmp_path / "second", 1, 1)
        assert ran
        assert len(wrong) <= 1 + (place == "index")
        assert all("damaged" in line or "put aside" in line for line in wrong)
    with closing(Store(root)) as store:
        assert anyio.run(trained, DiskCache(store), tmp_path / "third", 1, 1) == ([], [])
