"""The command `tenprint flows`: lists the flows of a project, what they mention, and where they stand."""

import json
from typing import Any

import click

from tenprint.importers import Item, ItemTable, run_to_end
from tenprint.plugins import open_project

SCHEMA = "tenprint-example.flows/1"


@click.command(name="flows")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
@click.pass_obj
def command(program: Any, *, as_json: bool) -> None:
    """List the flows of a project."""

    async def find() -> ItemTable:
        # The options before the command: the project, and the plugins of this run.
        async with open_project(program.directory, plugins=program.choice) as project:
            return (await project.snapshot()).table

    table = run_to_end(find)
    flows = [told(table, item) for item in table.of_kind("flow")]
    if as_json:
        click.echo(json.dumps({"schema": SCHEMA, "flows": flows}, indent=2))
        return
    for flow in flows:
        mentioned = "".join(f"  {facet}: {', '.join(names)}" for facet, names in flow["mentions"].items())
        click.echo(f"{flow['name']}  ({flow['location']}){mentioned}")
    click.echo(f"{len(flows)} flow{'' if len(flows) == 1 else 's'}")


def told(table: ItemTable, item: Item) -> dict[str, Any]:
    mentions = {facet: list(item.names(facet)) for facet in ("actions", "links", "slots") if item.names(facet)}
    return {"name": item.path[1], "location": str(table.location(item)), "mentions": mentions}
