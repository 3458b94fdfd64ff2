"""Progress of remote sources on stderr: a line for each where a terminal watches, else one line at the end.

Rules:
- Without a remote source nothing is printed, and nothing that draws is loaded.
- stdout is never written to; it belongs to the answer.
- Lines are drawn in a thread of their own, so that the event loop has nothing to do with it.
- What cannot be drawn, on a terminal that is gone, is not missed.
"""

import os
import sys
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from tenprint.importers import Progress
from tenprint.plugins.cli.failures import print_progress
from tenprint.plugins.cli.printing import printable
from tenprint.plugins.sizes import counted, size_text

_DRAWN_PER_SECOND = 10
_LONGEST_NAME = 40

_WORDS = {"asking": "asking the server", "last-good": "last-good", "replayed": "replayed from the cache"}
"""Phases that are no words for people by themselves."""
_COLOURS = {"new": "green", "unchanged": "green", "replayed": "green", "last-good": "yellow", "failed": "red"}


class ProgressView:
    """Shows what it is told; one for each run of a command."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._is_live = terminal_watches(os.environ, is_terminal=sys.stderr.isatty())
        # Mappings are replaced and never changed: another thread draws them.
        self._told: Mapping[str, Progress] = {}
        self._drawn: Mapping[str, Progress] = {}
        """Those in the lines that are being redrawn."""
        self._lines: Any = None
        self._began = self._ended = 0.0

    def __call__(self, progress: Progress) -> None:
        self._ended = self._clock()
        if not self._told:
            self._began = self._ended
        self._told = {**self._told, progress.source: progress}
        if self._is_live:
            self._draw(progress)

    def finish(self) -> None:
        """End after a run that went well."""
        self.stop()
        if self._told and not self._is_live:
            with suppress(OSError):
                print_progress(summary(self._told.values(), self._ended - self._began))

    def stop(self) -> None:
        """Leave the lines as they are."""
        lines, self._lines = self._lines, None
        if lines is not None:
            with suppress(OSError):
                lines.stop()
        self._drawn = {}

    def _draw(self, progress: Progress) -> None:
        self._drawn = {**self._drawn, progress.source: progress}
        if self._lines is None:
            self._lines = _new_lines(lambda: _table(self._drawn))
            with suppress(OSError):
                self._lines.start()
                # Hidden, it would stay so where the program is killed.
                self._lines.console.show_cursor(True)
        if all(one.is_last for one in self._drawn.values()):
            # What is printed next stands below them.
            self.stop()


def terminal_watches(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether lines can be redrawn; a terminal that does not say what it is cannot be relied on."""
    return is_terminal and environment.get("TERM", "") not in ("", "dumb", "unknown")


def summary(sources: Collection[Progress], seconds: float) -> str:
    """Say in one line how all sources ended."""
    ended = [source.phase for source in sources]
    unchanged, replayed, last_good = (ended.count(phase) for phase in ("unchanged", "replayed", "last-good"))
    parts = []
    if fetched := ended.count("new") + unchanged:
        size = size_text(sum(source.fetched for source in sources))
        same = f" ({unchanged} unchanged)" if unchanged else ""
        parts.append(f"fetched {counted(fetched, 'source')}{same}, {size} in {seconds:.1f} s")
    if replayed:
        parts.append(f"replayed {counted(replayed, 'source')} from the cache in {seconds:.1f} s")
    if last_good:
        parts.append(f"{counted(last_good, 'source')} as fetched last")
    if failed := ended.count("failed"):
        parts.append(f"{counted(failed, 'source')} failed")
    return "; ".join(parts)


def _new_lines(table: Callable[[], Any]) -> Any:
    from rich.console import Console  # noqa: PLC0415 - slow to import, and only a terminal needs it
    from rich.live import Live  # noqa: PLC0415 - as above

    console = Console(
        file=sys.stderr,
        force_terminal=True,
        no_color=bool(os.environ.get("NO_COLOR")),
        markup=False,
        emoji=False,
        highlight=False,
    )
    # What else goes to stderr meanwhile, such as the answer to Ctrl-C, is printed above the lines.
    return Live(
        console=console,
        refresh_per_second=_DRAWN_PER_SECOND,
        redirect_stdout=False,
        redirect_stderr=True,
        get_renderable=table,
    )


def _table(sources: Mapping[str, Progress]) -> Any:
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(no_wrap=True, overflow="crop")
    for name, progress in sources.items():
        phase = _WORDS.get(progress.phase, progress.phase)
        table.add_row(
            Text(shown_name(name)), Text(phase, style=_COLOURS.get(progress.phase, "")), Text(_amount(progress))
        )
    return table


def shown_name(name: str) -> str:
    """Make a name fit into a line: no control character, line ends among them, and not too long."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in printable(name))
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 3]}..."


def _amount(progress: Progress) -> str:
    if not progress.fetched:
        return ""
    size = size_text(progress.fetched)
    return size if progress.total is None or progress.is_last else f"{size} of {size_text(progress.total)}"
