"""Running things at once: results in order, and errors people can read."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import anyio
import anyio.lowlevel
import pytest

from tenprint.importers.concurrency import collection_paused, gather
from tenprint.importers.errors import ConfigurationError, ProblemsError, SourceError

pytestmark = pytest.mark.anyio


def returning(value: Any, *, checkpoints: int = 0) -> Callable[[], Awaitable[Any]]:
    async def call() -> Any:
        for _ in range(checkpoints):
            await anyio.lowlevel.checkpoint()
        return value

    return call


def failing(error: BaseException, *, cause: BaseException | None = None) -> Callable[[], Awaitable[Any]]:
    async def call() -> NoReturn:
        raise error from cause

    return call


async def failing_when_cancelled() -> None:
    try:
        await anyio.sleep_forever()
    except anyio.get_cancelled_exc_class():
        raise SourceError("second") from None


async def test_results_come_in_the_order_of_the_calls() -> None:
    calls = [returning(number, checkpoints=5 - number) for number in range(5)]

    assert await gather(calls) == [0, 1, 2, 3, 4]


async def test_nothing_and_none_are_results_too() -> None:
    assert await gather([]) == []
    assert await gather([returning(None), returning(0)]) == [None, 0]


async def test_all_calls_run_at_the_same_time() -> None:
    started = [anyio.Event() for _ in range(5)]

    def meeting(position: int) -> Callable[[], Awaitable[int]]:
        async def call() -> int:
            started[position].set()
            for event in started:
                await event.wait()
            return position

        return call

    with anyio.fail_after(60):
        assert await gather([meeting(position) for position in range(5)]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [SourceError("a"), ValueError("b"), KeyError("c")])
async def test_one_failure_comes_out_as_itself_and_ends_the_others(error: Exception) -> None:
    with anyio.fail_after(60), pytest.raises(type(error)) as caught:
        await gather([anyio.sleep_forever, failing(error), anyio.sleep_forever])

    assert caught.value is error


async def test_the_cause_of_a_failure_stays() -> None:
    cause = OSError("disk")
    with pytest.raises(SourceError) as caught:
        await gather([failing(SourceError("a"), cause=cause)])

    assert caught.value.__cause__ is cause


async def test_each_failure_keeps_its_own_cause() -> None:
    disk, network = OSError("disk"), OSError("network")
    with pytest.raises(KeyError) as caught:
        await gather([failing(SourceError("a"), cause=disk), failing(KeyError("b"), cause=network)])

    assert caught.value.__cause__ is network


async def test_several_failures_of_ours_come_out_together() -> None:
    problems = ProblemsError([*SourceError("b").problems, *ConfigurationError("c").problems])
    with pytest.raises(ProblemsError) as caught:
        await gather([failing(SourceError("a", hint="look")), failing(problems)])

    assert {problem.message for problem in caught.value.problems} == {"a", "b", "c"}
    assert {problem.hint for problem in caught.value.problems} == {"look", None}


async def test_a_failure_while_the_others_are_ended_is_told_too() -> None:
    with anyio.fail_after(60), pytest.raises(ProblemsError) as caught:
        await gather([failing_when_cancelled, failing(SourceError("first"))])

    assert {problem.message for problem in caught.value.problems} == {"first", "second"}


async def test_a_failure_that_is_not_ours_goes_before_ours() -> None:
    with pytest.raises(ZeroDivisionError):
        await gather([failing(SourceError("a")), failing(ZeroDivisionError())])


async def test_nested_groups_are_flattened() -> None:
    async def inner() -> Any:
        return await gather([failing(SourceError("b")), failing(SourceError("c"))])

    with pytest.raises(ProblemsError) as caught:
        await gather([failing(SourceError("a")), inner])

    assert {problem.message for problem in caught.value.problems} == {"a", "b", "c"}


async def test_cancelling_from_outside_ends_all_calls() -> None:
    ended: list[int] = []

    def waiting(number: int) -> Callable[[], Awaitable[None]]:
        async def call() -> None:
            try:
                await anyio.sleep_forever()
            finally:
                ended.append(number)

        return call

    with anyio.move_on_after(0.05) as scope:
        await gather([waiting(1), waiting(2)])

    assert scope.cancelled_caught
    assert sorted(ended) == [1, 2]


def test_the_collector_runs_again_after_a_pause() -> None:
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_a_failure() -> None:
    with pytest.raises(KeyError), collection_paused():
        raise KeyError

    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_pause_ends_also_after_a_failure_and_leaves_a_collector_that_is_off_alone() -> None:
    def fail() -> None:
        with collection_paused():
            assert not gc.isenabled()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0

    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_pause_keeps_what_the_application_froze() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with collection_paused():
            pass
        # Not equal: other threads may let go of a frozen value meanwhile.
        assert gc.get_freeze_count() > frozen // 2
    finally:
        gc.unfreeze()


def test_a_call_that_is_cancelled_from_inside_is_a_failure() -> None:
    async def cancelled() -> int:
        raise asyncio.CancelledError

    async def fine() -> int:
        return 1

    with pytest.raises(SourceError, match="cancelled from inside"):
        asyncio.run(gather([fine, cancelled]))


async def test_a_reason_for_which_several_fail_is_told_once() -> None:
    async def unreachable() -> int:
        raise SourceError("the server is down", hint="start it")

    async def broken() -> int:
        raise SourceError("the disk is full")

    with pytest.raises(SourceError, match="the server is down"):
        await gather([unreachable, unreachable, unreachable])
    with pytest.raises(ProblemsError) as caught:
        await gather([unreachable, broken, unreachable])
    assert [problem.message for problem in caught.value.problems] == ["the server is down", "the disk is full"]
