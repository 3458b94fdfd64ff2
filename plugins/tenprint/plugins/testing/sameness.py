"""Properties of data that must be the same wherever, whenever and however often it is read."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from inspect import getfile

import anyio.to_thread

from tenprint.plugins.testing.kit import Kit
from tenprint.plugins.testing.pictures import Picture, difference

HASH_SEEDS = ("0", "1", "2", "3")

_LOCALES: Sequence[Mapping[str, str]] = (
    {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
    {"PYTHONHASHSEED": "0", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
)
"""A machine as most are, and one that knows no letters beyond ASCII."""

_ZONES = ("Etc/GMT+12", "Etc/GMT-14")
"""As far apart as time zones are: it is never the same day in both."""


class Sameness(Kit):
    """Properties of data that must be the same wherever, whenever and however often it is read."""

    def test_the_same_source_is_read_as_the_same_data(self) -> None:
        """Two runs with one source have the same items at the same places, in the same order."""
        self.same(self.picture(), self.picture(), "two runs with one source", "leave out times and random names")

    def test_both_event_loops_read_the_same(self) -> None:
        """What is read on asyncio is read on trio, where that is installed."""
        expected = self.steady_picture()
        for loop in self.loops():
            try:
                found = self.picture(loop=loop)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
                self.fail(f"on {loop} it raises {type(error).__name__}: {error}", "use anyio in place of asyncio")
            self.same(expected, found, f"asyncio and {loop}", "use anyio in place of asyncio")

    def test_every_process_reads_the_same(self) -> None:
        """Processes with other hash seeds read the same, in the same order."""
        expected = self.steady_picture()
        advice = "sort what is a set, and keep nothing of this process in the data"
        found = self._elsewhere([{"PYTHONHASHSEED": seed} for seed in HASH_SEEDS], advice)
        for seed, picture in zip(HASH_SEEDS, found, strict=True):
            self.same(expected, picture, f"this process and one with PYTHONHASHSEED={seed}", advice)

    def test_the_locale_does_not_matter(self) -> None:
        """On a machine without any language the same is read: every text has a named encoding."""
        self.steady_picture()
        advice = "open text with encoding='utf-8'"
        expected, found = self._elsewhere(_LOCALES, advice)
        self.same(expected, found, "a machine with UTF-8 and one with LC_ALL=C", advice)

    def test_the_time_zone_does_not_matter(self) -> None:
        """In every time zone the same is read."""
        self.steady_picture()
        zone = os.environ.get("TZ")
        try:
            one, other = (self._in_zone(name) for name in _ZONES)
        finally:
            self._set_zone(zone)
        self.same(one, other, "two time zones", "write times as UTC, or leave them out")

    def test_the_current_directory_does_not_matter(self) -> None:
        """From wherever the program is started, the same is read."""
        expected = self.steady_picture()
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        found = self.in_directory(elsewhere, self.picture)
        self.same(expected, found, "two current directories", "paths are relative to self.context.project")

    def test_another_thread_reads_the_same(self) -> None:
        """What is made in one thread works in an event loop of another one."""
        expected = self.steady_picture()
        subject = self.subject()

        async def threaded() -> Picture:
            return await anyio.to_thread.run_sync(lambda: self.pictured(subject))

        try:
            found = self.run(threaded)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            self.fail(f"in another thread it raises {type(error).__name__}: {error}", "make what it needs when it runs")
        self.same(expected, found, "two threads", "keep nothing that belongs to one thread")

    def same(self, one: Picture, other: Picture, what: str, advice: str) -> None:
        """Fail when two pictures differ."""
        if one != other:
            self.fail(f"{what} read differently: {difference(one, other)}", advice)

    def _in_zone(self, zone: str) -> Picture:
        self._set_zone(zone)
        return self.picture()

    def _set_zone(self, zone: str | None) -> None:
        if zone is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = zone
        time.tzset()

    def _elsewhere(self, environments: Sequence[Mapping[str, str]], advice: str) -> list[Picture]:
        """Draw what processes of their own read, all at the same time."""
        cls = type(self)
        if "<locals>" in cls.__qualname__:
            self.fail(f"{cls.__qualname__} cannot be imported by another process", "define it at the top of its module")
        task = json.dumps(
            {
                "sys_path": sys.path,
                "module": cls.__module__,
                "file": getfile(cls),
                "class": cls.__qualname__,
                "folder": str(self.folder),
                "project": str(self.project),
                "options": dict(self.options),
            }
        )
        written = self.folder / "task.json"
        written.write_text(task, encoding="utf-8")
        command = [sys.executable, "-m", "tenprint.plugins.testing.elsewhere", str(written)]
        with ExitStack() as stack:
            started: list[subprocess.Popen[str]] = []
            for environment in environments:
                process = subprocess.Popen(  # noqa: S603 - Python itself
                    command,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="backslashreplace",
                )
                stack.enter_context(process)
                stack.callback(process.kill)
                started.append(process)
            return [
                self._answer(process, environment, advice)
                for process, environment in zip(started, environments, strict=True)
            ]

    def _answer(self, process: "subprocess.Popen[str]", environment: Mapping[str, str], advice: str) -> Picture:
        try:
            out, err = process.communicate(timeout=self.SECONDS)
        except subprocess.TimeoutExpired:
            self.fail("a process of its own hangs", "give what the importer waits for a time limit")
        if process.returncode:
            last = err.strip().splitlines()[-1:] or ["it said nothing"]
            self.fail(f"a process of its own fails: {last[0]}", "what make needs must be importable from its module")
        answer = json.loads(out.splitlines()[-1])
        if "raised" in answer:
            where = " ".join(f"{name}={value}" for name, value in environment.items())
            self.fail(f"with {where} it raises {answer['raised']}", advice)
        return tuple(answer["picture"])
