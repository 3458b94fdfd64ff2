"""tenprint plan."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from tenprint.plugins.cli.exit_codes import SOMETHING_DUE
from tenprint.plugins.cli.picturing import check_graph, graph_option, print_graph
from tenprint.plugins.cli.reporting import chosen_format, format_option, print_report, report_named

if TYPE_CHECKING:
    from tenprint.fingerprinting import PreparedRun
    from tenprint.plugins.project import Project
    from tenprint.plugins.report import Report


@click.command()
@project_options
@model_option
@trainer_options
@finetune_option
@trust_option
@click.option("--force", is_flag=True, help="Plan as if everything had to be trained.")
@force_node_option
@click.option("--exit-code", is_flag=True, help=f"Exit with {SOMETHING_DUE} when something is due, as CI wants it.")
@click.option("--nodes", is_flag=True, help="Tell of each node of the training graph as well.")
@graph_option
@format_option
@json_option
@quiet_option
def command(
    *,
    model: str | None,
    finetune: str | None,
    epoch_fraction: float | None,
    force: bool,
    force_nodes: tuple[str, ...],
    exit_code: bool,
    nodes: bool,
    graph: str | None,
    format_name: str | None,
    as_json: bool,
    quiet: bool,
    **paths: Any,
) -> int:
    """Say what `train` would do, and why, down to the line.

    Nothing is written. The plan names each intent, story, response or setting that differs from the newest model, where
    it stands, and which part of the model it makes due.

    With --nodes it also says what is done about each node of the training graph, and why; `tenprint explain` tells all
    about one. With --graph it prints nothing but a picture of that graph.

    With --finetune it also says whether `train --finetune` can go on from the former training, and what is in the way.
    """
    wanted = chosen_format(format_name, as_json=as_json)
    check_graph(graph, format_name, as_json=as_json, nodes=nodes, quiet=quiet)
    compared = finetuned_model(
        paths["directory"], model=model, finetune=finetune, epoch_fraction=epoch_fraction, force=force
    )
    answer = run_async(
        lambda: _planned(
            wanted,
            paths,
            quiet=quiet,
            force=force or force_nodes,
            model=compared,
            finetune=finetune is not None,
            epoch_fraction=1.0 if epoch_fraction is None else epoch_fraction,
        )
    )
    _print(answer, shown=wanted != "text" or not quiet, graph=graph, nodes=nodes, exit_code=exit_code)
    return SOMETHING_DUE if exit_code and answer.prepared.plan.action != "none" else 0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found out, and the report that will tell it."""

    report: "Report"
    project: "Project"
    prepared: "PreparedRun"


async def _planned(wanted: str, paths: dict[str, Any], *, quiet: bool, **asked: Any) -> _Answer:
    """Plan what is asked for; the report is made first, so that a format nobody provides is told at once."""
    from tenprint.fingerprinting import prepare  # noqa: PLC0415 - after the options are parsed

    async with opened(**paths, quiet=quiet) as project:
        report = report_named(project.registry, wanted)
        return _Answer(report, project, await prepare(project.setup, **asked))


def _print(answer: _Answer, *, shown: bool, graph: str | None, nodes: bool, exit_code: bool) -> None:
    """Print the answer, and let the next run repeat it where that is safe."""
    from tenprint.plugins import Findings  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.cli.baselines import Printing  # noqa: PLC0415 - as above
    from tenprint.plugins.cli.remembering import REPEATABLE, noted_output, remember  # noqa: PLC0415 - as above

    report, plan = answer.report, answer.prepared.plan
    with noted_output() as noted:
        if graph is not None:
            print_graph(plan, graph)
        elif shown:
            print_report(report, Findings(plan, now=time.time(), nodes=nodes))
    if report.NAME in REPEATABLE:
        # What is told of nodes cannot be amended: edits make other nodes run.
        tells_nodes = nodes or graph is not None
        printing = None if tells_nodes else (answer.prepared, Printing(report, shown=shown, exit_code=exit_code))
        remember(program_choices().arguments, answer.project, plan, noted.text, printing)
