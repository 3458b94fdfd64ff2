"""Which of a node's inputs go to the constructor of its component, and which to its run function. Pure."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

V = TypeVar("V")

RESOURCE = "resource"
GIVEN = ("config", "model_storage", RESOURCE, "execution_context")
"""Parameters every constructor is called with; an input may only stand in for the resource."""

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The parameters a function takes by name."""

    names: frozenset[str]
    takes_any: bool
    """Whether it has a `**` parameter."""


def accepted_by(function: Callable[..., Any]) -> Accepted:
    """Look at the signature of a function that is called with keywords only."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        # Functions written in C may not tell.
        return Accepted(frozenset(), takes_any=True)
    names = frozenset(parameter.name for parameter in parameters if parameter.kind in _BY_NAME)
    return Accepted(names, takes_any=any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters))


def split_inputs(
    inputs: Mapping[str, V], constructor: Accepted, function: Accepted
) -> tuple[dict[str, V], dict[str, V]]:
    """Split the inputs of a lazy node; what both name goes to both.

    An input that only `**` parameters take goes to the run function if it has one, and else to the constructor. What
    nobody takes goes to the run function, whose complaint names it.
    """
    to_constructor: dict[str, V] = {}
    to_function: dict[str, V] = {}
    for name, value in inputs.items():
        only_constructor = constructor.takes_any and name not in function.names and not function.takes_any
        if name == RESOURCE or (name not in GIVEN and (name in constructor.names or only_constructor)):
            to_constructor[name] = value
        if name in function.names or name not in to_constructor:
            to_function[name] = value
    return to_constructor, to_function
