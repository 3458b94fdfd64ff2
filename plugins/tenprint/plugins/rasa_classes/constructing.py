"""How Rasa makes importers: three paths by position, and those options by name that the constructor takes. Pure.

Rasa leaves every other option out without a word, also where the constructor has `**kwargs`; here that is told.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TRAINING_TYPE = "training_type"
"""A parameter of constructors written for Rasa 2.x, which Rasa 3 gives no value."""


@dataclass(frozen=True, slots=True)
class Construction:
    """Options a constructor is given by name, those it does not take, and whether it needs a training type as well."""

    named: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
    needs_training_type: bool = False


def construction_of(made_of: type, options: Mapping[str, Any]) -> Construction:
    # Of a class, this is the signature of its constructor without `self`.
    parameters = inspect.signature(made_of).parameters
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    known = {name for name, parameter in parameters.items() if parameter.kind in by_name}
    training_type = parameters.get(TRAINING_TYPE)
    needed = training_type is not None and training_type.default is inspect.Parameter.empty
    return Construction(
        {name: value for name, value in options.items() if name in known},
        tuple(name for name in options if name not in known),
        needed and TRAINING_TYPE not in options,
    )
