"""Members: what the readers of tar and zip have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

MemberKind = Literal["file", "folder", "link"]


@dataclass(frozen=True, slots=True)
class Member:
    """One member as the archive names it, its name not checked; `content` reads it until the next is asked for."""

    name: str
    kind: MemberKind
    size: int = 0
    content: Callable[[], bytes] = field(default=bytes, repr=False)


class Damaged(Exception):  # noqa: N818 - a signal between two modules
    """An archive is cut off, or is none: the message says how."""


class Harmful(Exception):  # noqa: N818 - a signal between two modules
    """An archive holds what is refused: the message says what."""
