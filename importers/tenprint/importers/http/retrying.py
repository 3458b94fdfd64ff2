"""Trying again: what may pass by itself, and how long to wait for it; stamina does the waiting."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TypeVar

import stamina

from tenprint.importers.http.failures import HttpError

T = TypeVar("T")

PASSING_STATUSES = frozenset({429, 500, 502, 503, 504})
"""Statuses that a server may take back when it is asked again."""

_LONGEST_NUMBER = 9
"""Digits of a number of seconds; a wait of a thousand years needs no exact answer."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How often and when to try again; `longest` bounds a pause, also one that a server asks for. In seconds."""

    attempts: int = 4
    first: float = 0.5
    longest: float = 30.0
    jitter: float = 0.5


class Passing(Exception):  # noqa: N818 - no error yet
    """A failure that may pass; `wanted` is how long a server asks to wait, in seconds."""

    def __init__(self, failure: HttpError, *, wanted: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wanted = wanted


async def with_retries(call: Callable[[], Awaitable[T]], pauses: Pauses, *, remaining: Callable[[], float]) -> T:
    """Call until it succeeds, fails for good, or was tried often enough; `remaining` are the seconds to the deadline.

    Raises:
        HttpError: The last failure. One whose server asks for a longer pause than there is time for is not waited for.
    """

    def pause(error: Exception) -> bool | float:
        if not isinstance(error, Passing):
            return False
        if error.wanted is None:
            return True
        return error.wanted if error.wanted <= min(pauses.longest, remaining()) else False

    try:
        async for attempt in stamina.retry_context(
            on=pause,
            attempts=pauses.attempts,
            timeout=None,
            wait_initial=pauses.first,
            wait_max=pauses.longest,
            wait_jitter=pauses.jitter,
        ):
            with attempt:
                return await call()
    except Passing as passing:
        raise passing.failure from passing.__cause__
    raise AssertionError("an attempt ends with a result or a failure")


def wanted_pause(retry_after: str, now: datetime) -> float | None:
    """Read `Retry-After`, seconds or a date; None where it says nothing that can be understood."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:_LONGEST_NUMBER])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=timezone.utc)
    return max((until - now).total_seconds(), 0.0)
