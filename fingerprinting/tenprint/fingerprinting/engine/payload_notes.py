"""What went wrong with payloads and was lived with: one warning, and how many more there were."""

import threading
from dataclasses import replace

from tenprint.importers import Problem

_HINT = "the run goes on; the node runs again when its output is needed"


class PayloadNotes:
    """Collects failures of one cache; safe over threads."""

    def __init__(self) -> None:
        self._messages: list[str] = []
        self._lock = threading.Lock()

    def add(self, failure: Exception) -> None:
        with self._lock:
            if str(failure) not in self._messages:
                self._messages.append(str(failure))

    @property
    def problems(self) -> tuple[Problem, ...]:
        with self._lock:
            messages = list(self._messages)
        if not messages:
            return ()
        problem = Problem("cache-payload", messages[0], None, _HINT, "warning")
        more = len(messages) - 1
        return (replace(problem, message=f"{problem.message} (and {more} more)") if more else problem,)
