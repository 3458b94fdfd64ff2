"""Sources are read by several threads at once, because keys of several nodes are."""

import ast
import gc
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tenprint.fingerprinting.engine.module_sources import _parsed


@contextmanager
def restless_threads() -> Iterator[None]:
    """Let threads take turns in the middle of what the interpreter does in one piece."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()

    def give_way(phase: str, told: dict[str, int]) -> None:
        del phase, told
        time.sleep(0)

    gc.callbacks.append(give_way)
    gc.set_threshold(100, 2, 2)
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
        gc.callbacks.remove(give_way)


def test_threads_that_parse_at_once_do_not_disturb_each_other() -> None:
    """CPython counts the depth of all trees that are being made together, before 3.11.8 and 3.12.2."""
    file = Path(ast.__file__)
    parsed: list[bool] = []
    failures: list[SystemError] = []

    def parse() -> None:
        try:
            parsed.extend(_parsed("ast", file) is not None for _ in range(3))
        except SystemError as error:
            failures.append(error)

    threads = [threading.Thread(target=parse) for _ in range(4)]
    with restless_threads():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert parsed == [True] * 12
