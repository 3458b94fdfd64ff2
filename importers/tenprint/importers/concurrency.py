"""Running several things at once, with errors people can read.

One failure comes out as itself; several come out together as one `ProblemsError`. A bare exception group never leaves.
"""

import gc
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import anyio

from tenprint.importers.errors import ProblemsError, SourceError, TenprintError
from tenprint.importers.foreign import leaves_of

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

T = TypeVar("T")


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector of the process for a bounded piece of work that makes no cycles.

    Reading a batch makes a million short-lived values, all freed by their reference counts; the collector would look at
    them again and again, for a seventh of the time of a cold run. Where it is off it stays off, so pauses that overlap
    cannot leave it off.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count() == 0:
            # What the work leaves lives long: to the oldest generation with it, without looking at each value now.
            gc.freeze()
            gc.unfreeze()
        gc.enable()


async def gather(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Await all calls in one task group and return their results in order.

    The first failure cancels the rest.

    Raises:
        Exception: The failure itself when there is one, or all tell the same; a `ProblemsError` with all problems when
            several calls failed with errors of ours; the first failure that is not ours otherwise.
    """
    results: dict[int, T] = {}
    failures: dict[int, list[BaseException]] = {}

    async def run(position: int, call: Callable[[], Awaitable[T]]) -> None:
        try:
            results[position] = await call()
        except Exception as error:
            failures[position] = leaves_of(error) if isinstance(error, BaseExceptionGroup) else [error]
            raise

    try:
        async with anyio.create_task_group() as tasks:
            for position, call in enumerate(calls):
                tasks.start_soon(run, position, call)
    except BaseExceptionGroup as group:
        # In the order of the calls, whichever failed first.
        ordered = [error for position in sorted(failures) for error in failures[position]]
        ending = [error for error in leaves_of(group) if not isinstance(error, Exception)]
        error = _plainest(ending or ordered)
        raise error from error.__cause__
    if len(results) < len(calls):
        # On asyncio, a task that ends with a cancellation nobody asked for looks as if it had been cancelled.
        raise SourceError(
            "a call was cancelled from inside, and has no result",
            hint="it awaited something that had been cancelled; catch that where it happens",
        )
    return [results[position] for position in range(len(calls))]


def _plainest(errors: Sequence[BaseException]) -> BaseException:
    foreign = [error for error in errors if not isinstance(error, TenprintError)]
    if foreign or len(errors) == 1:
        return foreign[0] if foreign else errors[0]
    told = [error.problems for error in errors if isinstance(error, TenprintError)]
    # Getters of one source fail for one reason, which is told once.
    problems = tuple(dict.fromkeys(problem for each in told for problem in each))
    return errors[0] if problems == told[0] else ProblemsError(problems)


def run_to_end(call: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine function on an event loop of its own and return its result.

    The result does not pass through the loop: asyncio of Python 3.11 takes the `repr` of what a main task returned
    while it restores the signal handler, which is seconds for a large project.
    """
    results: list[T] = []

    async def collect() -> None:
        results.append(await call())

    anyio.run(collect)
    return results[0]
