"""The program: from its start to its exit code."""

import gc
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tenprint.plugins.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from tenprint.plugins.cli.memo import Looked


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    _open_missing_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code, looked = _known(given)
        if code is None:
            # Said of patterns that users wrote, in words of Python's and with a place in this program.
            warnings.filterwarnings("ignore", "Possible (nested set|set )", FutureWarning)
            code = _found_out(given, looked)
        elif arguments is None:  # a program, which is to end: taking apart what was loaded is a tenth of such an answer
            os._exit(code)
    except KeyboardInterrupt:  # before or after the command
        code = INTERRUPTED
    if code == INTERRUPTED and threading.active_count() > 1:
        # Interrupted twice: do not wait for a component that still trains, which Python would.
        os._exit(code)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the program and return its exit code."""
    code, looked = _known(arguments)
    return _found_out(arguments, looked) if code is None else code


def _known(arguments: list[str]) -> "tuple[int | None, Looked | None]":
    """Print the answer where it is known, and return its exit code; else None, and what was looked at.

    Where it cannot be printed, the full way says why.
    """
    if arguments == ["--version"]:
        from importlib.metadata import version  # noqa: PLC0415 - nothing else needs it

        # Before click is imported: half of the time of this answer.
        with suppress(OSError):
            print(f"tenprint {version('tenprint')}", flush=True)  # noqa: T201 - the answer
            return 0, None
        return None, None
    from tenprint.plugins.cli.memo import look  # noqa: PLC0415 - as above

    looked = look(arguments)
    if looked.edited:
        gc.disable()  # little is made, and hardly any of it is garbage; looking takes a twentieth of the time
        from tenprint.plugins.cli.amending import amended  # noqa: PLC0415 - loads what reads a file

        looked = amended(looked)
        gc.enable()
    if looked.text is not None:
        with suppress(OSError, UnicodeError):
            sys.stdout.write(looked.text)
            sys.stdout.flush()
            return looked.code, looked
    return None, looked


def _found_out(arguments: list[str], looked: "Looked | None") -> int:
    from tenprint.plugins.cli.failures import guarded  # noqa: PLC0415 - as above
    from tenprint.plugins.cli.group import program  # noqa: PLC0415 - as above

    return guarded(
        lambda: program(arguments, looked).main(args=arguments, prog_name="tenprint", standalone_mode=False), arguments
    )


def _open_missing_streams() -> None:
    """Point streams that were closed before the start at nothing, or a file opened later would take their place.

    The order matters: each takes the lowest free descriptor.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - as long as the program runs; no pathlib
