"""tenprint diff."""

from typing import Any

import click

from tenprint.plugins.cli.context import (
    json_option,
    program_choices,
    project_directory,
    project_options,
    quiet_option,
    run_async,
)
from tenprint.plugins.cli.exit_codes import SOMETHING_DUE
from tenprint.plugins.cli.failures import print_problems
from tenprint.plugins.cli.progress import ProgressView
from tenprint.plugins.cli.reporting import chosen_format, format_option, print_report, report_named


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", required=False)
@project_options
@click.option("--exit-code", is_flag=True, help=f"Exit with {SOMETHING_DUE} when the two differ, as CI wants it.")
@format_option
@json_option
@quiet_option
def command(
    *,
    before: str,
    after: str | None,
    exit_code: bool,
    format_name: str | None,
    as_json: bool,
    quiet: bool,
    **paths: Any,
) -> int:
    """Say what lies between two projects, models, git revisions or locks.

    A and B are each the folder of a project, a model archive, a tenprint.lock, or a git revision of the project, such
    as main or HEAD~3; REV:PATH is another project at that revision. Without B the project as it is now is compared.
    A path that exists wins; git:REV is always a revision.
    """
    from tenprint.plugins.opening import project_registry  # noqa: PLC0415 - after the options are parsed

    wanted = chosen_format(format_name, as_json=as_json)
    directory = project_directory(paths["directory"])
    report = report_named(project_registry(directory, program_choices().choice), wanted)
    findings = run_async(lambda: _findings(before, after, directory, paths, quiet=quiet))
    if wanted != "text" or not quiet:
        print_report(report, findings)
    return SOMETHING_DUE if exit_code and findings.differs else 0


async def _findings(before: str, after: str | None, directory: str, paths: dict[str, Any], *, quiet: bool) -> Any:
    from tenprint.plugins import ProjectPaths, diff_sides  # noqa: PLC0415 - after the options are parsed

    view = None if quiet else ProgressView()
    try:
        findings = await diff_sides(
            before,
            after,
            project=directory,
            paths=ProjectPaths(paths["config"], paths["domain"], paths["data"], paths["models"]),
            locked=paths["locked"],
            offline=paths["offline"],
            cached=not paths["afresh"],
            progress=view,
            plugins=program_choices().choice,
            on_close_problems=print_problems,
        )
    except BaseException:
        if view is not None:
            view.stop()
        raise
    if view is not None:
        view.finish()
    return findings
