"""Tar headers as values: pure functions on blocks of 512 bytes.

Why not `tarfile`: it holds extended headers of any size in memory, needs quadratic time for some of them and loops on
others before the fixes of 2024 and 2025, accepts negative sizes, and behaves differently from one Python to the next.
Models need little of the format, so this reads USTAR, PAX, GNU and the old V7 headers, and refuses all the rest.
"""

from dataclasses import dataclass

BLOCK = 512

FILE = b"0"
OLD_FILE = b"\0"
FOLDER = b"5"
EXTENDED = b"x"
GLOBAL = b"g"
LONG_NAME = b"L"
LONG_LINK = b"K"

KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a FIFO",
    b"7": "a contiguous file",
    b"D": "a GNU folder dump",
    b"M": "a part of a multi-volume archive",
    b"S": "a sparse file",
    b"V": "a volume label",
    b"X": "a Solaris extended header",
}
"""What refused kinds are called in messages."""

_CHECKSUM = slice(148, 156)
_POSIX_MAGIC = b"ustar\x0000"


@dataclass(frozen=True, slots=True)
class Header:
    """One header block as it stands there; the name is not checked yet."""

    name: bytes
    kind: bytes
    size: int
    mtime: int


def parse_header(block: bytes) -> Header:
    """Read one block.

    Raises:
        ValueError: The block is no tar header.
    """
    if len(block) != BLOCK:
        raise ValueError("it ends within a header")
    blank = block[:148] + b" " * 8 + block[156:]
    if parse_number(block[_CHECKSUM]) != sum(blank):
        raise ValueError("a header does not match its checksum")
    size = parse_number(block[124:136])
    if size < 0:
        raise ValueError("a header claims a negative size")
    name = _text(block[0:100])
    prefix = _text(block[345:500]) if block[257:265] == _POSIX_MAGIC else b""
    return Header(
        name=prefix + b"/" + name if prefix else name,
        kind=block[156:157],
        size=size,
        mtime=parse_number(block[136:148]),
    )


def parse_number(field: bytes) -> int:
    """Read a numeric field: octal digits, or GNU's base 256 when the first byte has its highest bit set."""
    if field[0] == 0x80:  # noqa: PLR2004 - the marker of a positive number in base 256
        return int.from_bytes(field[1:], "big")
    if field[0] == 0xFF:  # noqa: PLR2004 - the marker of a negative one
        return int.from_bytes(field, "big", signed=True)
    digits = _text(field).strip(b" ")
    if digits.strip(b"01234567"):
        raise ValueError("a header holds a number that is not octal")
    return int(digits, 8) if digits else 0


def padding(size: int) -> int:
    """Bytes that fill the last block of a member."""
    return -size % BLOCK


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]
