"""Foreign code: importers and plugins may raise anything, and it comes out as an error of ours that tells all of it.

Cancellation passes through, and so does Ctrl-C, which reaches the main thread only. `sys.exit` in a plugin is a failure
of that plugin; it does not choose the exit code of the program.
"""

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tenprint.importers.errors import ProblemsError, TenprintError

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup, ExceptionGroup

_LINKS = 10
"""A chain of causes that is longer repeats itself."""

_TEXT = 600
"""Longer messages are cut: some libraries put a whole answer of a server into one."""


@contextmanager
def foreign_code(told: Callable[[str], TenprintError]) -> Iterator[None]:
    """Turn what the code of a plugin raises into one error of ours; `told` makes it of the chain of causes.

    Errors of ours stay as they are; a group of nothing else becomes one `ProblemsError`.
    """
    try:
        yield
    except TenprintError:
        raise
    except ExceptionGroup as group:
        ours = [error for error in leaves_of(group) if isinstance(error, TenprintError)]
        if len(ours) < len(leaves_of(group)):
            raise told(causes(group)) from group
        raise ProblemsError([problem for error in ours for problem in error.problems]) from group
    except (Exception, SystemExit) as error:
        raise told(causes(error)) from error
    except KeyboardInterrupt as error:
        if threading.current_thread() is threading.main_thread():
            raise
        raise told(causes(error)) from error


def leaves_of(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    """Return the errors of a group and of the groups inside it."""
    leaves: list[BaseException] = []
    for error in group.exceptions:
        leaves += leaves_of(error) if isinstance(error, BaseExceptionGroup) else [error]
    return leaves


def causes(error: BaseException) -> str:
    """Tell an error and what it came from, the outermost first, with the line that raised the last of them."""
    told: list[str] = []
    current: BaseException | None = error
    last = error
    while current is not None and len(told) < _LINKS:
        told.append(_told(current))
        last = current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "; caused by ".join(told) + _place_of(last)


def _told(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        return f"{name}: {'; and '.join(_told(leaf) for leaf in leaves_of(error)[:_LINKS])}"
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    try:
        text = str(error)
    except Exception as fault:  # noqa: BLE001 - even the text of an error is foreign code
        text = f"<its text cannot be made: {type(fault).__name__}>"
    return f"{name}: {text if len(text) <= _TEXT else text[:_TEXT] + ' ...'}" if text else name


def _place_of(error: BaseException) -> str:
    """Tell the innermost line that stands in a file; a syntax error tells its own place."""
    if isinstance(error, SyntaxError):
        return ""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<")]
    return f" (at {frames[-1].filename}:{frames[-1].lineno})" if frames else ""
