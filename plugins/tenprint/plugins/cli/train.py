"""tenprint train."""

from typing import Any

import click

from tenprint.plugins.cli.context import (
    finetune_option,
    finetuned_model,
    force_node_option,
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
from tenprint.plugins.cli.failures import print_json, print_problems, print_progress, print_text


@click.command()
@project_options
@model_option
@trainer_options
@finetune_option
@trust_option
@click.option("--force", is_flag=True, help="Train everything, changed or not.")
@force_node_option
@click.option("--dry-run", is_flag=True, help="Decide, print, and write nothing.")
@click.option("--fixed-model-name", metavar="NAME", help="Name of the new model instead of one made from the time.")
@json_option
@quiet_option
def command(
    *,
    model: str | None,
    finetune: str | None,
    epoch_fraction: float | None,
    force: bool,
    force_nodes: tuple[str, ...],
    dry_run: bool,
    fixed_model_name: str | None,
    as_json: bool,
    quiet: bool,
    **paths: Any,
) -> int:
    """Bring the model up to date: train what changed and nothing else.

    Compares the data with the newest model and does what `tenprint plan` says: nothing, refresh the domain inside the
    model, or train NLU, Core or both. The halves that did not change are taken over byte by byte.

    The trainer `command` exports the project and runs a command on it, which trains everything it is run for; the
    archive it makes is taken over as it is. {name} and {out} in the command are filled in.

    With --finetune components that can go on from their former training do, instead of training anew. Where that is not
    possible the run is refused, and each intent, action or setting that is in the way is named.
    """
    from tenprint.plugins.cli.remembering import noted_output, remember  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.reports import run_text  # noqa: PLC0415 - as above

    compared = finetuned_model(
        paths["directory"], model=model, finetune=finetune, epoch_fraction=epoch_fraction, force=force
    )

    async def make() -> Any:
        async with opened(**paths, show=None if quiet else print_progress, quiet=quiet) as project:
            return project, await project.train(
                force=force or force_nodes,
                dry_run=dry_run,
                fixed_model_name=fixed_model_name,
                model=compared,
                finetune=finetune is not None,
                epoch_fraction=1.0 if epoch_fraction is None else epoch_fraction,
            )

    project, report = run_async(make)
    with noted_output() as noted:
        if as_json:
            print_json(report.to_json())
        elif not quiet:
            print_text(run_text(report, dry_run=dry_run))
            print_problems(report.problems)
    if not (as_json or report.problems):  # the document holds how long it took
        remember(program_choices().arguments, project, report.plan, noted.text)
    return 0
