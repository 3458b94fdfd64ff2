r"""Entity annotations inside example texts.

    [text](type)            [text](type:value)
    [text]{"entity": "type", "role": "r", "group": "g", "value": "v"}
    [text][{"entity": ...}, {"entity": ...}]          several entities on one stretch

Brackets that do not have one of these forms stay in the text as they are: `[a](b:)`, `[a] (b)`, `[a]{}`, `[a][b]`.
There is no escape; text inside the first brackets cannot hold `]`. The objects are real JSON, so a brace inside a quoted
value is only a brace.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from tenprint.importers.data import EntitySpan

_BRACKETS = re.compile(r"\[([^\]]+)\](?=[({\[])")
_SHORT = re.compile(r"\(([^:)]+)(?::([^)]+))?\)")
_DECODER = json.JSONDecoder()
_ALLOWED = ("entity", "role", "group", "value")

ReportAnnotation = Callable[[str, str | None], None]
"""Receives a message and a hint for each annotation that cannot be understood."""


def parse_markup(text: str, report: ReportAnnotation) -> tuple[str, tuple[EntitySpan, ...]]:
    """Split an annotated text into the plain text and its entities, in the order of their places."""
    if "[" not in text:
        return text, ()
    plain: list[str] = []
    length = 0
    spans: list[EntitySpan] = []
    position = 0
    while match := _BRACKETS.search(text, position):
        annotations, end = _annotations(text, match.end(), match.group(1), report)
        if end == match.end():
            plain.append(text[position:end])
            length += end - position
            position = end
            continue
        before = text[position : match.start()]
        start = length + len(before)
        plain += (before, match.group(1))
        length = start + len(match.group(1))
        spans += [_span(start, match.group(1), found) for found in annotations]
        position = end
    plain.append(text[position:])
    return "".join(plain), tuple(spans)


def _span(start: int, stretch: str, annotation: dict[str, Any]) -> EntitySpan:
    return EntitySpan(
        start,
        start + len(stretch),
        annotation["entity"],
        annotation.get("value", stretch),
        annotation.get("role") or None,
        annotation.get("group") or None,
    )


def _annotations(text: str, position: int, stretch: str, report: ReportAnnotation) -> tuple[list[dict[str, Any]], int]:
    """Annotations that begin at a position and where they end; the position itself where none begins there."""
    if text[position] == "(":
        short = _SHORT.match(text, position)
        if short is None:
            return [], position
        entity, value = short.groups()
        return [{"entity": entity} if value is None else {"entity": entity, "value": value}], short.end()
    if text.startswith("{}", position) or (text[position] == "[" and not text.startswith("[{", position)):
        return [], position
    closing = "}" if text[position] == "{" else "]"
    if closing not in text[position:]:
        return [], position
    try:
        decoded, end = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        report(
            f"the annotation of [{stretch}] is no valid JSON: {error.msg.lower()} at character {error.pos - position + 1}",
            'write it like [text]{"entity": "city", "role": "from"}',
        )
        return [], text.index(closing, position) + 1
    objects = decoded if isinstance(decoded, list) else [decoded]
    return [found for found in objects if _is_annotation(found, stretch, report)], end


def _is_annotation(found: Any, stretch: str, report: ReportAnnotation) -> bool:
    where = f"the annotation of [{stretch}]"
    if not isinstance(found, dict):
        report(f"{where} must hold objects", 'write it like [text][{"entity": "city"}, {"entity": "place"}]')
        return False
    problems = []
    if not isinstance(found.get("entity"), str) or not found["entity"]:
        problems.append('needs an "entity" with the name of its type')
    problems += [
        f'has a "{key}" that is no text' for key in ("role", "group") if not isinstance(found.get(key, ""), str)
    ]
    if isinstance(found.get("value", ""), bool) or not isinstance(found.get("value", ""), (str, int, float)):
        problems.append('has a "value" that is neither text nor number')
    problems += [f'has an unknown key "{key}"' for key in found if key not in _ALLOWED]
    for problem in problems:
        report(f"{where} {problem}", f"the keys of an annotation are {', '.join(_ALLOWED)}")
    return not problems
