"""What `git cat-file --batch` prints, taken apart as it comes: no content is in memory twice, none above the limit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (\w+) (\d+)")
_LONGEST_HEAD = 200


@dataclass(frozen=True, slots=True)
class GitObject:
    """One object; its content is None where it is missing from the cache, or larger than the limit."""

    name: str
    size: int | None
    content: bytes | None


class BatchReader:
    """Takes chunks, gives objects, in the order they were asked for."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting = bytearray()
        self._head: tuple[str, int] | None = None
        self._skipping = 0

    def feed(self, chunk: bytes) -> Iterator[GitObject]:
        """Yield the objects that are whole with this chunk.

        Raises:
            ValueError: This is no output of `git cat-file --batch`.
        """
        self._waiting += chunk
        while True:
            skipped = min(self._skipping, len(self._waiting))
            del self._waiting[:skipped]
            self._skipping -= skipped
            if self._skipping:
                return
            if self._head is not None:
                name, size = self._head
                if len(self._waiting) <= size:
                    return
                yield GitObject(name, size, self._taken(size))
                self._head = None
            else:
                end = self._waiting.find(b"\n")
                if end < 0 and len(self._waiting) <= _LONGEST_HEAD:
                    return
                found = self._begun(self._taken(max(end, 0)))
                if found is not None:
                    yield found

    def _taken(self, size: int) -> bytes:
        """Take bytes and the line end behind them."""
        taken = bytes(self._waiting[:size])
        del self._waiting[: size + 1]
        return taken

    def _begun(self, line: bytes) -> GitObject | None:
        """Read the line that begins an object; one that is missing or too large is told at once."""
        if line.endswith(b" missing"):
            return GitObject(line.removesuffix(b" missing").decode("ascii", "replace"), None, None)
        found = _HEAD.fullmatch(line)
        if found is None:
            raise ValueError(f"an unknown line {line[:80]!r}")
        name, size = found[1].decode(), int(found[3])
        if size > self._limit:
            self._skipping = size + 1
            return GitObject(name, size, None)
        self._head = (name, size)
        return None
