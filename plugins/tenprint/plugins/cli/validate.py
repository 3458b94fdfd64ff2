"""tenprint validate."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import click

from tenprint.importers import Problem
from tenprint.plugins.cli.context import json_option, opened, project_options, quiet_option, run_async
from tenprint.plugins.cli.exit_codes import FAILURE
from tenprint.plugins.cli.failures import diagnostics, print_json, print_progress, print_text
from tenprint.plugins.cli.warning_codes import WARNING_CODES
from tenprint.plugins.sizes import counted

_FAILING = {"error": ("error",), "warning": ("error", "warning"), "never": ()}
"""Severities that make the command fail, by the value of `--fail-on`."""


@click.command()
@project_options
@click.option(
    "--fail-on",
    type=click.Choice(tuple(_FAILING)),
    default="error",
    help="Exit with 1 for an error (the default), for a warning too, or never.",
)
@click.option(
    "--ignore", "ignored", metavar="CODE", multiple=True, help="Leave out warnings of a code; may be repeated."
)
@json_option
@quiet_option
def command(*, fail_on: str, ignored: tuple[str, ...], as_json: bool, quiet: bool, **paths: Any) -> int:
    """Check the training data and list every problem.

    Every file is read, and all problems of all files are listed with file, line and column.

    An error means that the assistant that is trained would not be the one that is written: data that cannot be read, an
    intent in a story that nobody declares. A warning means that something is probably not meant: names that are not
    declared or of no use, stories that contradict each other or a rule, one example under two intents, responses that
    say nothing or are never chosen.

    Custom actions cannot be looked into. What only they could use is told as a warning that says so.

    In CI, --fail-on warning keeps a clean project clean, and --json lists the same problems for programs. --ignore
    leaves out warnings that are meant, by the code in brackets behind them; errors are always listed.
    """

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            return await project.problems()

    found: tuple[Problem, ...] = run_async(make)
    _check_codes(ignored, found)
    problems = tuple(problem for problem in found if problem.severity != "warning" or problem.code not in ignored)
    left_out = len(found) - len(problems)
    failing = [problem for problem in problems if problem.severity in _FAILING[fail_on]]
    if as_json:
        print_json(diagnostics(problems))
    elif quiet:
        _print_by_file(failing)
    elif problems:
        _print_by_file(problems, left_out)
    else:
        print_text(f"no problems{_left_out(left_out)}")
    return FAILURE if failing else 0


def _check_codes(ignored: Iterable[str], found: Iterable[Problem]) -> None:
    """Refuse codes that no warning has.

    Raises:
        UsageError: There is no such code.
    """
    from tenprint.importers.reading import nearest  # noqa: PLC0415 - after the options are parsed

    known = {*WARNING_CODES, *(problem.code for problem in found)}
    for code in ignored:
        if code not in known:
            hint = nearest(code, known) or "each warning ends with its code, in brackets"
            raise click.UsageError(f"there is no warning {code!r}: {hint}")


def _left_out(count: int) -> str:
    return f"; {counted(count, 'warning')} ignored" if count else ""


def _print_by_file(problems: Iterable[Problem], left_out: int = 0) -> None:
    """Write problems to stderr, one paragraph for each file, files with errors first, and the counts last."""
    ordered = sorted(problems, key=_path)
    groups = [list(group) for _, group in groupby(ordered, key=_path)]
    groups.sort(key=lambda group: all(problem.severity != "error" for problem in group))
    for group in groups:
        for problem in group:
            print_progress(str(problem))
        print_progress("")
    if ordered:
        errors = sum(problem.severity == "error" for problem in ordered)
        warnings = counted(len(ordered) - errors, "warning")
        print_progress(f"{counted(errors, 'error')}, {warnings}{_left_out(left_out)}")


def _path(problem: Problem) -> str:
    return "" if problem.location is None else problem.location.path
