"""Reading a model archive member by member, as a stream, believing nothing it says.

Rules:
- Regular files and folders only; any other kind ends the reading.
- Names follow `tenprint.importers.archive_members`; no name comes twice, and nothing lies below a file.
- Nothing is read beyond the limits, whatever a header claims; memory holds one chunk and the names.
- The end counts: both the tar and the gzip must be complete, with nothing behind them.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tenprint.fingerprinting.archive import tar_headers
from tenprint.fingerprinting.archive.layout import recorded_time
from tenprint.fingerprinting.archive.limits import DEFAULT_LIMITS, ArchiveLimits
from tenprint.fingerprinting.archive.tar_headers import BLOCK, Header
from tenprint.fingerprinting.errors import BrokenArchive, ModelError, ModelNotFound, UnsafeArchive
from tenprint.importers.archive_members import member_parts, parse_records

CHUNK = 256 * 1024
"""Bytes moved at once: large enough that the loop costs nothing, small beside any model."""

_BROKEN = "fetch or train the model again"
_UNSAFE = "do not use this archive unless you know who made it; it was not unpacked"
_TOO_LARGE = "if you trust the archive, read it with larger ArchiveLimits"


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder; `parts` is the checked name, `mtime` None where the header tells no usable time."""

    parts: tuple[str, ...]
    folder: bool
    size: int
    mtime: float | None

    @property
    def name(self) -> str:
        return "/".join(self.parts)


