"""Targets: where something is found that is imported when it is asked for, as `package.module:attribute`."""

from importlib import import_module
from typing import Any


def module_of(target: str) -> str:
    return target.partition(":")[0].strip()


def loaded(target: str) -> Any:
    """Import what a target names; without an attribute it is the module."""
    path = target.partition(":")[2].strip()
    found: Any = import_module(module_of(target))
    for part in path.split(".") if path else ():
        found = getattr(found, part)
    return found
