"""tenprint validate."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import click

from tenprint.importers import Problem
from tenprint.plugins.cli.context import json_option, opened, project_options, quiet_option, run_async
from tenprint.plugins.cli.exit_codes import FAILURE
from tenprint.plugins.cli.failures import counted, diagnostics, print_json, print_progress, print_text

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
@json_option
@quiet_option
def command(*, fail_on: str, as_json: bool, quiet: bool, **paths: Any) -> int:
    """Check the training data and list every problem.

    Every file is read, and all problems of all files are listed with file, line and column.

    An error means that the assistant that is trained would not be the one that is written: data that cannot be read, an
    intent in a story that nobody declares. A warning means that something is probably not meant: names that are not
    declared or of no use, stories that contradict each other or a rule, one example under two intents, responses that
    say nothing or are never chosen.

    Custom actions cannot be looked into. What only they could use is told as a warning that says so.

    In CI, --fail-on warning keeps a clean project clean, and --json lists the same problems for programs.
    """

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            return await project.problems()

    problems: tuple[Problem, ...] = run_async(make)
    failing = [problem for problem in problems if problem.severity in _FAILING[fail_on]]
    if as_json:
        print_json(diagnostics(problems))
    elif quiet:
        _print_by_file(failing)
    elif problems:
        _print_by_file(problems)
    else:
        print_text("no problems")
    return FAILURE if failing else 0


def _print_by_file(problems: Iterable[Problem]) -> None:
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
        print_progress(f"{counted(errors, 'error')}, {counted(len(ordered) - errors, 'warning')}")


def _path(problem: Problem) -> str:
    return "" if problem.location is None else problem.location.path
