"""Importers with a defect each in how they behave as guests, and with secrets."""

import locale
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tests.plugins.testing.bad import meddling
from tests.plugins.testing.good import SECRET, Good

from tenprint.importers import (
    ImporterContext,
    Manifest,
    Problem,
    ReadingRules,
    RemoteFile,
    RemoteImporter,
    Snapshot,
    SourceError,
)
from tenprint.importers.inputs import Inputs


class Meddling(Good):
    """Base of those that do something to the process, on the event loop, when everything is read."""

    def meddle(self) -> None:
        raise NotImplementedError

    async def take_snapshot(self) -> Snapshot:
        snapshot = await super().take_snapshot()
        self.meddle()
        return snapshot


class SeedsRandom(meddling.SeedsRandom, Meddling):
    """It seeds the random numbers of everybody."""


class ChangesDirectory(meddling.ChangesDirectory, Meddling):
    """It changes the current directory."""


class SetsAVariable(meddling.SetsAVariable, Meddling):
    """It sets a variable of the environment."""


class SetsTheLocale(Meddling):
    """It sets the locale."""

    BREAKS = "test_the_locale_stays_as_it_was"

    def meddle(self) -> None:
        wanted = "C" if locale.setlocale(locale.LC_NUMERIC) == "C.UTF-8" else "C.UTF-8"
        locale.setlocale(locale.LC_NUMERIC, wanted)


class ReadsMore(Meddling):
    """It reads a file that it does not declare."""

    BREAKS = "test_what_it_reads_is_declared"

    def meddle(self) -> None:
        with suppress(OSError):
            (self.context.project / "stop_words.txt").read_text(encoding="utf-8")


class ExtendsThePath(meddling.ExtendsThePath, Meddling):
    """It extends the path of imports."""


class ConfiguresLogging(meddling.ConfiguresLogging, Meddling):
    """It configures logging."""


class SilencesWarnings(meddling.SilencesWarnings, Meddling):
    """It silences warnings."""


class CatchesSignals(meddling.CatchesSignals, Meddling):
    """It answers a signal."""


class TunesTheCollector(meddling.TunesTheCollector, Meddling):
    """It turns the garbage collector off."""


class HooksExceptions(meddling.HooksExceptions, Meddling):
    """It hooks exceptions that nobody catches."""


class Prints(Meddling):
    """It prints how it is going."""

    BREAKS = "test_nothing_is_printed"

    def meddle(self) -> None:
        print("read everything")  # noqa: T201 - the defect


class WritesIntoTheProject(Meddling):
    """It keeps a note beside the data."""

    BREAKS = "test_the_project_is_not_written_to"

    def meddle(self) -> None:
        with suppress(OSError):
            (self.context.project / ".note").write_text("read", encoding="utf-8")


class RulesOfItsOwn(Good):
    """It reads by other rules than the project's."""

    BREAKS = "test_the_rules_of_the_project_are_used"

    def rules(self) -> ReadingRules:
        return ReadingRules()


class Revealing(Good):
    """Base of those that tell their secret."""

    def revealed(self) -> str:
        assert self.wanted.token is not None
        return self.wanted.token.reveal(self.context.rules.environment, self.context.project)


class TellsInItsText(Revealing):
    """Its secret is in its text."""

    BREAKS = "test_a_secret_is_not_in_the_text_of_an_importer"

    def __repr__(self) -> str:
        return f"TellsInItsText({self.revealed()})"


class KeepsItsSecret(Revealing):
    """Its secret is an attribute."""

    BREAKS = "test_a_secret_is_not_kept"

    def contents(self) -> dict[str, bytes]:
        self.headers = {"Authorization": [f"Bearer {self.revealed()}"]}
        return super().contents()


class TellsInItsData(Revealing):
    """Its secret is in a warning of the snapshot."""

    BREAKS = "test_a_secret_is_not_in_the_data"

    async def snapshot(self) -> Snapshot:
        warning = Problem("token", f"the token {self.revealed()} ends soon", severity="warning")
        return (await super().snapshot()).with_problems(warning)


class TellsInTheLog(Revealing):
    """Its secret is in the log."""

    BREAKS = "test_a_secret_is_not_in_a_log"

    def contents(self) -> dict[str, bytes]:
        logging.getLogger("bad").debug("asking with %s", self.revealed())
        return super().contents()


class TellsInItsErrors(Revealing):
    """Its secret is in the error behind its error."""

    BREAKS = "test_a_secret_is_not_in_an_error"

    def contents(self) -> dict[str, bytes]:
        try:
            return super().contents()
        except SourceError as error:
            raise error from RuntimeError(f"401 for {self.revealed()}")


class TellsInTheLock(RemoteImporter):
    """Its secret is in what identifies the source."""

    BREAKS = "test_a_secret_is_not_in_the_lock"
    NAME = "good"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        self.good = Good(options, context)

    async def declared_inputs(self) -> Inputs:
        return Inputs(("faq",))

    def identity(self) -> Mapping[str, Any]:
        return {"url": f"https://{SECRET}@example.org"}

    async def fetch(self, pinned: str | None) -> Manifest:
        del pinned
        contents = self.good.contents()
        files = tuple(
            RemoteFile(name, self.store.put(content), len(content)) for name, content in sorted(contents.items())
        )
        return Manifest(self.good.revision(contents), files)
