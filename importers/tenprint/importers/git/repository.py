"""A bare cache of a repository: one commit at a time, trees first, and only the blobs that are asked for.

    partial   depth 1 without blobs, then one fetch of the blobs that were chosen
    shallow   depth 1 with all its blobs, for servers that cannot send single ones
    full      all branches and tags, for servers that cannot send single commits

A way that a server refuses is not tried again as long as the cache lasts. There is never a checkout: no hook, filter,
submodule or link of a repository comes to life. Whatever is broken in a cache is removed and fetched again.
"""

import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import anyio
import anyio.to_thread

from tenprint.importers.concurrency import gather
from tenprint.importers.git.batch import BatchReader, GitObject
from tenprint.importers.git.cache_files import ObjectFormat, make_repository, received_bytes, remove_leftovers
from tenprint.importers.git.command import Git
from tenprint.importers.git.environment import REMOTE
from tenprint.importers.git.failures import (
    CommitNotFound,
    GitError,
    GitTooLarge,
    RefNotFound,
    SubdirectoryNotFound,
    failure,
    is_refusal,
)
from tenprint.importers.git.refs import BRANCHES, TAGS
from tenprint.importers.progress import SourceProgress
from tenprint.importers.reading import nearest

T = TypeVar("T")

Way = Literal["partial", "shallow", "full"]
WAYS: tuple[Way, ...] = ("partial", "shallow", "full")

OWN_REFS = "refs/tenprint/"
"""Names in the cache are ours alone, so nothing of the server can stand in their place."""
MAX_BYTES = 4 * 2**30
"""The largest repository of training data seen, with all its history, has a tenth of it."""
MANY_PACKS = 100
"""Every fetch leaves packs behind; a cache with more of them is slower than a new one."""

