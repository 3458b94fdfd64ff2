"""Entity annotations back into the text of an example or step, in the shortest form that reads back as it was.

Nothing is assumed about the reader: each candidate is read again before it is used, so text with brackets that would
become an annotation is escaped, or refused where no escape helps.
"""

import json
import re
from collections.abc import Sequence
from itertools import groupby

from tenprint.importers.data import EntitySpan
from tenprint.importers.reading.markup import parse_markup

_SHORT_NAME = re.compile(r"[^:)]+")
_SHORT_VALUE = re.compile(r"[^)]+")
_BRACKET = re.compile(r"(\\*)([\[\]])")
_LAST_BACKSLASHES = re.compile(r"\\+\Z")

_ESCAPED_BRACKETS = ("", "[", "[]")
"""Brackets that get a backslash, attempt by attempt: none at first, because Rasa knows no escapes."""


class _Misread(Exception):  # noqa: N818 - ends one attempt
    """The reader complains about a candidate."""


def annotated(text: str, spans: Sequence[EntitySpan]) -> str | None:
    """Write annotations into a text; None where no annotated text is read back as this text with these spans."""
    if not spans and "[" not in text and "\\" not in text:
        return text
    ordered = tuple(sorted(spans, key=lambda span: (span.start, span.end)))
    candidates = (_written(text, ordered, escaped) for escaped in _ESCAPED_BRACKETS)
    return next((found for found in candidates if found is not None and _reads_as(found, text, ordered)), None)


def _reads_as(candidate: str, text: str, spans: tuple[EntitySpan, ...]) -> bool:
    try:
        found = parse_markup(candidate, _complain)
    except _Misread:
        return False
    # Numbers of different types are equal, so their types are compared as well.
    return found == (text, spans) and all(
        type(one.value) is type(other.value) for one, other in zip(found[1], spans, strict=True)
    )


def _complain(message: str, _hint: str | None) -> None:
    raise _Misread(message)


def _written(text: str, spans: tuple[EntitySpan, ...], escaped: str) -> str | None:
    """Text with its annotations, some of its own brackets escaped; None where spans overlap."""
    pieces: list[str] = []
    position = 0
    for (start, end), group in groupby(spans, key=lambda span: (span.start, span.end)):
        if not position <= start < end <= len(text):
            return None
        before, stretch = text[position:start], text[start:end]
        if escaped:
            before, stretch = (_before_bracket(_escaped(part, escaped)) for part in (before, stretch))
        pieces += (before, f"[{stretch}]", _annotation(text[start:end], [*group]))
        position = end
    rest = text[position:]
    return "".join([*pieces, _escaped(rest, escaped) if escaped else rest])


def _escaped(text: str, brackets: str) -> str:
    """Escape brackets; backslashes before any bracket are written twice."""
    return _BRACKET.sub(lambda match: match[1] * 2 + ("\\" if match[2] in brackets else "") + match[2], text)


def _before_bracket(text: str) -> str:
    """Double the backslashes at the end, which would make the bracket behind them an ordinary one."""
    return _LAST_BACKSLASHES.sub(lambda match: match[0] * 2, text)


def _annotation(stretch: str, spans: Sequence[EntitySpan]) -> str:
    if len(spans) > 1:
        return f"[{', '.join(_long(stretch, span) for span in spans)}]"
    (span,) = spans
    if span.role is None and span.group is None and _SHORT_NAME.fullmatch(span.entity):
        if span.value == stretch:
            return f"({span.entity})"
        if isinstance(span.value, str) and _SHORT_VALUE.fullmatch(span.value):
            return f"({span.entity}:{span.value})"
    return _long(stretch, span)


def _long(stretch: str, span: EntitySpan) -> str:
    value = None if span.value == stretch else span.value
    named = {"entity": span.entity, "role": span.role, "group": span.group, "value": value}
    return json.dumps({key: content for key, content in named.items() if content is not None}, ensure_ascii=False)
