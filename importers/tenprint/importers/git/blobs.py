"""From blobs to the store: contents are put away in batches while git prints the next ones."""

from collections.abc import Sequence

import anyio.to_thread

from tenprint.importers.git.batch import GitObject
from tenprint.importers.git.failures import GitError
from tenprint.importers.store import Store

_BATCH = 1024
_BATCH_BYTES = 8 * 2**20
_LFS = b"version https://git-lfs.github.com/spec/"


class BlobKeeper:
    """Puts what `receive` is given into the store; the first object is a commit, and is kept aside."""

    def __init__(self, store: Store, address: str) -> None:
        self._store = store
        self._address = address
        self._waiting: list[tuple[str, bytes]] = []
        self._bytes = 0
        self.commit: bytes | None = None
        self.digests: dict[str, tuple[str, int]] = {}
        """Digest and size by the id of a blob."""
        self.too_large: dict[str, int] = {}
        self.pointers: set[str] = set()
        """Blobs that only say where Git LFS keeps a file."""

    async def receive(self, found: Sequence[GitObject]) -> None:
        for one in found:
            if one.size is None:
                # A cache that lost something is made anew.
                raise GitError(f"cannot read {one.name} of {self._address} from the cache", hint="try again")
            if self.commit is None:
                self.commit = one.content or b""
            elif one.content is None:
                self.too_large[one.name] = one.size
            elif one.content.startswith(_LFS):
                self.pointers.add(one.name)
            else:
                self._waiting.append((one.name, one.content))
                self._bytes += one.size
        if len(self._waiting) >= _BATCH or self._bytes >= _BATCH_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Put away what waits."""
        batch, self._waiting, self._bytes = self._waiting, [], 0
        if batch:
            self.digests.update(await anyio.to_thread.run_sync(self._put, batch))

    def _put(self, batch: Sequence[tuple[str, bytes]]) -> dict[str, tuple[str, int]]:
        digests = self._store.put_all([content for _, content in batch])
        return {blob: (digest, len(content)) for (blob, content), digest in zip(batch, digests, strict=True)}
