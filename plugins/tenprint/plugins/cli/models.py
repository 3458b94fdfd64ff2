"""tenprint models."""

from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from tenprint.importers import Problem
from tenprint.plugins.cli.context import directory_option, json_option, models_option, project_directory
from tenprint.plugins.cli.failures import print_json, print_text

MODELS_SCHEMA = "tenprint.models/1"


@click.command()
@directory_option
@models_option
@click.option("--verify", is_flag=True, help="Read every model to its end and say which are damaged or exchanged.")
@json_option
def command(*, directory: str | None, models: str | None, verify: bool, as_json: bool) -> int:
    """List the trained models, newest first.

    The first one is what `plan` and `train` compare with. Times are those recorded in the models. A model that a
    command made says which.
    """
    from tenprint.fingerprinting import DEFAULT_MODELS_PATH, list_models  # noqa: PLC0415 - after the options are parsed

    folder = Path(project_directory(directory)) / (models or DEFAULT_MODELS_PATH)
    entries = list_models(str(folder))
    if verify:
        _verify(entry.path for entry in entries)
    times = [datetime.fromtimestamp(entry.trained_at, tz=timezone.utc).isoformat("T", "seconds") for entry in entries]
    if as_json:
        found = [
            {"path": entry.path, "trained_at": time, "size": entry.size, "trained_by": entry.trained_by}
            for entry, time in zip(entries, times, strict=True)
        ]
        print_json({"schema": MODELS_SCHEMA, "models": found})
    elif entries:
        rows = zip(entries, times, strict=True)
        print_text("\n".join(_row(entry, time) for entry, time in rows))
    else:
        print_text(f"no models in {folder}")
    return 0


def _row(entry: Any, time: str) -> str:
    trained_by = "" if entry.trained_by is None else f"  ({entry.trained_by})"
    return f"{time}  {entry.size:>12,} bytes  {entry.path}{trained_by}"


def _verify(paths: Iterable[str]) -> None:
    """Read all models, and report what is wrong with any of them at once."""
    from tenprint.fingerprinting import verify_model  # noqa: PLC0415 - as above
    from tenprint.importers import ProblemsError, TenprintError  # noqa: PLC0415 - as above

    problems: list[Problem] = []
    for path in paths:
        try:
            verify_model(path)
        except TenprintError as error:  # noqa: PERF203 - reading a model is dear, catching is not
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
