"""Which code a component is: the version it declares, else what the source of its project says, else its distribution.

What reads sources is imported only for components that declare no version.
"""

from typing import Any

from tenprint.fingerprinting.engine.code_identity import code_identity
from tenprint.fingerprinting.engine.module_kinds import declared_version
from tenprint.importers import Registered, SeenFiles, canonical_digest

_DIGITS = 16
"""Hexadecimal digits of a digest in an identity: nobody attacks, and people read it."""


def code_version(registered: Registered[type[Any]], seen: SeenFiles | None = None) -> str | None:
    """Return the version of the code of a component; None where nothing tells one. Blocks.

    `seen` hears of code that a later run would not load, and so would not look at.

    Raises:
        GraphError: Its code has no version, no source and no distribution.
    """
    declared = declared_version(registered.provided)
    if declared is not None:
        return declared
    found = code_identity(registered.provided)
    if not found.symbols:
        return registered.version
    if found.unloaded and seen is not None:
        seen.doubted(f"{registered.name} uses code that is loaded only when it runs")
    return f"code-{canonical_digest((dict(found.symbols), dict(found.packages))).hex()[:_DIGITS]}"
