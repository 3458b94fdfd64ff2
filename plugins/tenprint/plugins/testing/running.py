"""Properties of a plugin at work: that it blocks nobody, can be cancelled, and leaves nothing behind."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import anyio

from tenprint.importers import Stall, watched_loop
from tenprint.plugins.testing.kit import Kit
from tenprint.plugins.testing.watching import children, left_behind, open_files, threads

_MOMENTS = (0.0, 0.001, 0.005, 0.02)
"""Seconds after which a run is cancelled: before it begins, and while it reads."""


class Running(Kit):
    """Properties of a plugin at work."""

    def test_the_event_loop_is_never_blocked(self) -> None:
        """Nothing it does keeps all others waiting: what blocks runs in a thread."""

        async def watched() -> Sequence[Stall]:
            async with watched_loop(threshold=self.STALL_SECONDS) as stalls:
                await self.work(self.subject())
            return stalls

        stalls = [stall for stall in self.run(watched) if self.blames(stall)]
        if stalls:
            told = f"the event loop was held up for {stalls[0].seconds:.2f} s at {stalls[0].stack[-1]}"
            self.fail(told, "write it as plain `def`, or do it in anyio.to_thread.run_sync")

    def test_a_cancelled_run_ends_soon(self) -> None:
        """A run that is cancelled, at whatever moment, ends within CANCEL_SECONDS."""
        self.written()
        for moment in _MOMENTS:
            ended = threading.Event()
            thread = threading.Thread(target=self._run_and_cancel, args=(moment, ended), daemon=True)
            thread.start()
            in_time = ended.wait(moment + self.CANCEL_SECONDS)
            thread.join(self.SECONDS)
            if not in_time:
                told = f"cancelled after {moment} s, it goes on for more than {self.CANCEL_SECONDS:g} s"
                self.fail(told, "let cancellation pass; in a plain method ask anyio.from_thread.check_cancelled()")

    def test_no_task_goes_on(self) -> None:
        """When a run is over none of its tasks runs any more."""

        async def left() -> list[str]:
            before = asyncio.all_tasks()
            await self.work(self.subject())
            await anyio.lowlevel.checkpoint()
            return [str(task.get_coro()) for task in asyncio.all_tasks() - before]

        tasks = self.run(left)
        if tasks:
            self.fail(f"a task goes on after the run: {tasks[0]}", "start tasks in task groups alone")

    def test_no_thread_goes_on(self) -> None:
        """When a run is over, or was cancelled, none of its threads runs any more."""
        self._leaves_nothing(threads, "a thread", "use anyio.to_thread.run_sync, or end it in aclose")

    def test_no_process_goes_on(self) -> None:
        """When a run is over, or was cancelled, none of its child processes is left."""
        self._leaves_nothing(children, "a child process", "use anyio.run_process, or end and await it in aclose")

    def test_no_file_or_socket_stays_open(self) -> None:
        """When a run is over, or was cancelled, it holds no file, pipe or connection."""
        self._leaves_nothing(open_files, "an open file", "open it in a `with` block, or close it in aclose")

    def test_no_temporary_file_stays(self) -> None:
        """When a run is over, or was cancelled, none of its temporary files is left."""
        temporary = Path(tempfile.gettempdir())
        self._leaves_nothing(
            lambda: frozenset(str(path) for path in temporary.rglob("*")),
            "a temporary file",
            "make it in a `with tempfile...` block, or remove it in aclose",
        )

    def _leaves_nothing(self, look: Callable[[], frozenset[str]], what: str, advice: str) -> None:
        self.run(lambda: self.work(self.subject()))  # once before, for what the process keeps from its first run on
        before = look()
        self.run(lambda: self.work(self.subject()))
        left = left_behind(look, before, seconds=self.SETTLE_SECONDS)
        if left:
            self.fail(f"{what} is left behind: {left[0]}", advice)
        self._run_and_cancel(_MOMENTS[1], threading.Event())
        left = left_behind(look, before, seconds=self.SETTLE_SECONDS)
        if left:
            self.fail(f"a cancelled run leaves {what} behind: {left[0]}", f"{advice}; also when it is cancelled")

    def _run_and_cancel(self, moment: float, ended: threading.Event) -> None:
        async def cancelled() -> None:
            with anyio.move_on_after(moment):
                await self.work(self.subject())

        # What a cancelled run raises is not looked at: it has nobody who would read it.
        with suppress(Exception):
            anyio.run(cancelled)
        ended.set()
