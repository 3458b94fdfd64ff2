"""Cancelling a task that takes the snapshot of a remote source leaves nothing behind, on either event loop."""

import random
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from tests.gated import gated_server
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import served
from tests.importers.http.serving import tar_of
from tests.leftovers import connections_to, processes_left, temporary_files

from tenprint.importers import ImporterContext, RemoteImporter
from tenprint.importers.git import GitImporter
from tenprint.importers.http import HttpImporter

pytestmark = pytest.mark.anyio

NOISE = random.Random(0).randbytes(500_000).hex()  # noqa: S311 - cannot be packed
LARGE = nlu("greet", "hello") + "".join(f"# {NOISE[start : start + 1000]}\n" for start in range(0, len(NOISE), 1000))

MakeHttp = Callable[[str], RemoteImporter]


@pytest.fixture
def context(tmp_path: Path) -> ImporterContext:
    return ImporterContext(tmp_path, cache=tmp_path / "cache")


@pytest.fixture
def http_importer(context: ImporterContext) -> MakeHttp:
    return lambda url: HttpImporter({"url": url, "allow_http": True, "allow_private": True}, context)


async def cancelled_when(importer: RemoteImporter, is_time: Callable[[], bool]) -> None:
    """Begin to take a snapshot, and cancel that in the middle."""
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(importer.snapshot)
            while not is_time():  # noqa: ASYNC110 - threads and other processes decide
                await anyio.sleep(0.005)
            tasks.cancel_scope.cancel()
        await importer.aclose()


async def nothing_is_left(cache: Path, port: int) -> None:
    assert await anyio.to_thread.run_sync(connections_to, port) == 0
    assert await anyio.to_thread.run_sync(processes_left, str(cache)) == []
    assert temporary_files(cache) == []


async def test_a_pack_that_git_receives(tmp_path: Path, context: ImporterContext) -> None:
    repository = Repository(tmp_path / "repository")
    repository.commit({"large.yml": LARGE})
    with served(repository.bare.parent) as server:
        server.hold_after = 300_000
        options = {"url": f"{server.url}/assistant.git", "allow_http": True}
        await cancelled_when(GitImporter(options, context), server.held.is_set)
        await nothing_is_left(tmp_path / "cache", int(server.url.rpartition(":")[2]))
        server.hold_after = None
        assert len((await GitImporter(options, context).snapshot()).documents) == 1


async def test_a_download_that_is_slow(tmp_path: Path, http_importer: MakeHttp) -> None:
    with gated_server({"/nlu.yml": LARGE.encode()}, hold_after=300_000) as server:
        url = server.url("/nlu.yml")
        await cancelled_when(http_importer(url), server.held.is_set)
        server.released.set()
        await nothing_is_left(tmp_path / "cache", server.port)
        assert len((await http_importer(url).snapshot()).documents) == 1


async def test_an_archive_that_is_unpacked(tmp_path: Path, http_importer: MakeHttp) -> None:
    count = 2000
    files = {f"data/nlu_{name}.yml": nlu(f"i{name}", "hello").encode() for name in range(count)}
    contents = tmp_path / "cache/store/cas"

    def kept() -> int:
        return sum(path.is_file() for path in contents.rglob("*"))

    with gated_server({"/bot.tar.gz": tar_of(files)}, hold_after=10**9) as server:
        url = server.url("/bot.tar.gz")
        await cancelled_when(http_importer(url), lambda: kept() > 0)
        assert kept() < count
        await nothing_is_left(tmp_path / "cache", server.port)
        assert len((await http_importer(url).snapshot()).documents) == count
