"""tenprint plan."""

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
from tenprint.plugins.cli.failures import print_json, print_text


@click.command()
@project_options
@model_option
@trainer_options
@click.option("--force", is_flag=True, help="Plan as if everything had to be trained.")
@click.option("--exit-code", is_flag=True, help=f"Exit with {SOMETHING_DUE} when something is due, as CI wants it.")
@json_option
@quiet_option
def command(*, model: str | None, force: bool, exit_code: bool, as_json: bool, quiet: bool, **paths: Any) -> int:
    """Say what `train` would do, and why, down to the line.

    Nothing is written. The plan names each intent, story, response or setting that differs from the newest model, where
    it stands, and which part of the model it makes due.
    """
    from tenprint.plugins.reports import plan_text  # noqa: PLC0415 - after the options are parsed

    compared = model_path(paths["directory"], model)

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            return await project.plan(force=force, model=compared)

    plan = run_async(make)
    if as_json:
        print_json(plan.to_json())
    elif not quiet:
        print_text(plan_text(plan))
    return SOMETHING_DUE if exit_code and plan.action != "none" else 0
