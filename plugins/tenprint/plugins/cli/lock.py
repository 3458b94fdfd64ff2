"""tenprint lock."""

from typing import Any

import click

from tenprint.plugins.cli.context import directory_option, json_option, opened, quiet_option, run_async
from tenprint.plugins.cli.failures import print_json, print_text


@click.command()
@directory_option
@click.option("--config", metavar="FILE", help="Model configuration; default config.yml.")
@click.option("--upgrade", metavar="NAME", multiple=True, help="Lock this source anew; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Lock all sources anew.")
@json_option
@quiet_option
def command(*, upgrade: tuple[str, ...], everything: bool, as_json: bool, quiet: bool, **paths: Any) -> int:
    """Write down which revision each remote source has.

    `tenprint.lock` names the revision, digest and size of every source behind a network; commit it and look at its
    changes. Sources that are locked already stay as they are unless they are named. `--locked` refuses what differs
    from the lock; `--offline` replays it without a network.
    """
    from tenprint.plugins.reports import lock_changes_text, lock_document  # noqa: PLC0415 - after the options are parsed

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            return await project.lock(upgrade=upgrade, everything=everything)

    found = run_async(make)
    if as_json:
        print_json(lock_document(found))
    elif not quiet:
        print_text(lock_changes_text(found))
    return 0
