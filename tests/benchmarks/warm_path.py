"""What a run costs that finds little or nothing new, against a Python that does nothing, git, and the bare bytes.

    python tests/benchmarks/warm_path.py PROJECT

PROJECT is any project folder that `tenprint train` can train; what `large_project.py` writes is trained with its
policies replaced by one that takes any dialogues. It is copied and trained first. The rows run in turn, in rounds; the
figures are the best seconds of each. Within the process the answer that nothing has changed is held against a loop that
reads and digests the same files and does nothing else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tenprint.plugins.cli import memo

ROUNDS = 7
CONFIG = "language: en\npipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: MemoizationPolicy\n"
TENPRINT = [sys.executable, "-m", "tenprint"]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def prepared(source: Path, folder: Path) -> Path:
    """Copy the project, put it under git, and train it."""
    project = Path(shutil.copytree(source, folder / "project", ignore=shutil.ignore_patterns("models", ".git")))
    (project / "config.yml").write_text(CONFIG)
    os.chdir(project)
    run("git", "init", "-q")
    run("git", "add", ".")
    run("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "one")
    run(*TENPRINT, "train")
    time.sleep(2.5)
    for options in ([], ["--trust-stat"]):
        run(*TENPRINT, "plan", *options)
    return project


def bare_loop(paths: list[str]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        sha256(os.read(descriptor, os.fstat(descriptor).st_size + 1)).digest()
        os.close(descriptor)


def rows_of(project: Path) -> dict[str, Callable[[], object]]:
    found = [memo._read(str(path)) for path in (project.parent / "cache" / "memo").iterdir()]
    reading, trusting = sorted(found, key=lambda each: each["trusting"])
    edited = next(path for path in sorted((project / "data").rglob("*.yml")) if b"nlu:" in path.read_bytes())
    content = edited.read_text()
    count = iter(range(10**6))

    def change() -> None:
        edited.write_text(f"{content}\n# {next(count)}")
        run(*TENPRINT, "plan")
        edited.write_text(content)

    return {
        "python -c pass": lambda: run(sys.executable, "-c", "pass"),
        "git status": lambda: run("git", "status", "--short"),
        "plan, nothing changed, --trust-stat": lambda: run(*TENPRINT, "plan", "--trust-stat"),
        "plan, nothing changed": lambda: run(*TENPRINT, "plan"),
        "plan, one file changed": change,
        "plan --no-cache": lambda: run(*TENPRINT, "plan", "--no-cache"),
        "in the process: read and digest all files": lambda: bare_loop(list(reading["files"])),
        "in the process: nothing changed": lambda: memo._repeated(reading, os.environ),
        "in the process: nothing changed, trusting": lambda: memo._repeated(trusting, os.environ),
    }


def main(source: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TENPRINT_CACHE_DIR"] = f"{folder}/cache"
        rows = rows_of(prepared(source.absolute(), Path(folder)))
        best = dict.fromkeys(rows, float("inf"))
        for _ in range(ROUNDS):
            for name, work in rows.items():
                best[name] = min(best[name], seconds(work))
        os.chdir("/")
    python, loop = best["python -c pass"], best["in the process: read and digest all files"]
    for name, taken in best.items():
        against = taken / (loop if name.startswith("in the process") else python)
        print(f"{name:45}{taken * 1000:8.1f} ms{against:8.1f}x")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
