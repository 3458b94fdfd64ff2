"""What a run costs that finds little or nothing new, against a Python that does nothing, git, and the bare bytes.

    python tests/benchmarks/warm_path.py PROJECT

PROJECT is any project folder that `tenprint train` can train; what `large_project.py` writes is trained with its
policies replaced by one that takes any dialogues. It is copied and trained first. The rows run in turn, in rounds; the
figures are the best seconds of each. Within the process the answer that nothing has changed is held against a loop that
reads and digests the same files and does nothing else. The run after one example was added is held against twice the
run without changes and the parse of that file.
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

from tenprint.importers import DocumentId, ReadingRules, SourceFile, read_file
from tenprint.plugins.cli import memo

ROUNDS = 7
CHANGED = "plan, one file changed"
PARSED = "in the process: parse that file"
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


def example_file(project: Path) -> Path:
    """Find a file whose last line is an example."""
    found = (path for path in sorted((project / "data").rglob("*.yml")) if b"nlu:" in path.read_bytes())
    return next(path for path in found if path.read_text().splitlines()[-1].lstrip().startswith("- "))


def one_more_example(content: str) -> str:
    content = content.rstrip("\n")
    indent = content.splitlines()[-1].partition("-")[0]
    return f"{content}\n{indent}- one more {time.time_ns()}\n"


def another_action(content: str) -> str:
    """Edit a story so that Core is due: else the run would leave an answer for a file that is put back afterwards."""
    return content.replace("- action: ", "- action: another_", 1)


def story_file(project: Path) -> Path:
    return next(path for path in sorted((project / "data").rglob("*.yml")) if b"stories:" in path.read_bytes())


def planned_after(path: Path, edited: str) -> None:
    """Plan with another content of a file, and put the old one back."""
    content = path.read_text()
    path.write_text(edited)
    run(*TENPRINT, "plan")
    path.write_text(content)


def rows_of(project: Path) -> dict[str, Callable[[], object]]:
    found = [memo._read(str(path)) for path in (project.parent / "cache" / "memo").iterdir()]
    reading, trusting = sorted(found, key=lambda each: each["trusting"])
    nlu, stories = example_file(project), story_file(project)
    examples = nlu.read_bytes()

    return {
        "python -c pass": lambda: run(sys.executable, "-c", "pass"),
        "git status": lambda: run("git", "status", "--short"),
        "plan, nothing changed, --trust-stat": lambda: run(*TENPRINT, "plan", "--trust-stat"),
        "plan, nothing changed": lambda: run(*TENPRINT, "plan"),
        CHANGED: lambda: planned_after(nlu, one_more_example(nlu.read_text())),
        "plan, one file with stories changed": lambda: planned_after(stories, another_action(stories.read_text())),
        "plan --no-cache": lambda: run(*TENPRINT, "plan", "--no-cache"),
        "in the process: read and digest all files": lambda: bare_loop(list(reading["files"])),
        "in the process: nothing changed": lambda: memo.compared(reading, os.environ, {}),
        "in the process: nothing changed, trusting": lambda: memo.compared(trusting, os.environ, {}),
        PARSED: lambda: read_file(SourceFile(DocumentId("file", nlu.name), "data", examples), 0, ReadingRules()),
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
    wanted = 2 * best["plan, nothing changed"] + best[PARSED]
    print(f"{'two runs without changes, and the parse':45}{wanted * 1000:8.1f} ms")
    print(f"{'  ratio of the run with a changed file to that':45}{best[CHANGED] / wanted:8.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
