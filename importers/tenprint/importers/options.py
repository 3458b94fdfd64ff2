"""Typed options: the mapping an importer is given, read into a frozen class of its own.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class GitOptions:
        url: str
        ref: str = "HEAD"
        include: tuple[str, ...] = ()
        token: Secret | None = None
        depth: int | None = field(default=None, metadata={"check": at_least_one})

The types of the fields say what is accepted, fields without a default are required, and a `check` returns what is
wrong with a value of the right type, or None. All problems are told at once, each where its option is written.
"""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from types import NoneType, UnionType
from typing import Any, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from tenprint.importers.errors import OptionError, ProblemsError
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import describe, nearest
from tenprint.importers.secret import Secret

T = TypeVar("T")


class _Wrong(Exception):  # noqa: N818 - a signal inside this module
    """A value an option cannot have; the message goes on after `the option 'x' ...`."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class OptionsContext(Protocol):
    """Where options belong: what messages call their owner, keys beside them, and where they are written."""

    @property
    def owner(self) -> str: ...

    @property
    def entry_keys(self) -> tuple[str, ...]: ...

    def place_of(self, option: str | None) -> Location | None: ...


def read_options(cls: type[T], options: Mapping[str, Any], context: OptionsContext) -> T:
    """Read the options of an importer or a transform into a value of its class.

    Raises:
        ProblemsError: Unknown, missing and wrong options, all of them.
        TypeError: The class has a field of a type that options cannot have.
    """
    types = get_type_hints(cls)
    known = {field.name: field for field in fields(cls) if field.init}  # type: ignore[arg-type]  # checked by dataclasses
    owner = context.owner
    problems = []
    for option in options:
        if option not in known:
            hint = nearest(option, (*known, *context.entry_keys), otherwise="options")
            problems.append(_problem(f"{owner} has no option {option!r}", option, context, hint))
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name in options:
            try:
                values[name] = _checked(field, _value(types[name], options[name]))
            except _Wrong as wrong:
                problems.append(_problem(f"the option {name!r} of {owner} {wrong.message}", name, context, wrong.hint))
        elif field.default is MISSING and field.default_factory is MISSING:
            problems.append(_problem(f"{owner} needs the option {name!r}", None, context, None))
    if problems:
        raise ProblemsError(problems)
    return cls(**values)


def _problem(message: str, option: str | None, context: OptionsContext, hint: str | None) -> Problem:
    return Problem(OptionError.reference, message, context.place_of(option), hint)


def _checked(field: "Field[Any]", value: Any) -> Any:
    check: Callable[[Any], str | None] | None = field.metadata.get("check")
    message = None if check is None or value is None else check(value)
    if message is not None:
        raise _Wrong(f"cannot be used: {message}")
    return value


def _value(wanted: Any, given: Any) -> Any:
    """Return the value of an option as its type wants it; of a secret nothing is ever repeated."""
    choices = get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,)
    types = [choice for choice in choices if choice is not NoneType]
    if given is None and NoneType in choices:
        return None
    if len(types) != 1:
        raise TypeError(f"options cannot have the type {wanted}")
    (only,) = types
    if only is Secret:
        return _secret(given)
    if get_origin(only) is Literal:
        return _choice(get_args(only), given)
    if only == tuple[str, ...]:
        return _texts(given)
    if only not in _READERS:
        raise TypeError(f"options cannot have the type {wanted}")
    return _READERS[only](given)


def _secret(given: Any) -> Secret:
    try:
        return Secret(given)
    except ValueError as error:
        message = str(error)
    raise _Wrong(f"is a secret: {message}")


def _choice(known: tuple[Any, ...], given: Any) -> Any:
    for choice in known:
        if type(choice) is type(given) and choice == given:
            return choice
    told = " or ".join(str(choice) for choice in known)
    hint = nearest(given, [str(choice) for choice in known]) if isinstance(given, str) else None
    raise _Wrong(f"is {told}, not {describe(given)}", hint)


def _texts(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return (_text(given),)
    if not isinstance(given, (list, tuple)):
        raise _Wrong(f"is a text or a list of texts, not {describe(given)}")
    return tuple(_text(entry) for entry in given)


def _text(given: Any) -> str:
    if not isinstance(given, str):
        hint = None if given is None or isinstance(given, (dict, list)) else "put quotes around it"
        raise _Wrong(f"is text, not {describe(given)}", hint)
    if not given.strip():
        raise _Wrong("is empty", "leave it out")
    if "\0" in given:
        raise _Wrong("holds a NUL character")
    return str(given)


def _switch(given: Any) -> bool:
    if not isinstance(given, bool):
        raise _Wrong(f"is true or false, not {describe(given)}")
    return given


def _whole(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise _Wrong(f"is a whole number, not {describe(given)}")
    return given


def _number(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise _Wrong(f"is a number, not {describe(given)}")
    if not abs(given) < math.inf or abs(given) > sys.float_info.max:
        raise _Wrong("is too large a number, or none")
    return float(given)


_READERS: Mapping[Any, Callable[[Any], Any]] = {str: _text, bool: _switch, int: _whole, float: _number}
