"""The members of a zip, in the order of its list of contents; `zipfile` reads it after its end was looked at.

Rules:
- The list of contents is read whole, so its size is checked first. ZIP64 is for what is larger than any limit here.
- Stored and deflated members only, never encrypted ones, no devices.
- A name has to be UTF-8, whatever the flag of the member says.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from tenprint.importers.http.limits import DownloadLimits
from tenprint.importers.http.members import Damaged, Harmful, Member

_END = b"PK\x05\x06"
_END_BYTES = 22
_LOCATOR = b"PK\x06\x07"
_LOCATOR_BYTES = 20
_LONGEST_COMMENT = 65535
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNIX_MODE = 16

_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OSError, RuntimeError)
"""What `zipfile` raises for a damaged file; places that lie before its beginning are errors of the system."""


class ZipMembers:
    """Reads one zip."""

    def __init__(self, file: BinaryIO, *, packed_bytes: int, limits: DownloadLimits) -> None:
        self._file = file
        self._limits = limits
        self._packed_bytes = packed_bytes
        self._most = min(limits.total_bytes, max(limits.ratio_free_bytes, limits.ratio * packed_bytes))

    def __iter__(self) -> Iterator[Member]:
        """Yield each member once.

        Raises:
            Damaged: It is no zip, or cut off.
            Harmful: It holds what is refused, or is larger than the limits.
        """
        self._check_end()
        try:
            archive = zipfile.ZipFile(self._file)
        except _DAMAGED as error:
            name = "a name in its list of contents is not UTF-8" if isinstance(error, UnicodeDecodeError) else None
            raise Damaged(name or "its list of contents is damaged") from error
        with archive:
            total = sum(member.file_size for member in archive.infolist())
            if total > self._most:
                raise Harmful(f"it unpacks to more than {self._most:,} bytes")
            for member in archive.infolist():
                yield self._member(archive, member)

    def _check_end(self) -> None:
        """Look at the record at the end, as `zipfile` will find it."""
        start = max(self._packed_bytes - _END_BYTES - _LONGEST_COMMENT, 0)
        self._file.seek(max(start - _LOCATOR_BYTES, 0))
        tail = self._file.read()
        found = tail.rfind(_END)
        if found < 0 or len(tail) - found < _END_BYTES:
            raise Damaged("it has no list of contents: it is cut off, or no zip")
        if tail[max(found - _LOCATOR_BYTES, 0) : found].startswith(_LOCATOR):
            raise Harmful("it is a ZIP64, which only larger archives need")
        count, size = struct.unpack("<HI", tail[found + 10 : found + 16])
        if size > self._limits.directory_bytes or count > self._limits.members:
            raise Harmful(f"its list of contents has {count:,} members and {size:,} bytes")

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Member:
        name = _name(member)
        mode = member.external_attr >> _UNIX_MODE
        if name.endswith("/"):
            return Member(name, "folder")
        if stat.S_ISLNK(mode):
            return Member(name, "link")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise Harmful(f"{name}: neither a file nor a folder")
        if member.flag_bits & _ENCRYPTED:
            raise Harmful(f"{name}: encrypted, which cannot be read; pack it without a password")
        if member.compress_type not in _METHODS:
            raise Harmful(f"{name}: packed in a way few can read; pack it with deflate")

        def content() -> bytes:
            try:
                with archive.open(member) as opened:
                    return opened.read()
            except _DAMAGED as error:
                raise Damaged(f"{name} is damaged") from error

        return Member(name, "file", member.file_size, content)


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name as it stands there: `zipfile` cuts it at a NUL, and reads names without the flag as DOS did."""
    name = member.orig_filename
    if member.flag_bits & _UTF8 or name.isascii():
        return name
    return name.encode("cp437").decode("utf-8", errors="surrogateescape")
