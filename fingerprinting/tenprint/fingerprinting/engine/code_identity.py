"""Identity of the code behind a class: what has to change before equal inputs may give another output.

- A VERSION that the class itself declares stands for all of its code.
- Code that a distribution has installed is known by name and version of that distribution.
- Code of the project, also installed to be edited, is known by what its source says: the class, its bases, and every
  function, class and constant of the project that these refer to, however far. See `code_walk` and `code_tree`.
- A class that is made while the program runs counts with all that it was made with.

What nothing can be said of is an error that asks for a VERSION; it is never taken to be unchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenprint.fingerprinting.engine.module_kinds import ModuleKind, declared_version, module_kind
from tenprint.fingerprinting.engine.package_versions import package_version
from tenprint.fingerprinting.engine.values import qualified_name


@dataclass(frozen=True, slots=True)
class CodeIdentity:
    """What the code of a class is: by symbol, and by package; equal identities, equal code."""

    symbols: Mapping[str, str]
    """Dotted name -> `version X`, or the digest of what its source says."""
    packages: Mapping[str, str]
    """Top-level package -> distributions and versions."""
    unloaded: frozenset[str] = field(default=frozenset(), compare=False)
    """Modules that were read and are not loaded, as those that are imported within functions."""


def code_identity(class_: type[Any]) -> CodeIdentity:
    """Return the identity of the code of a class; blocks.

    Raises:
        GraphError: Nothing says when it changes; the hint asks for a VERSION.
    """
    name = qualified_name(class_)
    version = declared_version(class_)
    if version is not None:
        return CodeIdentity({name: f"version {version}"}, {})
    kind = module_kind(class_.__module__)
    if kind in {ModuleKind.OURS, ModuleKind.INSTALLED, ModuleKind.STANDARD}:
        top = class_.__module__.partition(".")[0]
        return CodeIdentity({}, {top: package_version(top)})
    # Brings a parser, which those who declare versions do without.
    from tenprint.fingerprinting.engine.walked_identity import walked_identity  # noqa: PLC0415

    return CodeIdentity(*walked_identity(class_, name))
