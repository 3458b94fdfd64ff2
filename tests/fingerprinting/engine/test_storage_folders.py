"""Folders of a storage under cancellation that nobody waits for: what a thread began it cleans up itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import sleep

from tenprint.fingerprinting.engine import GraphStorageError, LocalModelStorage, Resource
from tenprint.fingerprinting.engine.storage_folders import FolderToWrite

WORDS = Resource("nlu/0-Words")


class SlowFolder(FolderToWrite):
    """Waits before it is open."""

    began: Event
    may_go_on: Event

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        self.began.set()
        assert self.may_go_on.wait(30)


def until(happened: Callable[[], bool]) -> None:
    for _ in range(3000):
        if happened():
            return
        sleep(0.01)
    raise AssertionError("nothing happened")


def test_a_task_that_asyncio_cancels_while_it_opens_leaves_nothing_open(tmp_path: Path) -> None:
    slow = SlowFolder(tmp_path, WORDS)
    slow.began, slow.may_go_on = Event(), Event()

    async def use() -> None:
        async with slow:
            raise AssertionError("it was cancelled")

    async def main() -> None:
        task = asyncio.ensure_future(use())
        await asyncio.to_thread(slow.began.wait, 30)
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError)
        slow.may_go_on.set()

    asyncio.run(main())
    until(lambda: not list((tmp_path / "+open").iterdir()))
    storage = LocalModelStorage(tmp_path)
    assert not storage.holds(WORDS)
    until(lambda: is_written(storage))  # nobody holds its lock
    assert storage.holds(WORDS)


def is_written(storage: LocalModelStorage) -> bool:
    try:
        with storage.write_to(WORDS) as folder:
            (folder / "words.json").write_bytes(b"[]")
    except GraphStorageError:
        return False
    return True
