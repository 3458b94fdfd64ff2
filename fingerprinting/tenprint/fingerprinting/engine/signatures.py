"""What a function of a component takes and gives, as its signature says. Pure: nothing is called."""

import inspect
import typing
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.engine.type_rules import awaited

UNKNOWN: Any = inspect.Parameter.empty
"""Stands for an annotation that is not written."""

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True, slots=True)
class ParameterShape:
    """One parameter that is no `*` and no `**`."""

    name: str
    annotation: Any
    is_required: bool
    by_position_only: bool


@dataclass(frozen=True, slots=True)
class FunctionShape:
    """A function as its caller sees it, so without `self` or `cls`."""

    parameters: dict[str, ParameterShape]
    returns: Any
    takes_any: bool
    """It has a `**` parameter."""
    unresolved: str | None = None
    """Why its annotations cannot be resolved; all of them are unknown then."""


def function_shape(class_: type[Any], name: str) -> FunctionShape | None:
    """Describe a method that is called on an instance; None where the class has none."""
    static = inspect.getattr_static(class_, name, None)
    found = getattr(class_, name, None)
    if static is None or not callable(found):
        return None
    return _shape(found, drops_first=not isinstance(static, staticmethod | classmethod))


def constructor_shape(class_: type[Any], name: str) -> FunctionShape | None:
    """Describe a method that is called on the class; None where it has none, or one that is called on instances."""
    static = inspect.getattr_static(class_, name, None)
    found = getattr(class_, name, None)
    if not isinstance(static, staticmethod | classmethod) or not callable(found):
        return None
    return _shape(found, drops_first=False)


def _shape(function: Any, *, drops_first: bool) -> FunctionShape:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        # Functions written in C may not tell.
        return FunctionShape({}, UNKNOWN, takes_any=True)
    unresolved = None
    hints: dict[str, Any] = {}
    try:
        hints = typing.get_type_hints(inspect.unwrap(getattr(function, "__func__", function)), include_extras=True)
    except Exception as error:  # noqa: BLE001 - annotations may be any expression
        unresolved = f"{type(error).__name__}: {error}"
    named = [each for each in parameters[drops_first:] if each.kind in (*_BY_NAME, inspect.Parameter.POSITIONAL_ONLY)]
    return FunctionShape(
        {
            each.name: ParameterShape(
                each.name,
                hints.get(each.name, UNKNOWN),
                is_required=each.default is inspect.Parameter.empty,
                by_position_only=each.kind is inspect.Parameter.POSITIONAL_ONLY,
            )
            for each in named
        },
        awaited(hints["return"]) if "return" in hints else UNKNOWN,
        takes_any=any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters),
        unresolved=unresolved,
    )
