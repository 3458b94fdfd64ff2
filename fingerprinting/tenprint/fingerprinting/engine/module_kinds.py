"""Whose code a module is, and which version a class declares of its own; without reading any source.

Nothing is ever imported here: a module that is only imported within a function is looked for.
"""

import os
import sys
from enum import Enum
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.engine.errors import GraphError
from tenprint.fingerprinting.engine.package_versions import found_spec, owners

OURS = "tenprint"

DECLARE = "set VERSION on the class, and raise it whenever its code would train something else"

_STANDARD_FOLDER = Path(os.__file__).parent

_INSTALLED = frozenset({"site-packages", "dist-packages"})


class ModuleKind(Enum):
    """Whose code a module is."""

    STANDARD = "of Python itself"
    OURS = "of tenprint"
    INSTALLED = "of a distribution"
    LOCAL = "of the project, or installed so that it can be edited"
    FOLDER = "a package without a file of its own"
    UNKNOWN = "not to be found, or without source"


def module_kind(name: str) -> ModuleKind:
    """Tell whose code a module is; blocks."""
    top = name.partition(".")[0]
    if top == OURS:
        return ModuleKind.OURS
    file, is_folder = file_of(name)
    if top in sys.stdlib_module_names and top != "__main__" and not _stands_before(file):
        return ModuleKind.STANDARD
    if file is None and top != name and module_kind(top) is ModuleKind.INSTALLED:
        return ModuleKind.INSTALLED
    if file is None:
        return ModuleKind.FOLDER if is_folder else ModuleKind.UNKNOWN
    if not _INSTALLED.isdisjoint(file.parts) and owners(top):
        return ModuleKind.INSTALLED
    return ModuleKind.LOCAL if file.suffix == ".py" else ModuleKind.UNKNOWN


def _stands_before(file: Path | None) -> bool:
    """Whether the project has a module that is found in the place of the one of Python."""
    return file is not None and file.suffix == ".py" and not file.is_relative_to(_STANDARD_FOLDER)


def file_of(name: str) -> tuple[Path | None, bool]:
    """Return the file of a module; and, where it has none, whether it is a package all the same."""
    module = sys.modules.get(name)
    if module is not None:
        file = getattr(module, "__file__", None)
        return (None if file is None else Path(file)), hasattr(module, "__path__")
    spec = _found(name)
    if spec is None:
        return None, False
    return (Path(spec.origin) if spec.origin and spec.has_location else None), bool(spec.submodule_search_locations)


def _found(name: str) -> ModuleSpec | None:
    """Look for a module that is not loaded, part by part, so that nothing above it is imported."""
    path: Any = None
    spec: ModuleSpec | None = None
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        above = sys.modules.get(".".join(parts[: length - 1]))
        if above is not None:
            path = getattr(above, "__path__", ())
        spec = PathFinder.find_spec(".".join(parts[:length]), path) if length > 1 else found_spec(parts[0])
        if spec is None:
            return None
        path = spec.submodule_search_locations or ()
    return spec


def declared_version(value: Any) -> str | None:
    """Return the VERSION a component class declares itself; one that is inherited says nothing of the heir's code.

    Raises:
        GraphError: It is no text.
    """
    if not isinstance(value, type) or not any(each.__module__.startswith(f"{OURS}.") for each in value.__mro__):
        return None
    version = vars(value).get("VERSION")
    if version is not None and not isinstance(version, str):
        raise GraphError(f"VERSION of {value.__qualname__} is no text", hint='write it like VERSION = "1"')
    return version
