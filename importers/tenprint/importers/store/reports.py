"""What the operations on a whole store answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenprint.importers.problem import Problem


@dataclass(frozen=True, slots=True)
class Stats:
    """What a store holds; `records` counts them for each space, temporary and quarantined files are counted apart."""

    contents: int = 0
    content_bytes: int = 0
    records: Mapping[str, int] | None = None
    temporary: int = 0
    temporary_bytes: int = 0
    quarantined: int = 0
    quarantined_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what was wrong; all of that has been put aside."""

    contents: int = 0
    content_bytes: int = 0
    records: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """What was removed; `freed` counts the bytes of files."""

    records: int = 0
    contents: int = 0
    leftovers: int = 0
    freed: int = 0