class ArchiveReader:
    """The members of one open archive, in their order; the data of each can be read until the next is asked for."""

    def __init__(self, stream: gzip.GzipFile, *, path: str, compressed_bytes: int, limits: ArchiveLimits) -> None:
        self.path = path
        self.limits = limits
        self._stream = stream
        self._ratio_bytes = max(limits.ratio_free_bytes, limits.ratio * compressed_bytes)
        self._taken = 0
        self._unread = 0
        self._padding = 0
        self._count = 0
        self._current = ""
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._parents: set[str] = set()

    @property
    def gzip_time(self) -> int:
        """When the archive was compressed, as its gzip header tells; 0 where it does not, as in ours."""
        return self._stream.mtime or 0

    def members(self) -> Iterator[Member]:
        """Yield each member once.

        Raises:
            BrokenArchive: Damaged, cut off, or no tar within gzip.
            UnsafeArchive: A member or a size that is refused.
        """
        while (header := self._next_header()) is not None:
            member = self._accept(*header)
            if member.parts:
                yield member
        self._drain()

    def chunks(self) -> Iterator[bytes]:
        """Yield what is unread of the current member's data."""
        while self._unread:
            chunk = self._take(min(CHUNK, self._unread))
            self._unread -= len(chunk)
            yield chunk

    def document(self) -> bytes:
        """Read the current member whole; for the small JSON documents only.

        Raises:
            UnsafeArchive: The member is larger than a document may be.
        """
        if self._unread > self.limits.document_bytes:
            raise self._refusal(f"a document of {self._unread:,} bytes", hint=_TOO_LARGE)
        return b"".join(self.chunks())

    def _next_header(self) -> tuple[Header, bytes, dict[bytes, bytes]] | None:
        """Skip to the next member and read its header, with the name and the records that precede it."""
        for _ in self.chunks():
            pass
        self._take(self._padding)
        self._padding = 0
        name = b""
        records: dict[bytes, bytes] = {}
        while True:
            block = self._take(BLOCK)
            if not block.strip(b"\0"):
                return None
            header = self._parsed(block)
            if header.kind == tar_headers.EXTENDED:
                records = self._records(header)
            elif header.kind == tar_headers.GLOBAL:
                self._check_global(self._records(header))
            elif header.kind == tar_headers.LONG_NAME:
                name = self._extension(header).partition(b"\0")[0]
            elif header.kind == tar_headers.LONG_LINK:
                self._extension(header)
            else:
                return header, name or header.name, records

    def _accept(self, header: Header, raw_name: bytes, records: dict[bytes, bytes]) -> Member:
        """Check a member against all rules and make it the current one."""
        raw_name = records.get(b"path", raw_name)
        self._current = raw_name.decode(errors="surrogateescape")
        self._count += 1
        if self._count > self.limits.members:
            raise self._refusal(f"more than {self.limits.members:,} members", hint=_TOO_LARGE)
        if any(key.startswith(b"GNU.sparse.") for key in records):
            raise self._refusal("a sparse file; only plain files and folders are allowed")
        folder = self._is_folder(header)
        size = self._size(header, records)
        if folder and size:
            raise self._refusal("a folder that claims to hold data itself")
        if size > self.limits.member_bytes:
            raise self._refusal(f"a file of {size:,} bytes", hint=_TOO_LARGE)
        self._check_total(size)
        parts = self._parts(folder=folder)
        self._place(parts, folder=folder)
        self._unread, self._padding = size, tar_headers.padding(size)
        return Member(parts, folder, size, _time(header, records))

    def _is_folder(self, header: Header) -> bool:
        """Tell folders from files; V7 archives mark folders only by a slash at the end of the name."""
        slash = self._current.endswith("/")
        if header.kind == tar_headers.FOLDER or (header.kind == tar_headers.OLD_FILE and slash):
            return True
        if header.kind not in {tar_headers.FILE, tar_headers.OLD_FILE}:
            kind = tar_headers.KINDS.get(header.kind, f"of unknown type {header.kind!r}")
            raise self._refusal(f"{kind}; only plain files and folders are allowed")
        if slash:
            raise self._refusal("a file whose name ends with a slash")
        return False

    def _size(self, header: Header, records: dict[bytes, bytes]) -> int:
        text = records.get(b"size")
        if text is None:
            return header.size
        if not text.isdigit() or len(text) > len(str(2**64)):
            raise self._broken(f"member {self._current!r} has a size that is no number")
        return int(text)

    def _parts(self, *, folder: bool) -> tuple[str, ...]:
        limits = self.limits
        if len(self._current.encode(errors="surrogateescape")) > limits.name_bytes:
            self._current = self._current[:80] + "..."
            raise self._refusal(f"a name of more than {limits.name_bytes:,} bytes", hint=_TOO_LARGE)
        if folder and self._current == "/":
            # How Python's tarfile writes a folder that was added without a name, which is how Rasa 3 packs models.
            return ()
        try:
            parts = member_parts(self._current)
        except ValueError as reason:
            raise self._refusal(str(reason)) from reason
        if not parts and not folder:
            raise self._refusal("a file that takes the place of the folder itself")
        if len(parts) > limits.depth:
            raise self._refusal(f"more than {limits.depth} folders within each other", hint=_TOO_LARGE)
        return parts

    def _place(self, parts: tuple[str, ...], *, folder: bool) -> None:
        """Note where a member goes; each place is taken once, and only folders hold something."""
        if not parts:
            return
        name = "/".join(parts)
        if name in self._files or name in self._folders:
            raise self._refusal("the same name twice")
        parents = ["/".join(parts[:length]) for length in range(1, len(parts))]
        for parent in parents:
            if parent in self._files:
                raise self._refusal(f"it lies below {parent!r}, which is a file")
        if name in self._parents and not folder:
            raise self._refusal("a file where a folder is needed")
        self._parents.update(parents)
        (self._folders if folder else self._files).add(name)

    def _records(self, header: Header) -> dict[bytes, bytes]:
        try:
            return parse_records(self._extension(header))
        except ValueError as reason:
            raise self._broken(str(reason)) from reason

    def _check_global(self, records: dict[bytes, bytes]) -> None:
        """Refuse global records that would change later members; comments, as git writes them, are harmless."""
        harmful = sorted(key for key in records if key in {b"path", b"size", b"linkpath"} or key.startswith(b"GNU."))
        if harmful:
            raise self._refusal(f"a global header that sets {harmful[0].decode()!r} of all members")

    def _extension(self, header: Header) -> bytes:
        if header.size > self.limits.header_bytes:
            raise self._refusal(f"an extended header of {header.size:,} bytes", hint=_TOO_LARGE)
        return self._take(header.size + tar_headers.padding(header.size))[: header.size]

    def _parsed(self, block: bytes) -> Header:
        try:
            return tar_headers.parse_header(block)
        except ValueError as reason:
            if self._taken == BLOCK:
                raise self._broken(f"no tar within the gzip: {reason}") from reason
            raise self._broken(str(reason)) from reason

    def _drain(self) -> None:
        """Read to the real end, which also checks the sums that gzip keeps."""
        self._current = ""
        while rest := self._read(CHUNK):
            if rest.strip(b"\0"):
                raise self._broken("there is something behind its end")

    def _take(self, size: int) -> bytes:
        """Read exactly `size` bytes."""
        taken = self._read(size) if size else b""
        if len(taken) < size:
            raise self._broken("it is cut off" if self._taken else "it is empty")
        return taken

    def _read(self, size: int) -> bytes:
        try:
            taken = self._stream.read(size)
        except EOFError as error:
            raise self._broken("it is cut off") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            reason = "not gzip, or damaged" if self._taken == 0 else "damaged, or something stands behind its end"
            raise self._broken(f"{reason} ({error})") from error
        except OSError as error:
            raise ModelError(f"{self.path}: cannot be read: {error.strerror}") from error
        self._taken += len(taken)
        self._check_total(0)
        return taken

    def _check_total(self, coming: int) -> None:
        """Compare what was read, and what a header announces, with the limits of the whole archive."""
        total = self._taken + coming
        if total > self.limits.total_bytes:
            raise self._refusal(f"the archive unpacks to more than {self.limits.total_bytes:,} bytes", hint=_TOO_LARGE)
        if total > self._ratio_bytes:
            raise self._refusal(f"the archive unpacks to more than {self.limits.ratio} times its size", hint=_TOO_LARGE)

    def _broken(self, reason: str) -> BrokenArchive:
        where = f" (within member {self._current!r})" if self._unread else ""
        return BrokenArchive(f"{self.path}: the archive is broken: {reason}{where}", hint=_BROKEN)

    def _refusal(self, reason: str, *, hint: str = _UNSAFE) -> UnsafeArchive:
        where = f": member {self._current!r}" if self._current else ""
        return UnsafeArchive(f"{self.path}{where}: {reason}", hint=hint)


