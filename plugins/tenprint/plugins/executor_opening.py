"""The executor that a project names, open for the time of a block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tenprint.fingerprinting.engine import Executor, LocalExecutor
from tenprint.plugins.executor_choice import DASK, ExecutorChoice
from tenprint.plugins.executors.dask_executor import DaskExecutor


@asynccontextmanager
async def opened_executor(choice: ExecutorChoice, project: Path) -> AsyncIterator[Executor]:
    """Open the executor of a project, and close it at the end of the block.

    Raises:
        ConfigurationError: Nobody answers at its address, or what it needs is not installed.
    """
    if choice.name == DASK:
        certificates = choice.certificates(project)
        opened = await DaskExecutor.open(choice.address, workers=choice.workers, certificates=certificates)
        async with opened as executor:
            yield executor
    else:
        yield LocalExecutor(processes=choice.workers)
