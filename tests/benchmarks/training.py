"""What it costs to train when little or nothing is due, against a Python that does nothing.

    python -m tests.benchmarks.training

Three projects: the example assistant, a small one with a pipeline that computes with matrices (needs the extra
`sklearn`), and the same with 2,000 examples more. Each is copied and trained first. The rows run in turn, five rounds;
the figures are the best seconds of each and the ratio to `python -c pass`. Edits differ from round to round, so none is
found in the cache. Bytecode is kept in a folder of its own, as an installed program has it, whatever the environment
says.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from tests.acceptance.nodes_project import FILES

ROUNDS = 5
ASSISTANT = Path(__file__).parents[2] / "docs/tutorial/assistant"
TRAIN = [sys.executable, "-m", "tenprint", "train"]
NOTHING = "python -c pass"
EDITED = "examples: option of the classifier edited"
COLD = "examples: trained from nothing"


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(*command: str, cwd: Path, **environment: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=cwd, env={**os.environ, **environment})


def projects(folder: Path) -> Iterator[tuple[str, Path]]:
    assistant = folder / "assistant"
    shutil.copytree(ASSISTANT, assistant, ignore=shutil.ignore_patterns("models"))
    yield "assistant", assistant
    matrices = folder / "matrices"
    for path, text in FILES.items():
        (matrices / path).parent.mkdir(parents=True, exist_ok=True)
        (matrices / path).write_text(text, encoding="utf-8")
    yield "matrices", matrices
    examples = Path(shutil.copytree(matrices, folder / "examples"))
    (examples / "data/more.yml").write_text(more_examples(), encoding="utf-8")
    yield "examples", examples


def more_examples() -> str:
    """Write 2,000 examples of twenty intents, each with words of its own."""
    chance = random.Random(1)
    lines = ["nlu:"]
    for intent in range(20):
        lines += [f"- intent: topic_{intent}", "  examples: |"]
        words = [f"word{number}" for number in range(intent * 15, intent * 15 + 40)]
        lines += [f"    - {' '.join(chance.choices(words, k=6))} {number}" for number in range(100)]
    return "\n".join(lines) + "\n"


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{path} has no {before!r}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def timed(prepare: Callable[[], object], work: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        prepare()
        return seconds(work)

    return measured


def edits(path: Path, before: str, text: str) -> Callable[[], None]:
    """Return what replaces a text by `text` with the next number in it."""
    numbers, now = count(1), [before]

    def edit() -> None:
        new = text.format(next(numbers))
        replaced(path, now[0], new)
        now[0] = new

    return edit


def rows_of(name: str, project: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    if name == "examples":
        yield from option_rows(project)
        return
    file = project / ("domain/responses.yml" if name == "assistant" else "domain.yml")
    edit = edits(file, "mind the ladder" if name == "assistant" else "Hello!", "Round {}!")

    def train() -> None:
        run(*TRAIN, cwd=project)

    yield f"{name}: one reply edited", timed(edit, train)
    yield f"{name}: nothing due, after a training", timed(lambda: None, train)
    settled = Path(shutil.copytree(project, project.parent / f"settled-{name}"))
    run(*TRAIN, cwd=settled)
    time.sleep(2.5)  # an answer is written down when all that it tells about is older than the run
    run(*TRAIN, cwd=settled)
    yield f"{name}: nothing due, asked again", timed(lambda: None, lambda: run(*TRAIN, cwd=settled))


def option_rows(project: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """An option of the classifier edited, and the same trained from nothing."""
    name = "- name: LogisticRegressionClassifier\n"
    edit = edits(project / "config.yml", name, name + "  tol: 0.0001{:03}\n")
    yield EDITED, timed(edit, lambda: run(*TRAIN, cwd=project))
    empty = count()

    def cold() -> None:
        cache = project.parent / f"empty-{next(empty)}"
        run(*TRAIN, "--models", f"models-{cache.name}", cwd=project, TENPRINT_CACHE_DIR=str(cache))

    yield COLD, timed(lambda: None, cold)


def main() -> None:
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        os.environ |= {"TENPRINT_CACHE_DIR": f"{folder}/cache", "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        rows = {NOTHING: timed(lambda: None, lambda: run(sys.executable, "-c", "pass", cwd=folder))}
        for name, project in projects(folder):
            run(*TRAIN, cwd=project)
            rows |= dict(rows_of(name, project))
        best = dict.fromkeys(rows, float("inf"))
        for _ in range(ROUNDS):
            for name, measure in rows.items():
                best[name] = min(best[name], measure())
    for name, taken in best.items():
        print(f"{name:45}{taken * 1000:8.0f} ms{taken / best[NOTHING]:8.1f}x")
    print(f"{'edited against from nothing':45}{best[EDITED] / best[COLD]:11.2f}")


if __name__ == "__main__":
    main()
