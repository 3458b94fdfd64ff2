"""What a body is, told by how it begins, its content type and its name. Pure; the beginning wins."""

from typing import Literal

HEAD_BYTES = 512
"""As much of a body as is looked at: the mark of a tar stands in its first block."""

Form = Literal["zip", "tar", "file"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_TAR = (257, b"ustar")
_SUFFIXES = (".tar.gz", ".tgz", ".tar", ".zip")
_TYPES = (
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/x-tar",
    "application/x-gtar",
    "application/x-compressed-tar",
)
_PAGES = (b"<!doctype html", b"<html")


def form_of(head: bytes) -> Form:
    if head.startswith(_ZIP):
        return "zip"
    start, mark = _TAR
    if head.startswith(_GZIP) or head[start : start + len(mark)] == mark:
        return "tar"
    return "file"


def is_packed(head: bytes) -> bool:
    return form_of(head) != "file"


def is_gzip(head: bytes) -> bool:
    return head.startswith(_GZIP)


def is_page(head: bytes) -> bool:
    """Tell a web page, such as the one that asks to log in, from data."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)


def promises_archive(path: str, content_type: str) -> bool:
    """Tell whether the name or the content type say archive."""
    return path.lower().endswith(_SUFFIXES) or content_type in _TYPES
