"""What the tests of the readers share: text in, parts and problems out, in a form that is easy to compare."""

import textwrap
from collections.abc import Callable
from typing import Any

from tenprint.importers.items import Path
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading import RawPart, Reader, parse_yaml

DOCUMENT = DocumentId("file", "data/file.yml")


def read(read_kind: Callable[[Reader], None], text: str) -> Reader:
    """Parse an indented text and have it read by the reader of one kind."""
    reader = Reader(parse_yaml(textwrap.dedent(text).lstrip("\n").encode(), DOCUMENT))
    read_kind(reader)
    return reader


def clean(reader: Reader) -> list[RawPart]:
    """Parts of a document without problems."""
    assert reader.problems == []
    return reader.parts


def values(reader: Reader) -> list[Any]:
    """Values of a document without problems."""
    return [part.value for part in clean(reader)]


def places(reader: Reader) -> list[tuple[str, Path, tuple[int, int]]]:
    return [(part.kind, part.path, part.place) for part in reader.parts]


def told(problem: Problem) -> str:
    """Code and place of a problem, such as `wrong-type 3:7`; warnings begin with a question mark."""
    assert problem.location is not None
    assert problem.location.path == DOCUMENT.path
    mark = "?" if problem.severity == "warning" else ""
    return f"{mark}{problem.code} {problem.location.line}:{problem.location.column}"


def complaints(reader: Reader) -> list[str]:
    """All problems in the order in which they were found."""
    return [told(problem) for problem in reader.problems]


def only_problem(reader: Reader) -> Problem:
    (problem,) = reader.problems
    return problem
