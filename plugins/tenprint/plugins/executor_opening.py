"""The executor of a project: the one it names, for the time of a block, or the one it is given.

What an executor takes is imported when it is opened.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tenprint.fingerprinting import engine
from tenprint.importers import FarReading
from tenprint.plugins import executors
from tenprint.plugins.executor_choice import DASK, ExecutorChoice

_MANY = 1024
"""Slots of a scheduler that nobody has asked yet: it queues what comes too early."""


def reading_by(executor: Any) -> FarReading | None:
    """Let an executor read files; None for one that shares our memory, which processes of this machine do better."""
    return None if executor is None or executor.capabilities.shares_memory else FarReading(executor)


@asynccontextmanager
async def opened_executor(choice: ExecutorChoice, project: Path, given: Any = None) -> AsyncIterator[Any]:
    """Give the `Executor` of a project, and close it at the end of the block; one that is given is given back.

    That of dask is opened when the first function is to be run. What it raises then:

    Raises:
        ConfigurationError: Nobody answers at its address, or what it needs is not installed.
    """
    if given is not None:
        yield given
        return
    if choice.name != DASK:
        yield engine.LocalExecutor(processes=choice.workers)
        return

    async def opened() -> Any:
        certificates = choice.certificates(project)
        return await executors.DaskExecutor.open(choice.address, workers=choice.workers, certificates=certificates)

    started = choice.workers or engine.usable_cpus()
    expected = engine.Capabilities(shares_memory=False, slots=started if choice.address is None else _MANY)
    async with executors.LateExecutor(opened, expected) as executor:
        yield executor
