"""The only way the engine runs work: an executor, and the one that uses threads and processes of this machine.

An executor runs plain functions. Whether a function sees the objects of this process is its capability; work that is
`isolated` never does, so function, arguments and result are pickled. Nothing else is ever asked of an executor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread

from tenprint.fingerprinting.engine.node_limits import usable_cpus
from tenprint.fingerprinting.engine.own_process import call_in_process
from tenprint.importers import gather

S = TypeVar("S")
T = TypeVar("T")

THREADS = 40
"""How many calls block at once at most. Limits on nodes are tighter; this bounds what is not a node."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an executor can do."""

    shares_memory: bool
    """Whether functions see the objects of this process, unless they are isolated."""
    slots: int
    """How many functions that keep a processor busy run at once."""


class Executor(Protocol):
    """Runs functions somewhere else than on the event loop. What a function raises comes out as it is."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def submit(self, fn: Callable[..., T], /, *args: Any, isolated: bool = False) -> T:
        """Run a function and return what it returns.

        When the caller is cancelled, a function in a thread of this process is waited for, and any other is given up.

        Args:
            fn: The function; pickled by its name where memory is not shared.
            args: Its arguments.
            isolated: Run it in another process.
        """
        ...

    async def map(self, fn: Callable[[S], T], values: Sequence[S], /) -> list[T]:
        """Run a function for each value, several at once, and return the results in order."""
        ...

    async def aclose(self) -> None:
        """End whatever it holds."""
        ...


class LocalExecutor:
    """Threads of this process; and a new process for each isolated function, which ends with it."""

    def __init__(self, *, threads: int = THREADS, processes: int | None = None) -> None:
        """Set how many run at once.

        Raises:
            ValueError: A number below one.
        """
        slots = usable_cpus() if processes is None else processes
        if min(threads, slots) < 1:
            raise ValueError(f"threads and processes must be at least 1, not {threads} and {slots}")
        self._threads = anyio.CapacityLimiter(threads)
        self._processes = anyio.CapacityLimiter(slots)
        self._capabilities = Capabilities(shares_memory=True, slots=slots)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def submit(self, fn: Callable[..., T], /, *args: Any, isolated: bool = False) -> T:
        if not isolated:
            return await anyio.to_thread.run_sync(fn, *args, limiter=self._threads)
        async with self._processes:
            return await call_in_process(fn, *args)

    async def map(self, fn: Callable[[S], T], values: Sequence[S], /) -> list[T]:
        return await gather([partial(self.submit, fn, value) for value in values])

    async def aclose(self) -> None:
        """Do nothing: threads and processes end with the calls they were for."""
