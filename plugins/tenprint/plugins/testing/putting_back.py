"""What a process is put back to after somebody was tried in it for the first time."""

import gc
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def put_back() -> Iterator[None]:
    """Undo what happens to the process: libraries do a thing or two to it when they are imported."""
    state, directory, environment, path = random.getstate(), Path.cwd(), dict(os.environ), list(sys.path)
    words, hook, filters = locale.setlocale(locale.LC_ALL), sys.excepthook, list(warnings.filters)
    threshold, enabled = gc.get_threshold(), gc.isenabled()
    root = logging.getLogger()
    level, handlers, disabled = root.level, list(root.handlers), root.manager.disable
    answers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    try:
        yield
    finally:
        random.setstate(state)
        os.chdir(directory)
        _put_back_variables(environment)
        sys.path[:], sys.excepthook = path, hook
        locale.setlocale(locale.LC_ALL, words)
        warnings.filters[:] = filters  # type: ignore[index]  # a list, whatever typeshed says
        gc.set_threshold(*threshold)
        (gc.enable if enabled else gc.disable)()
        root.setLevel(level)
        root.handlers[:], root.manager.disable = handlers, disabled
        if threading.current_thread() is threading.main_thread():
            for number, answer in answers.items():
                if signal.getsignal(number) is not answer:
                    signal.signal(number, answer)


def _put_back_variables(environment: dict[str, str]) -> None:
    for name in {*os.environ} - {*environment}:
        del os.environ[name]
    os.environ.update(environment)
