"""Properties of one importer over its life: used again, in another event loop, and closed."""

import asyncio
import gc
import weakref
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import anyio
import anyio.lowlevel

from tenprint.importers import TrainingDataImporter
from tenprint.plugins.testing.importer_kit import ImporterKit


class Lifetimes(ImporterKit):
    """Properties of one importer over its life."""

    def test_a_cancelled_importer_can_be_used_again(self) -> None:
        """After a cancelled run the same importer reads everything."""
        importer = self.importer()
        expected = len(self.snapshot(self.importer()).table)

        async def cancelled_and_used() -> int:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(importer.snapshot)
                    await anyio.lowlevel.checkpoint()
                    scope.cancel()
            return len((await importer.snapshot()).table)

        try:
            found = self.run(cancelled_and_used)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            told = f"after a cancelled run it raises {type(error).__name__}: {error}"
            self.fail(told, "release locks and undo what was begun in `finally`")
        if found != expected:
            self.fail(f"after a cancelled run it reads {found} items of {expected}", "keep no half-made state")

    def test_it_works_in_a_second_event_loop(self) -> None:
        """An importer that was used in one event loop can be used in another one."""
        importer = self.importer()
        self.run(lambda: self.in_turn(importer))
        try:
            self.run(lambda: self.in_turn(importer))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            told = f"in a second event loop it raises {type(error).__name__}: {error}"
            self.fail(told, "make locks, events and clients where they are used, not once for all")

    def test_no_event_loop_is_kept(self) -> None:
        """An importer that is not in use keeps no event loop in memory."""
        importer = self.importer()
        loops: list[Any] = []

        async def used() -> bool:
            loops.append(weakref.ref(asyncio.get_running_loop()))
            await self.work(importer)
            return True

        self.run(used)
        gc.collect()
        if loops[0]() is not None and self._holds(importer, loops[0]()):
            self.fail("the importer keeps an event loop that has ended", "keep no loop and no task in self")

    def test_closing_twice_is_closing_once(self) -> None:
        """`aclose` may be called again."""

        async def twice(importer: TrainingDataImporter) -> bool:
            await importer.snapshot()
            await importer.aclose()
            await importer.aclose()
            return True

        self._closes(lambda: twice(self.importer()), "a second aclose", "let aclose do nothing the second time")

    def test_closing_needs_no_use(self) -> None:
        """An importer that never read anything can be closed."""

        async def unused(importer: TrainingDataImporter) -> bool:
            await importer.aclose()
            return True

        self._closes(lambda: unused(self.importer()), "aclose before any use", "ask what there is to close")

    def test_closing_works_after_a_failure(self) -> None:
        """An importer whose source was missing can be closed."""
        self.written()
        self.remove_source(self.project)
        importer = self.importer()

        async def failed() -> bool:
            try:
                await importer.snapshot()
            except Exception:  # noqa: BLE001 - has properties of its own
                await importer.aclose()
            return True

        self._closes(failed, "aclose after a failure", "ask what there is to close")

    def _closes(self, call: Callable[[], Any], what: str, advice: str) -> None:
        try:
            self.run(call)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            self.fail(f"{what} raises {type(error).__name__}: {error}", advice)

    def _holds(self, importer: object, loop: object) -> bool:
        """Tell whether an importer leads to an event loop; others may hold it, such as a debugger."""
        waiting, seen = [importer], {id(importer)}
        while waiting:
            for found in gc.get_referents(waiting.pop()):
                if found is loop:
                    return True
                if id(found) not in seen and not isinstance(found, (type, FunctionType, ModuleType)):
                    seen.add(id(found))
                    waiting.append(found)
        return False
