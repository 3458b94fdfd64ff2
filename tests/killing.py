"""Workers that are killed at random, for tests of what outlives that."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def killed_at_random(
    script: Path, root: Path, notes: Path, *, count: int, seconds: float, pause: float, until: str
) -> int:
    """Keep so many workers going, killing one after the other, and return how many were killed.

    It takes at least so many seconds, and on a busy machine as many more as the workers need to count something under
    the name `until`.

    Each runs a script, which is given the cache, the folder `notes`, and its number. What it finds wrong it writes
    there, as `wrong-*`; nothing of that may be there at the end, nor on stderr.
    """
    notes.mkdir()
    chance = random.Random(7)  # noqa: S311 - chance is no secret
    workers = [_started(script, root, notes, number) for number in range(count)]
    kills, end = 0, time.monotonic() + seconds
    try:
        while time.monotonic() < end or not counted(notes, until):
            time.sleep(chance.uniform(0.0, pause))
            position = chance.randrange(count)
            workers[position].kill()
            workers[position].wait()
            kills += 1
            workers[position] = _started(script, root, notes, count + kills)
    finally:
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()
    assert [path.read_text() for path in notes.glob("wrong-*")] == []
    assert [path.read_text() for path in notes.glob("stderr-*") if path.stat().st_size] == []
    return kills


def counted(notes: Path, name: str) -> int:
    """Add up what the workers have counted under a name."""
    return sum(int(path.read_text() or 0) for path in notes.glob(f"{name}-*"))


def _started(script: Path, root: Path, notes: Path, number: int) -> "subprocess.Popen[bytes]":
    with (notes / f"stderr-{number}").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, str(script), str(root), str(notes), str(number)],
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
