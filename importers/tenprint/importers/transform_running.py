"""Runs transforms: plain methods in one worker thread for all items, async ones on the event loop, several at a time.

What a transform raises comes out as a `TransformError` that names it, and the item where there is one.
"""

import inspect
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import anyio.from_thread
import anyio.lowlevel

from tenprint.importers.adapted import in_plain_thread
from tenprint.importers.concurrency import gather
from tenprint.importers.errors import ProblemsError, TenprintError, TransformError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.problem import Problem
from tenprint.importers.transform import Transform
from tenprint.importers.transform_results import MOST_PROBLEMS
from tenprint.importers.transforming import TransformItem

ITEM_TASKS = 16
"""Items of an async `transform_item` that are looked at at the same time."""

_STRIDE = 64
"""Items between two looks at whether the run was cancelled."""


async def results_of(transform: Transform, items: Sequence[TransformItem]) -> list[TransformItem]:
    """Return what a transform makes of items, in the order it gives.

    Raises:
        TransformError: It fails, or answers with something that is no list of items.
    """
    if type(transform).transform is not Transform.transform:
        return await _whole(transform, items)
    method = transform.transform_item
    if inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
        return await _each_async(transform, items)
    found: list[TransformItem] = await in_plain_thread(_each, transform, items)
    return found


async def _whole(transform: Transform, items: Sequence[TransformItem]) -> list[TransformItem]:
    try:
        with foreign_code(partial(_failure, transform, None)):
            answer = await in_plain_thread(_taken, transform, items)
            if isinstance(answer, AsyncIterable):
                answer = [item async for item in answer]
            elif inspect.isawaitable(answer):
                answer = _listed(transform, "transform", await answer, None)
    except TransformError:
        raise
    except TenprintError as error:
        raise TransformError(_told(transform, error, None)) from error
    found: list[TransformItem] = answer
    return found


def _taken(transform: Transform, items: Sequence[TransformItem]) -> Any:
    """Call a method for all items; what is plain is listed here, in the thread."""
    answer: Any = transform.transform(items)
    if inspect.isawaitable(answer) or isinstance(answer, AsyncIterable):
        return answer
    return _listed(transform, "transform", answer, None)


def _each(transform: Transform, items: Sequence[TransformItem]) -> list[TransformItem]:
    results: list[TransformItem] = []
    problems: list[Problem] = []
    for number, item in enumerate(items):
        if number % _STRIDE == 0:
            anyio.from_thread.check_cancelled()
        try:
            with foreign_code(partial(_failure, transform, item)):
                results += _listed(transform, "transform_item", transform.transform_item(item), item)
        except TransformError:
            raise
        except TenprintError as error:
            problems += _told(transform, error, item)
            if len(problems) >= MOST_PROBLEMS:
                break
    if problems:
        raise TransformError(problems)
    return results


async def _each_async(transform: Transform, items: Sequence[TransformItem]) -> list[TransformItem]:
    answers: list[list[TransformItem]] = [[] for _ in items]
    problems: dict[int, list[Problem]] = {}
    waiting = iter(enumerate(items))

    async def work() -> None:
        for number, item in waiting:
            if number % _STRIDE == 0:
                await anyio.lowlevel.checkpoint()
            try:
                with foreign_code(partial(_failure, transform, item)):
                    answers[number] = await _one(transform, item)
            except TransformError:
                raise
            except TenprintError as error:
                problems[number] = _told(transform, error, item)
                if len(problems) >= MOST_PROBLEMS:
                    return

    try:
        await gather([work] * min(ITEM_TASKS, len(items)))
    except ProblemsError as error:
        raise TransformError(error.problems) from error
    if problems:
        raise TransformError([problem for _, found in sorted(problems.items()) for problem in found])
    return [result for answer in answers for result in answer]


async def _one(transform: Transform, item: TransformItem) -> list[TransformItem]:
    answer: Any = transform.transform_item(item)
    if isinstance(answer, AsyncIterable):
        return [result async for result in answer]
    return _listed(transform, "transform_item", await answer, item)


def _listed(transform: Transform, method: str, answer: Any, item: TransformItem | None) -> list[TransformItem]:
    """List an answer; what is in it is looked at later.

    Raises:
        TransformError: It cannot be listed, or is a text or a mapping.
    """
    if isinstance(answer, Iterable) and not isinstance(answer, (str, bytes, Mapping)):
        return list(answer)
    message = f"{method} of the transform {transform.NAME!r} returned {type(answer).__name__}, not a list of items"
    hint = "return a list, an empty one to leave items out, or yield them"
    raise TransformError([Problem(TransformError.reference, message, None if item is None else item.location, hint)])


def _failure(transform: Transform, item: TransformItem | None, chain: str) -> TransformError:
    about = "" if item is None else f" for {item.kind.replace('-', ' ')} {item.path[-1]!r}"
    message = f"the transform {transform.NAME!r} failed{about}: {chain}"
    place = transform.context.place_of(None) if item is None else item.location
    return TransformError([Problem(TransformError.reference, message, place, "mend the transform, or leave it out")])


def _told(transform: Transform, error: TenprintError, item: TransformItem | None) -> list[Problem]:
    """Tell an error that a transform raised on purpose, with its name and the place of the item."""
    place = transform.context.place_of(None) if item is None else item.location
    return [
        replace(
            problem,
            code=TransformError.reference if problem.code == TenprintError.reference else problem.code,
            message=f"the transform {transform.NAME!r}: {problem.message}",
            location=problem.location or place,
        )
        for problem in error.problems
    ]
