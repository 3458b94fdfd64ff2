"""What must be equal in two processes, so that a node that runs in one has the key that was made in the other.

A worker that has been running for a while may hold code that was edited since, or versions that are no longer installed
here. What it made would be recorded under a key it does not belong to, so it is refused, by name.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.engine.code_identity import CodeIdentity, code_identity
from tenprint.fingerprinting.engine.errors import GraphCallError
from tenprint.fingerprinting.engine.package_versions import package_version
from tenprint.fingerprinting.engine.values import qualified_name

_LOADED_AT = time.time()
"""When this process began to run nodes; the code of components is loaded after that."""

_DECLARED = "version "
"""Begins what stands for the code of a class that declares its version."""


def execution_identity(uses: type[Any]) -> dict[str, str]:
    """Tell what the output of a class depends on besides its options and inputs; blocks.

    Raises:
        GraphError: Nothing says which code the class is.
    """
    found = {
        "Python": "{}.{}".format(*sys.version_info),
        "tenprint": version("tenprint"),
    }
    for name in uses.required_packages() if hasattr(uses, "required_packages") else ():
        found[name] = package_version(name)
    for code in _codes(uses):
        found |= {**code.packages, **code.symbols}
    return found


def check_identity(uses: type[Any], expected: Mapping[str, str]) -> None:
    """Check that a class is here what it was there; blocks.

    Raises:
        GraphCallError: Something differs; all of it is named.
    """
    here = execution_identity(uses)
    differing = sorted(name for name in {*expected, *here} if expected.get(name) != here.get(name))
    edited = sorted({module for code in _codes(uses) for module in _edited(code)})
    if differing or edited:
        told = [f"{name}: {here.get(name, 'none')} in place of {expected.get(name, 'none')}" for name in differing]
        told += [f"{module}: edited after the worker was started" for module in edited]
        raise GraphCallError(
            f"a worker would run other code of {qualified_name(uses)} than the key of the node says: {'; '.join(told)}",
            hint="restart the workers, with what is installed where the training runs",
        )


def _codes(uses: type[Any]) -> list[CodeIdentity]:
    implemented_by = getattr(uses, "implemented_by", None)
    return [code_identity(each) for each in implemented_by()] if implemented_by is not None else []


def _edited(code: CodeIdentity) -> Iterator[str]:
    """Name the modules whose file is younger than this process, of those whose text is the code."""
    for symbol, digest in code.symbols.items():
        name = symbol
        while name and name not in sys.modules:
            name = name.rpartition(".")[0]
        file = getattr(sys.modules.get(name), "__file__", None)
        if file is not None and not digest.startswith(_DECLARED) and _changed_at(Path(file)) > _LOADED_AT:
            yield name


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
