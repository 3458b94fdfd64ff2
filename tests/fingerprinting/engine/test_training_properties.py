"""Random graphs, random edits, random losses: what comes out is one lineage, the same as without a cache."""

import random
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.graph_components import Plain, node
from tests.training_components import Ran, Unstorable, configuration

from tenprint.fingerprinting.engine import (
    DiskCache,
    GraphTrainer,
    LocalModelStorage,
    MemoryCache,
    Resource,
    SchemaNode,
    TrainingCache,
)
from tenprint.importers.store import Store

_NUMBERS = count()


class Chained(Plain):
    """Writes down what its parents have written, and what its options say; the `noisy` never the same twice."""

    def train(self, **parents: Resource) -> Resource:
        texts = []
        for parent in sorted(parents):
            with self.storage.read_from(parents[parent]) as folder:
                texts.append((folder / "text").read_text(encoding="utf-8"))
        noise = f" {next(_NUMBERS)}" if self.config.get("noisy") else ""
        own = f"{self.config['weight']}{noise}"
        with self.storage.write_to(self.resource) as folder:
            (folder / "text").write_text(f"{own}({','.join(texts)})", encoding="utf-8")
        return self.resource


class NotKept(Unstorable, Chained):
    """What it writes is never stored."""


def random_graph(chance: random.Random) -> dict[str, SchemaNode]:
    graph: dict[str, SchemaNode] = {}
    for number in range(chance.randint(2, 9)):
        parents = chance.sample(sorted(graph), min(len(graph), chance.randint(0, 3)))
        config = {"weight": chance.randint(0, 3), "noisy": chance.random() < 0.3}
        if config["noisy"]:
            # Two nodes with equal keys would have two outputs, when one of them is forced.
            config["own"] = number
        graph[f"n{number}"] = node(
            NotKept if chance.random() < 0.2 else Chained,
            "train",
            config,
            needs={f"p{place}": parent for place, parent in enumerate(parents)},
            target=chance.random() < 0.5,
        )
    graph[max(graph)].is_target = True
    return graph


def edited(chance: random.Random, graph: Mapping[str, SchemaNode]) -> None:
    for each in graph.values():
        if chance.random() < 0.2:
            each.config["weight"] = chance.randint(0, 3)


def harmed(chance: random.Random, store: Store) -> None:
    """Lose, or damage, some of the contents."""
    for path in sorted(path for path in (store.folder / "cas").rglob("*") if path.is_file()):
        lot = chance.random()
        if lot < 0.15:
            path.unlink()
        elif lot < 0.3:
            path.write_bytes(b"rotten")


def text_of(storage: LocalModelStorage, name: str) -> str:
    with storage.read_from(Resource(name)) as folder:
        return (folder / "text").read_text(encoding="utf-8")


def expected(graph: Mapping[str, SchemaNode], name: str) -> str:
    """Say what a node writes, leaving out noise."""
    parents = [expected(graph, graph[name].needs[parameter]) for parameter in sorted(graph[name].needs)]
    return f"{graph[name].config['weight']}({','.join(parents)})"


def is_one_lineage(storage: LocalModelStorage, graph: Mapping[str, SchemaNode], name: str) -> None:
    """Compare what a node was trained on with what is in the model now, as far as that is there."""
    text = text_of(storage, name)
    parents = [graph[name].needs[parameter] for parameter in sorted(graph[name].needs)]
    if all(storage.holds(Resource(parent)) for parent in parents):
        assert text[text.index("(") :] == f"({','.join(text_of(storage, parent) for parent in parents)})"


def without_noise(text: str) -> str:
    parts, is_noise = [], False
    for character in text:
        is_noise = character == " " or (is_noise and character.isdigit())
        parts.append("" if is_noise else character)
    return "".join(parts)


async def trained(
    cache: TrainingCache, folder: Path, graph: Mapping[str, SchemaNode], force: Any
) -> tuple[list[str], dict[str, str]]:
    ran = Ran()
    storage = LocalModelStorage(folder)
    outcome = await GraphTrainer(storage, cache, hooks=[ran]).train(configuration(graph), {}, None, force=force)
    for name, each in graph.items():
        if each.is_target:
            assert without_noise(text_of(storage, name)) == expected(graph, name)
        if storage.holds(Resource(name)):
            is_one_lineage(storage, graph, name)
    return ran.taken(), {name: each.verdict for name, each in outcome.nodes.items()}


async def sequence(seed: int, folder: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance is no secret
    graph = random_graph(chance)
    with closing(Store(folder / "cache")) as store:
        cache = DiskCache(store)
        for step in range(6):
            force = chance.choice([False, False, False, chance.sample(sorted(graph), 1), True])
            ran, verdicts = await trained(cache, folder / f"a{step}", graph, force)
            # Of nodes with equal keys one runs.
            assert set(ran) <= {name for name, verdict in verdicts.items() if verdict == "run"}
            again, _ = await trained(cache, folder / f"b{step}", graph, force=False)
            kept = [name for name in again if graph[name].uses is Chained]
            noisy = any(each.config["noisy"] for each in graph.values())
            assert kept == [] or (noisy and any(graph[name].uses is NotKept for name in again))
            edited(chance, graph)
            if chance.random() < 0.5:
                harmed(chance, store)


@pytest.mark.parametrize("seed", range(20))
def test_random_edits_and_losses_leave_one_lineage(tmp_path: Path, seed: int) -> None:
    anyio.run(sequence, seed, tmp_path, backend=("asyncio", "trio")[seed % 2])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 220))
def test_many_random_edits_and_losses_leave_one_lineage(tmp_path: Path, seed: int) -> None:
    anyio.run(sequence, seed, tmp_path, backend=("asyncio", "trio")[seed % 2])


@pytest.mark.anyio
async def test_a_ladder_of_forty_levels_is_trained_in_linear_time(tmp_path: Path) -> None:
    graph = {"l0": node(Chained, "train", {"weight": 1}), "r0": node(Chained, "train", {"weight": 2})}
    for level in range(1, 40):
        # Only one side is written down, or the text would double with each level.
        needs = {"a": f"l{level - 1}", "b": f"r{level - 1}"}
        graph[f"l{level}"] = node(Shortened, "train", {"weight": level}, needs=needs)
        graph[f"r{level}"] = node(Shortened, "train", {"weight": -level}, needs=needs, target=level == 39)
    cache = MemoryCache()
    ran = Ran()
    for expected_runs in (len(graph) - 1, 0):
        storage = LocalModelStorage(tmp_path / str(expected_runs))
        await GraphTrainer(storage, cache, hooks=[ran]).train(configuration(graph), {}, None)
        assert len(ran.taken()) == expected_runs


class Shortened(Chained):
    def train(self, **parents: Resource) -> Resource:
        return super().train(a=parents["a"])
