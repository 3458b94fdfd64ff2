"""tenprint explain."""

from typing import Any

import click

from tenprint.plugins.cli.context import (
    json_option,
    model_option,
    model_path,
    opened,
    project_options,
    run_async,
    trainer_options,
)
from tenprint.plugins.cli.failures import print_json, print_text


@click.command()
@click.argument("node", required=False)
@project_options
@model_option
@trainer_options
@click.option("--force", is_flag=True, help="Explain as if everything had to be trained.")
@json_option
def command(*, node: str | None, model: str | None, force: bool, as_json: bool, **paths: Any) -> int:
    """Say why `train` would run a node of the training graph, or leave it as it is.

    NODE is the name of a node, or a part of it that no other has: `nlu/1-EntitySynonymMapper`, or `synonym`. What is
    told are the options, inputs, code, packages or stored values that make it run, with what they were and are; the
    changes of the training data behind that; what it is given, and what it gives to. Without NODE all nodes are listed.

    Nothing is written.
    """
    from tenprint.plugins.reports import (  # noqa: PLC0415 - after the options are parsed
        explain_document,
        explain_text,
        explained_nodes,
        node_lines,
    )

    compared = model_path(paths["directory"], model)

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.plan(force=force, model=compared)

    plan = run_async(make)
    nodes = explained_nodes(plan, node)
    if as_json:
        print_json(explain_document(plan, nodes))
    elif node is None:
        print_text("\n".join(node_lines(plan)) if nodes else "no nodes")
    else:
        print_text(explain_text(plan, nodes[0]))
    return 0
