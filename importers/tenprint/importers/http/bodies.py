"""Bodies: an answer streamed to the disk, never more of it than the limits allow, whatever the server claims.

The server is asked to send bytes as they are. Where it packs them with gzip all the same they are unpacked on the way,
in small steps, and the limits count what comes out.
"""

import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tenprint.importers.digest import digest_text
from tenprint.importers.errors import SourceError
from tenprint.importers.http.addresses import WebAddress
from tenprint.importers.http.failures import HttpError, TooLarge, Truncated
from tenprint.importers.http.limits import DownloadLimits
from tenprint.importers.http.magic import HEAD_BYTES, is_packed
from tenprint.importers.http.retrying import Passing
from tenprint.importers.progress import SourceProgress
from tenprint.importers.streaming import stream_to_disk

STEP_BYTES = 256 * 1024
"""Unpacked at once: a millisecond of the event loop's time."""

_GZIP = zlib.MAX_WBITS | 16
_TOO_LARGE = "fetch less, or from somewhere you trust"


@dataclass(frozen=True, slots=True)
class SavedBody:
    """A body on the disk: how it begins, its bytes counted, and the digest of all of them."""

    path: Path
    head: bytes
    size: int
    digest: str


async def save_body(
    answer: httpx2.Response, address: WebAddress, target: Path, *, limits: DownloadLimits, progress: SourceProgress
) -> SavedBody:
    """Write a body to a new file; a failure leaves none.

    Raises:
        Passing: It is cut off.
        HttpError: It is larger than the limits, or packed in a way nobody asked for.
        SourceError: It cannot be written.
    """
    body = _Body(answer, address, limits, progress)
    try:
        async with aclosing(body.chunks()) as chunks:
            written = await stream_to_disk(chunks, target)
    except HttpError:
        raise
    except OSError as error:
        message = f"what comes from {address} cannot be stored: {error.strerror or error}"
        raise SourceError(message, hint="look at the space and the permissions of the cache") from error
    return SavedBody(target, body.head, written.size, digest_text(written.digest))


class _Body:
    """One body as it comes, with what is known about it so far."""

    def __init__(
        self, answer: httpx2.Response, address: WebAddress, limits: DownloadLimits, progress: SourceProgress
    ) -> None:
        self._answer = answer
        self._address = address
        self._limits = limits
        self._progress = progress
        self._size = 0
        self._received = 0
        self.head = b""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        encoding = self._answer.headers.get("content-encoding", "identity").strip().lower()
        self._check_announced()
        if encoding in ("", "identity"):
            pieces = self._raw()
        elif encoding in ("gzip", "x-gzip"):
            pieces = self._unpacked()
        else:
            shown = encoding if encoding.isalnum() else "something odd"
            message = f"{self._address}: the body is packed with {shown}, though nobody asked for that"
            raise HttpError(message, hint="ask who runs the server")
        async with aclosing(pieces):
            async for piece in pieces:
                self._count(piece)
                yield piece

    def _check_announced(self) -> None:
        text = self._answer.headers.get("content-length", "")
        size = int(text[:18]) if text.isdigit() else None
        if size is not None and size > self._limits.archive_bytes:
            raise self._too_large(self._limits.archive_bytes)
        self._progress.expect(size)

    async def _raw(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._answer.aiter_raw()) as chunks:
            async for chunk in chunks:
                self._received += len(chunk)
                self._progress.receive(len(chunk))
                yield chunk

    async def _unpacked(self) -> AsyncGenerator[bytes, None]:
        unpacker = zlib.decompressobj(_GZIP)
        async with aclosing(self._raw()) as chunks:
            async for chunk in chunks:
                rest = chunk
                while rest and not unpacker.eof:
                    yield self._step(unpacker, rest)
                    rest = unpacker.unconsumed_tail
        while not unpacker.eof and (piece := self._step(unpacker, b"")):
            yield piece
        if self._received and not unpacker.eof:
            raise Passing(
                Truncated(f"{self._address}: the answer is cut off", hint="try again; nothing of it was used")
            )

    def _step(self, unpacker: Any, packed: bytes) -> bytes:
        try:
            unpacked: bytes = unpacker.decompress(packed, STEP_BYTES)
        except zlib.error:
            message = f"{self._address}: the body claims to be gzip and is not"
            raise HttpError(message, hint="ask who runs the server") from None
        return unpacked

    def _count(self, piece: bytes) -> None:
        if len(self.head) < HEAD_BYTES:
            self.head += piece[: HEAD_BYTES - len(self.head)]
        self._size += len(piece)
        limit = self._limits.archive_bytes if is_packed(self.head) else self._limits.file_bytes
        if self._size > limit:
            raise self._too_large(limit)

    def _too_large(self, limit: int) -> TooLarge:
        return TooLarge(f"{self._address}: more than {limit:,} bytes", hint=_TOO_LARGE)


def content_type(headers: Mapping[str, str]) -> str:
    """Return the type of a body without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()
