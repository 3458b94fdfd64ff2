"""A call that is made in another process: packed here, answered there, opened here.

Pickles are read only by a process that was started for this or that somebody named as trusted, and from such a one. An
answer always arrives: a failure that does not survive the way is replaced by its text.
"""

import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.engine.errors import GraphCallError

_IMPORTABLE = "a component must stand in a module that other processes can import, and be its own name there"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a call: a result, or a failure with the lines that led to it."""

    result: Any = None
    failure: Exception | None = None
    trace: str = ""


def pack_call(fn: Callable[..., Any], /, *args: Any) -> bytes:
    """Pickle a call.

    Raises:
        GraphCallError: Something in it cannot be pickled.
    """
    try:
        return pickle.dumps((fn, args), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        raise GraphCallError(
            f"a call cannot be sent to another process: {error}",
            hint="classes, options and inputs must be picklable; what holds live objects sets `RUNS_IN = 'here'`",
        ) from error


def open_answer(answer: bytes) -> Any:
    """Return the result that `answer_call` pickled; it must come from whoever was trusted with the call.

    Raises:
        GraphCallError: It is no answer.
        Exception: What the function raised, if it survived being pickled; its cause tells the lines that led to it.
    """
    try:
        opened = pickle.loads(answer)  # noqa: S301 - see above
    except Exception as error:
        raise GraphCallError(f"an answer of another process cannot be read: {error}", hint=_IMPORTABLE) from error
    if not isinstance(opened, _Answer):
        raise GraphCallError("another process has sent something that is no answer")
    if opened.failure is None:
        return opened.result
    raise opened.failure from GraphCallError(f"in another process:\n{opened.trace}")


def answer_call(call: bytes) -> bytes:
    """Make a call and pickle its answer; never fails."""
    try:
        fn, args = _opened(call)
        return _packed_result(fn(*args))
    except BaseException as error:  # noqa: BLE001 - `sys.exit` of a component is a failure of that component
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return pickle.dumps(_Answer(failure=_portable(error), trace=trace), pickle.HIGHEST_PROTOCOL)


def _opened(call: bytes) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    try:
        opened: tuple[Callable[..., Any], tuple[Any, ...]] = pickle.loads(call)  # noqa: S301 - from who started us
    except Exception as error:
        raise GraphCallError(f"a call cannot be made in another process: {error}", hint=_IMPORTABLE) from error
    return opened


def _packed_result(result: Any) -> bytes:
    try:
        return pickle.dumps(_Answer(result), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        raise GraphCallError(
            f"a result cannot be sent back from another process: {error}",
            hint="return picklable values, or set `RUNS_IN = 'here'`",
        ) from error


def _portable(error: BaseException) -> Exception:
    """Return the error if it is the same after pickling, else one that tells of it."""
    told = GraphCallError(f"{type(error).__name__}: {error}", hint="the cause tells the lines that led to it")
    if not isinstance(error, Exception):
        return told
    try:
        copy = pickle.loads(pickle.dumps(error, pickle.HIGHEST_PROTOCOL))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - constructors of exceptions do as they like
        return told
    return error if type(copy) is type(error) and str(copy) == str(error) else told
