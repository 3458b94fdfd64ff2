"""tenprint export."""

from typing import Any

import click

from tenprint.plugins.cli.context import json_option, opened, project_options, quiet_option, run_async
from tenprint.plugins.cli.failures import print_json, print_problems, print_text
from tenprint.plugins.sizes import counted


@click.command()
@click.argument("out")
@project_options
@click.option("--force", is_flag=True, help="Replace the files of a project in a folder that is not empty.")
@json_option
@quiet_option
def command(*, out: str, force: bool, as_json: bool, quiet: bool, **paths: Any) -> int:
    """Write the merged project as plain Rasa files.

    OUT is a new or empty folder, relative to the current directory. All files are written, or none.
    """

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            return await project.export(out, force=force)

    report = run_async(make)
    if as_json:
        print_json(report.to_json())
    elif not quiet:
        lines = [f"  {path} ({counted(size, 'byte')})" for path, size in report.files.items()]
        lines += [f"  {path} (removed, it has no content any more)" for path in report.removed]
        print_text("\n".join([f"wrote {report.path}", *lines]))
        print_problems(report.problems)
    return 0
