"""Cold load and fingerprint of a large project, against draining libyaml's events over the same bytes.

    python -m tests.benchmarks.cold_fingerprint PROJECT

PROJECT is any project folder; `large_project.py` makes one with 1,000 files and 100,000 examples. Both sides run in one
process, in turn, five times; the figures are the best CPU seconds of each (`time.process_time`), the ratio of the two,
and the peak memory of a fresh process that does nothing but the fingerprint, and of one that builds all values. Nothing
is taken from earlier runs, and no further process reads.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import anyio
import yaml

from tenprint.fingerprinting import model_fingerprint
from tenprint.plugins import open_project

ROUNDS = 5
COLD = {"TENPRINT_NO_CACHE": "1", "TENPRINT_WORKERS": "1"}

MEMORY = """
import sys
from tenprint.plugins import run_project
values = run_project(sys.argv[1], sys.argv[2])
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
# Not ru_maxrss: across exec it keeps what the parent process had.


def texts_of(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(path.rglob("*.yml"))]


def drain(texts: list[bytes]) -> None:
    for text in texts:
        for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
            pass


async def fingerprint(path: Path) -> None:
    async with open_project(path) as project:
        await model_fingerprint(project.importer)


@contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ[name] for name in values if name in os.environ}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]
        os.environ.update(before)


def cold_fingerprint(path: Path, environment: Mapping[str, str] = COLD) -> None:
    with variables(environment):
        anyio.run(fingerprint, path)


def processor_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def peak(path: Path, operation: str) -> int:
    """Peak memory in MiB of a process of its own."""
    command = [sys.executable, "-c", MEMORY, str(path), operation]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **COLD})
    return int(ran.stdout) // 1024


def main(path: Path) -> None:
    texts = texts_of(path)
    drains, fingerprints = [], []
    for _ in range(ROUNDS):
        drains.append(processor_seconds(lambda: drain(texts)))
        fingerprints.append(processor_seconds(lambda: cold_fingerprint(path)))
    print(f"{len(texts)} files, {sum(map(len, texts)) / 1e6:.1f} MB, Python {sys.version.split()[0]}")
    print(f"drain of libyaml events  {min(drains):.3f} s CPU")
    print(f"load and fingerprint     {min(fingerprints):.3f} s CPU")
    print(f"ratio                    {min(fingerprints) / min(drains):.2f}")
    print(f"peak memory              {peak(path, 'fingerprint')} MiB")
    print(f"peak memory with values  {peak(path, 'data')} MiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
