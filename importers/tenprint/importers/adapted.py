"""Both colours of importers: each method may be written as `def` or as `async def`, and is awaited all the same.

The seam is the definition of the class: `TrainingDataImporter.__init_subclass__` puts `adapt` over every new subclass,
which replaces its plain methods by coroutine functions. So the colour of a method is looked at once for a class, an
importer needs no wrapper, and it makes no difference who made it: `load_importer`, a test, or a program that hands it
to `model_fingerprint`. All other code knows async methods alone.

The rules for plain methods:

- They run in worker threads, at most `PLAIN_THREADS` of them at a time, and overlap with each other. These threads are
  not those of tenprint's own work, which slow sources therefore never hold up.
- Their errors are those of async ones.
- A run that is cancelled waits until they return; those that take long may ask `anyio.from_thread.check_cancelled()`.
- An awaitable they return, as `return super().get_domain()` does, is awaited on the event loop. A plain method that
  needs the value asks for it with `anyio.from_thread.run(super().get_domain)`.
- Generators are refused: a source is read completely before anything is decided.

A type checker sees that a plain method overrides an async one, which Python's types cannot allow for one direction
only: authors who check types write `# type: ignore[override]` beside it.
"""

import functools
import inspect
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from tenprint.importers.errors import ConfigurationError, SourceError

ADAPTED = (
    "get_config",
    "get_domain",
    "get_stories",
    "get_nlu_data",
    "get_conversation_tests",
    "get_further",
    "get_config_file_for_auto_config",
    "declared_inputs",
    "snapshot",
    "take_snapshot",
    "aclose",
)
"""Methods that may have either colour."""

PLAIN_THREADS = 40
"""Plain methods that run at the same time in one event loop; as many as anyio's own limit."""

_LIMITER: RunVar[anyio.CapacityLimiter] = RunVar("tenprint_plain_methods")
_WITHIN: ContextVar[bool] = ContextVar("tenprint_within_plain_method", default=False)


def adapt(importer: type) -> None:
    """Make the plain methods of a class coroutine functions.

    Raises:
        ConfigurationError: A method is a generator, or no function at all.
    """
    for name in ADAPTED:
        method = inspect.getattr_static(importer, name, None)
        if method is None or inspect.iscoroutinefunction(_function_of(method)):
            continue
        _refuse(importer, name, method)
        setattr(importer, name, _awaitable(method, name))


def _function_of(method: Any) -> Any:
    return method.__func__ if isinstance(method, (staticmethod, classmethod)) else method


def _refuse(importer: type, name: str, method: Any) -> None:
    function = _function_of(method)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise ConfigurationError(
            f"{name} of the importer class {importer.__qualname__} is a generator",
            hint="return one complete value instead of yielding parts of it",
        )
    if isinstance(method, property) or not (callable(function) or hasattr(function, "__get__")):
        raise ConfigurationError(
            f"{name} of the importer class {importer.__qualname__} is no method",
            hint=f"write it as `def {name}(self)` or `async def {name}(self)`",
        )


def _awaitable(method: Any, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
    @functools.wraps(_function_of(method), updated=())
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        bound = method.__get__(self, type(self)) if hasattr(method, "__get__") else method
        answer = await in_plain_thread(bound, *arguments, **named)
        return await answer if inspect.isawaitable(answer) else answer

    call.__name__ = name
    # ABCMeta reads it, and `updated` leaves it behind.
    call.__isabstractmethod__ = bool(getattr(method, "__isabstractmethod__", False))  # type: ignore[attr-defined]
    return call


async def in_plain_thread(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call plain code of a plugin in one of the threads for it; an awaitable it returns is not awaited."""
    call = functools.partial(_within, function, *arguments, **named)
    (answer,) = await anyio.to_thread.run_sync(call, limiter=_limiter())
    return answer


def _within(bound: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[Any]:
    # The thread has a context of its own, so that nobody else sees this.
    _WITHIN.set(True)
    try:
        # In a tuple, because trio refuses threads that return an awaitable.
        return (bound(*arguments, **named),)
    except KeyboardInterrupt as error:
        # Ctrl-C reaches the main thread only: this one is an error of the importer.
        name = getattr(bound, "__name__", "a getter")
        raise SourceError(f"{name} raised KeyboardInterrupt", hint="raise an error instead") from error


def _limiter() -> anyio.CapacityLimiter:
    """Return the limiter of this event loop; one without limit for calls a plain method waits for.

    It holds a thread while it waits, and enough of them would wait for ever.
    """
    if _WITHIN.get():
        return anyio.CapacityLimiter(1)
    limiter = _LIMITER.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(PLAIN_THREADS)
        _LIMITER.set(limiter)
    return limiter
