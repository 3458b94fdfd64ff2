"""JSON files to a `Document`, strictly and with places: the same nodes as those of YAML.

Python's own reader keeps no places, takes the last of two equal keys and accepts `NaN`; so only its reading of single
texts is used here. What has no sense in text (one half of a surrogate pair), numbers that no float can hold and
anything after the value are problems with their place. There is no recursion: open collections are a list.
"""

import math
import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final, NoReturn

from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading.document import Document, MappingNode, SequenceNode, place_of
from tenprint.importers.reading.markup import MAX_DIGITS
from tenprint.importers.reading.yaml import DEFAULT_LIMITS
from tenprint.importers.reading.yaml_builder import MOST_PROBLEMS
from tenprint.importers.reading.yaml_bytes import checked_text
from tenprint.importers.reading.yaml_syntax import excerpt

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final = (("true", True), ("false", False), ("null", None))
_NO_JSON: Final = re.compile(r"-?(?:NaN|Infinity)|None|True|False|//|/\*|#|'|[A-Za-z_]\w*")
_TEXTS: Final = JSONDecoder()


class _TextMark:
    """Position in a text; line and column are worked out only when somebody asks."""

    __slots__ = ("_line_starts", "index")

    def __init__(self, index: int, line_starts: list[int]) -> None:
        self.index = index
        self._line_starts = line_starts

    @property
    def line(self) -> int:
        return bisect_right(self._line_starts, self.index) - 1

    @property
    def column(self) -> int:
        return self.index - self._line_starts[self.line]


