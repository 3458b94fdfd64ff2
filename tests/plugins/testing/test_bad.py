"""For every property there is an importer without it, and the kit says so, and says nothing else about it.

That it says nothing else is looked at by the slow tests: these are seven thousand tests of an importer.
"""

import gc
import importlib
import locale
import logging
import os
import random
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.testing.good import GoodKit
from tests.plugins.testing.looking import failure_of

from tenprint.importers import ImporterContext, TrainingDataImporter

TOPICS = ("answers", "construction", "failing", "isolation", "provenance", "running", "sameness")
PROPERTIES = sorted(name for name in dir(GoodKit) if name.startswith("test_"))
VARIABLE = "TENPRINT_TESTS_BAD"


class BadKit(GoodKit):
    """The kit around the importer that the environment names, as a process of its own has nothing else to go by."""

    SETTLE_SECONDS = 0.3

    def make(self, options: Any, context: ImporterContext) -> TrainingDataImporter:
        topic, _, name = os.environ[VARIABLE].partition(".")
        found: type[TrainingDataImporter] = getattr(importlib.import_module(f"tests.plugins.testing.bad.{topic}"), name)
        self.CANCEL_SECONDS = getattr(found, "CANCEL_SECONDS", 5.0)  # type: ignore[misc]  # of this one alone
        return found(options, context)


def defects() -> dict[str, str]:
    """Names of the bad importers with the property that each of them lacks."""
    return {
        f"{topic}.{name}": found.BREAKS
        for topic in TOPICS
        for name, found in vars(importlib.import_module(f"tests.plugins.testing.bad.{topic}")).items()
        if isinstance(found, type) and hasattr(found, "BREAKS")
    }


DEFECTS = defects()


@contextmanager
def put_back() -> Iterator[None]:
    """Undo what a bad importer does to the process and leaves in it."""
    directory, state, path, hook = Path.cwd(), random.getstate(), list(sys.path), sys.excepthook
    level, words, answer, threshold = (
        logging.getLogger().level,
        locale.setlocale(locale.LC_ALL),
        signal.getsignal(signal.SIGUSR1),
        gc.get_threshold(),
    )
    with warnings.catch_warnings():
        yield
    os.chdir(directory)
    random.setstate(state)
    sys.path[:], sys.excepthook = path, hook
    logging.getLogger().setLevel(level)
    locale.setlocale(locale.LC_ALL, words)
    signal.signal(signal.SIGUSR1, answer)
    gc.set_threshold(*threshold)
    left = importlib.import_module("tests.plugins.testing.bad.running")
    while left.LeavesAFile.OPENED:
        os.close(left.LeavesAFile.OPENED.pop())
    while left.LeavesAProcess.STARTED:
        child = left.LeavesAProcess.STARTED.pop()
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def failures(defect: str, properties: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Look at properties of a bad importer; returns those that fail, with what is said."""
    failed = {}
    for name in properties:
        with pytest.MonkeyPatch.context() as patch, put_back():
            patch.setenv(VARIABLE, defect)
            failure = failure_of(BadKit(), name, folder=folder, patch=patch)
            if failure is not None:
                failed[name] = failure
            os.environ.pop("TENPRINT_TESTS_MEDDLED", None)
    capsys.readouterr()
    return failed


def test_there_are_at_least_forty_properties_and_a_defect_for_each() -> None:
    assert len(PROPERTIES) >= 40
    assert sorted(DEFECTS.values()) == PROPERTIES


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_kit_finds_a_defect_and_says_what_to_do(
    defect: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = failures(defect, [DEFECTS[defect]], tmp_path, capsys)
    assert list(found) == [DEFECTS[defect]]
    assert "\nhint: " in found[DEFECTS[defect]]


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_the_kit_finds_no_other_defect(defect: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = failures(defect, PROPERTIES, tmp_path, capsys)
    assert list(found) == [DEFECTS[defect]], found
