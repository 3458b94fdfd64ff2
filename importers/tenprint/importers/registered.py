"""One registered thing: what a plugin provides under a name, and which distribution it came from.

Loaders and trainers take a mapping of these as an argument; only the top floor knows how plugins are found.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Registered(Generic[T]):
    """A named object with its owner; `version` is that of the distribution, None for code that is not installed."""

    name: str
    provided: T
    distribution: str
    version: str | None = None
