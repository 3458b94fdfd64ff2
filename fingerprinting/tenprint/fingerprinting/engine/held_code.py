"""Code that values of a module hold: functions and classes in registries, whoever has put them there.

A name of a module may stand for a container that others fill while they are loaded, by a decorator for example. Its
source says nothing of that, so the containers themselves are looked through. Nothing of what they hold is run.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import partial
from types import CellType, FunctionType, MethodType
from typing import Any

WHOLE_MODULE = ""
"""In the place of a name: the code has none, as a lambda, so all of its module counts."""

_PLAIN = frozenset({str, bytes, int, float, complex, bool, type(None)})


def held_code(value: Any) -> Iterator[tuple[str, str]]:
    """Yield module and top-level name of each function and class in a container, or in the containers of a class."""
    members = list(vars(value).values()) if isinstance(value, type) else [value]
    waiting = [each for each in members if isinstance(each, dict | list | tuple | set | frozenset)]
    seen = {id(each) for each in waiting}
    while waiting:
        for held in [*_held(waiting.pop())]:
            if type(held) in _PLAIN or id(held) in seen:
                continue
            seen.add(id(held))
            waiting.append(held)
            code = held if isinstance(held, type | FunctionType) else type(held)
            name = code.__qualname__.partition(".")[0]
            if isinstance(code.__module__, str):
                yield code.__module__, WHOLE_MODULE if name == "<lambda>" else name


def _held(value: Any) -> Iterable[Any]:
    """Return what a container holds, or something that was made with values."""
    if isinstance(value, dict):
        return [*dict.keys(value), *dict.values(value)]
    if isinstance(value, list | tuple | set | frozenset):
        return [*value]
    if isinstance(value, partial):
        return (value.func, *value.args, *value.keywords.values())
    if isinstance(value, MethodType):
        return (value.__func__, value.__self__)
    if isinstance(value, FunctionType):
        return _captured(value.__closure__ or ())
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name, None) for each in fields(value)]
    return ()


def _captured(cells: Iterable[CellType]) -> Iterator[Any]:
    for cell in cells:
        with suppress(ValueError):  # a variable that was never set
            yield cell.cell_contents
