"""Transforms are run in any colour, on both event loops; what fails tells the transform and the item."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import pytest
from tests.transforms import each, transform_of

from tenprint.importers import (
    DocumentId,
    Location,
    Problem,
    ProblemsError,
    TenprintError,
    Transform,
    TransformContext,
    TransformError,
    TransformItem,
)
from tenprint.importers.data import Synonym
from tenprint.importers.transform_running import ITEM_TASKS, results_of
from tenprint.importers.transforming import Origin

pytestmark = pytest.mark.anyio


def items(count: int = 3) -> list[TransformItem]:
    document = DocumentId("file", "data/nlu.yml")
    return [
        TransformItem(
            "synonym",
            ("nlu", "synonyms", str(number)),
            Synonym(str(number), "x"),
            Origin(number, ("synonym", ("nlu", "synonyms", str(number)), b"", (), 0, number + 1, 1), document),
        )
        for number in range(count)
    ]


def texts(found: Sequence[TransformItem]) -> list[str]:
    return [item.value.text for item in found]


def doubled(item: TransformItem) -> list[TransformItem]:
    return [item, item.derived(Synonym(f"{item.value.text}!", "x"))]


class Plain(Transform):
    KINDS = ("synonym",)

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        assert threading.current_thread() is not threading.main_thread()
        return doubled(item)


class Yielding(Transform):
    KINDS = ("synonym",)

    def transform_item(self, item: TransformItem) -> Iterator[TransformItem]:
        assert threading.current_thread() is not threading.main_thread()
        yield from doubled(item)


class Async(Transform):
    KINDS = ("synonym",)

    async def transform_item(self, item: TransformItem) -> list[TransformItem]:
        await anyio.sleep(0.01 if item.value.text == "0" else 0)
        return doubled(item)


class AsyncYielding(Transform):
    KINDS = ("synonym",)

    async def transform_item(self, item: TransformItem) -> AsyncIterator[TransformItem]:
        for result in doubled(item):
            await anyio.lowlevel.checkpoint()
            yield result


class Whole(Transform):
    KINDS = ("synonym",)

    def transform(self, items: Sequence[TransformItem]) -> list[TransformItem]:
        assert threading.current_thread() is not threading.main_thread()
        return [result for item in items for result in doubled(item)]


class WholeYielding(Transform):
    KINDS = ("synonym",)

    def transform(self, items: Sequence[TransformItem]) -> Iterator[TransformItem]:
        for item in items:
            assert threading.current_thread() is not threading.main_thread()
            yield from doubled(item)


class WholeAsync(Transform):
    KINDS = ("synonym",)

    async def transform(self, items: Sequence[TransformItem]) -> list[TransformItem]:
        await anyio.lowlevel.checkpoint()
        return [result for item in items for result in doubled(item)]


class WholeAsyncYielding(Transform):
    KINDS = ("synonym",)

    async def transform(self, items: Sequence[TransformItem]) -> AsyncIterator[TransformItem]:
        for item in items:
            await anyio.lowlevel.checkpoint()
            for result in doubled(item):
                yield result


class Returning(WholeAsync):
    """A plain method that returns what it should await."""

    def transform(self, items: Sequence[TransformItem]) -> Awaitable[list[TransformItem]]:  # type: ignore[override]  # as above
        return super().transform(items)


COLOURS = (
    Plain,
    Yielding,
    Async,
    AsyncYielding,
    Whole,
    WholeYielding,
    WholeAsync,
    WholeAsyncYielding,
    Returning,
)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: colour.__name__)
async def test_methods_of_every_colour_give_their_results_in_order(colour: type[Transform]) -> None:
    assert texts(await results_of(colour(), items())) == ["0", "0!", "1", "1!", "2", "2!"]
    assert await results_of(colour(), []) == []


async def test_async_items_are_looked_at_several_at_a_time() -> None:
    running, most = 0, 0

    async def wait(_: Transform, item: TransformItem) -> list[TransformItem]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await anyio.sleep(0.01)
        running -= 1
        return [item]

    assert texts(await results_of(transform_of(wait, "synonym"), items(50))) == [str(number) for number in range(50)]
    assert most == ITEM_TASKS


async def test_plain_items_take_one_thread() -> None:
    threads = set()

    def note(item: TransformItem) -> list[TransformItem]:
        threads.add(threading.current_thread())
        return [item]

    await results_of(each(note, "synonym"), items(500))
    assert len(threads) == 1


async def problems_of(transform: Transform, count: int = 3) -> list[str]:
    with pytest.raises(TransformError) as caught:
        await results_of(transform, items(count))
    return [f"{problem.location}: {problem.message}" for problem in caught.value.problems]


def failing(error: BaseException) -> Callable[[TransformItem], Any]:
    def fail(item: TransformItem) -> list[TransformItem]:
        if item.value.text == "1":
            raise error
        return [item]

    return fail


def failing_async(error: BaseException) -> Callable[[Any, TransformItem], Any]:
    async def fail(_: Transform, item: TransformItem) -> list[TransformItem]:
        return failing(error)(item)  # type: ignore[no-any-return]  # a list

    return fail


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no"), "ValueError: no"),
        (SystemExit(3), "it called sys.exit(3)"),
        (StopIteration(), "StopIteration"),
    ],
    ids=["error", "exit", "stop"],
)
async def test_what_fails_for_an_item_tells_it_and_its_place(error: BaseException, told: str) -> None:
    (plain,) = await problems_of(each(failing(error), "synonym", name="broken"))
    assert plain.startswith(f"data/nlu.yml:2:1: the transform 'broken' failed for synonym '1': {told}")
    (found,) = await problems_of(transform_of(failing_async(error), "synonym", name="broken"))
    assert found.startswith("data/nlu.yml:2:1: the transform 'broken' failed for synonym '1': ")


async def test_an_interrupt_of_plain_code_is_its_failure() -> None:
    (plain,) = await problems_of(each(failing(KeyboardInterrupt()), "synonym"))
    assert "failed for synonym '1': KeyboardInterrupt" in plain


async def test_what_fails_for_all_items_tells_the_entry_of_the_transform() -> None:
    class Broken(Transform):
        NAME = "broken"

        def transform(self, items: Sequence[TransformItem]) -> list[TransformItem]:
            raise LookupError(len(items))

    places = {"": Location("settings", "tenprint.yml", 2, 3)}
    (told,) = await problems_of(Broken({}, TransformContext("broken", places=places)))
    assert told.startswith("tenprint.yml:2:3: the transform 'broken' failed: LookupError: 3 (at ")


@pytest.mark.parametrize("is_async", [False, True], ids=["plain", "async"])
async def test_errors_on_purpose_are_told_for_all_items(is_async: bool) -> None:  # noqa: FBT001 - a parameter of a test
    def refuse(item: TransformItem) -> list[TransformItem]:
        if item.value.text == "1":
            return [item]
        if item.value.text == "2":
            raise ProblemsError([Problem("unknown-word", "what is two?", Location("words", "words.txt", 9))])
        raise TenprintError("a number", hint="write words")

    async def refuse_async(_: Transform, item: TransformItem) -> list[TransformItem]:
        await anyio.lowlevel.checkpoint()
        return refuse(item)

    transform = transform_of(refuse_async, "synonym") if is_async else each(refuse, "synonym")
    with pytest.raises(TransformError) as caught:
        await results_of(transform, items())
    assert [(found.code, str(found.location), found.message, found.hint) for found in caught.value.problems] == [
        ("transform", "data/nlu.yml:1:1", "the transform 'mine': a number", "write words"),
        ("unknown-word", "words.txt:9", "the transform 'mine': what is two?", None),
    ]


async def test_not_more_of_them_are_told_than_anybody_reads() -> None:
    def refuse(item: TransformItem) -> list[TransformItem]:
        raise TenprintError(item.value.text)

    assert len(await problems_of(each(refuse, "synonym"), 1000)) == 100


@pytest.mark.parametrize("answer", [None, "text", {}, 1], ids=repr)
@pytest.mark.parametrize("is_async", [False, True], ids=["plain", "async"])
async def test_an_answer_that_is_no_list_is_refused(answer: Any, is_async: bool) -> None:  # noqa: FBT001 - a parameter of a test
    async def answering(_: Transform, __: Any) -> Any:
        return answer

    made = transform_of(answering, "synonym") if is_async else each(lambda _: answer, "synonym")
    (told,) = await problems_of(made, 1)
    kind = type(answer).__name__
    assert told == f"data/nlu.yml:1:1: transform_item of the transform 'mine' returned {kind}, not a list of items"
    whole = answering if is_async else lambda _, __: answer
    (told,) = await problems_of(transform_of(whole, "synonym", method="transform"))
    assert told == f"None: transform of the transform 'mine' returned {kind}, not a list of items"


async def test_one_item_instead_of_a_list_is_refused() -> None:
    (told,) = await problems_of(each(lambda item: item, "synonym"), 1)
    assert told.endswith("returned TransformItem, not a list of items")


@pytest.mark.parametrize("is_async", [False, True], ids=["plain", "async"])
async def test_a_run_that_is_cancelled_ends(is_async: bool) -> None:  # noqa: FBT001 - a parameter of a test
    started = anyio.Event()

    def wait(item: TransformItem) -> list[TransformItem]:
        anyio.from_thread.run_sync(started.set)
        threading.Event().wait(0.001)
        return [item]

    async def wait_async(_: Transform, item: TransformItem) -> list[TransformItem]:
        started.set()
        await anyio.sleep_forever()
        return [item]

    transform = transform_of(wait_async, "synonym") if is_async else each(wait, "synonym")
    looked_at = items(20_000)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(results_of, transform, looked_at)
        await started.wait()
        tasks.cancel_scope.cancel()
    assert tasks.cancel_scope.cancelled_caught


async def test_async_methods_that_never_wait_leave_room_for_others() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await anyio.lowlevel.checkpoint()

    async def busy(_: Transform, item: TransformItem) -> list[TransformItem]:
        return [item]

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(beat)
        await results_of(transform_of(busy, "synonym"), items(10_000))
        tasks.cancel_scope.cancel()
    assert beats > 5
