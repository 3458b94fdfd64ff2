"""Limits on what runs at once: tokens by name, such as `cpu`, `gpu` and `io`.

Rules:
- A node gets all its tokens at once or none of them, so nodes that want several kinds never wait for each other.
- Who comes first by rank is served first. One who waits keeps his share from those behind him, so nobody starves; those
  who want other tokens pass.
- Asking is not async: in a run with one token, the order of nodes follows from their ranks alone, on any event loop.
- Asking for more tokens than there are is asking for all of them.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count
from types import TracebackType
from typing import TypeAlias

import anyio

Rank: TypeAlias = tuple[int, int]
"""Number of the run, and place of the node in its schema; smaller ones are served first."""

_Wants: TypeAlias = tuple[tuple[str, int], ...]

IO_TOKENS = 16
"""Nodes that wait for networks and disks rather than for a processor."""

_OTHER_TOKENS = 1
"""Of limits that nobody set: one at a time is right for whatever it may be."""


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Ticket:
    """A claim to tokens; used with `async with`, which waits for them, and gives them back at the end."""

    def __init__(self, limits: "NodeLimits", wants: _Wants, rank: Rank) -> None:
        self.wants = wants
        self.rank = rank
        self.is_over = False
        self._limits = limits
        self._served = anyio.Event()

    @property
    def is_served(self) -> bool:
        return self._served.is_set()

    def serve(self) -> None:
        self._served.set()

    async def __aenter__(self) -> "Ticket":  # noqa: PYI034 - Python 3.10 has no Self
        await self._wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Give the tokens back for a while, and wait for them again afterwards."""
        self.give_back()
        yield
        self.is_over = False
        self._served = anyio.Event()
        self._limits.line_up(self)
        await self._wait()

    def give_back(self) -> None:
        """Give back what it holds, or stop waiting; doing so twice changes nothing."""
        if not self.is_over:
            self.is_over = True
            self._limits.take_back(self)

    async def _wait(self) -> None:
        try:
            await self._served.wait()
        except BaseException:
            self.give_back()
            raise


class NodeLimits:
    """Tokens that nodes hold while they run; shared by all runs it is given to, on one event loop."""

    def __init__(self, tokens: Mapping[str, int] | None = None, *, cpus: int | None = None) -> None:
        """Set the number of tokens by name.

        Args:
            tokens: Whatever is not named keeps its default.
            cpus: The default of `cpu`; None for the processors this process may use.

        Raises:
            ValueError: A number below one.
        """
        defaults = {"cpu": usable_cpus() if cpus is None else cpus, "io": IO_TOKENS}
        self._tokens = {**defaults, **({} if tokens is None else tokens)}
        for name, number in self._tokens.items():
            if number < 1:
                raise ValueError(f"the limit {name} must be at least 1, not {number}")
        self._free = dict(self._tokens)
        self._waiting: dict[_Wants, list[tuple[Rank, int, Ticket]]] = {}
        self._numbers = count()

    def ask(self, wants: Mapping[str, int], rank: Rank) -> Ticket:
        """Ask for tokens; the ticket is served now or later."""
        for name in wants:
            self._free.setdefault(name, self._tokens.setdefault(name, _OTHER_TOKENS))
        asked = tuple(sorted((name, min(number, self._tokens[name])) for name, number in wants.items() if number > 0))
        ticket = Ticket(self, asked, rank)
        self.line_up(ticket)
        return ticket

    def line_up(self, ticket: Ticket) -> None:
        """Let a ticket wait, and serve whoever can be served."""
        heappush(self._waiting.setdefault(ticket.wants, []), (ticket.rank, next(self._numbers), ticket))
        self._serve()

    def take_back(self, ticket: Ticket) -> None:
        """Take back the tokens of a ticket that is over."""
        if ticket.is_served:
            for name, number in ticket.wants:
                self._free[name] += number
        self._serve()

    def _serve(self) -> None:
        """Serve those whose turn it is. Of tickets that want the same, only the first needs to be looked at."""
        left = dict(self._free)
        held_up: set[_Wants] = set()
        while True:
            for wants in [wants for wants, queue in self._waiting.items() if not _front(queue)]:
                del self._waiting[wants]
            queues = [queue for wants, queue in self._waiting.items() if wants not in held_up]
            if not queues:
                return
            queue = min(queues, key=lambda queue: queue[0][:2])
            ticket = queue[0][2]
            fits = all(left[name] >= number for name, number in ticket.wants)
            for name, number in ticket.wants:
                left[name] -= number
            if fits:
                heappop(queue)
                for name, number in ticket.wants:
                    self._free[name] -= number
                ticket.serve()
            else:
                held_up.add(ticket.wants)


def _front(queue: list[tuple[Rank, int, Ticket]]) -> bool:
    """Drop those in front who no longer wait; tell whether anybody is left."""
    while queue and queue[0][2].is_over:
        heappop(queue)
    return bool(queue)
