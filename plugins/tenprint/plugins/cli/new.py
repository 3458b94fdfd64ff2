"""tenprint new."""

from pathlib import Path
from typing import Any

import click

from tenprint.importers import Problem, TenprintError
from tenprint.plugins.cli.context import json_option, quiet_option
from tenprint.plugins.cli.failures import print_json, print_problems, print_text

NEW_SCHEMA = "tenprint.new/1"


@click.command()
@click.argument("sort", type=click.Choice(["importer", "transform", "component"]))
@click.argument("name")
@click.option("--directory", metavar="DIR", default=".", help="Where the folder is made; default is the current one.")
@click.option("--force", is_flag=True, help="Replace the files of a folder that is there already.")
@click.option("--policy", is_flag=True, help="Begin a policy; a component is an NLU component otherwise.")
@json_option
@quiet_option
def command(*, sort: Any, name: str, directory: str, force: bool, policy: bool, as_json: bool, quiet: bool) -> int:
    """Begin a plugin: a package that can be installed and tested.

    Makes the folder tenprint-NAME with a module, its entry point, tests and a README. All files are written, or none.
    """
    from tenprint.plugins.scaffolding import scaffold, write_scaffold  # noqa: PLC0415 - after the options are parsed

    if policy and sort != "component":
        raise click.UsageError("--policy is an option of `tenprint new component`")
    planned = scaffold("policy" if policy else sort, name)
    problems = _clashes("policy" if policy else sort, name)
    written = write_scaffold(planned, Path(directory), force=force)
    if as_json:
        document = {
            "path": str(written.folder),
            "made": list(written.made),
            "replaced": list(written.replaced),
            "unchanged": list(written.unchanged),
            "problems": [problem.to_json() for problem in problems],
        }
        print_json({"schema": NEW_SCHEMA, **document})
    elif not quiet:
        lines = [f"  {path}" for path in written.made]
        lines += [f"  {path} (replaced)" for path in written.replaced]
        lines += [f"  {path} (as it was)" for path in written.unchanged]
        print_text("\n".join([f"wrote {written.folder}", *lines]))
        print_problems(problems)
    return 0


def _clashes(sort: Any, name: str) -> tuple[Problem, ...]:
    """Warn of a name that an installed plugin has already."""
    from tenprint.plugins import create_plugin_manager, registry_of  # noqa: PLC0415 - as above
    from tenprint.plugins.scaffolding import written_name  # noqa: PLC0415 - as above

    try:
        registry = registry_of(create_plugin_manager())
    except TenprintError:
        return ()  # a plugin that is broken is no reason not to begin another one
    known: Any = {"importer": registry.importers, "transform": registry.transforms}.get(sort, registry.components)
    written = written_name(sort, name)
    if written not in known:
        return ()
    message = f"{known[written].distribution} has the {sort} {written!r} already, and both cannot be used together"
    return (Problem("taken-name", message, hint="set another NAME in the class", severity="warning"),)
