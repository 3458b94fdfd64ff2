"""Text as a terminal can show it."""

import sys

_LINES = {ord("\n"): None, ord("\t"): None}


def printable(text: str) -> str:
    """Replace what the terminal's encoding cannot show, and control characters, which could move its cursor."""
    encoding = sys.stdout.encoding or "ascii"
    shown = text.encode(encoding, "backslashreplace").decode(encoding)
    if shown.translate(_LINES).isprintable():  # as nearly all is, and a document may have millions of letters
        return shown
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in shown)
