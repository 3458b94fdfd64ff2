"""Plain values to YAML that every reader of Rasa's files understands in the same way.

Rules kept here:

* text stays without quotes only where no reader of YAML 1.1 or 1.2 could take it for anything else: words such as `no`
  and `y`, numbers, dates, and text with `${` are quoted;
* text of several lines is a literal block where its lines can stand in one, and quoted with escapes where not;
* characters that cannot be seen are written as escapes; those that YAML has no escape for are refused;
* the same values give the same bytes: keys and entries keep the order they are given in, nothing is folded, there are
  no anchors.

The emitter is our own because those of the libraries ask a resolver of theirs which words need quotes, and fold lines.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from math import isinf, isnan
from typing import Any

from tenprint.importers.limits import Limits
from tenprint.importers.reading.scalars import ScalarError, resolve

LONGEST_KEY = 1000
"""Parsers give up looking for the colon behind a key after 1024 characters; longer keys are marked with `?`."""

_DEEPEST = Limits().depth

_PLAIN = re.compile(r"[^\W\d]([\w ./()'!,;+*=%&@?<>{}\[\]-]|(?<! )#|:(?! |$))*")
"""Text that can stand without quotes: it begins with a letter, and holds neither `: ` nor ` #`."""

_SWITCHES = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that YAML 1.1 or 1.2 takes for something else than text, whatever their case."""

_LINE = re.compile("[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
"""Characters that may stand in a literal block as they are; line ends of YAML 1.1 are not among them."""

_SURROGATE = re.compile("[\ud800-\udfff]")

_ESCAPES = {
    "\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\",
    # Short forms, because Rasa replaces `\u....` before it parses.
    "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


class Unwritable(ValueError):  # noqa: N818 - says what the value is
    """A value that YAML as Rasa reads it cannot express."""


def fits_block_line(text: str) -> bool:
    """Tell whether a text can be a line of a literal block."""
    return _LINE.fullmatch(text) is not None


def yaml_lines(value: Any) -> list[str]:
    """Lines of a mapping or list that is not empty, in block style without indentation.

    Raises:
        Unwritable: It holds a value that cannot be written.
    """
    return _lines(value, 1)


def _lines(value: Any, depth: int) -> list[str]:
    if depth > _DEEPEST:
        raise Unwritable(f"holds more than {_DEEPEST} mappings and lists inside each other")
    lines: list[str] = []
    if isinstance(value, dict):
        for key, entry in value.items():
            written = scalar(key)
            if len(written) > LONGEST_KEY:
                lines += (f"? {written}", *_attached(":", entry, depth))
            else:
                lines += _attached(f"{written}:", entry, depth)
        return lines
    for entry in value:
        if isinstance(entry, (dict, list)) and entry:
            first, *others = _lines(entry, depth + 1)
            lines += (f"- {first}", *map(_indented, others))
        else:
            lines += _attached("-", entry, depth)
    return lines


def _attached(head: str, value: Any, depth: int) -> list[str]:
    """Lines of a value behind a key or a dash."""
    if isinstance(value, dict) and value:
        return [head, *map(_indented, _lines(value, depth + 1))]
    if isinstance(value, list) and value:
        return [head, *_lines(value, depth + 1)]
    if isinstance(value, str) and "\n" in value and _fits_block(value):
        mark = "|" if value.endswith("\n") else "|-"
        return [f"{head} {mark}", *map(_indented, value.removesuffix("\n").split("\n"))]
    return [f"{head} {scalar(value)}"]


def _indented(line: str) -> str:
    return f"  {line}" if line else ""


def _fits_block(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    return bool(lines[0] and lines[-1]) and all(
        fits_block_line(line) and line[:1] not in (" ", "\t") and line[-1:] not in (" ", "\t") for line in lines
    )


def scalar(value: Any) -> str:
    """Write a scalar, or an empty mapping or list.

    Raises:
        Unwritable: Its type or content has no form in YAML.
    """
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) in (int, float, date, datetime):
        return _number_or_time(value)
    if value in ({}, []):
        return "{}" if value == {} else "[]"
    raise Unwritable(f"holds a value of the type {type(value).__name__}, which no file of this format can hold")


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _SWITCHES:
        return text
    if _SURROGATE.search(text):
        raise Unwritable("holds one half of a surrogate pair, which is no character")
    if ("\\" in text or '"' in text) and "'" not in text and _LINE.fullmatch(text) and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_ESCAPES.get(character) or _escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    """Write a character between quotes; those a person cannot see are told by their number."""
    if character == " " or (character.isprintable() and _LINE.fullmatch(character)):
        return character
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - two hexadecimal digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - four digits


def _number_or_time(value: Any) -> str:
    if isinstance(value, float) and (isnan(value) or isinf(value)):
        return ".nan" if isnan(value) else ".inf" if value > 0 else "-.inf"
    try:
        written = value.isoformat() if isinstance(value, date) else repr(value)
        read = resolve(written)
    except (ScalarError, ValueError) as error:
        raise Unwritable(f"holds a number or time that cannot be read again: {error}") from error
    if type(read) is not type(value) or read != value:
        raise Unwritable(f"holds {written}, which would not be read as it is")
    return str(written)


def document(sections: Mapping[str, list[str]]) -> bytes:
    """Join sections, each with its lines, by empty lines; without any it is an empty mapping."""
    if not sections:
        return b"{}\n"
    return "\n".join("\n".join([*lines, ""]) for lines in sections.values()).encode()
