"""A parsed file: plain YAML values whose mappings and sequences remember where their children stand.

Marks are what the parser hands out anyway: objects with `line` and `column`, both counted from 0. They are kept beside
the children in lists, never looked at unless an item or a problem needs a place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tenprint.importers.location import DocumentId, Location

Place = tuple[int, int]
"""Line and column, both counted from 1."""


class Mark(Protocol):
    """Position in a text, counted from 0."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class MappingNode(dict[Any, Any]):
    """A YAML mapping; `marks` holds the mark of a key and of its value in turn, in the order of the keys."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []

    @property
    def key_marks(self) -> list[Mark]:
        return self.marks[::2]

    @property
    def value_marks(self) -> list[Mark]:
        return self.marks[1::2]

    def key_place(self, key: object) -> Place:
        return place_of(self.marks[2 * list(self).index(key)])

    def value_place(self, key: object) -> Place:
        return place_of(self.marks[2 * list(self).index(key) + 1])


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
    text: str = ""
    """What was parsed, so that the lines of a block of text can be located."""

    def at(self, place: Place) -> Location:
        return self.id.at(*place)

    def block_start(self, mark: Mark) -> Place:
        """Line of the first line of a literal block and the column of its text.

        Column 0 tells that the text is no literal block: then its lines have no lines of their own in the file.
        """
        line_end = self.text.find("\n", mark.index)
        if not self.text.startswith("|", mark.index) or line_end < 0:
            return mark.line + 1, 0
        indent = 0
        while self.text.startswith((" ", "\n", "\r"), line_end + 1 + indent):
            if self.text[line_end + 1 + indent] != " ":
                line_end, indent = line_end + 1 + indent, 0
            else:
                indent += 1
        return mark.line + 2, indent + 1


def place_of(mark: Mark) -> Place:
    return mark.line + 1, mark.column + 1


@dataclass(frozen=True, slots=True)
class _Nowhere:
    """Mark of values that were never text; its place is 0:0, which stands for unknown."""

    index: int = 0
    line: int = -1
    column: int = -1


NOWHERE = _Nowhere()


def nodes_of(value: Any) -> Any:
    """Turn ordinary dictionaries and lists into nodes without places, so that the readers can check them."""
    if isinstance(value, Mapping):
        mapping = MappingNode(NOWHERE)
        for key, entry in value.items():
            mapping[key] = nodes_of(entry)
        mapping.marks = [NOWHERE] * (2 * len(mapping))
        return mapping
    if isinstance(value, (list, tuple)):
        sequence = SequenceNode(NOWHERE)
        sequence.extend(nodes_of(entry) for entry in value)
        sequence.marks = [NOWHERE] * len(sequence)
        return sequence
    return value
