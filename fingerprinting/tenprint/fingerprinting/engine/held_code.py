"""Code that values of a module hold: functions and classes in registries, whoever has put them there.

A name of a module may stand for a container that others fill while they are loaded, by a decorator for example. Its
source says nothing of that, so the containers themselves are looked through. Nothing of what they hold is run.
"""

from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from functools import partial
from types import FunctionType, MemberDescriptorType, MethodType, SimpleNamespace
from typing import Any, TypeAlias

WHOLE_MODULE = ""
"""In the place of a name: the code has none, as a lambda, so all of its module counts."""

IsOwn: TypeAlias = Callable[[type[Any]], bool]
"""Whether objects of a class are looked into, as those of the project are."""

_PLAIN = frozenset({str, bytes, int, float, complex, bool, type(None)})
_SEQUENCES = (list, tuple, set, frozenset, deque)


def held_code(value: Any, is_own: IsOwn) -> Iterator[tuple[str, str]]:
    """Yield module and top-level name of each function and class that something holds; a class, in containers."""
    is_class = isinstance(value, type)
    waiting = [each for each in vars(value).values() if isinstance(each, (dict, *_SEQUENCES))] if is_class else [value]
    seen = {id(each) for each in waiting}
    while waiting:
        for held in [*_held(waiting.pop(), is_own)]:
            if type(held) in _PLAIN or id(held) in seen:
                continue
            seen.add(id(held))
            waiting.append(held)
            code = held if isinstance(held, type | FunctionType) else type(held)
            name = code.__qualname__.partition(".")[0]
            if isinstance(code.__module__, str):
                yield code.__module__, WHOLE_MODULE if name == "<lambda>" else name


def _held(value: Any, is_own: IsOwn) -> Iterator[Any]:
    """Yield what a container holds, or something that was made with values."""
    if isinstance(value, type):
        return
    if isinstance(value, dict):
        yield from (*dict.keys(value), *dict.values(value))
    elif isinstance(value, _SEQUENCES):
        yield from value
    elif isinstance(value, partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, FunctionType):
        yield from _captured(value)
    if isinstance(value, _WITH_ATTRIBUTES) or is_dataclass(value) or is_own(type(value)):
        yield from _attributes(value)


_WITH_ATTRIBUTES = (ChainMap, FunctionType, SimpleNamespace, UserDict, UserList)


def _captured(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # a variable that was never set
            yield cell.cell_contents


def _attributes(value: Any) -> Iterator[Any]:
    """Yield what an object has for itself, in slots too; a `__getattr__` of its class is not asked."""
    with suppress(AttributeError):
        yield from object.__getattribute__(value, "__dict__").values()
    for kind in type(value).__mro__:
        for member in vars(kind).values() if "__slots__" in vars(kind) else ():
            if isinstance(member, MemberDescriptorType):
                with suppress(AttributeError):  # one that was never set
                    yield member.__get__(value)
