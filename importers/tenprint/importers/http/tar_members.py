"""The members of a tar, packed with gzip or not, as a stream that is believed nothing.

`tarfile` reads single header blocks here and nothing else: of what comes between them it holds any size in memory, and
it behaves differently from one Python to the next. Files, folders and links are all there is; other kinds are refused.
"""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from tenprint.importers.archive_members.records import parse_records
from tenprint.importers.http.limits import DownloadLimits
from tenprint.importers.http.members import Damaged, Harmful, Member

BLOCK = 512
CHUNK = 256 * 1024

_EXTENDED, _GLOBAL, _LONG_NAME, _LONG_LINK = b"x", b"g", b"L", b"K"
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
_REFUSED = {
    tarfile.LNKTYPE: "a hard link; pack it with `--hard-dereference`",
    tarfile.CHRTYPE: "a character device",
    tarfile.BLKTYPE: "a block device",
    tarfile.FIFOTYPE: "a FIFO",
    tarfile.CONTTYPE: "a contiguous file",
    tarfile.GNUTYPE_SPARSE: "a sparse file",
}
_LONGEST_NUMBER = 20


class TarMembers:
    """Reads one tar; the file is the packed one, from its beginning."""

    def __init__(self, file: BinaryIO, *, packed: bool, packed_bytes: int, limits: DownloadLimits) -> None:
        self._stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=file, mode="rb") if packed else file
        self._limits = limits
        self._most = min(limits.total_bytes, max(limits.ratio_free_bytes, limits.ratio * packed_bytes))
        self._taken = 0
        self._unread = 0
        self._padding = 0

    def __iter__(self) -> Iterator[Member]:
        """Yield each member once.

        Raises:
            Damaged: It is no tar, or cut off.
            Harmful: It holds what is refused, or is larger than the limits.
        """
        while (found := self._next()) is not None:
            header, name, size = found
            kind = header.type
            if kind == tarfile.SYMTYPE:
                yield Member(name, "link")
            elif kind == tarfile.DIRTYPE:
                yield Member(name, "folder")
            elif kind in _FILES:
                yield Member(name, "file", size, self._content)
            else:
                raise Harmful(f"{name}: {_REFUSED.get(kind, f'of the unknown kind {kind!r}')}")
        self._drain()

    def _next(self) -> tuple[tarfile.TarInfo, str, int] | None:
        """Skip to the next member; its name and size come from what precedes it, where that says so."""
        for _ in self._chunks():
            pass
        self._take(self._padding)
        records: dict[bytes, bytes] = {}
        name = b""
        while True:
            block = self._take(BLOCK)
            if not block.strip(b"\0"):
                return None
            header = self._header(block)
            if header.type == _EXTENDED:
                records = _records(self._extension(header))
            elif header.type == _GLOBAL:
                _check_global(_records(self._extension(header)))
            elif header.type == _LONG_NAME:
                name = self._extension(header).partition(b"\0")[0]
            elif header.type == _LONG_LINK:
                self._extension(header)
            else:
                break
        if any(key.startswith(b"GNU.sparse.") for key in records):
            raise Harmful(f"{header.name}: a sparse file")
        name = records.get(b"path", name)
        shown = name.decode(errors="surrogateescape") if name else header.name
        size = _size(header, records)
        self._unread, self._padding = size, -size % BLOCK
        self._check_total(size)
        return header, shown, size

    def _header(self, block: bytes) -> tarfile.TarInfo:
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise Damaged("it is no tar" if self._taken == BLOCK else "one of its headers is damaged") from error
        if header.size < 0:
            raise Damaged("one of its headers has a negative size")
        return header

    def _extension(self, header: tarfile.TarInfo) -> bytes:
        if header.size > self._limits.header_bytes:
            raise Harmful(f"an extended header of {header.size:,} bytes")
        return self._take(header.size + -header.size % BLOCK)[: header.size]

    def _content(self) -> bytes:
        return b"".join(self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        while self._unread:
            chunk = self._take(min(CHUNK, self._unread))
            self._unread -= len(chunk)
            yield chunk

    def _drain(self) -> None:
        """Read to the real end, which also checks the sum that gzip keeps."""
        while rest := self._read(CHUNK):
            if rest.strip(b"\0"):
                raise Damaged("something stands behind its end")

    def _take(self, size: int) -> bytes:
        taken = self._read(size) if size else b""
        if len(taken) < size:
            raise Damaged("it is cut off")
        return taken

    def _read(self, size: int) -> bytes:
        try:
            taken = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Damaged("it is cut off" if isinstance(error, EOFError) else "its gzip is damaged") from error
        self._taken += len(taken)
        self._check_total(0)
        return taken

    def _check_total(self, coming: int) -> None:
        if self._taken + coming > self._most:
            raise Harmful(f"it unpacks to more than {self._most:,} bytes")


def _size(header: tarfile.TarInfo, records: dict[bytes, bytes]) -> int:
    text = records.get(b"size")
    if text is not None and (not text.isdigit() or len(text) > _LONGEST_NUMBER):
        raise Damaged("one of its headers has a size that is no number")
    size = header.size if text is None else int(text)
    if size and header.type not in _FILES:
        raise Damaged("a folder or a link claims to hold data")
    return size


def _records(extension: bytes) -> dict[bytes, bytes]:
    try:
        return parse_records(extension)
    except ValueError as reason:
        raise Damaged(str(reason)) from reason


def _check_global(records: dict[bytes, bytes]) -> None:
    """Refuse global records that change later members; comments, as git writes them, are harmless."""
    if any(key in (b"path", b"size", b"linkpath") or key.startswith(b"GNU.") for key in records):
        raise Harmful("a global header that changes all members")
