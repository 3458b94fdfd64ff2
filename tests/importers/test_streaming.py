"""One large body to disk: on asyncio by aiofiles, on trio by anyio, and the same on both."""

import asyncio
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from tenprint.importers.streaming import CHUNK_BYTES, StreamedBody, body_of, stream_to_disk

BODY = bytes(range(256)) * (CHUNK_BYTES // 256) * 3 + b"the end"
WRITTEN = StreamedBody(len(BODY), sha256(BODY).digest())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def pieces(*chunks: bytes, then: BaseException | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
        await anyio.lowlevel.checkpoint()
    if then is not None:
        raise then


async def copied(source: Path, target: Path) -> StreamedBody:
    async with body_of(source) as body:
        return await stream_to_disk(body, target)


@pytest.mark.anyio
async def test_a_body_is_written_in_the_order_it_comes_and_digested(tmp_path: Path) -> None:
    written = await stream_to_disk(pieces(b"one ", b"", b"two"), tmp_path / "body")
    assert (tmp_path / "body").read_bytes() == b"one two"
    assert written == StreamedBody(7, sha256(b"one two").digest())


@pytest.mark.anyio
async def test_a_file_is_read_chunk_by_chunk(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(BODY)
    async with body_of(tmp_path / "source") as body:
        sizes = [len(chunk) async for chunk in body]
    assert sizes == [CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES, 7]
    assert await copied(tmp_path / "source", tmp_path / "target") == WRITTEN
    assert (tmp_path / "target").read_bytes() == BODY


@pytest.mark.anyio
async def test_an_empty_body_is_an_empty_file(tmp_path: Path) -> None:
    assert await stream_to_disk(pieces(), tmp_path / "body") == StreamedBody(0, sha256().digest())
    assert (tmp_path / "body").read_bytes() == b""


@pytest.mark.anyio
async def test_a_body_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError, match="gone"):
        await stream_to_disk(pieces(b"half", then=ConnectionError("gone")), tmp_path / "body")
    assert names_in(tmp_path) == []


@pytest.mark.anyio
async def test_what_stands_at_the_target_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        await stream_to_disk(pieces(b"new"), tmp_path / "body")
    assert (tmp_path / "body").read_bytes() == b"old"


@pytest.mark.anyio
async def test_a_body_that_says_a_file_exists_leaves_none_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        await stream_to_disk(pieces(b"half", then=FileExistsError()), tmp_path / "body")
    assert names_in(tmp_path) == []


@pytest.mark.anyio
async def test_a_missing_folder_and_a_missing_source_are_errors_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await stream_to_disk(pieces(b"body"), tmp_path / "nowhere" / "body")
    with pytest.raises(FileNotFoundError):
        await copied(tmp_path / "nothing", tmp_path / "body")
    assert names_in(tmp_path) == []


@pytest.mark.anyio
async def test_a_cancelled_body_leaves_no_file(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(CHUNK_BYTES)
            if (tmp_path / "body").stat().st_size > 4 * CHUNK_BYTES:
                scope.cancel()
            await anyio.lowlevel.checkpoint()

    with anyio.CancelScope() as scope:
        await stream_to_disk(endless(), tmp_path / "body")
    assert scope.cancelled_caught
    assert names_in(tmp_path) == []


@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [0, 0.0005, 0.002, 0.005])
async def test_cancelling_at_any_moment_leaves_nothing_or_all_of_it(tmp_path: Path, seconds: float) -> None:
    (tmp_path / "source").write_bytes(BODY)
    with anyio.move_on_after(seconds):
        await copied(tmp_path / "source", tmp_path / "target")
    assert not (tmp_path / "target").exists() or (tmp_path / "target").read_bytes() == BODY


@pytest.mark.anyio
async def test_an_opener_may_refuse_links(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic links"):
        async with body_of(tmp_path / "link", opener=lambda path, flags: os.open(path, flags | os.O_NOFOLLOW)):
            pass


@pytest.mark.anyio
async def test_the_event_loop_is_free_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(BODY)
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(turn)
        await copied(tmp_path / "source", tmp_path / "target")
        tasks.cancel_scope.cancel()
    assert turns > 3


@pytest.mark.asyncio
async def test_on_asyncio_a_body_is_streamed_by_aiofiles(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(BODY)
    async with body_of(tmp_path / "source") as body:
        assert type(body._file).__module__.startswith("aiofiles.")  # type: ignore[attr-defined]  # what is asserted is inside
        assert await stream_to_disk(body, tmp_path / "target") == WRITTEN
    assert (tmp_path / "target").read_bytes() == BODY


@pytest.mark.asyncio
async def test_a_task_of_asyncio_that_is_cancelled_waits_for_its_thread(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(16 * CHUNK_BYTES)
            started.set()

    task = asyncio.create_task(stream_to_disk(endless(), tmp_path / "body"))
    await started.wait()
    await asyncio.sleep(0.003)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names_in(tmp_path) == []


@pytest.mark.asyncio
async def test_a_task_of_asyncio_that_is_cancelled_while_opening_leaves_no_file(tmp_path: Path) -> None:
    task = asyncio.create_task(stream_to_disk(pieces(b"body"), tmp_path / "body"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names_in(tmp_path) == []