def parse_json(content: bytes, document: DocumentId, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Parse one file; an empty one has an empty mapping as root, as with YAML.

    Raises `ProblemsError` with every problem found.
    """
    text = checked_text(content, document, limits=limits)
    parser = _Parser(text, document, limits)
    root = parser.root()
    if parser.problems:
        raise ProblemsError(parser.problems)
    return Document(document, root, text)


class _Parser:
    """Parses one text once."""

    def __init__(self, text: str, document: DocumentId, limits: Limits) -> None:
        self._text = text
        self._document = document
        self._limits = limits
        self._nodes = 0
        self._may_hold_surrogates = "\\ud" in text or "\\uD" in text
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self.problems: list[Problem] = []

    def root(self) -> Any:
        holder = SequenceNode(self._mark(0))
        if self._skip(0) == len(self._text):
            return MappingNode(holder.mark)
        end = self._skip(self._fill(holder))
        if end < len(self._text):
            self._stop("something follows the value", end, "keep one value in the file, and remove what follows it")
        return holder[0] or MappingNode(holder.mark)

    def _fill(self, holder: SequenceNode) -> int:
        """Read the one value of the text into its holder; return where it ends."""
        opened: list[Any] = []
        node: Any = holder
        position = self._skip(0)
        while True:
            key, position = self._key(node, position) if type(node) is MappingNode else (None, position)
            value, start, position = self._value(position)
            node.marks.append(self._mark(start))
            if type(node) is MappingNode:
                node[key] = value
            else:
                node.append(value)
            position = self._skip(position)
            if type(value) in (MappingNode, SequenceNode):
                self._check_depth(len(opened), start)
                if not self._text.startswith(_closing(value), position):
                    opened.append(node)
                    node = value
                    continue
                position += 1
            while node is not holder:
                position = self._skip(position)
                if self._text.startswith(",", position):
                    position = self._skip(position + 1)
                    break
                if not self._text.startswith(_closing(node), position):
                    self._stop_between(node, position)
                node = opened.pop()
                position += 1
            else:
                return position

    def _key(self, node: MappingNode, position: int) -> tuple[Any, int]:
        """Read a key and the colon behind it; of a key given again a stand-in that keeps the marks in step."""
        if not self._text.startswith('"', position):
            self._stop_at_key(position)
        key, end = self._read_text(position)
        self._count(position)
        end = self._skip(end)
        if not self._text.startswith(":", end):
            self._stop("a colon is missing behind a key", end, "write a colon between each key and its value")
        if key in node:
            first = self._at(node.key_marks[list(node).index(key)].index)
            hint = "remove or rename one of the two"
            self._report("duplicate-key", f"the key {key!r} is given twice in one object", position, hint, first)
            node.marks.append(self._mark(position))
            return object(), self._skip(end + 1)
        node.marks.append(self._mark(position))
        return key, self._skip(end + 1)

    def _value(self, position: int) -> tuple[Any, int, int]:
        """Read a value that is no collection, or the beginning of one; also tell where it starts and ends."""
        self._count(position)
        first = self._text[position : position + 1]
        if first == '"':
            value, end = self._read_text(position)
            return value, position, end
        if first == "{":
            return MappingNode(self._mark(position)), position, position + 1
        if first == "[":
            return SequenceNode(self._mark(position)), position, position + 1
        for word, meaning in _WORDS:
            if self._text.startswith(word, position):
                return meaning, position, position + len(word)
        number = _NUMBER.match(self._text, position)
        if number is None:
            self._stop_at_value(position)
        return self._number(number), position, number.end()

    def _read_text(self, position: int) -> tuple[str, int]:
        try:
            value, end = _TEXTS.raw_decode(self._text, position)
        except JSONDecodeError as error:
            self._stop(
                _lowered(error.msg), error.pos, r"close the quote, and write \\ for a backslash, \n for a new line"
            )
        if self._may_hold_surrogates and _SURROGATE.search(value):
            self._report(
                "json-syntax",
                "the text holds one half of a surrogate pair, which is no character",
                position,
                r"write both halves, such as \ud83d\ude00, or the character itself",
            )
        return value, end

    def _number(self, number: re.Match[str]) -> int | float:
        digits, fraction, exponent = number.groups()
        if fraction is None and exponent is None:
            if len(digits) <= MAX_DIGITS:
                return int(digits)
            self._report("json-syntax", f"the integer has more than {MAX_DIGITS} digits", number.start(), _AS_TEXT)
            return 0
        value = float(number[0])
        if not math.isfinite(value):
            self._report("json-syntax", "the number is too large", number.start(), _AS_TEXT)
        return value

    def _stop_at_value(self, position: int) -> NoReturn:
        found = self._text[position : position + 1]
        if found in ("]", "}", ","):
            self._stop(f"a value is missing before {found!r}", position, "remove the comma, or write a value")
        if not found:
            self._stop(
                "the file ends where a value is due", position, "the file may be cut off; restore the rest of it"
            )
        foreign = _NO_JSON.match(self._text, position)
        what = f"{foreign[0]} is no JSON" if foreign else f"a value cannot begin with {found!r}"
        self._stop(
            what, position, 'values are "text", numbers, true, false, null, {...} and [...]; there are no comments'
        )

    def _stop_at_key(self, position: int) -> NoReturn:
        if self._text.startswith("}", position):
            self._stop("a key is missing behind a comma", position, "remove the comma")
        self._stop("a key must be text in double quotes", position, 'write "key": value')

    def _stop_between(self, node: Any, position: int) -> NoReturn:
        closing = _closing(node)
        opened = self._at(node.mark.index)
        what = "the file ends" if position == len(self._text) else f"{self._text[position]!r} stands"
        hint = f"write a comma between entries, and {closing!r} behind the last"
        self._stop(f"{what} where a comma or {closing!r} is due", position, hint, opened)

    def _check_depth(self, depth: int, position: int) -> None:
        if depth >= self._limits.depth:
            self._report(
                "too-deep",
                f"more than {self._limits.depth} objects and arrays stand inside each other",
                position,
                "check the brackets here, or raise the limit `depth`",
            )
            raise ProblemsError(self.problems)

    def _count(self, position: int) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            hint = "split the file, or raise the limit `nodes`"
            self._report("too-many-nodes", f"the document has more than {self._limits.nodes} values", position, hint)
            raise ProblemsError(self.problems)

    def _skip(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return position if match is None else match.end()

    def _mark(self, index: int) -> _TextMark:
        return _TextMark(index, self._line_starts)

    def _at(self, index: int) -> Location:
        return self._document.at(*place_of(self._mark(index)))

    def _stop(self, message: str, position: int, hint: str, related: Location | None = None) -> NoReturn:
        line, column = place_of(self._mark(position))
        shown = excerpt(_LINE_END.split(self._text), line, column)
        self._report("json-syntax", f"this is no valid JSON: {message}{shown}", position, hint, related)
        raise ProblemsError(self.problems)

    def _report(self, code: str, message: str, position: int, hint: str, related: Location | None = None) -> None:
        if len(self.problems) == MOST_PROBLEMS:
            message = f"reading stopped here, after {MOST_PROBLEMS} problems"
            self.problems.append(Problem("too-many-problems", message, self._at(position), "solve those above first"))
            raise ProblemsError(self.problems)
        others = () if related is None else (related,)
        self.problems.append(Problem(code, message, self._at(position), hint, related=others))


_AS_TEXT: Final = "put quotes around it to make it text"


def _closing(node: Any) -> str:
    return "}" if type(node) is MappingNode else "]"


def _lowered(message: str) -> str:
    """Python's words for an error in a text; some of its messages end where a place would follow."""
    return (message[:1].lower() + message[1:]).removesuffix(" at")
