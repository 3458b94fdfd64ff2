"""A git source of 1,000 YAML files from a local smart-HTTP server, against git itself.

    python -m tests.benchmarks.git_source [ROUNDS]

    clone and read   `git clone --depth 1`, then all files read as bytes
    into the store   the importer with an empty cache until all files lie in the store, as `tenprint lock` does it:
                     commit resolved, fetched without a checkout, every content under its sha256, recorded
    clone and parse  the clone, then a snapshot of the importer `file`: what a project does that is checked out
    cold snapshot    a snapshot of the importer `git` with an empty cache
    ls-remote        `git ls-remote URL HEAD`
    unchanged        the importer with a full cache, in this process, as above: is the source what the store has?
    warm snapshot    a snapshot with a full cache; nothing is fetched, everything is verified and parsed

All of them run in turn in each round. Figures are wall seconds, because much of it is waiting for other processes, and
ratios are of the best of all rounds: what else runs on the machine only ever adds. Nothing is deleted in between,
because ext4 makes files slowly for some seconds after many were deleted.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import anyio
import anyio.to_thread
from tests.importers.git.repositories import ENVIRONMENT, Repository
from tests.importers.git.smart_http import served

from tenprint.importers import ImporterContext
from tenprint.importers.file import FileImporter
from tenprint.importers.git import GitImporter

FILES = 1000
ROUNDS = 15
RATIOS = (
    ("into the store", "clone and read"),
    ("cold snapshot", "clone and parse"),
    ("unchanged", "ls-remote"),
    ("warm snapshot", "ls-remote"),
)

Work = Callable[[], Awaitable[object]]


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, env=ENVIRONMENT, capture_output=True)


async def clone_and_read(url: str, folder: Path) -> None:
    def work() -> None:
        git("clone", "--quiet", "--depth", "1", url, str(folder))
        assert len([path.read_bytes() for path in folder.rglob("*.yml")]) == FILES

    await anyio.to_thread.run_sync(work)


async def clone_and_parse(url: str, folder: Path) -> None:
    await anyio.to_thread.run_sync(lambda: git("clone", "--quiet", "--depth", "1", url, str(folder)))
    assert len((await FileImporter({}, ImporterContext(folder)).snapshot()).documents) == FILES


async def fetch(url: str, cache: Path) -> None:
    importer = GitImporter({"url": url, "allow_http": True}, ImporterContext(cache.parent, cache=cache))
    assert (await importer.locked()).files == FILES
    await importer.aclose()


async def snapshot(url: str, cache: Path) -> None:
    importer = GitImporter({"url": url, "allow_http": True}, ImporterContext(cache.parent, cache=cache))
    assert len((await importer.snapshot()).documents) == FILES
    await importer.aclose()


def works(url: str, folder: Path) -> dict[str, Work]:
    """All works of one round, each with places of its own."""
    return {
        "clone and read": lambda: clone_and_read(url, folder / "read"),
        "into the store": lambda: fetch(url, folder / "fetched"),
        "clone and parse": lambda: clone_and_parse(url, folder / "parsed"),
        "cold snapshot": lambda: snapshot(url, folder / "snapshot"),
        "ls-remote": lambda: anyio.to_thread.run_sync(lambda: git("ls-remote", "--quiet", url, "HEAD")),
        "unchanged": lambda: fetch(url, folder / "fetched"),
        "warm snapshot": lambda: snapshot(url, folder / "fetched"),
    }


async def measured(url: str, folder: Path, rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in works(url, folder)}
    for number in range(rounds):
        place = folder / str(number)
        place.mkdir()
        for name, work in works(url, place).items():
            start = time.perf_counter()
            await work()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def main(rounds: int) -> None:
    version = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="tenprint-benchmark-") as folder:
        repository = Repository(Path(folder, "repository"))
        repository.packed(FILES)
        with served(repository.bare.parent) as server:
            seconds = anyio.run(measured, f"{server.url}/assistant.git", Path(folder), rounds)
    print(f"{FILES} files, {rounds} rounds, {version}, Python {sys.version.split()[0]}")
    for name, found in seconds.items():
        print(f"{name:15}  best {min(found) * 1000:4.0f} ms  median {median(found) * 1000:4.0f} ms")
    for work, yardstick in RATIOS:
        print(f"{work} / {yardstick}: {min(seconds[work]) / min(seconds[yardstick]):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
