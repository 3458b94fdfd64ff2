"""The same graph, run in whatever way, has the same keys, verdicts and archive."""

import gzip
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from tests.far_components import far_components, learning

from tenprint.fingerprinting.engine import GraphTrainer, LocalGraphRunner, LocalModelStorage, MemoryCache


@pytest.fixture
def far(tmp_path: Path) -> Iterator[ModuleType]:
    with far_components(tmp_path / "modules") as module:
        yield module


def trained_twice(far: ModuleType, folder: Path, backend: str, slots: int, component: str) -> list[Any]:
    """Train, edit the numbers, and train again; return all there is to compare."""
    numbers = folder / "numbers"
    configuration = learning(getattr(far, component), numbers)
    cache = MemoryCache()
    seen: list[Any] = []

    async def train(number: int) -> None:
        storage = LocalModelStorage(folder / f"storage{number}")
        runner_factory: Any = partial(LocalGraphRunner.create, limits={"cpu": slots})
        trainer = GraphTrainer(storage, cache, runner_factory)
        outcome = await trainer.train(configuration, {}, folder / f"model{number}.tar.gz")
        nodes = outcome.nodes.values()
        told = {node.name: [reason.to_json() for reason in node.reasons] for node in nodes}
        seen.append({node.name: (node.verdict, told[node.name]) for node in nodes})
        seen.append({node.name: (node.key and node.key.digest, node.output_fingerprint) for node in nodes})
        seen.append(gzip.decompress((folder / f"model{number}.tar.gz").read_bytes()))

    for number, text in enumerate(("1 2 3", "1 2 3", "1 2 3 4", "1 2 3")):
        numbers.write_text(text, encoding="utf-8")
        anyio.run(train, number, backend=backend)
    return seen


def test_slots_and_event_loops_change_nothing(far: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    # The path of the numbers is an option, so all runs are in one folder.
    folder = tmp_path / "run"
    runs = []
    for backend in ("asyncio", "trio"):
        for slots in (1, 8):
            folder.mkdir()
            runs.append(trained_twice(far, folder, backend, slots, "Learner"))
            folder.rename(tmp_path / f"{backend}-{slots}")
    assert all(run == runs[0] for run in runs)
    first, again, edited, back = runs[0][::3]
    assert {verdict for verdict, _ in first.values()} == {"run"}
    assert "run" not in {verdict for name, (verdict, _) in again.items() if name != "read"}
    assert edited["scale0"][0] == "run"
    assert back == again
    archives = runs[0][2::3]
    assert archives[0] == archives[1] == archives[3] != archives[2]


def test_a_process_for_each_node_changes_nothing(
    far: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    near, apart = tmp_path / "near", tmp_path / "apart"
    resources = []
    for folder, component in ((near, "Learner"), (apart, "LearnerApart")):
        folder.mkdir()
        trained_twice(far, folder, "asyncio", 8, component)
        storage = LocalModelStorage(folder / "storage0")
        resources.append({each.name: storage.resource_fingerprint(each) for each in storage.resources()})
    assert resources[0] == resources[1]
    assert set(resources[0]) == {"nlu/learn", "nlu/other"}
