r"""Entity annotations inside example texts.

    [text](type)            [text](type:value)
    [text]{"entity": "type", "role": "r", "group": "g", "value": "v"}
    [text][{"entity": ...}, {"entity": ...}]          several entities on one stretch

Brackets that do not have one of these forms stay in the text as they are: `[a](b:)`, `[a] (b)`, `[a]{}`, `[a][b]`;
those with something like an annotation directly behind them are told. A backslash before a square bracket makes it an
ordinary character, also inside the first brackets, and disappears: `\[a](b)` is the text `[a](b)`. Before such a
bracket two backslashes stand for one; anywhere else a backslash is only a backslash. The objects are real JSON, so a
brace inside a quoted value is only a brace.
"""

import json
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tenprint.importers.data import EntitySpan

MAX_DIGITS = 4300
"""Longest integer that can be read and printed again; some versions of Python refuse longer ones."""

_CLOSING = re.compile(r"\](?=[({\[])")
_BRACKET = re.compile(r"(\\*)([\[\]])")
_ESCAPED = re.compile(r"(\\+)([\[\]])")
_WRITE_BRACKET = r"write [text](type), or \[ for a bracket that is only text"
_ORDINARY = re.compile(r"\[([^\[\]]+)\](\([^)\[\]]*\)|\{[^{}\[\]]*\})")
_ONE_ORDINARY = re.compile(r"([^\[\]\\]*)\[([^\[\]\\]+)\](\([^)\[\]\\]*\)|\{[^{}\[\]\\]*\})([^\[\]\\]*)")
_SHORT = re.compile(r"\(([^:)]+)(?::([^)]+))?\)")
_ENDS = {"(": ")", "{": "}", "[": "]"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_ALLOWED = ("entity", "role", "group", "value")

ReportAnnotation = Callable[[str, str | None], None]
"""Receives a message and a hint about an annotation."""


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"an integer has more than {MAX_DIGITS} digits")
    return int(digits)


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_integer)


def _nothing(_message: str, _hint: str | None) -> None:
    """Let brackets that stay in the text pass without a word."""


def parse_markup(
    text: str, report: ReportAnnotation, suspect: ReportAnnotation = _nothing
) -> tuple[str, tuple[EntitySpan, ...]]:
    """Split an annotated text into the plain text and its entities, in the order of their places.

    `report` is told of annotations that cannot be understood, `suspect` of brackets that look like one and are none.
    """
    escapes = "\\[" in text or "\\]" in text
    if not escapes:
        if "[" not in text:
            return text, ()
        plain_text = plain_markup(text)
        if plain_text is not None:
            return plain_text
    find_brackets, unescaped = (_unescaped_brackets, _without_escapes) if escapes else (_brackets, str)
    # Looked for once: in a text of nothing but beginnings each of them would look through all that follows.
    last_ends = {beginning: text.rfind(end) for beginning, end in _ENDS.items()}
    plain: list[str] = []
    length = 0
    spans: list[EntitySpan] = []
    position = 0
    while brackets := find_brackets(text, position):
        opening, closing = brackets
        # With the bracket behind it, because backslashes before one may stand for fewer.
        stretch = unescaped(text[opening + 1 : closing + 1])[:-1]
        may_end = last_ends[text[closing + 1]] > closing + 1
        annotations, end = _annotations(text, closing + 1, stretch, report) if may_end else ([], closing + 1)
        if end == closing + 1:
            suspect(
                f"[{stretch}] has {text[end]!r} behind it but is no annotation, so it stays as it is", _WRITE_BRACKET
            )
            before = unescaped(text[position:end])
            plain.append(before)
            length += len(before)
            position = end
            continue
        before = unescaped(text[position : opening + 1])[:-1]
        start = length + len(before)
        plain += (before, stretch)
        length = start + len(stretch)
        spans += [_span(start, stretch, found) for found in annotations]
        position = end
    plain.append(unescaped(text[position:]))
    return "".join(plain), tuple(spans)


