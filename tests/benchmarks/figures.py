"""Every figure of performance in one interleaved run, as ratios of things that ran in turn.

    python -m tests.benchmarks.figures PROJECT

PROJECT is what `large_project.py` writes. It is copied and trained first, and one with ten times its files is written
beside it. Each round does everything once; a figure is the best of the rounds. Rows that say so are CPU seconds, all
others seconds on the clock.
"""

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
from tests.benchmarks import large_project
from tests.benchmarks.cold_fingerprint import (
    COLD,
    cold_fingerprint,
    drain,
    fingerprint,
    peak,
    processor_seconds,
    texts_of,
    variables,
)
from tests.benchmarks.warm_path import (
    CHANGED,
    PARSED,
    prepared,
    rows_of,
    run,
    seconds,
)
from tests.benchmarks.watching import edit_seconds

ROUNDS = 5
MANY_TIMES, MANY_ROUNDS = 10, 2
"""How much larger the other project is, and how often it is read: that takes a quarter of a minute."""
_TICK_SECONDS = 0.001

FRESH = "import sys; from tenprint.plugins import run_project; run_project(sys.argv[1], 'fingerprint')"


def fresh(path: Path) -> float:
    """Fingerprint a project in a process of its own, cold; return its CPU seconds."""
    before = os.times()
    subprocess.run([sys.executable, "-c", FRESH, str(path)], check=True, env={**os.environ, **COLD})
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def first_run(path: Path, folder: Path, *, workers: int) -> None:
    """Fingerprint a project as a run without options does that finds an empty cache, and leaves a full one."""
    cache = tempfile.mkdtemp(dir=folder)
    cold_fingerprint(path, {"TENPRINT_CACHE_DIR": cache, "TENPRINT_WORKERS": str(workers)})


def lag(path: Path) -> float:
    """Fingerprint a project while a task ticks; return the delay that 99 of 100 ticks kept below."""
    delays: list[float] = []

    async def tick() -> None:
        while True:
            start = time.perf_counter()
            await anyio.sleep(_TICK_SECONDS)
            delays.append(time.perf_counter() - start - _TICK_SECONDS)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tick)
            await fingerprint(path)
            tasks.cancel_scope.cancel()

    anyio.run(main)
    return sorted(delays)[math.ceil(len(delays) * 0.99) - 1]


def rows(source: Path, project: Path) -> dict[str, Callable[[], float]]:
    """Return what is measured, by name; each is called once a round."""
    texts = texts_of(source)
    clocked: dict[str, Callable[[], object]] = {
        **rows_of(project),
        "cold, one process": lambda: cold_fingerprint(source),
        "cold, two processes": lambda: cold_fingerprint(source, {**COLD, "TENPRINT_WORKERS": "2"}),
        "first run, one process": lambda: first_run(source, project.parent, workers=1),
        "first run, two processes": lambda: first_run(source, project.parent, workers=2),
    }
    del clocked["git status"], clocked["plan --no-cache"]
    return {
        "drain, CPU": lambda: processor_seconds(lambda: drain(texts)),
        "cold, CPU": lambda: processor_seconds(lambda: cold_fingerprint(source)),
        "fresh process, CPU": lambda: fresh(source),
        **{name: partial(seconds, work) for name, work in clocked.items()},
    }


def told(best: dict[str, float]) -> list[tuple[str, float, str]]:
    """Return the figures by what they say, with what is wanted."""
    bare, warm = best["python -c pass"], best["plan, nothing changed"]
    loop = best["in the process: read and digest all files"]
    return [
        ("cold / drain of libyaml events, CPU", best["cold, CPU"] / best["drain, CPU"], "<= 2"),
        ("one process / two, first run", best["first run, one process"] / best["first run, two processes"], ">= 1.3"),
        ("one process / two, without a cache", best["cold, one process"] / best["cold, two processes"], ">= 1.3"),
        ("warm inside the process / bare loop", best["in the process: nothing changed"] / loop, "<= 1.3"),
        ("plan, warm / python -c pass", warm / bare, "<= 14"),
        ("plan --trust-stat / python -c pass", best["plan, nothing changed, --trust-stat"] / bare, "<= 6"),
        ("one file changed / (2 warm + its parse)", best[CHANGED] / (2 * warm + best[PARSED]), "<= 1"),
        ("10,000 / 1,000 files, fresh process, CPU", best["many files, CPU"] / best["fresh process, CPU"], "<= 11"),
        ("event-loop lag p99, ms", best["lag"] * 1000, "<= 15"),
        ("watch answers an edit, ms", best["watch"] * 1000, "< 200"),
        ("peak memory, cold, MiB", best["peak"], "< 150"),
    ]


def main(source: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, large_project.__file__, f"{folder}/many", str(MANY_TIMES))
        os.environ["TENPRINT_CACHE_DIR"] = f"{folder}/cache"
        project = prepared(source, Path(folder))
        measured = rows(source, project)
        best = dict.fromkeys((*measured, "lag", "watch", "many files, CPU"), math.inf)
        best["peak"] = peak(source, "fingerprint")
        for number in range(ROUNDS):
            for name, work in measured.items():
                best[name] = min(best[name], work())
            if number < MANY_ROUNDS:
                best["many files, CPU"] = min(best["many files, CPU"], fresh(Path(folder, "many")))
            with variables(COLD):
                best["lag"] = min(best["lag"], lag(source))
        os.chdir("/")
    best["watch"] = min(edit_seconds(source, edits=ROUNDS))
    for name, taken in best.items():
        print(f"{name:45}{taken:10.4f}")
    print()
    for name, figure, wanted in told(best):
        print(f"{name:45}{figure:8.2f}   wanted {wanted}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
