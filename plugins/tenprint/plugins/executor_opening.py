"""The executor that a project names, open for the time of a block; what it takes is imported when it is opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tenprint.fingerprinting import engine
from tenprint.plugins import executors
from tenprint.plugins.executor_choice import DASK, ExecutorChoice


@asynccontextmanager
async def opened_executor(choice: ExecutorChoice, project: Path) -> AsyncIterator[Any]:
    """Open the `Executor` of a project, and close it at the end of the block.

    Raises:
        ConfigurationError: Nobody answers at its address, or what it needs is not installed.
    """
    if choice.name == DASK:
        certificates = choice.certificates(project)
        opened = await executors.DaskExecutor.open(choice.address, workers=choice.workers, certificates=certificates)
        async with opened as executor:
            yield executor
    else:
        yield engine.LocalExecutor(processes=choice.workers)
