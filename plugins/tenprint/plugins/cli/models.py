"""tenprint models."""

from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from tenprint.importers import Problem
from tenprint.plugins.cli.context import (
    directory_option,
    json_option,
    model_path,
    models_option,
    opened,
    project_directory,
    project_options,
    quiet_option,
    run_async,
    trainer_options,
)
from tenprint.plugins.cli.failures import print_json, print_problems, print_progress, print_text

MODELS_SCHEMA = "tenprint.models/1"


@click.group(invoke_without_command=True, subcommand_metavar="[update-domain MODEL]")
@directory_option
@models_option
@click.option("--verify", is_flag=True, help="Read every model to its end and say which are damaged or exchanged.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, directory: str | None, models: str | None, verify: bool, as_json: bool) -> None:
    """List the trained models, newest first.

    The first one is what `plan` and `train` compare with. Times are those recorded in the models. A model that a
    command made says which.
    """
    if ctx.invoked_subcommand is not None:
        if verify:
            raise click.UsageError("--verify belongs to the list")
        return
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


@command.command("update-domain")
@click.argument("model")
@project_options
@trainer_options
@click.option("--dry-run", is_flag=True, help="Decide, print, and write nothing.")
@click.option("--fixed-model-name", metavar="NAME", help="Name of the new model instead of one made from the time.")
@json_option
@quiet_option
@click.pass_context
def update_domain(
    ctx: click.Context,
    /,
    model: str,
    *,
    dry_run: bool,
    fixed_model_name: str | None,
    as_json: bool,
    quiet: bool,
    **paths: Any,
) -> int:
    """Replace the domain in MODEL by that of the project, and train nothing.

    The result is a new model beside the others; MODEL stays as it is. A change of the domain that training reads, or of
    any other training data, is refused with what is due and why: `tenprint train` does that.
    """
    from tenprint.plugins.reports import run_text  # noqa: PLC0415 - after the options are parsed

    before = {} if ctx.parent is None else ctx.parent.params
    as_json = as_json or before.get("as_json", False)
    for name in ("directory", "models"):
        # What stands between `models` and `update-domain` is meant as well.
        paths[name] = before.get(name) if paths[name] is None else paths[name]

    async def make() -> Any:
        async with opened(**paths, show=None if quiet else print_progress, quiet=quiet) as project:
            named = model_path(paths["directory"], model)
            return await project.train(
                dry_run=dry_run, fixed_model_name=fixed_model_name, model=named, only_domain=True
            )

    report = run_async(make)
    if as_json:
        print_json(report.to_json())
    elif not quiet:
        print_text(run_text(report, dry_run=dry_run))
        print_problems(report.problems)
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
