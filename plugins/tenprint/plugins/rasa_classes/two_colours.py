"""Importers that were written for Rasa 2.x, whose getters are `async def`, on top of classes of Rasa 3 that have none.

Such a class says `await super().get_domain()`, while the class of Rasa behind it answers at once, and itself asks
`self.get_domain()` without waiting. Between the two goes a class that turns one into the other: upwards its getters are
awaited; the code of Rasa below runs in a worker thread, on a twin that shares all attributes of the importer and whose
getters wait for those of the importer.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import anyio.from_thread
import anyio.to_thread

GETTERS = (
    "get_config",
    "get_domain",
    "get_stories",
    "get_conversation_tests",
    "get_nlu_data",
    "get_config_file_for_auto_config",
)


def awaitable(found: type) -> type:
    """Return a class derived from `found` in which `super()` of its async getters is async; others stay as they are."""
    base = next((each for each in found.__mro__ if each.__module__.partition(".")[0] == "rasa"), None)
    asynchronous = [name for name in GETTERS if inspect.iscoroutinefunction(getattr(found, name, None))]
    if base is None or not asynchronous:
        return found
    plain = [name for name in GETTERS if _is_plain(getattr(base, name, None))]
    if not plain:
        return found
    metaclass = type(found)
    twin: Any = metaclass("Twin", (base,), {name: _waiting(name) for name in asynchronous})
    # It is made without its constructor, so it may lack what only makers look for.
    twin.__abstractmethods__ = frozenset()
    between = metaclass("Between", (base,), {name: _awaited(twin, base, name) for name in plain})
    return metaclass(found.__name__, (found, between), {"__module__": found.__module__})


def _is_plain(getter: Any) -> bool:
    return (
        callable(getter)
        and not inspect.iscoroutinefunction(getter)
        and not getattr(getter, "__isabstractmethod__", False)
    )


def _waiting(name: str) -> Callable[..., Any]:
    """Make a plain getter, for a worker thread, that waits for the one of the importer."""

    def getter(self: Any, *arguments: Any, **named: Any) -> Any:
        return anyio.from_thread.run(functools.partial(getattr(self.tenprint_twin_of, name), *arguments, **named))

    return getter


def _awaited(twin: Any, base: type, name: str) -> Callable[..., Any]:
    """Make an async getter that runs the code of Rasa on the twin of the importer."""

    async def getter(self: Any, *arguments: Any, **named: Any) -> Any:
        other = twin.__new__(twin)
        # Not a copy: what either remembers, both do.
        other.__dict__ = self.__dict__
        self.tenprint_twin_of = self
        call = functools.partial(getattr(base, name), other, *arguments, **named)
        return await anyio.to_thread.run_sync(call)

    return getter
