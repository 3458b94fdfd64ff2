"""What a bad guest may do to the process it runs in; importers and components that do it are made of these."""

import gc
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings


class SeedsRandom:
    """It seeds the random numbers of the process."""

    BREAKS = "test_random_numbers_stay_as_they_were"

    def meddle(self) -> None:
        random.seed(1)


class ChangesDirectory:
    """It goes elsewhere."""

    BREAKS = "test_the_current_directory_stays_as_it_was"

    def meddle(self) -> None:
        os.chdir(tempfile.gettempdir())


class SetsAVariable:
    """It sets an environment variable."""

    BREAKS = "test_the_environment_stays_as_it_was"

    def meddle(self) -> None:
        os.environ["TENPRINT_TESTS_MEDDLED"] = "1"


class ExtendsThePath:
    """It puts a folder on the import path."""

    BREAKS = "test_the_import_path_stays_as_it_was"

    def meddle(self) -> None:
        sys.path.append("/nonexistent")


class ConfiguresLogging:
    """It sets the level of all logging."""

    BREAKS = "test_logging_stays_as_it_was"

    def meddle(self) -> None:
        logging.getLogger().setLevel(logging.CRITICAL)


class SilencesWarnings:
    """It silences all warnings."""

    BREAKS = "test_warnings_stay_as_they_were"

    def meddle(self) -> None:
        warnings.simplefilter("ignore")


class CatchesSignals:
    """It answers a signal itself."""

    BREAKS = "test_signals_stay_as_they_were"

    def meddle(self) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)


class TunesTheCollector:
    """It changes when garbage is collected."""

    BREAKS = "test_the_garbage_collector_stays_as_it_was"

    def meddle(self) -> None:
        gc.set_threshold(50_000, 20, 20)


class HooksExceptions:
    """It reports uncaught exceptions in its own way."""

    BREAKS = "test_the_hook_of_exceptions_stays_as_it_was"

    def meddle(self) -> None:
        sys.excepthook = lambda *_: None
