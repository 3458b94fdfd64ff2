"""Targets: where something is found that is imported when it is asked for, as `package.module:attribute`."""

from importlib import import_module
from typing import Any


def loaded(target: str) -> Any:
    """Import what a target names; without an attribute it is the module."""
    module, _, path = target.partition(":")
    found: Any = import_module(module)
    for part in path.split(".") if path else ():
        found = getattr(found, part)
    return found
