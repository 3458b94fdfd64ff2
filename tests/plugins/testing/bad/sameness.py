"""Importers with a defect each that makes them read other data elsewhere, or at another time."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from tests.plugins.testing.good import Good

from tenprint.importers import ImporterContext, Snapshot


class Worded(Good):
    """Base of those that put something of their own into the data."""

    def word(self) -> str:
        return "cost"

    def contents(self) -> dict[str, bytes]:
        read = super().contents()
        return {**read, "nlu.yml": read["nlu.yml"].replace(b"does it", f"does {self.word()}".encode())}


class NewEachTime(Worded):
    """It puts a random word into the data."""

    BREAKS = "test_the_same_source_is_read_as_the_same_data"

    def word(self) -> str:
        return uuid4().hex


class TellsItsFolder(Worded):
    """The folder of the project is in the data."""

    BREAKS = "test_the_fingerprint_of_equal_data_is_equal"

    def word(self) -> str:
        return self.context.project.absolute().as_posix()


class RemembersTheSource(Good):
    """What was read once is never read again in this process."""

    BREAKS = "test_a_change_changes_the_fingerprint"
    READ: ClassVar[dict[Path, dict[str, bytes]]] = {}

    def contents(self) -> dict[str, bytes]:
        if self.context.project not in self.READ:
            self.READ[self.context.project] = super().contents()
        return self.READ[self.context.project]


class OneRevision(Good):
    """Its revision never changes."""

    BREAKS = "test_a_change_changes_the_revision"

    def revision(self, contents: Mapping[str, bytes]) -> str:
        del contents
        return "1"


class NewRevision(Good):
    """Its revision changes with each run."""

    BREAKS = "test_an_unchanged_source_keeps_its_revision"

    def revision(self, contents: Mapping[str, bytes]) -> str:
        return super().revision(contents) + uuid4().hex


class AsyncioAlone(Good):
    """It uses asyncio."""

    BREAKS = "test_both_event_loops_read_the_same"

    async def take_snapshot(self) -> Snapshot:
        await asyncio.sleep(0)
        return await super().take_snapshot()


class OrderOfASet(Worded):
    """It reads a set in whatever order it is."""

    BREAKS = "test_every_process_reads_the_same"

    def word(self) -> str:
        return " ".join({"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"})


class EncodingOfTheMachine(Good):
    """It reads text in the encoding of the machine."""

    BREAKS = "test_the_locale_does_not_matter"

    def contents(self) -> dict[str, bytes]:
        folder = self.context.project / self.wanted.path
        return {**super().contents(), "nlu.yml": (folder / "nlu.yml").read_text().encode()}


class LocalTime(Worded):
    """It writes local times into the data."""

    BREAKS = "test_the_time_zone_does_not_matter"

    def word(self) -> str:
        return datetime.fromtimestamp(0).strftime("%d-%m-%Y")  # noqa: DTZ006 - the defect


class TellsTheCurrentDirectory(Worded):
    """The current directory is in the data."""

    BREAKS = "test_the_current_directory_does_not_matter"

    def word(self) -> str:
        return Path.cwd().name


class BoundToItsThread(Good):
    """It works only in the thread it was made in."""

    BREAKS = "test_another_thread_reads_the_same"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        self.thread = threading.get_ident()

    async def take_snapshot(self) -> Snapshot:
        if threading.get_ident() != self.thread:
            raise RuntimeError("made in another thread")
        return await super().take_snapshot()


class OneProjectForAll(Good):
    """Its project stands in the class."""

    BREAKS = "test_two_projects_do_not_mix"
    project: ClassVar[Path]

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        type(self).project = context.project

    def folder(self) -> Path:
        return self.project / self.wanted.path
