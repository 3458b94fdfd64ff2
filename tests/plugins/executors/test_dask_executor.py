"""Nodes on dask.distributed: on real clusters of two worker processes."""

import gzip
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from tests.far_components import far_components, learning
from tests.graph_components import Notes, calling, node

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    Executor,
    GraphCallError,
    GraphComponentError,
    GraphSchema,
    GraphTrainer,
    InvalidConfig,
    LocalGraphRunner,
    LocalModelStorage,
    MemoryCache,
    Resource,
)
from tenprint.importers import ConfigurationError
from tenprint.plugins.executors.addresses import Certificates
from tenprint.plugins.executors.dask_executor import DaskExecutor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
pytest.importorskip("distributed")


@pytest.fixture
def far(tmp_path: Path) -> Iterator[ModuleType]:
    with far_components(tmp_path / "modules") as module:
        yield module


@pytest.fixture
async def dask(far: ModuleType) -> AsyncIterator[DaskExecutor]:
    del far  # workers are started when its folder is on the search path
    async with await DaskExecutor.open(workers=2) as executor:
        yield executor


async def test_functions_run_on_two_workers(dask: DaskExecutor, far: ModuleType) -> None:
    assert not dask.capabilities.shares_memory
    assert dask.capabilities.slots == 2
    assert await dask.map(abs, range(-20, 0)) == list(range(20, 0, -1))
    pids: set[int] = set()

    async def work() -> None:
        pids.add(await dask.submit(far.pid_after, 0.5))

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(work)
    assert len(pids) == 2
    assert os.getpid() not in pids


async def test_failures_come_back(dask: DaskExecutor) -> None:
    with pytest.raises(ZeroDivisionError) as failed:
        await dask.submit(divmod, 1, 0)
    assert "in another process" in str(failed.value.__cause__)
    with pytest.raises(GraphCallError, match="cannot be sent"):
        await dask.submit(lambda: 1)
    with pytest.raises(ValueError, match="invalid literal"):
        await dask.map(int, ["1", "x", "3"])


async def test_a_worker_that_dies_is_told_and_replaced(dask: DaskExecutor) -> None:
    with pytest.raises(GraphCallError, match=r"gave no answer.*KilledWorker"):
        await dask.submit(os._exit, 3)
    assert await dask.submit(abs, -1) == 1


async def test_cancelling_does_not_wait_for_a_worker(dask: DaskExecutor) -> None:
    with anyio.fail_after(20):
        with anyio.move_on_after(0.3) as scope:
            await dask.submit(time.sleep, 30)
        assert scope.cancelled_caught
        assert await dask.submit(abs, -1) == 1


async def test_nodes_run_on_workers_and_what_they_store_is_here(
    dask: DaskExecutor, far: ModuleType, tmp_path: Path
) -> None:
    storage = LocalModelStorage(tmp_path / "storage")
    seen: list[int] = []
    notes = Notes()

    def note(pid: int) -> None:
        seen.append(pid)

    nodes = {
        "pid": node(far.Anywhere, "pid"),
        "here": node(far.Here, "pid"),
        "eager": node(far.Anywhere, "pid", eager=True),
        "input": node(far.Anywhere, "pid", is_input=True),
        "live": calling(note, "pid"),
        "train": node(far.Anywhere, "train", {"text": "x"}, needs={"given": "given"}),
        "read": node(far.Anywhere, "read", needs={"given": "train"}),
        "async": node(far.Anywhere, "add_async", needs={"a": "given", "b": "given"}),
    }
    # It is made in this function, so it can run nowhere else.
    nodes["live"].uses.RUNS_IN = "here"
    try:
        runner = LocalGraphRunner.create(GraphSchema(nodes), storage, ExecutionContext(), [notes], executor=dask)
        async with runner:
            found = await runner.run({"given": 5}, targets=list(nodes))
    finally:
        del nodes["live"].uses.RUNS_IN
    assert found["pid"] != os.getpid()
    assert found["here"] == found["eager"] == found["input"] == os.getpid()
    assert seen == [found["pid"]]
    assert found["async"] == 10
    assert found["read"] == "[('given', 5)]x"
    assert found["train"].output_fingerprint == storage.resource_fingerprint(Resource("train"))
    assert sorted(notes.nodes_run) == sorted(nodes)


