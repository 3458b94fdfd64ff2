"""Work that is finished is kept although its run is being cancelled: for a short time, cancellation waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

COMMIT_SECONDS = 10.0
"""How long a run that is cancelled waits for outputs to be stored; what blocks in a thread is always waited for."""


class Commits:
    """The commits of one run that are going on."""

    def __init__(self) -> None:
        self._going_on: set[anyio.CancelScope] = set()
        self._deadline = float("inf")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep cancellation out, until `end_soon` and the time after it."""
        with anyio.CancelScope(shield=True, deadline=self._deadline) as scope:
            self._going_on.add(scope)
            try:
                yield
            finally:
                self._going_on.discard(scope)

    def end_soon(self) -> None:
        """Hear that the run is being cancelled."""
        self._deadline = anyio.current_time() + COMMIT_SECONDS
        for scope in self._going_on:
            scope.deadline = self._deadline
