"""NLU components that are bad guests: each does something to the process when it is asked."""

import locale
from pathlib import Path

from tests.plugins.testing.bad import meddling
from tests.plugins.testing.good_components import Telltale

from tenprint.fingerprinting import Message


class Meddling(Telltale):
    """Base of those that do something to the process."""

    def meddle(self) -> None:
        raise NotImplementedError

    def process(self, message: Message) -> Message:
        self.meddle()
        return super().process(message)


class SeedsRandom(meddling.SeedsRandom, Meddling): ...


class ChangesDirectory(meddling.ChangesDirectory, Meddling): ...


class SetsAVariable(meddling.SetsAVariable, Meddling): ...


class SetsTheLocale(Meddling):
    """It sets the locale."""

    BREAKS = "test_the_locale_stays_as_it_was"

    def meddle(self) -> None:
        wanted = "C" if locale.setlocale(locale.LC_NUMERIC) == "C.UTF-8" else "C.UTF-8"
        if not hasattr(self, "done"):
            self.done = locale.setlocale(locale.LC_NUMERIC, wanted)


class ExtendsThePath(meddling.ExtendsThePath, Meddling): ...


class ConfiguresLogging(meddling.ConfiguresLogging, Meddling): ...


class SilencesWarnings(meddling.SilencesWarnings, Meddling): ...


class CatchesSignals(meddling.CatchesSignals, Meddling): ...


class TunesTheCollector(meddling.TunesTheCollector, Meddling): ...


class HooksExceptions(meddling.HooksExceptions, Meddling): ...


class Prints(Meddling):
    """It prints how it is going."""

    BREAKS = "test_nothing_is_printed"

    def meddle(self) -> None:
        print("asked")  # noqa: T201 - the defect


class WritesIntoTheProject(Meddling):
    """It keeps a note beside the data."""

    BREAKS = "test_the_project_is_not_written_to"

    def meddle(self) -> None:
        Path("note.txt").write_text("asked", encoding="utf-8")
