"""tenprint validate."""

from typing import Any

import click

from tenprint.plugins.cli.context import json_option, opened, project_options, quiet_option, run_async
from tenprint.plugins.cli.exit_codes import FAILURE
from tenprint.plugins.cli.failures import diagnostics, print_json, print_problems, print_text


@click.command()
@project_options
@json_option
@quiet_option
def command(*, as_json: bool, quiet: bool, **paths: Any) -> int:
    """Check the training data and list every problem.

    Every file is read, and all problems of all files are listed with file, line and column. Exits with 1 when there is
    an error; warnings do not count.
    """

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.problems()

    problems = run_async(make)
    errors = any(problem.severity == "error" for problem in problems)
    if as_json:
        print_json(diagnostics(problems))
    elif not quiet or errors:
        print_problems(problems)
        if not problems:
            print_text("no problems")
    return FAILURE if errors else 0
