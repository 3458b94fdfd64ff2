"""An async value that is computed a single time and shared by all who ask."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

T = TypeVar("T")


class Once(Generic[T]):
    """A cell around a call without arguments.

    Askers wait for the one who computes. A failure is not kept: the next asker tries again.
    """

    def __init__(self, compute: Callable[[], Awaitable[T]]) -> None:
        self._compute = compute
        self._results: list[T] = []
        self._lock: anyio.Lock | None = None

    @property
    def is_known(self) -> bool:
        """Whether it has been computed."""
        return bool(self._results)

    async def get(self) -> T:
        if self._results:
            return self._results[0]
        if self._lock is None:
            # Made here, not in the constructor: a lock belongs to the event loop that uses it.
            self._lock = anyio.Lock()
        lock = self._lock
        async with lock:
            try:
                if not self._results:
                    self._results.append(await self._compute())
            finally:
                if not lock.statistics().tasks_waiting:
                    # The next asker may run in another event loop.
                    self._lock = None
        return self._results[0]
