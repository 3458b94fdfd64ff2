"""tenprint plugins."""

from pathlib import Path
from typing import Any

import click

from tenprint.plugins.cli.context import directory_option, json_option, program_choices, project_directory
from tenprint.plugins.cli.failures import print_json, print_problems, print_text


@click.group(invoke_without_command=True, subcommand_metavar="[explain HOOK]")
@directory_option
@json_option
@click.pass_context
def command(ctx: click.Context, *, directory: str | None, as_json: bool) -> None:
    """List the plugins, and what each of them provides.

    Plugins are installed packages, modules that `plugins` of tenprint.yml names, and those of `-p` and of the
    environment variable TENPRINT_PLUGINS. `no:NAME` in any of these places leaves an installed one out.
    """
    if ctx.invoked_subcommand is not None:
        return
    from tenprint.plugins.reports import plugins_document, plugins_text  # noqa: PLC0415 - after the options are parsed

    plugins = _found(directory)
    if as_json:
        print_json(plugins_document(plugins.found))
    else:
        print_text(plugins_text(plugins.found))
    print_problems(plugins.clashes())


@command.command("explain")
@click.argument("hook")
@directory_option
@json_option
@click.pass_context
def explain(ctx: click.Context, hook: str, *, directory: str | None, as_json: bool) -> None:
    """Say which plugins a HOOK calls, in which order, and what set it.

    Plugins that ask to be first come first, those that ask to be last come last; among the others, what was named for
    this run comes before what is installed, and our own plugin is the last.
    """
    from tenprint.plugins import hookspecs  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.reports import HOOK_SCHEMA, callers, hook_text  # noqa: PLC0415 - as above

    known = [name for name in vars(hookspecs) if name.startswith("tenprint_")]
    name = hook if hook in known else f"tenprint_{hook}"
    if name not in known:
        from tenprint.importers.reading import nearest  # noqa: PLC0415 - only for a wrong name

        raise click.UsageError(f"there is no hook {hook!r}: {nearest(name, known, otherwise='hooks')}")
    before: dict[str, Any] = {} if ctx.parent is None else ctx.parent.params  # what stands before `explain`
    found = _found(directory if directory is not None else before.get("directory")).found
    calling = callers(found, name)
    if as_json or before.get("as_json"):
        print_json({"schema": HOOK_SCHEMA, "hook": name, "calls": calling})
        return
    left_out = [plugin for plugin in found if plugin.blocked_by is not None and name in plugin.answers.hooks]
    print_text(hook_text(name, calling, left_out))


def _found(directory: str | None) -> Any:
    from tenprint.importers import ReadingRules  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.opening import plugins_of_project, project_settings  # noqa: PLC0415 - as above

    root = Path(project_directory(directory))
    return plugins_of_project(project_settings(root, ReadingRules()), root, program_choices().choice)
