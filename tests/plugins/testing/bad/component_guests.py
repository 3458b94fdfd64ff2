"""NLU components that are bad guests: each does something to the process when it is asked."""

import gc
import locale
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from pathlib import Path

from tests.plugins.testing.good_components import Telltale

from tenprint.fingerprinting import Message


class Meddling(Telltale):
    """Base of those that do something to the process."""

    def meddle(self) -> None:
        raise NotImplementedError

    def process(self, message: Message) -> Message:
        self.meddle()
        return super().process(message)


class SeedsRandom(Meddling):
    """It seeds the random numbers of the process."""

    BREAKS = "test_random_numbers_stay_as_they_were"

    def meddle(self) -> None:
        random.seed(1)


class ChangesDirectory(Meddling):
    """It goes elsewhere."""

    BREAKS = "test_the_current_directory_stays_as_it_was"

    def meddle(self) -> None:
        os.chdir(tempfile.gettempdir())


class SetsAVariable(Meddling):
    """It sets an environment variable."""

    BREAKS = "test_the_environment_stays_as_it_was"

    def meddle(self) -> None:
        os.environ["TENPRINT_TESTS_MEDDLED"] = "1"


class SetsTheLocale(Meddling):
    """It sets the locale."""

    BREAKS = "test_the_locale_stays_as_it_was"

    def meddle(self) -> None:
        wanted = "C" if locale.setlocale(locale.LC_NUMERIC) == "C.UTF-8" else "C.UTF-8"
        if not hasattr(self, "done"):
            self.done = locale.setlocale(locale.LC_NUMERIC, wanted)


class ExtendsThePath(Meddling):
    """It puts a folder on the import path."""

    BREAKS = "test_the_import_path_stays_as_it_was"

    def meddle(self) -> None:
        sys.path.append("/nonexistent")


class ConfiguresLogging(Meddling):
    """It sets the level of all logging."""

    BREAKS = "test_logging_stays_as_it_was"

    def meddle(self) -> None:
        logging.getLogger().setLevel(logging.CRITICAL)


class SilencesWarnings(Meddling):
    """It silences all warnings."""

    BREAKS = "test_warnings_stay_as_they_were"

    def meddle(self) -> None:
        warnings.simplefilter("ignore")


class CatchesSignals(Meddling):
    """It answers a signal itself."""

    BREAKS = "test_signals_stay_as_they_were"

    def meddle(self) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)


class TunesTheCollector(Meddling):
    """It changes when garbage is collected."""

    BREAKS = "test_the_garbage_collector_stays_as_it_was"

    def meddle(self) -> None:
        gc.set_threshold(50_000, 20, 20)


class HooksExceptions(Meddling):
    """It reports uncaught exceptions in its own way."""

    BREAKS = "test_the_hook_of_exceptions_stays_as_it_was"

    def meddle(self) -> None:
        sys.excepthook = lambda *_: None


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
