"""Lookup tables in files of their own: what a document names, and the elements such a file holds.

A path is relative to the document that names it. A file has one element a line; blank lines and blanks around an
element mean nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tenprint.importers.data import LookupEntry
from tenprint.importers.items import Path
from tenprint.importers.reading.document import Place
from tenprint.importers.reading.suffixes import TRAINING_SUFFIXES

_LINE_END = re.compile(r"\r\n|\n|\r")


class FileReference(NamedTuple):
    """A lookup table whose elements stand in a file; `place` is where the path is written."""

    table: str
    path: str
    place: Place


def refusal_of(path: str) -> tuple[str, str] | None:
    """Say why no lookup table can have this path, and what to do; None where it can. Looks at no file."""
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return "must be relative to the file that names it", "put the file beside that file, and write its name"
    if "\\" in path or "\0" in path:
        return "holds a character that no portable path has", "write slashes between folders"
    if path.endswith(TRAINING_SUFFIXES):
        return "has the name of a training file", "write one element a line into a file such as cities.txt"
    return None


def elements_of(text: str) -> Iterator[tuple[str, Place]]:
    """Elements of a file with their places."""
    for number, line in enumerate(_LINE_END.split(text), start=1):
        element = line.strip()
        if element:
            yield element, (number, len(line) - len(line.lstrip()) + 1)


def lookup_parts(text: str, tables: Iterable[str]) -> Iterator[tuple[str, Path, LookupEntry, Place]]:
    """Parts of a file: each element once for each table that names the file."""
    elements = list(elements_of(text))
    for table in tables:
        for element, place in elements:
            yield "lookup-entry", ("nlu", "lookups", table), LookupEntry(table, element), place
