"""Properties of a plugin as a guest: it changes nothing around it."""

import gc
import io
import locale
import logging
import os
import random
import signal
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, TypeVar

from tenprint.plugins.testing.kit import Kit
from tenprint.plugins.testing.watching import tree

T = TypeVar("T")


class Guest(Kit):
    """Properties of a plugin as a guest in its process and in the project."""

    def test_random_numbers_stay_as_they_were(self) -> None:
        """The random numbers of the process are not touched: training would not be repeatable."""
        self._leaves(random.getstate, "the state of `random`", "use a `random.Random(seed)` of your own")

    def test_the_current_directory_stays_as_it_was(self) -> None:
        """The current directory is not changed: all other sources would look for their files elsewhere."""
        self._leaves(os.getcwd, "the current directory", "join paths with the folder of the project")

    def test_the_environment_stays_as_it_was(self) -> None:
        """No environment variable is set or removed."""
        self._leaves(lambda: dict(os.environ), "the environment", "pass `env=` to what you start")

    def test_the_locale_stays_as_it_was(self) -> None:
        """The locale of the process is not changed."""
        self._leaves(lambda: locale.setlocale(locale.LC_ALL), "the locale", "name formats and encodings instead")

    def test_the_import_path_stays_as_it_was(self) -> None:
        """`sys.path` is not changed."""
        self._leaves(lambda: list(sys.path), "sys.path", "let the distribution depend on what it imports")

    def test_logging_stays_as_it_was(self) -> None:
        """The logging of the program is not configured by a plugin."""
        self._leaves(_logging, "the configuration of logging", "only call `logging.getLogger(__name__)`")

    def test_warnings_stay_as_they_were(self) -> None:
        """The filters of warnings are not changed."""
        self._leaves(lambda: list(warnings.filters), "the filters of warnings", "use `warnings.catch_warnings`")

    def test_signals_stay_as_they_were(self) -> None:
        """Ctrl-C and the other signals go where they went."""
        self._leaves(_signals, "what answers signals", "leave signals to the program")

    def test_the_garbage_collector_stays_as_it_was(self) -> None:
        """The garbage collector stays on or off, with its thresholds."""
        self._leaves(lambda: (gc.isenabled(), gc.get_threshold()), "the garbage collector", "leave it alone")

    def test_the_hook_of_exceptions_stays_as_it_was(self) -> None:
        """`sys.excepthook` is not replaced."""
        self._leaves(lambda: sys.excepthook, "sys.excepthook", "raise errors instead of watching for them")

    def test_nothing_is_printed(self) -> None:
        """Nothing goes to stdout or stderr: commands print one JSON document there."""
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            self._use()
        if out.getvalue():
            self.fail(f"it prints {out.getvalue()[:80]!r}", "use logging, or tell problems where there is a way to")

    def test_the_project_is_not_written_to(self) -> None:
        """The folder of the project is as it was: nothing is written, changed or removed."""
        self.written()
        before = tree(self.project)
        self._use()
        after = tree(self.project)
        changed = sorted(path for path in {*before, *after} if before.get(path, "") != after.get(path, ""))
        if changed:
            self.fail(f"{changed[0]} was written in the project", "use tempfile, or self.context.cache")

    def test_what_it_reads_is_declared(self) -> None:
        """Every file, service and program it reads beside documents is declared: models depend on what they say."""
        self.written()
        told = next((each for each in self.audited() if each.code == "undeclared-read"), None)
        if told is not None:
            self.fail(told.message, told.hint or "declare it")

    def _use(self) -> None:
        self.run(lambda: self.work(self.subject()))

    def _leaves(self, look: Callable[[], T], what: str, advice: str) -> None:
        self.written()
        before = look()
        self._use()
        if look() != before:
            self.fail(f"{what} was changed", advice)


def _logging() -> tuple[Any, ...]:
    root = logging.getLogger()
    return root.level, tuple(root.handlers), logging.root.manager.disable


def _signals() -> Mapping[int, Any]:
    return {number: signal.getsignal(number) for number in signal.valid_signals()}
