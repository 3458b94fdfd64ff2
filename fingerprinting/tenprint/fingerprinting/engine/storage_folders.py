"""The folders a storage opens: one to write a resource to, and one with a copy to read from.

    <root>/nlu+0-Words/       a resource, whole; `+` stands for the slash, which no name of a resource holds
    <root>/+open/<token>/     what is being written, and copies for readers
    <root>/+locks/<name>      held by who writes this resource
    <root>/+turn              held, shared, by who copies or digests, and alone by who puts a resource in its place

Rules:
- A resource appears, and is replaced, by one rename, at the end of a block that ended well. Any other end leaves what
  was there before.
- Locks are held by an open file, so those of a process that was killed are gone with it.
- What a reader does to its copy reaches nobody.
"""

import fcntl
import os
import secrets
import shutil
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Lock
from types import TracebackType

import anyio
import anyio.to_thread

from tenprint.fingerprinting.engine.errors import GraphStorageError
from tenprint.fingerprinting.engine.file_tree import copy_tree, file_parts, storage_errors
from tenprint.fingerprinting.engine.resource import Resource

OPEN = "+open"
LOCKS = "+locks"
TURN = "+turn"


def place_of(root: Path, resource: Resource) -> Path:
    """Folder of a resource; different names have different ones, and none lies within another."""
    return root / _file_name(resource)


def resource_at(place: Path) -> Resource | None:
    """Resource that a folder of the storage belongs to; None for a folder that is none of ours."""
    if place.name.startswith("+"):
        return None
    try:
        return Resource(place.name.replace("+", "/"))
    except GraphStorageError:
        return None


@contextmanager
def turn(root: Path, *, alone: bool = False) -> Iterator[None]:
    """Keep resources where they are, or be alone to move them; blocks until it is one's turn."""
    with storage_errors(root):
        descriptor = _lock(root / TURN, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(descriptor)


class OpenFolder(AbstractContextManager[Path], AbstractAsyncContextManager[Path]):
    """A folder that is there within a block; `with` blocks, `async with` does its work in worker threads."""

    def __init__(self, root: Path, resource: Resource) -> None:
        self.root = root
        self.resource = resource
        self._folder: Path | None = None
        self._guard = Lock()
        self._abandoned = False

    def check(self) -> None:
        """Raise what speaks against opening it, before anything is made."""

    @abstractmethod
    def prepare(self, folder: Path) -> None:
        """Fill a new folder, or take what the block needs."""

    def finish(self, folder: Path) -> None:
        """Keep what was made; called when the block ended well."""

    def release(self) -> None:
        """Give back what `prepare` took; always called, and after a failed `prepare` too."""

    def __enter__(self) -> Path:
        if self._folder is not None:
            raise GraphStorageError(f"resource {self.resource.name}: this folder is open already")
        self.check()
        folder = self.root / OPEN / secrets.token_hex(8)
        try:
            with storage_errors(self.root):
                folder.mkdir(parents=True)
            self.prepare(folder)
        except BaseException:
            self._discard(folder)
            raise
        with self._guard:
            self._folder = folder
            abandoned = self._abandoned
        if abandoned:
            self._discard(folder)
        return folder

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        folder = self._folder
        if folder is None:
            return
        try:
            if kind is None:
                self.finish(folder)
        finally:
            self._discard(folder)

    async def __aenter__(self) -> Path:
        try:
            return await anyio.to_thread.run_sync(self.__enter__)
        except BaseException:
            # A task that asyncio itself cancels does not wait for its thread, which then cleans up behind itself.
            with self._guard:
                self._abandoned = True
                folder = self._folder
            if folder is not None:
                self._discard(folder)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whatever is decided is done: a cancellation that comes now neither keeps half nor leaves rubbish.
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self.__exit__, kind, error, trace)

    def _discard(self, folder: Path) -> None:
        self._folder = None
        shutil.rmtree(folder, ignore_errors=True)
        self.release()


class FolderToRead(OpenFolder):
    """A copy of a resource."""

    def check(self) -> None:
        if not self.root.is_dir():
            raise self._nothing()

    def prepare(self, folder: Path) -> None:
        place = place_of(self.root, self.resource)
        with turn(self.root):
            if not place.is_dir():
                raise self._nothing()
            copy_tree(place, folder)

    def _nothing(self) -> GraphStorageError:
        return GraphStorageError(
            f"resource {self.resource.name}: nothing was ever stored for it",
            hint="in a training, the node that stores it must be among those this one needs; in a prediction, the model"
            " was trained without it",
        )


class FolderToWrite(OpenFolder):
    """An empty folder that becomes the resource."""

    _descriptor: int | None = None

    def prepare(self, folder: Path) -> None:
        del folder
        path = self.root / LOCKS / _file_name(self.resource)
        try:
            with storage_errors(self.root):
                path.parent.mkdir(exist_ok=True)
                self._descriptor = _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except GraphStorageError as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            raise GraphStorageError(
                f"resource {self.resource.name}: it is being written already",
                hint="two nodes must not write the same resource; a node writes the one it is given",
            ) from None

    def finish(self, folder: Path) -> None:
        place = place_of(self.root, self.resource)
        with storage_errors(self.root):
            for _ in file_parts(folder):
                pass  # refuses what cannot be stored, before it replaces anything
            aside = folder.with_name(f"{folder.name}-before")
            with turn(self.root, alone=True):
                with suppress(FileNotFoundError):
                    place.rename(aside)
                folder.rename(place)
            shutil.rmtree(aside, ignore_errors=True)

    def release(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _file_name(resource: Resource) -> str:
    return resource.name.replace("/", "+")


def _lock(path: Path, how: int) -> int:
    """Open a file and lock it; closing the descriptor gives the lock back."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, how)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