def _without_escapes(text: str) -> str:
    return _ESCAPED.sub(lambda match: "\\" * (len(match[1]) // 2) + match[2], text)


def _unescaped_brackets(text: str, position: int) -> tuple[int, int] | None:
    """Find the same as `_brackets` in a text where backslashes make brackets ordinary."""
    opening = None
    for match in _BRACKET.finditer(text, position):
        place = match.end() - 1
        if len(match[1]) % 2:
            continue
        if match[2] == "[":
            opening = place if opening is None else opening
        elif opening is not None:
            if opening < place - 1 and text.startswith(("(", "{", "["), place + 1):
                return opening, place
            opening = None
    return None


def plain_markup(text: str) -> tuple[str, tuple[EntitySpan, ...]] | None:
    """Read a text whose brackets are all those of ordinary annotations, as nearly all annotated texts are.

    None for all others; there is nothing to report about such a text.
    """
    one = _ONE_ORDINARY.fullmatch(text)
    if one is not None:
        before, stretch, annotation, behind = one.groups()
        span = _ordinary_span(len(before), stretch, annotation)
        return None if span is None else (before + stretch + behind, (span,))
    pieces = _ORDINARY.split(text)
    count = len(pieces) // 3
    if text.count("[") != count or text.count("]") != count or "\\" in text:
        return None
    plain, spans = pieces[0], []
    for place in range(1, len(pieces), 3):
        span = _ordinary_span(len(plain), pieces[place], pieces[place + 1])
        if span is None:
            return None
        spans.append(span)
        plain += pieces[place] + pieces[place + 2]
    return plain, tuple(spans)


def _ordinary_span(start: int, stretch: str, annotation: str) -> EntitySpan | None:
    labels = _labels_of(annotation)
    if labels is None:
        return None
    entity, value, role, group = labels
    # Half as long as a call of the class, which is most of the time here.
    return EntitySpan._make((start, start + len(stretch), entity, stretch if value is None else value, role, group))


# The same few annotations come by again and again.
@lru_cache(maxsize=8192)
def _labels_of(annotation: str) -> tuple[str, str | None, str | None, str | None] | None:
    """Entity, value, role and group of what stands behind the brackets; None where there is more to say about it."""
    if annotation[0] == "(":
        short = _SHORT.fullmatch(annotation)
        return None if short is None else (short[1], short[2], None, None)
    try:
        found = _DECODER.decode(annotation)
    except (ValueError, RecursionError):
        return None
    if _problems(found) or not all(type(value) is str for value in found.values()):
        return None
    return found["entity"], found.get("value"), found.get("role") or None, found.get("group") or None


def _brackets(text: str, position: int) -> tuple[int, int] | None:
    """Find the next brackets that hold something and have an annotation's beginning behind them.

    They are looked for from their end, because a row of opening brackets would take the square of its length.
    """
    for match in _CLOSING.finditer(text, position):
        closing = match.start()
        opening = text.find("[", max(position, text.rfind("]", position, closing) + 1), closing)
        if 0 <= opening < closing - 1:
            return opening, closing
    return None


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
    closing = text.find(_ENDS[text[position]], position)
    try:
        decoded, end = _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError) as error:
        report(
            f"the annotation of [{stretch}] is no valid JSON: {_reason(error, position)}",
            'write it like [text]{"entity": "city", "role": "from"}',
        )
        return [], closing + 1
    objects = decoded if isinstance(decoded, list) else [decoded]
    return [found for found in objects if _is_annotation(found, stretch, report)], end


def _reason(error: ValueError | RecursionError, position: int) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at character {error.pos - position + 1}"
    return "brackets are nested too deeply" if isinstance(error, RecursionError) else str(error)


def _is_annotation(found: Any, stretch: str, report: ReportAnnotation) -> bool:
    where = f"the annotation of [{stretch}]"
    if not isinstance(found, dict):
        report(f"{where} must hold objects", 'write it like [text][{"entity": "city"}, {"entity": "place"}]')
        return False
    problems = _problems(found)
    for problem in problems:
        report(f"{where} {problem}", f"the keys of an annotation are {', '.join(_ALLOWED)}")
    return not problems


def _problems(annotation: dict[str, Any]) -> list[str]:
    if annotation.get("entity") and all(
        type(value) is str and value.isascii() and key in _ALLOWED for key, value in annotation.items()
    ):
        return []
    problems = []
    if not isinstance(annotation.get("entity"), str) or not annotation["entity"]:
        problems.append('needs an "entity" with the name of its type')
    problems += [
        f'has a "{key}" that is no text' for key in ("role", "group") if not isinstance(annotation.get(key, ""), str)
    ]
    if not _is_text_or_number(annotation.get("value", "")):
        problems.append('has a "value" that is neither text nor number')
    problems += [f"has an unknown key {key!r}" for key in annotation if key not in _ALLOWED]
    problems += [
        f'has a "{key}" with one half of a surrogate pair'
        for key in _ALLOWED
        if isinstance(annotation.get(key), str) and _SURROGATE.search(annotation[key])
    ]
    return problems


def _is_text_or_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (str, int)) and not isinstance(value, bool)
