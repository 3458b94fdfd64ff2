"""What files in the plainest layouts have in common: the text, and what may stand before the first section."""

from tenprint.importers.limits import Limits

HEAD = r'(?:#[ -~]*\n|\n)*(?:version: "(?:2\.0|3\.0|3\.1)"\n(?:#[ -~]*\n|\n)*)?'
"""Pattern of comments, empty lines, and a version that is understood."""

_ORDINARY = bytes([*b"\n", *range(0x20, 0x7F)])
_LEAST_DEPTH = 8
"""Under a tighter limit even such a file could be too deep."""


def plain_text(content: bytes, limits: Limits) -> str | None:
    """Decode a file well within its limits, of printable characters and line feeds; None for any other.

    What YAML forbids is not printable, nor is what some of its versions take for the end of a line.
    """
    if len(content) > limits.file_bytes or limits.depth < _LEAST_DEPTH or _most_nodes(content) > limits.nodes:
        return None
    try:
        rest = content.translate(None, _ORDINARY).decode()
        return content.decode() if rest.isprintable() else None
    except UnicodeDecodeError:
        return None


def _most_nodes(content: bytes) -> int:
    """Return a number of nodes that the values of a plain file cannot exceed: each begins behind one of these."""
    return 2 * sum(map(content.count, (b"\n", b"-", b":", b","))) + 2
