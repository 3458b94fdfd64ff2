"""Files are read by an executor to the readings of this process, whatever the executor does."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from tests.importers.test_spreading import (
    MANY_RULES,
    ODD,
    RULES,
    CountingReadings,
    serially,
    source_files,
)

from tenprint.importers import DocumentReading, FarReading, ReadingRules
from tenprint.importers.far_reading import FAR_BYTES, read_order, reading_code
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.spreading import read_files
from tenprint.importers.worker_process import written_rules

pytestmark = pytest.mark.anyio

Answers = list[bytes]

FILES = source_files(5 * FAR_BYTES)


@cache
def expected(rules: str = "plain") -> dict[int, DocumentReading]:
    return serially(FILES, MANY_RULES[rules])


class Executor:
    """Does what it is asked for, by a function that was pickled and opened again, and then says that it has."""

    def __init__(self, spoil: Callable[[Answers], Any] = list) -> None:
        self.orders: list[bytes] = []
        self.has_answered = anyio.Event()
        self._spoil = spoil

    async def map(self, fn: Callable[[bytes], bytes], values: Sequence[bytes], /) -> Any:
        self.orders += values
        there = opened(pickle.dumps(fn))
        try:
            return self._spoil([await anyio.to_thread.run_sync(there, value) for value in values])
        finally:
            self.has_answered.set()


class Silent:
    """Never answers."""

    async def map(self, fn: Callable[[bytes], bytes], values: Sequence[bytes], /) -> Any:
        del fn, values
        await anyio.sleep_forever()


def opened(pickled: bytes) -> Any:
    return pickle.loads(pickled)  # noqa: S301 - our own


async def read_with(
    executor: Executor,
    rules: ReadingRules = RULES,
    known: CountingReadings | None = None,
) -> tuple[dict[int, DocumentReading], list[str]]:
    """Read, in this process only after the executor has answered; return readings and what was told."""
    far = FarReading(executor)
    found: list[dict[int, DocumentReading]] = []

    async def read() -> None:
        found.append(await read_files(FILES, rules, known, far=far, workers=2))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks, far.turn:
            tasks.start_soon(read)
            await executor.has_answered.wait()
    told = [problem.message for problem in far.take_problems()]
    assert far.take_problems() == ()
    return found[0], told


@pytest.mark.parametrize("rules", MANY_RULES)
async def test_readings_are_those_of_one_process(tmp_path: Path, rules: str) -> None:
    known = CountingReadings(tmp_path)
    readings, told = await read_with(Executor(), rules=MANY_RULES[rules], known=known)
    assert readings == expected(rules)
    assert told == []
    assert known.from_elsewhere > 0


async def test_what_an_executor_has_read_is_known_in_later_runs(tmp_path: Path) -> None:
    known = CountingReadings(tmp_path)
    await read_with(Executor(), known=known)
    known.save()
    again, executor = CountingReadings(tmp_path), Executor()
    assert await read_files(FILES, RULES, again, far=FarReading(executor)) == expected()
    assert executor.orders == []


def fail(answers: Answers) -> None:
    raise ZeroDivisionError(len(answers))


def end(answers: Answers) -> None:
    raise SystemExit(len(answers))


DAMAGED = "an answer is damaged, or belongs to another order"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(lambda answers: [bytes([*each[:-1], each[-1] ^ 1]) for each in answers], DAMAGED, id="flipped"),
        pytest.param(lambda answers: [each[:-40] for each in answers], DAMAGED, id="cut-off"),
        pytest.param(lambda answers: [each[:10] for each in answers], DAMAGED, id="nearly-nothing"),
        pytest.param(lambda answers: list(reversed(answers)), DAMAGED, id="exchanged"),
        pytest.param(lambda answers: [each.hex() for each in answers], DAMAGED, id="text"),
        pytest.param(lambda answers: answers[1:], "its answers are not as many", id="too-few"),
        pytest.param(lambda answers: [*answers, answers[0]], "its answers are not as many", id="too-many"),
        pytest.param(lambda answers: None if answers else [], "its answers are not as many", id="none"),
        pytest.param(lambda answers: [b"" for _ in answers], "a worker has another tenprint", id="other-code"),
        pytest.param(fail, "ZeroDivisionError", id="failing"),
        pytest.param(end, "sys.exit", id="ending"),
    ],
)
async def test_an_executor_that_fails_costs_a_warning_and_nothing_else(
    tmp_path: Path, spoil: Callable[[Answers], Any], told: str
) -> None:
    executor, known = Executor(spoil), CountingReadings(tmp_path)
    readings, (problem,) = await read_with(executor, known=known)
    assert readings == expected()
    assert problem.startswith("the executor does not read files, so they were read here: ")
    assert told in problem
    assert known.from_elsewhere == 0


async def test_an_executor_that_has_failed_is_not_asked_again() -> None:
    executor = Executor(fail)
    far = FarReading(executor)
    assert await read_files(FILES, RULES, far=far) == expected()
    asked = len(executor.orders)
    assert await read_files(FILES, RULES, far=far) == expected()
    assert len(executor.orders) == asked > 0
    assert len(far.take_problems()) == 1


async def test_nobody_waits_for_an_executor_that_never_answers() -> None:
    far = FarReading(Silent())
    with anyio.fail_after(60):
        assert await read_files(FILES, RULES, far=far) == expected()
    assert far.take_problems() == ()


async def test_sources_are_read_at_once_to_what_each_is() -> None:
    """The executor reads for those who wait for their turn."""
    far = FarReading(Executor())
    files = source_files(2 * FAR_BYTES)
    found: dict[int, dict[int, DocumentReading]] = {}

    async def read(source: int) -> None:
        found[source] = await read_files(files, RULES, far=far)

    async with anyio.create_task_group() as tasks:
        for source in range(8):
            tasks.start_soon(read, source)
    assert all(readings == serially(files) for readings in found.values())
    assert len(found) == 8


async def test_little_is_read_here() -> None:
    files = source_files(0)
    assert sum(len(file.content) for file in files.values()) < FAR_BYTES
    executor = Executor()
    assert await read_files(files, RULES, far=FarReading(executor)) == serially(files)
    assert executor.orders == []


async def test_what_others_may_not_see_or_cannot_read_is_read_here() -> None:
    """Values of the environment are sent nowhere, and code of plugins runs in this process only."""
    executor = Executor()
    await read_with(executor)
    contents = [file.content for order in executor.orders for file in opened(order)[2]]
    assert len(contents) >= (len(FILES) - len(ODD)) // 2
    assert not [content for content in contents if b"${" in content]

    executor = Executor()
    rules = replace(RULES, kinds=tuple(replace(kind) for kind in BUILT_IN_KINDS))
    assert await read_files(FILES, rules, far=FarReading(executor)) == serially(FILES, rules)
    assert executor.orders == []


async def test_an_order_is_answered_only_by_the_code_that_gave_it() -> None:
    files = list(source_files(0).values())
    rules = written_rules(RULES)
    assert read_order(pickle.dumps((reading_code(), rules, files))) != b""
    assert read_order(pickle.dumps((reading_code()[1:], rules, files))) == b""
