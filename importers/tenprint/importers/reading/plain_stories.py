"""Stories in the plainest layout, without an event and a node for each of their steps.

Large projects write the same few thousand steps a hundred thousand times. So a file is cut at the beginnings of its
lines, into stories and those into steps, and what equal steps mean is kept.

Rules kept here:

* what a step means is decided by `stories`: here it only becomes nodes, without the parser where it is one name, or a
  name with lines of entities or slots, and with the parser, together with all others, where it is more;
* a file that is not surely of this layout, or that there is anything to report about, is read in the ordinary way;
* cutting is right because of this: outside of quotes and brackets, a line that begins with the dash of an open list is
  the next entry of that list, whatever stands above it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from tenprint.importers.data import IntentStep, Step, Story
from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.reading.document import Document, Place, nodes_of
from tenprint.importers.reading.plain_text import HEAD, plain_text
from tenprint.importers.reading.scalars import resolve
from tenprint.importers.reading.stories import read_step_list
from tenprint.importers.reading.yaml import parse_yaml

_HEAD = re.compile(rf"{HEAD}stories:\n+( *)- story: ")
_STORY = re.compile(r"([^\W\d_](?:[\w .,()/+-]*[\w.)])?)\n( +)steps:\n( *)- ")

_NAME = r"[^\W\d](?:[\w/.-]*\w)?"
_ENTRY = r"\n( +)- ([^\W\d][\w-]*): ([^\W\d](?:[\w .-]*\w)?)"
_ONE_NAME = re.compile(rf"(action|intent): ({_NAME})")
_WITH_ENTRIES = re.compile(rf"(?:intent: ({_NAME})\n( +)entities|slot_was_set):((?:{_ENTRY})+)")
_ENTRIES = re.compile(_ENTRY)
_LONGEST_STEP = 100
"""Characters of a step that is kept; longer ones are not often repeated."""

_UNCERTAIN = (*"\"'&*[]{}|>%", "\n--", "\n.")
"""What may reach beyond its line or stand for something else, and the marks between documents."""
_CLOSED_LINE = re.compile(r'^ *(?:- +)*\w[\w-]*: (?:"[\w !#$()+,./:;<=?@^`~-]*"|\[[\w ,.-]*\]) *$', re.MULTILINE)

_SOME_INTENT = "intent: greet"
_NOWHERE = DocumentId("", "")
_ABOVE_STEPS = 3
"""Collections around a list of steps."""


class _Cut(NamedTuple):
    """A story with its steps: read, or as text without the dash before it."""

    name: str
    steps: list[tuple[Step, ...] | str]
    place: Place


def cut_stories(content: bytes, document: DocumentId, limits: Limits) -> list[tuple[Story, Place]] | None:
    """Read a file that holds stories and nothing else; None where it is to be read in the ordinary way."""
    text = plain_text(content, limits)
    head = None if text is None else _HEAD.match(text)
    if text is None or head is None or not _is_certain(text[head.end() :]):
        return None
    found = _cut(text, head)
    if found is None:
        return None
    stories, indent = found
    unread = [step for story in stories for step in story.steps if isinstance(step, str)]
    further = _read_together(unread, indent, document, limits)
    if further is None:
        return None
    return [(Story(name, tuple(_all_steps(steps, further))), place) for name, steps, place in stories]


def _is_certain(text: str) -> bool:
    # Looked for one by one, because that is eight times faster than a pattern.
    if not any(uncertain in text for uncertain in _UNCERTAIN):
        return True
    rest = _CLOSED_LINE.sub("", text)
    return not any(uncertain in rest for uncertain in _UNCERTAIN)


def _cut(text: str, head: re.Match[str]) -> tuple[list[_Cut], str] | None:
    """Cut a file; also tell the indentation of its steps, which must be the same in all stories."""
    indent = head[1]
    line, column = head[0].count("\n") + 1, len(indent) + 3
    stories: list[_Cut] = []
    step_indent = None
    for story in text[head.end() :].rstrip("\n").split(f"\n{indent}- story: "):
        match = _STORY.match(story)
        if match is None or resolve(match[1]) != match[1]:
            return None
        name, key_indent, dash_indent = match.groups()
        if step_indent is None:
            step_indent = dash_indent
        if len(key_indent) != len(indent) + 2 or dash_indent != step_indent or len(dash_indent) < len(key_indent):
            return None
        steps = story[match.end() :].rstrip("\n").split(f"\n{step_indent}- ")
        column_of_keys = len(step_indent) + 2
        read = [
            (_lines_of(step, column_of_keys) if "\n" in step else _known_steps(step, column_of_keys)) or step
            for step in steps
        ]
        stories.append(_Cut(name, read, (line, column)))
        line += story.count("\n") + 1
    return stories, step_indent or ""


def _lines_of(text: str, column: int) -> tuple[Step, ...] | None:
    """Read a step of several lines; its entities are looked up without its intent, because few lists are so many."""
    if not text.startswith("intent: "):
        return _known_steps(text, column)
    first, _, entities = text.partition("\n")
    found, other = _known_steps(first, column), _known_steps(f"{_SOME_INTENT}\n{entities}", column)
    if found is None or other is None:
        return None
    (intent,), (with_entities,) = found, other
    if not isinstance(intent, IntentStep) or not isinstance(with_entities, IntentStep):
        return None
    return (IntentStep(intent.intent, with_entities.entities),)


@lru_cache(maxsize=8192)
def _known_steps(text: str, column: int) -> tuple[Step, ...] | None:
    """Read a step without a parser; None where that cannot be done. Its keys stand `column` characters in the line."""
    if len(text) > _LONGEST_STEP:
        return None
    value = _plain_value(text, column)
    read = None if value is None else read_step_list(Document(_NOWHERE, nodes_of([value])))
    return None if read is None else read[0]


def _plain_value(text: str, column: int) -> dict[str, Any] | None:
    one_name = _ONE_NAME.fullmatch(text)
    if one_name is not None:
        return {one_name[1]: one_name[2]} if _are_text([one_name[2]]) else None
    match = _WITH_ENTRIES.fullmatch(text)
    if match is None:
        return None
    entries = _ENTRIES.findall(match[3])
    columns = {len(indent) for indent, _, _ in entries}
    values = [{name: value} for _, name, value in entries]
    is_aligned = len(columns) == 1 and columns.pop() >= column and (match[2] is None or len(match[2]) == column)
    if not is_aligned or not _are_text(part for entry in entries for part in entry[1:]):
        return None
    if match[1] is None:
        return {"slot_was_set": values}
    return {"intent": match[1], "entities": values} if _are_text([match[1]]) else None


def _are_text(words: Iterable[str]) -> bool:
    return all(resolve(word) == word for word in words)


def _read_together(
    steps: list[str], indent: str, document: DocumentId, limits: Limits
) -> Iterator[tuple[Step, ...]] | None:
    """Parse and read steps as one list; None where there is anything to report, or the list has other entries."""
    if not steps:
        return iter(())
    text = "".join(f"{indent}- {step}\n" for step in steps)
    try:
        listed = parse_yaml(text.encode(), document, replace(limits, depth=limits.depth - _ABOVE_STEPS))
    except ProblemsError:
        return None
    found = read_step_list(listed)
    return iter(found) if found is not None and len(found) == len(steps) else None


def _all_steps(steps: Iterable[tuple[Step, ...] | str], further: Iterator[tuple[Step, ...]]) -> Iterator[Step]:
    for step in steps:
        yield from next(further) if isinstance(step, str) else step
