"""Reading parts of a large project with one process and with two, which says from what size on it pays.

    python -m tests.benchmarks.several_processes PROJECT

PROJECT is what `large_project.py` writes. Each part is read five times by one process and by two in turn, as a first
run does, which keeps what it reads for later runs; the figures are the best of five, in milliseconds on the clock.
"""

import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

import anyio
import anyio.to_thread

from tenprint.importers import DocumentId, ReadingRules, SourceFile
from tenprint.importers.known_readings import KnownReadings
from tenprint.importers.spreading import SPREAD_BYTES, read_files
from tenprint.importers.store import Store

ROUNDS = 5
SIZES = {"nlu": (1, 2, 3, 4, 5.5), "stories": (0.5, 1, 1.5, 2, 3)}
"""Megabytes of each folder of the project; processes are started from `SPREAD_BYTES` on only."""


def part_of(folder: Path, size: float) -> dict[int, SourceFile]:
    """Return the first files of a folder that have so many megabytes together."""
    files = [SourceFile(DocumentId("file", str(path)), "data", path.read_bytes()) for path in sorted(folder.iterdir())]
    ends = accumulate(len(file.content) for file in files)
    return dict(enumerate(file for file, end in zip(files, ends, strict=True) if end <= size * 1e6))


def milliseconds(files: dict[int, SourceFile], workers: int) -> float:
    with tempfile.TemporaryDirectory() as cache:
        known = KnownReadings(lambda: Store(Path(cache)), Path(cache))

        async def read() -> None:
            await read_files(files, ReadingRules(), known, workers=workers)
            await anyio.to_thread.run_sync(known.save)

        start = time.perf_counter()
        anyio.run(read)
        return (time.perf_counter() - start) * 1000


def main(project: Path) -> None:
    print(f"processes are started from {SPREAD_BYTES / 1e6} MB on")
    for folder, sizes in SIZES.items():
        for size in sizes:
            files = part_of(project / "data" / folder, size)
            taken = [(milliseconds(files, 1), milliseconds(files, 2)) for _ in range(ROUNDS)]
            one, two = map(min, zip(*taken, strict=True))
            print(f"{folder:8} {size:4} MB   one process {one:5.0f} ms   two {two:5.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