async def test_what_fails_on_a_worker_fails_as_it_does_here(
    dask: DaskExecutor, far: ModuleType, tmp_path: Path
) -> None:
    storage = LocalModelStorage(tmp_path / "storage")

    async def run(fn: str, config: dict[str, str]) -> None:
        schema = GraphSchema({"far": node(far.Anywhere, fn, config, target=True)})
        await LocalGraphRunner.create(schema, storage, ExecutionContext(), executor=dask).run()

    with pytest.raises(InvalidConfig, match=r"^x must be a number$"):
        await run("fail_with", {"error": "invalid"})
    with pytest.raises(GraphComponentError, match=r"node far \(Anywhere\) failed: ValueError: it is broken") as failed:
        await run("train_and_fail", {})
    assert (failed.value.node_name, failed.value.phase) == ("far", "run")
    assert storage.resources() == ()
    with pytest.raises(GraphComponentError, match=r"node far .*gave no answer"):
        await run("die", {})


async def test_a_worker_with_other_code_is_refused(dask: DaskExecutor, far: ModuleType, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers"
    numbers.write_text("1 2", encoding="utf-8")
    storage = LocalModelStorage(tmp_path / "storage")

    async def train(module: ModuleType) -> Any:
        schema = learning(module.Learner, numbers).train_schema
        return await LocalGraphRunner.create(schema, storage, ExecutionContext(), executor=dask).run(targets=["tell"])

    assert (await train(far))["tell"]["numbers"] == [3, 6]
    source = Path(far.__file__ or "")
    replace_in(source, "number * by", "number * by + 1")
    sys.modules.pop(far.__name__)
    with far_components_again(source) as edited, pytest.raises(GraphComponentError, match="other code of") as refused:
        await train(edited)
    assert "edited after the worker was started" in str(refused.value)
    assert refused.value.hint is not None
    assert "restart the workers" in refused.value.hint


def replace_in(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


class far_components_again:  # noqa: N801 - reads as what it does
    """Import the module anew, as the next run of a program does."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def __enter__(self) -> ModuleType:
        invalidate_caches()
        return import_module(self.source.stem)

    def __exit__(self, *_: object) -> None:
        sys.modules.pop(self.source.stem, None)


async def test_keys_verdicts_and_bytes_are_those_of_a_local_run(
    dask: DaskExecutor, far: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    numbers = tmp_path / "numbers"
    configuration = learning(far.Learner, numbers)
    seen: dict[str, list[Any]] = {}
    executors: dict[str, Executor | None] = {"local": None, "dask": dask}
    for name, executor in executors.items():
        cache = MemoryCache()
        seen[name] = []
        for number, text in enumerate(("1 2 3", "1 2 3", "4 5")):
            numbers.write_text(text, encoding="utf-8")
            folder = tmp_path / f"{name}-{number}"
            storage = LocalModelStorage(folder / "storage")
            runner_factory: Any = partial(LocalGraphRunner.create, executor=executor)
            outcome = await GraphTrainer(storage, cache, runner_factory).train(configuration, {}, folder / "m.tar.gz")
            nodes = outcome.nodes.values()
            seen[name] += [
                {each.name: each.verdict for each in nodes},
                {each.name: (each.key and each.key.digest, each.output_fingerprint) for each in nodes},
                {each.name: storage.resource_fingerprint(each) for each in storage.resources()},
                gzip.decompress((folder / "m.tar.gz").read_bytes()),
            ]
    assert seen["dask"] == seen["local"]
    assert "run" in seen["dask"][0].values()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_closing_ends_the_workers_and_leaves_no_file(far: ModuleType, temporary_files: Path) -> None:
    async with await DaskExecutor.open(workers=2) as executor:
        pids = set(await executor.map(far.pid_after, [0.3] * 4))
        assert names_in(temporary_files) != []
    assert names_in(temporary_files) == []
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


# Schedulers that are there


SCHEDULER = """
import sys
from distributed import LocalCluster, Security
if __name__ == "__main__":
    options = {"protocol": "tcp"}
    if len(sys.argv) > 1:
        ca, cert, key = sys.argv[1:]
        names = {f"tls_{who}_{what}": value for who in ("client", "scheduler", "worker")
                 for what, value in (("cert", cert), ("key", key))}
        options = {"protocol": "tls", "security": Security(tls_ca_file=ca, require_encryption=True, **names)}
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, **options) as found:
        print(found.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Callable[..., str]]:
    program = tmp_path / "scheduler.py"
    program.write_text(SCHEDULER, encoding="utf-8")
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: Path) -> str:
        command = [sys.executable, str(program), *map(str, arguments)]
        started.append(
            subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        stdout = started[-1].stdout
        assert stdout is not None
        return stdout.readline().strip()

    yield start
    for process in started:
        process.communicate(timeout=60)


async def test_a_scheduler_on_this_machine_is_used(scheduler: Callable[..., str]) -> None:
    address = scheduler()
    assert re.fullmatch(r"tcp://127\.0\.0\.1:\d+", address)
    async with await DaskExecutor.open(address) as executor:
        assert executor.capabilities.slots == 1
        assert await executor.submit(abs, -1) == 1


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", not_after=datetime.now(timezone.utc) + timedelta(days=1))
    paths = Certificates(tmp_path / "ca.pem", tmp_path / "cert.pem", tmp_path / "key.pem")
    authority.cert_pem.write_to_path(str(paths.authority))
    issued.cert_chain_pems[0].write_to_path(str(paths.certificate))
    issued.private_key_pem.write_to_path(str(paths.key))
    return paths


async def test_a_scheduler_is_reached_by_tls(scheduler: Callable[..., str], certificates: Certificates) -> None:
    address = scheduler(certificates.authority, certificates.certificate, certificates.key)
    assert address.startswith("tls://")
    async with await DaskExecutor.open(address, certificates=certificates) as executor:
        assert await executor.submit(abs, -1) == 1


async def test_nobody_there_is_an_error_and_not_a_wait_for_ever() -> None:
    with pytest.raises(ConfigurationError, match="no scheduler of dask answers"):
        await DaskExecutor.open("tcp://127.0.0.1:9", connect_seconds=1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"authority": "nowhere.pem"}, r"there is no file .*nowhere\.pem"),
        ({"certificate": "."}, "there is no file"),
        ({"key": "ca.pem"}, r"ca\.pem cannot be used"),
        ({"authority": "empty.pem"}, r"the certificates in .*empty\.pem"),
    ],
)
async def test_certificates_that_cannot_be_read_are_named(
    certificates: Certificates, changed: dict[str, str], message: str
) -> None:
    folder = certificates.authority.parent
    (folder / "empty.pem").write_text("")
    wrong = replace(certificates, **{name: folder / file for name, file in changed.items()})

    with pytest.raises(ConfigurationError, match=message):
        await DaskExecutor.open("tls://127.0.0.1:9", certificates=wrong, connect_seconds=1)


async def test_what_does_not_go_together_is_refused(certificates: Certificates) -> None:
    with pytest.raises(ConfigurationError, match="certificates belong to tls"):
        await DaskExecutor.open("tls://127.0.0.1:8786")
    with pytest.raises(ConfigurationError, match="certificates belong to tls"):
        await DaskExecutor.open("tcp://127.0.0.1:8786", certificates=certificates)
    with pytest.raises(ConfigurationError, match="must be reached by tls"):
        await DaskExecutor.open("tcp://10.0.0.1:8786")
    for workers, address in ((0, None), (2, "tcp://127.0.0.1:8786")):
        with pytest.raises(ConfigurationError, match="cannot be started"):
            await DaskExecutor.open(address, workers=workers)
