"""A process that writes and reads a store until it is killed; run by test_processes.py.

Whatever it reads it compares with what must be there, since contents follow from their number. What is wrong goes to
a file of its own, because this process will not live to tell.
"""

import os
import random
import sys
from hashlib import sha256
from pathlib import Path

from tenprint.importers.store import Store

NUMBERS = 60
VERSIONS = 4


def content_of(number: int, version: int) -> bytes:
    return sha256(b"%d.%d" % (number, version)).digest() * (1 + number * 7)


class Worker:
    """One process; `work` does one thing."""

    def __init__(self, root: Path, notes: Path, seed: int) -> None:
        self.store = Store(root)
        self.notes = notes
        self.chance = random.Random(seed)  # noqa: S311 - chance is no secret
        self.reads = 0

    def work(self) -> None:
        number = self.chance.randrange(NUMBERS)
        wanted = self.chance.choices((self.write, self.stream, self.read, self.collect), (4, 1, 8, 0.1))[0]
        wanted(number)
        self.blame([problem.message for problem in self.store.problems if problem.code != "cache-busy"])

    def write(self, number: int) -> None:
        versions = self.chance.sample(range(VERSIONS), 2)
        digests = self.store.put_all(content_of(number, version) for version in versions)
        self.store.record("kill", str(number), {"versions": versions}, digests)

    def stream(self, number: int) -> None:
        content = content_of(number, 0)
        path = self.store.new_file()
        with path.open("xb") as file:
            for start in range(0, len(content), 1000):
                file.write(content[start : start + 1000])
        self.store.record("kill", str(number), {"versions": [0]}, [self.store.take(path)])

    def read(self, number: int) -> None:
        found = self.store.find("kill", str(number))
        if found is None:
            return
        for digest, version in zip(found.contents, found.value["versions"], strict=True):
            content = self.store.get(digest)
            if content != content_of(number, version):
                self.blame([f"{number}.{version} was {content if content is None else len(content)}"])
        self.reads += 1
        if self.reads % 10 == 1:
            (self.notes / f"reads-{os.getpid()}").write_text(str(self.reads), encoding="utf-8")

    def collect(self, number: int) -> None:
        self.store.gc(quota=10**9 + number)

    def blame(self, wrong: list[str]) -> None:
        if wrong:
            (self.notes / f"wrong-{os.getpid()}").write_text("\n".join(wrong), encoding="utf-8")


def main() -> None:
    root, notes, seed = sys.argv[1:]
    worker = Worker(Path(root), Path(notes), int(seed))
    while True:
        worker.work()


if __name__ == "__main__":
    main()
