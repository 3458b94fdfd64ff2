"""Streaming one large body to or from the disk: the seam between the event loops.

On asyncio aiofiles does it, on trio anyio's own file; nothing else of tenprint needs to know which. It serves a
download or an archive that is taken over. Many small files are read in batches in worker threads instead.

Rules:
- No more than a chunk is in memory, whatever the size of the body.
- A body that fails or is cancelled leaves no file; one that ends was flushed to the disk.
- An operation that has begun in a thread ends before its file is closed, also when the task is cancelled.
- asyncio is imported only where it runs already, and aiofiles only where something is streamed on it.
"""

import os
import sys
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import anyio
import anyio.to_thread

T = TypeVar("T")

CHUNK_BYTES = 2**20
"""A hop to a thread costs a tenth of a millisecond, writing a mebibyte about one."""

Mode: TypeAlias = Literal["rb", "xb"]

Opener: TypeAlias = Callable[[str, int], int]
"""Opens a path with flags and returns a descriptor, as `open` takes it."""


@dataclass(frozen=True, slots=True)
class StreamedBody:
    """What was written: its bytes counted, and their sha256."""

    size: int
    digest: bytes


async def stream_to_disk(body: AsyncIterable[bytes], target: Path) -> StreamedBody:
    """Write a body to a new file, in the order it comes.

    Raises:
        FileExistsError: There is something at the target already; it stays as it is.
        OSError: The file cannot be written; what was written of it is removed.
    """
    created = False

    def create(path: str, flags: int) -> int:
        nonlocal created
        descriptor = os.open(path, flags, 0o666)
        created = True
        return descriptor

    try:
        async with _open_file(target, "xb", create) as file:
            size, digest = 0, sha256()
            async for chunk in body:
                await _finished(file.write(chunk))
                await _finished(anyio.to_thread.run_sync(digest.update, chunk))
                size += len(chunk)
            await _finished(file.flush())
            await _finished(anyio.to_thread.run_sync(os.fsync, file.fileno()))
    except BaseException:
        with anyio.CancelScope(shield=True):
            if created:
                await anyio.to_thread.run_sync(lambda: target.unlink(missing_ok=True))
        raise
    return StreamedBody(size, digest.digest())


@asynccontextmanager
async def body_of(path: Path, *, opener: Opener | None = None) -> AsyncIterator[AsyncIterable[bytes]]:
    """Open a file to be read in chunks.

    Args:
        path: The file.
        opener: Opens it in a way of its own, such as without following links.

    Raises:
        OSError: It cannot be opened; while it is read, that it cannot be read.
    """
    async with _open_file(path, "rb", opener) as file:
        yield _Chunks(file)


class _Chunks:
    """The rest of an open file, chunk by chunk."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk: bytes = await _finished(self._file.read(CHUNK_BYTES))
        if not chunk:
            raise StopAsyncIteration
        return chunk


def _on_asyncio() -> bool:
    """Tell whether a task of asyncio runs this; within trio there may be a loop of asyncio, but never a task."""
    if "asyncio" not in sys.modules:
        return False
    import asyncio  # noqa: PLC0415 - is imported already

    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


@asynccontextmanager
async def _open_file(path: Path, mode: Mode, opener: Opener | None) -> AsyncIterator[Any]:
    """Open a file of the library that fits the event loop; what is asked of it has the same names in both."""
    opened = _opened_by_aiofiles if _on_asyncio() else _opened_by_anyio
    file = await opened(path, mode, opener)
    try:
        yield file
    finally:
        await _closed(file)


async def _opened_by_anyio(path: Path, mode: Mode, opener: Opener | None) -> Any:
    return await anyio.open_file(path, mode, opener=opener)


async def _opened_by_aiofiles(path: Path, mode: Mode, opener: Opener | None) -> Any:
    import asyncio  # noqa: PLC0415 - runs already

    import aiofiles  # noqa: PLC0415 - most commands stream nothing

    opening = asyncio.ensure_future(_awaited(aiofiles.open(path, mode, opener=opener)))
    try:
        return await _finished(opening)
    except asyncio.CancelledError:
        if opening.done() and not opening.cancelled() and opening.exception() is None:
            await _closed(opening.result())
        raise


async def _awaited(operation: Awaitable[T]) -> T:
    return await operation


async def _finished(operation: Awaitable[T]) -> T:
    """Await an operation that runs in a thread; when cancelled, only after the thread is done with it.

    anyio waits by itself. A thread of asyncio goes on writing behind the back of a cancelled task.
    """
    if not _on_asyncio():
        return await operation
    import asyncio  # noqa: PLC0415 - runs already

    task = asyncio.ensure_future(operation)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with anyio.CancelScope(shield=True):
            await asyncio.wait([task])
        raise


async def _closed(file: Any) -> None:
    """Close a file, also in a task that is cancelled."""
    with anyio.CancelScope(shield=True):
        await (_finished(file.close()) if _on_asyncio() else file.aclose())
