"""tenprint fingerprint."""

from typing import Any

import click

from tenprint.plugins.cli.context import json_option, opened, project_options, run_async
from tenprint.plugins.cli.failures import print_json, print_text


@click.command()
@project_options
@json_option
def command(*, as_json: bool, **paths: Any) -> int:
    """Print the fingerprint of the training data.

    Each line is a digest of what one part of training reads. Equal data give equal lines on every machine; comments,
    order and file names do not count. No model is looked at.
    """
    from tenprint.fingerprinting import fingerprint_document, root_of  # noqa: PLC0415 - after the options are parsed

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.fingerprint()

    fingerprint = run_async(make)
    root = root_of(fingerprint)
    if as_json:
        print_json(fingerprint_document(fingerprint, root=root))
    else:
        lines = [f"{key:24}{value}" for key, value in fingerprint.items() if key != "trained_at" and value is not None]
        print_text("\n".join([*lines, f"{'root':24}{root}"]))
    return 0
