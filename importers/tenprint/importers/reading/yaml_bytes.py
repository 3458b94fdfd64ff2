"""Bytes of a file to text a parser may see: of bearable size and encoded in UTF-8.

Nothing is guessed: a file in another encoding is refused with the place of its first foreign byte, because a guess
would change words without anybody noticing.
"""

import codecs
from typing import NoReturn

from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem

# The marks of UTF-32 start with those of UTF-16.
_FOREIGN_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def checked_text(content: bytes, document: DocumentId, *, limits: Limits) -> str:
    """Decode content without its byte-order mark; raises `ProblemsError` for what is no UTF-8 text of bearable size."""
    if len(content) > limits.file_bytes:
        _refuse(
            "file-too-large",
            f"the file has {len(content)} bytes, more than the {limits.file_bytes} that are read",
            document,
            hint="Split the file, or raise the limit `file_bytes`.",
        )
    if content.startswith(_FOREIGN_MARKS):
        _refuse(
            "encoding",
            "the file is UTF-16 or UTF-32 text, not UTF-8",
            document,
            offset=0,
            hint="Save the file as UTF-8.",
        )
    zero = content.find(b"\0")
    if zero >= 0:
        _refuse(
            "binary-file",
            "the file holds a NUL byte, so it is no UTF-8 text",
            document,
            offset=zero,
            content=content,
            hint="Move binary files out of the training data; save text as UTF-8.",
        )
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        _refuse(
            "encoding",
            f"the byte 0x{content[error.start]:02x} is no UTF-8 text ({error.reason})",
            document,
            offset=error.start,
            content=content,
            hint="Save the file as UTF-8; it may be Latin-1 or Windows-1252 now.",
        )


def _refuse(
    code: str, message: str, document: DocumentId, *, hint: str, offset: int | None = None, content: bytes = b""
) -> NoReturn:
    line = column = 0
    if offset is not None:
        before = content[:offset]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    raise ProblemsError([Problem(code, message, document.at(line, column), hint)])
