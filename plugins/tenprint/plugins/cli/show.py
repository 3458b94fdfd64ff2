"""tenprint show."""

from typing import Any

import click

from tenprint.plugins.cli.context import json_option, opened, project_options, run_async
from tenprint.plugins.cli.failures import print_json, print_text

PROJECT_SCHEMA = "tenprint.project/1"


@click.command()
@click.argument("what", type=click.Choice(["counts", "config"]), default="counts")
@project_options
@json_option
def command(*, what: str, as_json: bool, **paths: Any) -> int:
    """Show what the project holds, all sources merged.

    WHAT is `counts` (the default), or `config`: the configuration as it counts, with the default pipeline or policies
    where it has none.
    """
    from tenprint.plugins.reports import (  # noqa: PLC0415 - after the options are parsed
        config_text,
        counts_text,
        project_counts,
    )

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.snapshot(), await project.data()

    snapshot, project = run_async(make)
    if as_json:
        print_json(
            {
                "schema": PROJECT_SCHEMA,
                "counts": project_counts(snapshot, project),
                "sources": [{"name": state.name, "revision": state.revision} for state in snapshot.sources],
                "config": project.config,
            }
        )
    else:
        print_text(config_text(project.config) if what == "config" else counts_text(project_counts(snapshot, project)))
    return 0
