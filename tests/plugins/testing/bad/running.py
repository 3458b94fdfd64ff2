"""Importers with a defect each that shows while they run, or when they are closed."""

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import anyio
import sniffio
from anyio.lowlevel import RunVar
from tests.plugins.testing.good import Good

from tenprint.importers import ImporterContext, Snapshot
from tenprint.importers.inputs import Inputs

SECONDS = 5.0
"""How long what is left behind lasts: longer than the kit looks, and not for ever."""


class Blocking(Good):
    """It sleeps on the event loop; where nobody watches it spares the tests the time."""

    BREAKS = "test_the_event_loop_is_never_blocked"

    async def take_snapshot(self) -> Snapshot:
        if any(thread.name == "tenprint-stalls" for thread in threading.enumerate()):
            time.sleep(0.6)  # noqa: ASYNC251 - the defect
        return await super().take_snapshot()


class Stubborn(Good):
    """It takes its time when it is cancelled."""

    BREAKS = "test_a_cancelled_run_ends_soon"
    CANCEL_SECONDS = 0.2

    async def take_snapshot(self) -> Snapshot:
        try:
            await anyio.sleep(0.002)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.6)
            raise
        return await super().take_snapshot()


class HalfMade(Good):
    """What a cancelled run has begun is in the way of the next one."""

    BREAKS = "test_a_cancelled_importer_can_be_used_again"
    begun = False

    async def take_snapshot(self) -> Snapshot:
        if self.begun:
            raise RuntimeError("begun already")
        self.begun = True
        await anyio.sleep(0.001)
        try:
            return await super().take_snapshot()
        finally:
            self.begun = False


class LeavesATask(Good):
    """A task of its own goes on."""

    BREAKS = "test_no_task_goes_on"
    TASKS: ClassVar[set[Any]] = set()

    async def take_snapshot(self) -> Snapshot:
        if sniffio.current_async_library() == "asyncio":
            task = asyncio.get_running_loop().create_task(asyncio.sleep(SECONDS))
            self.TASKS.add(task)
            task.add_done_callback(self.TASKS.discard)
        return await super().take_snapshot()


class LeavesAThread(Good):
    """A thread of its own goes on."""

    BREAKS = "test_no_thread_goes_on"

    async def take_snapshot(self) -> Snapshot:
        threading.Thread(target=time.sleep, args=(SECONDS,), daemon=True).start()
        return await super().take_snapshot()


class LeavesAProcess(Good):
    """A child process goes on."""

    BREAKS = "test_no_process_goes_on"
    STARTED: ClassVar[list[int]] = []

    async def declared_inputs(self) -> Inputs:
        return Inputs(versions={"sleep": "1"})

    def start(self) -> None:
        self.STARTED.append(os.posix_spawnp("sleep", ["sleep", str(SECONDS)], os.environ))

    async def take_snapshot(self) -> Snapshot:
        self.start()
        return await super().take_snapshot()


class LeavesAFile(Good):
    """A file stays open."""

    BREAKS = "test_no_file_or_socket_stays_open"
    OPENED: ClassVar[list[int]] = []

    async def take_snapshot(self) -> Snapshot:
        self.OPENED.append(os.open(os.devnull, os.O_RDONLY))
        return await super().take_snapshot()


class LeavesATemporaryFile(Good):
    """A temporary file is left."""

    BREAKS = "test_no_temporary_file_stays"

    async def take_snapshot(self) -> Snapshot:
        descriptor, _ = tempfile.mkstemp()
        os.close(descriptor)
        return await super().take_snapshot()


class BoundToItsLoop(Good):
    """It works only in the event loop it was first used in."""

    BREAKS = "test_it_works_in_a_second_event_loop"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        self.mine: RunVar[bool] = RunVar(f"mine-{id(self)}", default=False)
        self.used = False

    async def snapshot(self) -> Snapshot:
        if self.used and not self.mine.get():
            raise RuntimeError("used in another event loop")
        self.used = True
        self.mine.set(True)
        return await super().snapshot()


class KeepsItsLoop(Good):
    """It keeps the event loop it was used in."""

    BREAKS = "test_no_event_loop_is_kept"

    async def take_snapshot(self) -> Snapshot:
        if sniffio.current_async_library() == "asyncio":
            self.loop = asyncio.get_running_loop()
        return await super().take_snapshot()


class ClosesOnce(Good):
    """It cannot be closed twice."""

    BREAKS = "test_closing_twice_is_closing_once"
    closed = False

    async def aclose(self) -> None:
        if self.closed:
            raise RuntimeError("closed already")
        self.closed = True


class ClosesWhatWasOpened(Good):
    """It cannot be closed before it was used."""

    BREAKS = "test_closing_needs_no_use"
    opened = False

    async def take_snapshot(self) -> Snapshot:
        self.opened = True
        return await super().take_snapshot()

    async def aclose(self) -> None:
        if not self.opened:
            raise RuntimeError("there is nothing to close")


class ClosesWhatWorked(Good):
    """It cannot be closed after a failure."""

    BREAKS = "test_closing_works_after_a_failure"
    failed = False

    async def take_snapshot(self) -> Snapshot:
        self.failed = True
        snapshot = await super().take_snapshot()
        self.failed = False
        return snapshot

    async def aclose(self) -> None:
        if self.failed:
            raise RuntimeError("there is nothing to close")