_QUIET = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-show-forced-updates")
_WATCH_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one repository: git as it talks to the server, git as it reads the cache, and what to hide."""

    address: str
    remote: Git
    local: Git
    secrets: tuple[str, ...] = field(repr=False)
    progress: SourceProgress
    max_bytes: int = MAX_BYTES

    def failure(self, said: str) -> GitError:
        return failure(self.address, said, self.secrets)


@dataclass(frozen=True, slots=True)
class BareCache:
    """The cache of one way of fetching."""

    folder: Path
    way: Way
    connection: Connection

    async def make(self, commit: str) -> bool:
        """Make an empty cache with the object format of a commit; one that is there stays, and the answer is False."""
        if await anyio.to_thread.run_sync(self._is_usable):
            return False
        kind: ObjectFormat = "sha256" if len(commit) == 64 else "sha1"  # noqa: PLR2004 - digits of the two formats
        try:
            await anyio.to_thread.run_sync(make_repository, self.folder, kind)
        except OSError as error:
            raise self.connection.failure(f"fatal: cannot make {self.folder}: {error.strerror}") from error
        return True

    async def tree(self, commit: str, subdirectory: str) -> bytes | None:
        """List the files of a commit below a folder; None where commit or folder are not in the cache."""
        finished = await self._local.run("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{subdirectory}")
        return None if finished.code else finished.output

    async def has_tree(self, commit: str) -> bool:
        finished = await self._local.run("ls-tree", "-z", "--full-tree", f"{commit}:")
        return finished.code == 0

    async def folders(self, commit: str) -> list[str]:
        finished = await self._local.run("ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", f"{commit}:")
        return [name.decode(errors="replace") for name in finished.output.split(b"\0") if name]

    async def fetch_commit(self, commit: str, name: str | None) -> None:
        """Fetch a commit, which was found under a name; the whole repository where the way is full."""
        if self.way != "full":
            filters = ("--filter=blob:none",) if self.way == "partial" else ("--no-filter",)
            await self._fetch("--depth=1", *filters, "--end-of-options", REMOTE, f"+{commit}:{OWN_REFS}{commit}")
            return
        named = (name,) if name is not None and not name.startswith((BRANCHES, TAGS)) else ()
        wanted = [f"+{BRANCHES}*:{OWN_REFS}heads/*", f"+{TAGS}*:{OWN_REFS}tags/*"]
        wanted += [f"+{one}:{OWN_REFS}named/{one}" for one in named]
        await self._fetch("--no-filter", "--end-of-options", REMOTE, *wanted)

    async def fetch_name(self, name: str) -> None:
        """Fetch what the server calls by a name, without blobs."""
        await self._fetch("--depth=1", "--filter=blob:none", "--end-of-options", REMOTE, f"+{name}:{OWN_REFS}ahead")

    async def fetch_blobs(self, blobs: Sequence[str]) -> None:
        """Fetch blobs that are missing, all at once."""
        feed = "".join(f"{blob}\n" for blob in blobs).encode()
        noop = ("-c", "fetch.negotiationAlgorithm=noop")
        options = ("--filter=blob:none", "--stdin", "--end-of-options", REMOTE)
        await self._run_fetch((*noop, "fetch", *_QUIET, *options), feed)

    async def missing(self, blobs: Sequence[str]) -> list[str]:
        """Tell which blobs are not in the cache; nothing is fetched for it."""
        # Of a first fetch a server keeps back all blobs or none. To look for many that are not there takes git long.
        if len(blobs) > 1 and await anyio.to_thread.run_sync(self._has_one_pack) and await self._missing(blobs[:1]):
            return list(blobs)
        return await self._missing(blobs)

    async def _missing(self, blobs: Sequence[str]) -> list[str]:
        feed = "".join(f"{blob}\n" for blob in blobs).encode()
        finished = await self._local.run("cat-file", "--batch-check", feed=feed) if blobs else None
        if finished is None:
            return []
        if finished.code:
            raise self.connection.failure(finished.complaints)
        rows = finished.output.split(b"\n")
        return [row.removesuffix(b" missing").decode() for row in rows if row.endswith(b" missing")]

    async def read(
        self, names: Sequence[str], receive: Callable[[list[GitObject]], Awaitable[None]], limit: int
    ) -> None:
        """Read objects in one go, and hand them over in the order of the names, as many as come together."""
        reader = BatchReader(limit)

        async def take(chunk: bytes) -> None:
            try:
                await receive(list(reader.feed(chunk)))
            except ValueError as error:
                raise GitError(f"git printed {error}", hint="is this the git of git-scm.com?") from error

        feed = "".join(f"{name}\n" for name in names).encode()
        code, complaints = await self._local.stream("cat-file", "--batch", "--buffer", feed=feed, receive=take)
        if code:
            raise self.connection.failure(complaints)

    async def remove(self) -> None:
        await anyio.to_thread.run_sync(lambda: shutil.rmtree(self.folder, ignore_errors=True))

    def _has_one_pack(self) -> bool:
        return len(list((self.folder / "objects" / "pack").glob("*.pack"))) == 1

    def _is_usable(self) -> bool:
        """Tell whether there is a cache, and free it of what a process that was killed left behind."""
        if not (self.folder / "HEAD").is_file():
            shutil.rmtree(self.folder, ignore_errors=True)
            return False
        packs = self.folder / "objects" / "pack"
        if len(list(packs.glob("*.pack"))) > MANY_PACKS:
            shutil.rmtree(self.folder, ignore_errors=True)
            return False
        remove_leftovers(self.folder)
        return True

    @property
    def _local(self) -> Git:
        return Git(self.connection.local.program, self.connection.local.environment, str(self.folder))

    async def _fetch(self, *arguments: str) -> None:
        await self._run_fetch(("fetch", *_QUIET, *arguments), b"")

    async def _run_fetch(self, command: Sequence[str], feed: bytes) -> None:
        git = Git(self.connection.remote.program, self.connection.remote.environment, str(self.folder))
        progress, done = self.connection.progress, anyio.Event()
        progress.expect(None)
        counted = await anyio.to_thread.run_sync(received_bytes, self.folder) if progress.is_heard else 0

        async def count() -> None:
            nonlocal counted
            if progress.is_heard:
                size = await anyio.to_thread.run_sync(received_bytes, self.folder)
                progress.receive(max(size - counted, 0))
                counted = max(size, counted)

        async def run() -> int:
            try:
                finished = await git.run(*command, feed=feed)
            finally:
                done.set()
            if finished.code:
                raise self.connection.failure(finished.complaints)
            return finished.code

        try:
            await gather([run, lambda: self._watch(done, count)])
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(remove_leftovers, self.folder)
            raise
        await count()

    async def _watch(self, done: anyio.Event, count: Callable[[], Awaitable[None]]) -> int:
        """End a fetch that brings more than it may; no server says before how much will come."""
        while not done.is_set():
            with anyio.move_on_after(_WATCH_SECONDS):
                await done.wait()
                return 0
            size = await anyio.to_thread.run_sync(self._arriving)
            if size > self.connection.max_bytes:
                raise GitTooLarge(
                    f"{self.connection.address} sends more than {self.connection.max_bytes} bytes",
                    hint="is this the right repository? training data are small",
                )
            await count()
        return 0

    def _arriving(self) -> int:
        """Count the bytes of packs that are being received."""
        size = 0
        for pack in (self.folder / "objects" / "pack").glob("tmp_*"):
            with suppress(FileNotFoundError):
                size += pack.stat().st_size
        return size


async def with_cache(place: Path, connection: Connection, work: Callable[[BareCache], Awaitable[T]]) -> T:
    """Do work on a cache, by the first way that the server and the state of the cache allow.

    Raises:
        GitError: No way leads there; the error of the last one.
    """
    ways = WAYS[_first_way(place) :]
    last: GitError | None = None
    for way in ways:
        cache = BareCache(place / f"{way}.git", way, connection)
        for fresh in (False, True) if cache.folder.exists() else (True,):
            if fresh:
                await cache.remove()
            try:
                return await work(cache)
            except GitError as error:
                if not is_refusal(error):
                    raise
                last = error
        await cache.remove()
    raise last or GitError(f"cannot fetch {connection.address}")


def _first_way(place: Path) -> int:
    """Tell the way that was found the last time."""
    return next((number for number, way in enumerate(WAYS) if (place / f"{way}.git").exists()), 0)


async def tree_of(cache: BareCache, commit: str, name: str | None, subdirectory: str) -> bytes:
    """List the files of a commit below a folder, fetched where the cache does not have it.

    Raises:
        CommitNotFound: The repository has no such commit.
        SubdirectoryNotFound: The commit has no such folder.
        GitError: It cannot be fetched.
    """
    is_empty = await cache.make(commit)
    listing = None if is_empty else await cache.tree(commit, subdirectory)
    if listing is not None:
        return listing
    if is_empty or not await cache.has_tree(commit):
        await cache.fetch_commit(commit, name)
        listing = await cache.tree(commit, subdirectory)
        if listing is not None:
            return listing
    if await cache.has_tree(commit):
        folders = await cache.folders(commit)
        raise SubdirectoryNotFound(
            f"{cache.connection.address} has no folder {subdirectory!r} at {commit[:10]}",
            hint=nearest(subdirectory, folders, otherwise="folders"),
        )
    if name is not None:
        raise RefNotFound(f"{name} of {cache.connection.address} leads to no commit", hint="name a branch or a tag")
    raise CommitNotFound(
        f"{cache.connection.address} has no commit {commit}", hint="the history may have been rewritten"
    )
