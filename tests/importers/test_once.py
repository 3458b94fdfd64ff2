from collections.abc import Iterator

import anyio
import pytest

from tenprint.importers.concurrency import gather
from tenprint.importers.once import Once


@pytest.mark.anyio
async def test_however_many_ask_it_is_computed_once() -> None:
    computed = 0

    async def compute() -> object:
        nonlocal computed
        computed += 1
        await anyio.sleep(0.01)
        return object()

    once = Once(compute)
    values = await gather([once.get] * 5)

    assert computed == 1
    assert all(value is values[0] for value in values)
    assert await once.get() is values[0]


@pytest.mark.anyio
async def test_none_is_a_value_like_any_other() -> None:
    computed = 0

    async def compute() -> object:
        nonlocal computed
        computed += 1
        return None

    once = Once(compute)

    assert [await once.get(), await once.get()] == [None, None]
    assert computed == 1


@pytest.mark.anyio
async def test_a_failure_is_not_kept() -> None:
    results: Iterator[int | ValueError] = iter([ValueError("first"), 7])

    async def compute() -> int:
        result = next(results)
        if isinstance(result, ValueError):
            raise result
        return result

    once = Once(compute)
    with pytest.raises(ValueError, match="first"):
        await once.get()

    assert await once.get() == 7


@pytest.mark.anyio
async def test_when_the_one_who_computes_is_cancelled_another_takes_over() -> None:
    started = anyio.Event()
    computed = 0

    async def compute() -> int:
        nonlocal computed
        computed += 1
        if computed == 1:
            started.set()
            await anyio.sleep_forever()
        return computed

    once = Once(compute)

    async def impatient(scope: anyio.CancelScope) -> None:
        with scope:
            await once.get()

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            scope = anyio.CancelScope()
            tasks.start_soon(impatient, scope)
            await started.wait()
            tasks.start_soon(once.get)
            scope.cancel()

    assert await once.get() == 2


@pytest.mark.parametrize("second", ["asyncio", "trio"])
@pytest.mark.parametrize("first", ["asyncio", "trio"])
def test_a_value_outlives_the_event_loop_it_was_computed_in(first: str, second: str) -> None:
    async def compute() -> object:
        return object()

    once = Once(compute)

    assert anyio.run(once.get, backend=first) is anyio.run(once.get, backend=second)


@pytest.mark.parametrize("second", ["asyncio", "trio"])
@pytest.mark.parametrize("first", ["asyncio", "trio"])
def test_after_a_failure_another_event_loop_may_try(first: str, second: str) -> None:
    results: Iterator[int | ValueError] = iter([ValueError("first"), 7])

    async def compute() -> int:
        result = next(results)
        if isinstance(result, ValueError):
            raise result
        return result

    once = Once(compute)
    with pytest.raises(ValueError, match="first"):
        anyio.run(once.get, backend=first)

    assert anyio.run(once.get, backend=second) == 7
