"""tenprint plan."""

import time
from typing import Any

import click

from tenprint.plugins.cli.context import (
    json_option,
    model_option,
    model_path,
    opened,
    project_options,
    quiet_option,
    run_async,
    trainer_options,
)
from tenprint.plugins.cli.exit_codes import SOMETHING_DUE
from tenprint.plugins.cli.reporting import chosen_format, format_option, print_report, report_named


@click.command()
@project_options
@model_option
@trainer_options
@click.option("--force", is_flag=True, help="Plan as if everything had to be trained.")
@click.option("--exit-code", is_flag=True, help=f"Exit with {SOMETHING_DUE} when something is due, as CI wants it.")
@format_option
@json_option
@quiet_option
def command(
    *,
    model: str | None,
    force: bool,
    exit_code: bool,
    format_name: str | None,
    as_json: bool,
    quiet: bool,
    **paths: Any,
) -> int:
    """Say what `train` would do, and why, down to the line.

    Nothing is written. The plan names each intent, story, response or setting that differs from the newest model, where
    it stands, and which part of the model it makes due.
    """
    from tenprint.plugins import Findings  # noqa: PLC0415 - after the options are parsed

    wanted = chosen_format(format_name, as_json=as_json)
    compared = model_path(paths["directory"], model)

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            report = report_named(project.registry, wanted)
            return report, await project.plan(force=force, model=compared)

    report, plan = run_async(make)
    if wanted != "text" or not quiet:
        print_report(report, Findings(plan, now=time.time()))
    return SOMETHING_DUE if exit_code and plan.action != "none" else 0
