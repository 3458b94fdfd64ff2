"""What cannot be written in Rasa's formats, collected: an export tells all of it at once, each with its place."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tenprint.importers.items import Path
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.writing.yaml_text import Unwritable, yaml_lines

Locate = Callable[[Path], Location | None]
"""Tells where the item of a path stands in the sources, as far as it is known."""


def nowhere(_path: Path) -> None:
    """Locate nothing: for values that never were files."""


class Entry(NamedTuple):
    """One entry of a section: what it is about, how people call it, and its content.

    The content is a mapping with one key in sections that are mappings, and any value in those that are lists.
    """

    path: Path
    name: str
    content: Any


class Refusals:
    """Collects what cannot be written."""

    def __init__(self, locate: Locate = nowhere) -> None:
        self.problems: list[Problem] = []
        self._locate = locate

    def add(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(Problem("not-writable", message, self._locate(path), hint))

    def lines_of(self, entry: Entry, value: Any) -> list[str]:
        """Lines of a value that belongs to an entry; none, and a refusal, where it cannot be written."""
        try:
            return yaml_lines(value)
        except Unwritable as error:
            self.add(entry.path, f"{entry.name} {error}", "change it, or remove it")
            return []

    def listed(self, key: str, entries: Iterable[Entry]) -> list[str]:
        """Lines of a section that is a list."""
        return [f"{key}:", *(line for entry in entries for line in self.lines_of(entry, [entry.content]))]

    def mapped(self, key: str, entries: Iterable[Entry]) -> list[str]:
        """Lines of a section that is a mapping."""
        lines = (line for entry in entries for line in self.lines_of(entry, entry.content))
        return [f"{key}:", *(f"  {line}" if line else "" for line in lines)]
