"""The group of all commands: plugins provide them, and one is imported when it is called."""

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from tenprint.importers import ProblemsError, TenprintError, foreign_code
from tenprint.plugins.cli.commands import (
    ProgramCommands,
    ProgramOptions,
    failed,
    imported,
    program_commands,
    program_options,
    project_commands,
)
from tenprint.plugins.cli.failures import print_problems
from tenprint.plugins.cli.memo import Looked

_OURS = "tenprint.plugins.cli."
"""Where our own commands are."""

_EPILOG = (
    "`tenprint COMMAND --help` explains a command. Exit codes: 0 fine, 1 failure, 2 wrong usage, "
    "3 something is due (plan --exit-code) or differs (diff --exit-code), 130 interrupted."
)


class PluginGroup(click.Group):
    """Knows its commands by name; which there are is found out once, when somebody asks."""

    _found: ProgramCommands | None = None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._commands(ctx).commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = self._commands(ctx)
        clashes = [clash for name, clash in found.clashes if name == cmd_name]
        if clashes:
            raise ProblemsError(clashes)
        command = found.commands.get(cmd_name)
        return None if command is None else imported(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self._commands(ctx).commands:
            self._look_further(ctx, args[0])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, TenprintError, OSError):
            raise
        except Exception:
            command = self._commands(ctx).commands.get(ctx.invoked_subcommand or "")
            if command is None or command.target.startswith(_OURS):
                raise  # an error of ours, and its report needs the whole traceback
            with foreign_code(partial(failed, command)):
                raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = self._commands(ctx)
        rows = [(name, command.summary) for name, command in found.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows or [("(none)", "No plugin provides any.")])
        if found.left_out:
            with formatter.section("Left out"):
                formatter.write_dl(list(found.left_out.items()))
        print_problems(found.problems)

    def _commands(self, ctx: click.Context) -> ProgramCommands:
        if self._found is None:
            self._found = program_commands(_options(ctx))
        return self._found

    def _look_further(self, ctx: click.Context, name: str) -> None:
        """Look for a command among the plugins of the project, or say what may have been meant."""
        found = self._commands(ctx)
        try:
            self._found = project_commands(_options(ctx))
        except TenprintError as error:  # the project is not what somebody asks for who mistypes a command
            found = ProgramCommands(found.commands, found.left_out, (*found.problems, *error.problems))
        else:
            found = self._found
        if name in found.commands:
            return
        print_problems(found.problems)
        if name in found.left_out:
            ctx.fail(f"there is no command {name!r}: {found.left_out[name]}")
        from tenprint.importers.reading import nearest  # noqa: PLC0415 - only for a wrong name

        advice = nearest(name, found.commands, otherwise="install the plugin that provides it; commands")
        ctx.fail(f"no such command {name!r}: {advice or 'no plugin provides any'}")


def _options(ctx: click.Context) -> ProgramOptions:
    return program_options(ctx.params.get("directory") or os.curdir, ctx.params.get("plugins") or ())


def program(arguments: Sequence[str] = (), looked: Looked | None = None) -> Any:
    """Make the program.

    Args:
        arguments: Those it will be called with, for whoever wants to know them as written.
        looked: What a look at the project has found before.
    """

    @click.group(
        cls=PluginGroup,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        epilog=_EPILOG,
    )
    @click.version_option(package_name="tenprint", message="tenprint %(version)s")
    @click.option(
        "-p",
        "plugins",
        metavar="NAME",
        multiple=True,
        is_eager=True,
        help="Take a plugin module; `-p no:NAME` leaves a plugin out. May be repeated.",
    )
    @click.option(
        "-C",
        "directory",
        metavar="DIR",
        default=os.curdir,
        is_eager=True,
        help="Project directory; default is the current one.",
    )
    @click.pass_context
    def tenprint(ctx: click.Context, directory: str, plugins: tuple[str, ...]) -> None:
        """Import training data from anywhere, know exactly what changed, train only that."""
        ctx.obj = program_options(directory, plugins, arguments, looked)

    return tenprint
