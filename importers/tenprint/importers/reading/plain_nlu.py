"""NLU data in the plainest layout, without a parser: a file of nothing but names with blocks of text.

    nlu:
    - intent: greet
      examples: |
        - hello
        - good [morning](time)
    - synonym: credit
      examples: |
        - credit card account

Such a file is cut at the beginnings of its lines. That is right because a line of a block is text whatever it holds,
and a line that stands further left is none of the block. A file that is not surely of this layout is None: it is read
in the ordinary way. What the texts mean is decided elsewhere.
"""

import re
from typing import NamedTuple

from tenprint.importers.data import RETRIEVAL_SEPARATOR
from tenprint.importers.limits import Limits
from tenprint.importers.reading.document import Place
from tenprint.importers.reading.plain_text import HEAD, plain_text
from tenprint.importers.reading.scalars import resolve

_HEAD = re.compile(rf"{HEAD}nlu:\n+( *)- ")
_ENTRY = re.compile(r"(intent|synonym|regex|lookup): ([^\W\d](?:[\w ./-]*\w)?)\n( +)examples: \|\n( +)- ")


class PlainEntry(NamedTuple):
    """What an entry is and is called, its texts, each in a line below the one before, and the place of the first."""

    kind: str
    name: str
    texts: list[str]
    place: Place


def cut_nlu(content: bytes, limits: Limits) -> list[PlainEntry] | None:
    """Cut a file that holds NLU data and nothing else; None where it is to be read in the ordinary way."""
    text = plain_text(content, limits)
    head = None if text is None else _HEAD.match(text)
    if text is None or head is None:
        return None
    indent = head[1]
    line = head[0].count("\n") + 1
    found: list[PlainEntry] = []
    for piece in text[head.end() :].split(f"\n{indent}- "):
        match = _ENTRY.match(piece)
        if match is None:
            return None
        kind, name, key_indent, dash_indent = match.groups()
        if resolve(name) != name or (kind == "intent" and name.count(RETRIEVAL_SEPARATOR) > 1):
            return None
        lines = piece[match.end() :].rstrip()
        texts = lines.split(f"\n{dash_indent}- ")
        is_aligned = len(key_indent) == len(indent) + 2 < len(dash_indent)
        if not is_aligned or lines.count("\n") != len(texts) - 1:
            return None
        place = (line + 2, len(dash_indent) + 1)
        found.append(PlainEntry(kind, name, [text.strip() for text in texts], place))
        line += piece.count("\n") + 1
    return found
