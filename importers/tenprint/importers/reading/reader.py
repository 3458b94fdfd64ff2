"""Reader: the desk at which one document is read; collects its parts and all its problems.

The readers of each kind take a reader and emit parts: an item kind, a path, a value and a place. They never raise for
what a user wrote: they report it and go on, so that one run shows every problem of every file.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from tenprint.importers.data import EntitySpan, Example
from tenprint.importers.items import Path
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem, Severity
from tenprint.importers.reading.document import Document, MappingNode, Place, PlainText, SequenceNode, place_of
from tenprint.importers.reading.lookups import FileReference, refusal_of
from tenprint.importers.reading.scalars import shown_key

_SHORT = 30


class RawPart(NamedTuple):
    """What a document says about one thing, before it has a digest."""

    kind: str
    path: Path
    value: Any
    place: Place


Receive = Callable[[str, Path, Any, Place], None]
"""Takes the kind, path, value and place of one part."""


class ExampleLines(NamedTuple):
    """Examples of an intent with their annotations, each in a line below the one before; the place is the first's."""

    intent: str
    examples: Sequence[tuple[str, tuple[EntitySpan, ...]]]
    place: Place


ReceiveLines = Callable[[ExampleLines], None]
"""Takes many examples at once, which takes much less time than one by one."""


def _keeper(parts: list[RawPart]) -> Receive:
    # A function rather than a method: a reader that held its own method would be a cycle around a whole document.
    return lambda kind, path, value, place: parts.append(RawPart(kind, path, value, place))


def _one_by_one(emit: Receive) -> ReceiveLines:
    def emit_lines(lines: ExampleLines) -> None:
        intent, examples, (line, column) = lines
        for place, (text, spans) in enumerate(examples, line):
            emit("intent-example", ("nlu", intent, text), Example(text, intent, spans), (place, column))

    return emit_lines