@contextmanager
def open_archive(
    model_file: str | os.PathLike[str], *, limits: ArchiveLimits = DEFAULT_LIMITS
) -> Iterator[ArchiveReader]:
    """Open an archive for reading.

    Raises:
        ModelNotFound: There is nothing at this path.
        BrokenArchive: It is a folder, a device or the like.
    """
    path = os.fspath(model_file)
    raw, size = _opened(path)
    with raw, gzip.GzipFile(fileobj=raw, mode="rb") as stream:
        yield ArchiveReader(stream, path=path, compressed_bytes=size, limits=limits)


def _opened(path: str) -> tuple[BinaryIO, int]:
    """Open a regular file and tell its size."""
    try:
        # Asked before opening, because opening a FIFO waits for a writer.
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise BrokenArchive(f"{path}: not a file, so not a model archive", hint="name a .tar.gz file")
        return Path(path).open("rb"), status.st_size
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelNotFound(f"{path}: no such model archive", hint="check the path, or train a model first") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}", hint="check its permissions") from error


def _time(header: Header, records: dict[bytes, bytes]) -> float | None:
    """Tell the member's time, with its fraction where an extended header has one."""
    try:
        return recorded_time(float(records.get(b"mtime", header.mtime)))
    except (ValueError, OverflowError):
        return None
