"""A parsed file: plain YAML values whose mappings and sequences remember where their children stand.

Marks are what the parser hands out anyway: objects with `line` and `column`, both counted from 0. They are kept beside
the children in lists, never looked at unless an item or a problem needs a place.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from tenprint.importers.location import DocumentId, Location

Place = tuple[int, int]
"""Line and column, both counted from 1."""


class Mark(Protocol):
    """Position in a text, counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class MappingNode(dict[Any, Any]):
    """A YAML mapping; `key_marks` and `value_marks` follow the order of its keys."""

    __slots__ = ("key_marks", "mark", "value_marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.key_marks: list[Mark] = []
        self.value_marks: list[Mark] = []

    def key_place(self, key: object) -> Place:
        return place_of(self.key_marks[list(self).index(key)])

    def value_place(self, key: object) -> Place:
        return place_of(self.value_marks[list(self).index(key)])


class SequenceNode(list[Any]):
    """A YAML sequence; `marks` follows the order of its entries."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []

    def place(self, index: int) -> Place:
        return place_of(self.marks[index])


class PlainText(str):
    """Text written without quotes that holds `${`: the only text environment variables are looked for in.

    The parser makes these only in files that hold `${` at all; what reads the file turns every one of them into
    ordinary text again.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file. `root` is any YAML value; an empty file has an empty mapping."""

    id: DocumentId
    root: Any

    def at(self, place: Place) -> Location:
        return self.id.at(*place)


def place_of(mark: Mark) -> Place:
    return mark.line + 1, mark.column + 1
