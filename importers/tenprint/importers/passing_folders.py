"""Temporary folders of code that runs on an event loop."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread


@asynccontextmanager
async def temporary_folder(prefix: str = "tenprint-", *, within: Path | None = None) -> AsyncIterator[Path]:
    """Make a folder that is gone afterwards, also when the run is cancelled; what cannot be removed stays.

    Args:
        prefix: What its name begins with.
        within: The folder it is made in, which exists; None for that of the system.

    Raises:
        OSError: It cannot be made.
    """
    folder = Path(await anyio.to_thread.run_sync(lambda: tempfile.mkdtemp(prefix=prefix, dir=within)))
    try:
        yield folder
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))
