"""A process that trains the same few models on a shared cache until it is killed; run by test_training_processes.py.

What it trained it compares with what must come out, which follows from the numbers it trained on. What is wrong goes
to a file of its own, because this process will not live to tell.
"""

import os
import random
import sys
import tarfile
import tempfile
from pathlib import Path

import anyio
from tests.graph_components import node
from tests.training_components import Add, Loader, Ran, Trainer, configuration

from tenprint.fingerprinting.engine import DiskCache, GraphModelConfiguration, GraphTrainer, LocalModelStorage
from tenprint.importers.store import Store

MODELS = [(number, option) for number in range(3) for option in range(2)]


def model(number: int, option: int) -> GraphModelConfiguration:
    graph = {
        "in": node(Add, config={"plus": number}, is_input=True),
        "sum": node(Add, config={"plus": 1}, needs={"i": "in"}),
        "first": node(Trainer, "train", {"option": option}, needs={"data": "sum"}, target=True),
        "loaded": node(Loader, "process", needs={"resource": "first"}, constructor="load"),
        "second": node(Trainer, "train", needs={"data": "loaded"}, target=True),
        "large": node(Trainer, "train", {"large": "x" * 1_500_000}, needs={"data": "sum"}, target=True),
    }
    return configuration(graph, ["first", "second", "large"])


def expected(number: int, option: int) -> dict[str, str]:
    first = f"trained on {number + 1} with {{'option': {option}}}"
    large = f"trained on {number + 1} with {{'large': '{'x' * 1_500_000}'}}"
    return {"first/model": first, "second/model": f"trained on {first} with {{}}", "large/model": large}


async def trained(cache: DiskCache, folder: Path, number: int, option: int) -> tuple[list[str], list[str]]:
    """Train in an empty folder; the answer are the nodes that ran, and what is wrong with the model."""
    ran = Ran()
    trainer = GraphTrainer(LocalModelStorage(folder / "storage"), cache, hooks=[ran], graph=str(option))
    outcome = await trainer.train(model(number, option), {}, folder / "model.tar.gz")
    wrong = [problem.message for problem in outcome.problems if problem.code != "cache-busy"]
    with tarfile.open(folder / "model.tar.gz") as archive:
        found = {name: archive.extractfile(name) for name in expected(number, option)}
        texts = {name: "" if file is None else file.read().decode() for name, file in found.items()}
    if texts != expected(number, option):
        wrong.append(f"{number} {option}: {str(texts)[:500]}")
    return ran.taken(), wrong


def main() -> None:
    root, notes, seed = sys.argv[1:]
    chance = random.Random(int(seed))  # noqa: S311 - chance is no secret
    cache = DiskCache(Store(Path(root)))
    for count in range(10**9):
        with tempfile.TemporaryDirectory(dir=notes) as folder:
            _, wrong = anyio.run(trained, cache, Path(folder), *chance.choice(MODELS))
        if wrong:
            Path(notes, f"wrong-{os.getpid()}").write_text("\n".join(wrong), encoding="utf-8")
        Path(notes, f"trained-{os.getpid()}").write_text(str(count + 1), encoding="utf-8")


if __name__ == "__main__":
    main()
