"""The program: a group of commands, each imported only when it is called."""

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tenprint.plugins.cli.exit_codes import INTERRUPTED

# `--version` and `--help` of the program are answered from here; everything else is imported by the command.
COMMANDS = {
    "train": "Bring the model up to date: train what changed and nothing else.",
    "plan": "Say what `train` would do, and why, down to the line.",
    "fingerprint": "Print the fingerprint of the training data.",
    "validate": "Check the training data and list every problem.",
    "show": "Show what the project holds, all sources merged.",
    "export": "Write the merged project as plain Rasa files.",
    "lock": "Write down which revision each remote source has.",
    "models": "List the trained models, newest first.",
    "parse": "Ask the newest model what a message means.",
    "cache": "Look after what was fetched and kept.",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    _open_missing_streams()
    try:
        code = run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # before or after the command
        code = INTERRUPTED
    if code == INTERRUPTED and threading.active_count() > 1:
        # Interrupted twice: do not wait for a component that still trains, which Python would.
        os._exit(code)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the program and return its exit code."""
    if arguments == ["--version"]:
        # Before click is imported: half of the time of this answer. Where it cannot be printed, click's way says why.
        with suppress(OSError):
            print(f"tenprint {version('tenprint')}", flush=True)  # noqa: T201 - the answer
            return 0
    from tenprint.plugins.cli.failures import guarded  # noqa: PLC0415 - as above

    return guarded(lambda: _group().main(args=arguments, prog_name="tenprint", standalone_mode=False), arguments)


def _open_missing_streams() -> None:
    """Point streams that were closed before the start at nothing, or a file opened later would take their place.

    The order matters: each takes the lowest free descriptor.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - as long as the program runs


def _group() -> Any:
    import click  # noqa: PLC0415 - as above

    class LazyGroup(click.Group):
        """A group that knows its commands by name and imports one when it is called."""

        def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature of click
            return list(COMMANDS)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
            if cmd_name not in COMMANDS:
                return None
            command: click.Command = import_module(f"tenprint.plugins.cli.{cmd_name}").command
            return command

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            if args and args[0] not in COMMANDS and not args[0].startswith("-"):
                from tenprint.importers.reading import nearest  # noqa: PLC0415 - only for a wrong name

                ctx.fail(f"no such command {args[0]!r}: {nearest(args[0], COMMANDS, otherwise='commands')}")
            return super().resolve_command(ctx, args)

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
            with formatter.section("Commands"):
                formatter.write_dl(list(COMMANDS.items()))

    @click.group(
        cls=LazyGroup,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        epilog="`tenprint COMMAND --help` explains a command. Exit codes: 0 fine, 1 failure, 2 wrong usage, "
        "3 something is due (plan --exit-code), 130 interrupted.",
    )
    @click.version_option(version("tenprint"), message="tenprint %(version)s")
    @click.option(
        "-C", "directory", metavar="DIR", default=os.curdir, help="Project directory; default is the current one."
    )
    @click.pass_context
    def tenprint(ctx: click.Context, directory: str) -> None:
        """Import training data from anywhere, know exactly what changed, train only that."""
        ctx.obj = directory

    return tenprint
