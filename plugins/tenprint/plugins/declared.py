"""What a plugin provides, named before it is imported: nothing heavy is loaded for a name that nobody asks for."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

When: TypeAlias = Literal["first", "", "last"]
"""When a plugin wants to be asked: before all others, in its turn, or after them."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A class and its names; as a target `package.module:Class` it is imported when somebody asks for it."""

    name: str
    target: type[Any] | str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the program: `target` names a click command as `package.module:attribute`; help shows `summary`."""

    name: str
    summary: str
    target: str
