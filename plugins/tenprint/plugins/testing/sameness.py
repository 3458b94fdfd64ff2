"""Properties of data that must be the same wherever, whenever and however often it is read."""

import os
import time

import anyio.to_thread

from tenprint.plugins.testing.pictures import Picture, difference
from tenprint.plugins.testing.processes import HASH_SEEDS, LOCALES, Processes

_ZONES = ("Etc/GMT+12", "Etc/GMT-14")
"""As far apart as time zones are: it is never the same day in both."""


class Sameness(Processes):
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
        found = self.elsewhere([{"PYTHONHASHSEED": seed} for seed in HASH_SEEDS], advice)
        for seed, picture in zip(HASH_SEEDS, found, strict=True):
            self.same(expected, picture, f"this process and one with PYTHONHASHSEED={seed}", advice)

    def test_the_locale_does_not_matter(self) -> None:
        """On a machine without any language the same is read: every text has a named encoding."""
        self.steady_picture()
        advice = "open text with encoding='utf-8'"
        expected, found = self.elsewhere(LOCALES, advice)
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
