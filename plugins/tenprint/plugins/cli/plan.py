"""tenprint plan."""

import time
from typing import Any

import click

from tenprint.plugins.cli.context import (
    finetune_option,
    finetuned_model,
    json_option,
    model_option,
    opened,
    program_choices,
    project_options,
    quiet_option,
    run_async,
    trainer_options,
    trust_option,
)
from tenprint.plugins.cli.exit_codes import SOMETHING_DUE
from tenprint.plugins.cli.reporting import chosen_format, format_option, print_report, report_named


@click.command()
@project_options
@model_option
@trainer_options
@finetune_option
@trust_option
@click.option("--force", is_flag=True, help="Plan as if everything had to be trained.")
@click.option("--exit-code", is_flag=True, help=f"Exit with {SOMETHING_DUE} when something is due, as CI wants it.")
@format_option
@json_option
@quiet_option
def command(
    *,
    model: str | None,
    finetune: str | None,
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

    With --finetune it also says whether `train --finetune` can go on from the former training, and what is in the way.
    """
    from tenprint.plugins import Findings  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.cli.remembering import REPEATABLE, noted_output, remember  # noqa: PLC0415 - as above

    wanted = chosen_format(format_name, as_json=as_json)
    compared = finetuned_model(paths["directory"], model=model, finetune=finetune, force=force)

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            report = report_named(project.registry, wanted)
            return report, project, await project.plan(force=force, model=compared, finetune=finetune is not None)

    report, project, plan = run_async(make)
    with noted_output() as noted:
        if wanted != "text" or not quiet:
            print_report(report, Findings(plan, now=time.time()))
    if wanted in REPEATABLE:
        remember(program_choices().arguments, project, plan, noted.text)
    return SOMETHING_DUE if exit_code and plan.action != "none" else 0
