"""tenprint models."""

from datetime import datetime, timezone
from pathlib import Path

import click

from tenprint.plugins.cli.context import directory_option, json_option, models_option, project_directory
from tenprint.plugins.cli.failures import print_json, print_text

MODELS_SCHEMA = "tenprint.models/1"


@click.command()
@directory_option
@models_option
@json_option
def command(*, directory: str | None, models: str | None, as_json: bool) -> int:
    """List the trained models, newest first.

    The first one is what `plan` and `train` compare with. Times are those recorded in the models.
    """
    from tenprint.fingerprinting import DEFAULT_MODELS_PATH, list_models  # noqa: PLC0415 - after the options are parsed

    folder = Path(project_directory(directory)) / (models or DEFAULT_MODELS_PATH)
    entries = list_models(str(folder))
    times = [datetime.fromtimestamp(entry.trained_at, tz=timezone.utc).isoformat("T", "seconds") for entry in entries]
    if as_json:
        found = [
            {"path": entry.path, "trained_at": time, "size": entry.size}
            for entry, time in zip(entries, times, strict=True)
        ]
        print_json({"schema": MODELS_SCHEMA, "models": found})
    elif entries:
        rows = zip(entries, times, strict=True)
        print_text("\n".join(f"{time}  {entry.size:>12,} bytes  {entry.path}" for entry, time in rows))
    else:
        print_text(f"no models in {folder}")
    return 0
