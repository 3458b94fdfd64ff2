"""An executor that is opened when the first function is to be run: a run that runs nothing connects to nobody.

What it can do is asked before. So whoever makes it says what is expected, and once it is open, no more functions are
handed on at once than the opened one has slots.
"""

from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

import anyio

from tenprint.fingerprinting.engine import Capabilities, Executor

S = TypeVar("S")
T = TypeVar("T")


class LateExecutor:
    """Opens another executor and hands on to it; used with `async with`, which closes what was opened."""

    def __init__(self, open_executor: Callable[[], Awaitable[Executor]], expected: Capabilities) -> None:
        """Open nothing yet.

        Args:
            open_executor: Opens the executor; called once. What it raises is raised for each function.
            expected: What the executor will be able to do; rather too many slots than too few.
        """
        self._open_executor = open_executor
        self._expected = expected
        self._opening = anyio.Lock()
        self._opened: list[tuple[Executor, anyio.CapacityLimiter]] = []
        self._failure: Exception | None = None

    async def __aenter__(self) -> "LateExecutor":  # noqa: PYI034 - Python 3.10 has no Self
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def capabilities(self) -> Capabilities:
        return self._expected

    async def submit(self, fn: Callable[..., T], /, *args: Any, isolated: bool = False) -> T:
        executor, slots = await self._ready()
        async with slots:
            return await executor.submit(fn, *args, isolated=isolated)

    async def map(self, fn: Callable[[S], T], values: Sequence[S], /) -> list[T]:
        executor, _ = await self._ready()
        return await executor.map(fn, values)

    async def aclose(self) -> None:
        """Close the executor, if it was opened."""
        while self._opened:
            await self._opened.pop()[0].aclose()

    async def _ready(self) -> tuple[Executor, anyio.CapacityLimiter]:
        async with self._opening:
            if self._failure is not None:
                raise self._failure
            if not self._opened:
                try:
                    executor = await self._open_executor()
                except Exception as error:
                    self._failure = error
                    raise
                self._opened.append((executor, anyio.CapacityLimiter(executor.capabilities.slots)))
            return self._opened[0]
