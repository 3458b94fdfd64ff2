"""Training data in Markdown, which is not read: finds it, and says how to convert it.

Only a file with the suffix `.md` is looked at. What stands in a fenced block is an example in a text for people. A
heading of NLU data decides alone; stories need an action below an intent, and responses a file without any other line,
so that prose stays prose.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tenprint.importers.reading.document import Place

_FENCE = re.compile(r"\s*(```|~~~)")
_NLU_HEADING = re.compile(r"\s*##\s*(intent|synonym|regex|lookup)\s*:")
_HEADING = re.compile(r"\s*(##|>>)\s*\S")
_TURN = re.compile(r"\s*\*\s*[\w./-]+(\{.*\})?(\s+OR\s+[\w./-]+(\{.*\})?)*(:\s.*)?\s*$")
_ACTION = re.compile(r"\s*-\s*((utter|action)_\S+|(slot|form)\{.*\}|\w+_form)\s*$")
_RESPONSE_KEY = re.compile(r"\s*\*\s*[\w.-]+/[\w.-]+\s*$")


class MarkdownData(NamedTuple):
    """What a file holds, as people and as the command that converts it call it, and where that shows."""

    word: str
    command: str
    place: Place


def markdown_data(text: str) -> MarkdownData | None:
    """Find training data in a text; None where it is prose."""
    lines = list(_lines(text))
    for place, line in lines:
        if _NLU_HEADING.match(line):
            return MarkdownData("NLU examples", "nlu", place)
    for (place, line), (_, following) in pairwise(lines):
        if _TURN.match(line) and _ACTION.match(following):
            return MarkdownData("stories", "core", place)
    return _responses(lines)


def _lines(text: str) -> Iterator[tuple[Place, str]]:
    """Lines outside of fenced blocks that are not blank, with their places."""
    in_fence = False
    for number, line in enumerate(text.splitlines(), start=1):
        if _FENCE.match(line):
            in_fence = not in_fence
        elif line.strip() and not in_fence:
            yield (number, len(line) - len(line.lstrip()) + 1), line


def _responses(lines: list[tuple[Place, str]]) -> MarkdownData | None:
    keys = [place for place, line in lines if _RESPONSE_KEY.match(line)]
    for _, line in lines:
        if not (_HEADING.match(line) or _RESPONSE_KEY.match(line) or line.lstrip().startswith("-")):
            return None
    return MarkdownData("responses", "nlg", keys[0]) if keys and _HEADING.match(lines[0][1]) else None