class Reader:
    """Parts and problems of one document.

    Parts are kept in `parts`, unless a `receive` takes each as it is emitted: then no value outlives its reading, which
    matters where only items are wanted of a large project; `receive_lines` takes many at once. `marks` tells whether
    names may carry marks of overlays.
    """

    def __init__(
        self,
        document: Document,
        receive: Receive | None = None,
        receive_lines: ReceiveLines | None = None,
        *,
        marks: bool = False,
    ) -> None:
        self.document = document
        self.marks = marks
        self.parts: list[RawPart] = []
        self.problems: list[Problem] = []
        self.references: list[FileReference] = []
        self.emit: Receive = receive or _keeper(self.parts)
        self.emit_lines: ReceiveLines = receive_lines or _one_by_one(self.emit)

    @property
    def root(self) -> MappingNode:
        root: MappingNode = self.document.root
        return root

    def report(
        self,
        code: str,
        message: str,
        place: Place,
        *,
        hint: str | None = None,
        severity: Severity = "error",
        related: tuple[Location, ...] = (),
    ) -> None:
        self.problems.append(Problem(code, message, self.document.at(place), hint, severity, related))

    def wrong_type(self, what: str, expected: str, value: Any, place: Place, *, hint: str | None = None) -> None:
        message = f"{what} must be {expected}, not {describe(value)}"
        self.report("wrong-type", message, place, hint=hint or _type_hint(value, expected))

    def refer(self, table: str, path: str, place: Place) -> None:
        """Note that the elements of a lookup table stand in a file, or report that they cannot stand there."""
        refused = refusal_of(path)
        if refused is None:
            self.references.append(FileReference(table, path, place))
        else:
            why, hint = refused
            self.report("lookup-file", f"the path {path!r} of lookup table {table!r} {why}", place, hint=hint)

    def mapping(self, value: Any, what: str, place: Place, *, hint: str | None = None) -> MappingNode | None:
        if isinstance(value, MappingNode):
            return value
        self.wrong_type(what, "a mapping", value, place, hint=hint)
        return None

    def sequence(self, value: Any, what: str, place: Place) -> SequenceNode | None:
        if isinstance(value, SequenceNode):
            return value
        self.wrong_type(what, "a list", value, place)
        return None

    def text(self, value: Any, what: str, place: Place) -> str | None:
        """Text that is not empty."""
        if not isinstance(value, str):
            self.wrong_type(what, "text", value, place)
            return None
        if not value.strip():
            self.report("empty-text", f"{what} must not be empty", place)
            return None
        return value

    def entries(self, node: MappingNode, key: str, what: str) -> Iterator[tuple[Any, Place]]:
        """Entries of the list under a key with their places; nothing (and a report) when it is no list."""
        listed = node[key]
        if isinstance(listed, SequenceNode):
            return zip(listed, map(place_of, listed.marks), strict=True)
        self.wrong_type(what, "a list", listed, node.value_place(key))
        return iter(())

    def members(self, node: MappingNode, what: str) -> Iterator[tuple[str, Any, Place, Place]]:
        """Name, value, and the places of both, for each key of a mapping; a key that is no text is reported."""
        for (key, value), key_mark, value_mark in zip(
            list(node.items()), node.key_marks, node.value_marks, strict=True
        ):
            place = (key_mark.line + 1, key_mark.column + 1)
            name = self.text(key, f"a name in {what}", place)
            if name is not None:
                yield name, value, place, (value_mark.line + 1, value_mark.column + 1)

    def names(self, node: MappingNode, key: str, what: str) -> tuple[str, ...]:
        """Texts of the list of names under a key."""
        texts = (
            self.text(entry, f"an entry of {key} of {what}", place)
            for entry, place in self.entries(node, key, f"{key} of {what}")
        )
        return tuple(str(text).strip() for text in texts if text is not None)

    def flag(self, node: MappingNode, key: str, *, default: bool) -> bool:
        value = node.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong_type(key, "true or false", value, node.value_place(key))
        return default

    def check_keys(
        self, node: MappingNode, allowed: Collection[str], what: str, *, severity: Severity = "error"
    ) -> None:
        """Report keys that mean nothing here."""
        for key in node:
            if key not in allowed:
                self.report(
                    "unknown-key",
                    f"{what} has no key {shown_key(key)}",
                    node.key_place(key),
                    hint=nearest(key, allowed),
                    severity=severity,
                )


def describe(value: Any) -> str:
    """Name a YAML value for people, with the value where it is short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, (int, float)):
        return "a number" if isinstance(value, float) or abs(value) > 10**9 else f"the number {value}"
    if isinstance(value, str):
        return f"the text {value[:27] + '...' if len(value) > _SHORT else value!r}"
    if isinstance(value, date):
        return f"the date {value}"
    return "a mapping" if isinstance(value, dict) else "a list"


def _type_hint(value: Any, expected: str) -> str | None:
    if expected == "text" and isinstance(value, (bool, int, float, date)):
        return "put quotes around it to make it text"
    if expected == "text" and value is None:
        return "write a name, or remove the line"
    return None


def nearest(name: Any, known: Collection[str], *, otherwise: str = "known") -> str | None:
    """Hint with the known names nearest to a wrong one, else with all of them where they are few."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only, and half as large as this module

    close = get_close_matches(str(name), sorted(known), n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    return f"{otherwise}: {', '.join(sorted(known))}" if 0 < len(known) <= 20 else None  # noqa: PLR2004 - one line


def nearest_to_any(names: Iterable[Any], known: Collection[str], *, otherwise: str = "known") -> str | None:
    """Hint at what the first of several wrong names was meant to be."""
    return next((hint for name in names if (hint := nearest(name, known, otherwise=otherwise))), None)


def plain_value(value: Any) -> Any:
    """Copy a YAML value into ordinary dictionaries, lists and text, so that values do not keep a document alive."""
    if isinstance(value, dict):
        return {plain_value(key): plain_value(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain_value(entry) for entry in value]
    return str(value) if isinstance(value, PlainText) else value
