"""Where a piece of data stands.

A document is one file (or one value of a source without files); an item holds the number of its document, a line and
a column, and becomes a `Location` only when somebody wants to read it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentId:
    """One document of one source; `path` is shown to people, so it is relative to the project where possible."""

    source: str
    path: str
    revision: str | None = None

    def at(self, line: int, column: int) -> "Location":
        """Place in this document; 0 stands for unknown, which is how values without text are located."""
        return Location(self.source, self.path, line or None, column or None, self.revision)


@dataclass(frozen=True, slots=True)
class Location:
    """Place of a value: line and column count from 1 and are None where the source has no lines."""

    source: str
    path: str
    line: int | None = None
    column: int | None = None
    revision: str | None = None

    def __str__(self) -> str:
        if self.line is None:
            return self.path
        return f"{self.path}:{self.line}" if self.column is None else f"{self.path}:{self.line}:{self.column}"

    def to_json(self) -> dict[str, str | int | None]:
        return {
            "source": self.source,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "revision": self.revision,
        }
