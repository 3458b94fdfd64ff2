"""Broken YAML syntax as a problem a person can act on: what, where, the line itself, and what to do."""

import re
from typing import Any, Final

from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading.document import place_of
from tenprint.importers.reading.yaml_reference import ReferenceFinding, reference_syntax_error

REFERENCE_LENGTH: Final = 65_536
"""Longest text shown to the reference for a better message: it reads about 0.1 MB/s, so half a second."""
REFERENCE_DEPTH: Final = 64
"""Deepest brackets shown to the reference, whose time grows with the square of the depth."""
WIDTH: Final = 72
"""Characters of a line that an excerpt shows."""

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Lines end where YAML 1.1 parsers end them; their marks count so.
_LINE_END: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_HINTS: Final = (
    ("incompatible YAML document", "Remove the line: files are read as YAML 1.2."),
    ("mapping values are not allowed", "Put text that holds a colon and a space in quotes, and check the indentation."),
    ("character escape", r"Write the character itself, or its one code, such as \U0001F600."),
    ("escape", r"Use single quotes for text with backslashes, or write \\ for each."),
    ("quoted scalar", "Close the quote; inside single quotes write an apostrophe twice."),
    ("flow sequence", "Close the bracket, or put text that starts with a bracket in quotes."),
    ("flow mapping", "Close the brace, or put text that starts with a brace in quotes."),
    ("block sequence", "Give all entries of a list the same indentation."),
    ("block mapping", "Give all keys of a mapping the same indentation, and a colon each."),
    ("expected ':'", "End the key with a colon and a space."),
    ("cannot start any token", "Put text that starts with this character in quotes."),
)


def syntax_problem(error: Any, text: str, document: DocumentId) -> Problem:
    """Problem for the error a parser of PyYAML stopped with, in the words of the reference where it has any."""
    if getattr(error, "problem_mark", None) is None:
        return _forbidden_character(error, text, document)
    own = _finding(error)
    finding = (reference_syntax_error(text) if _is_fit_for_reference(text) else None) or own
    if finding.place[0] > own.place[0]:
        finding = own  # the reference has accepted what the parser has not, and speaks of something else
    lines = _LINE_END.split(text)
    line, column = finding.place
    what = ", ".join(part for part in (finding.context, finding.message) if part)
    return Problem(
        "yaml-syntax",
        f"this is no valid YAML: {what}{excerpt(lines, line, column)}",
        document.at(line, column),
        _hint(own, finding, lines),
        related=(document.at(*finding.opened),) if finding.opened and finding.opened != finding.place else (),
    )


def _finding(error: Any) -> ReferenceFinding:
    opened = place_of(error.context_mark) if error.context_mark else None
    return ReferenceFinding(str(error.problem), place_of(error.problem_mark), error.context, opened)


def _forbidden_character(error: Any, text: str, document: DocumentId) -> Problem:
    found = _FORBIDDEN.search(text)
    if found is None:
        return Problem("yaml-syntax", f"this is no valid YAML: {error}", document.at(0, 0))
    lines = _LINE_END.split(text[: found.start()])
    return Problem(
        "yaml-syntax",
        f"the control character U+{ord(found[0]):04X} is not allowed in YAML",
        document.at(len(lines), len(lines[-1]) + 1),
        "Delete it, or write it as an escape inside double quotes.",
    )


def _is_fit_for_reference(text: str) -> bool:
    if len(text) > REFERENCE_LENGTH:
        return False
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        if depth > REFERENCE_DEPTH:
            return False
    return True


def excerpt(lines: list[str], line: int, column: int) -> str:
    """Show a line with a caret below the place, or nothing when the place is after the end."""
    source = lines[line - 1].replace("\t", " ") if line <= len(lines) else ""
    if not source.strip():
        return ""
    start = max(0, column - WIDTH // 2) if len(source) > WIDTH else 0
    shown = source[start : start + WIDTH]
    return f"\n    {shown}\n    {' ' * (column - 1 - start)}^"


def _hint(own: ReferenceFinding, finding: ReferenceFinding, lines: list[str]) -> str:
    for line in {own.place[0], finding.place[0]}:
        indent = re.match(r"[ \t]*", lines[line - 1]) if line <= len(lines) else None
        if indent and "\t" in indent[0]:
            return "Indent with spaces: tabs cannot indent in YAML."
    described = f"{finding.context} {finding.message} {own.context} {own.message}"
    for words, hint in _HINTS:
        if words in described:
            return hint
    return "Check the indentation, quotes and brackets around this place."
