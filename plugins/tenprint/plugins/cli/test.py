"""tenprint test."""

from pathlib import Path
from typing import Any

import click

from tenprint.plugins.cli.context import (
    json_option,
    model_path,
    opened,
    project_directory,
    project_options,
    quiet_option,
    run_async,
)
from tenprint.plugins.cli.exit_codes import FAILURE
from tenprint.plugins.cli.failures import print_json, print_progress, print_text

DEFAULT_TESTS = "tests"
"""Folder of the conversation tests of a project."""

_LEAST_FOLDS = 2


@click.command()
@click.argument("what", type=click.Choice(["nlu", "core"]))
@click.argument("files", metavar="[PATH]...", nargs=-1)
@project_options
@click.option("--model", metavar="FILE", help="Test this model instead of the newest one.")
@click.option(
    "--folds",
    type=click.IntRange(min=_LEAST_FOLDS),
    metavar="N",
    help="With nlu: divide the examples into so many folds; default 5.",
)
@json_option
@quiet_option
def command(
    *,
    what: str,
    files: tuple[str, ...],
    model: str | None,
    folds: int | None,
    as_json: bool,
    quiet: bool,
    **paths: Any,
) -> int:
    """Test how well NLU understands, and that conversations go as they must.

    `nlu` divides the examples of the project into folds, trains without each fold in turn, and asks that model about
    the examples it has not seen. With PATH, the newest model is asked about the examples of these files or folders;
    with --model alone, about those of the project. It prints accuracy, F1, and what was taken for what.

    `core` plays the conversation tests in PATH, by default in the folder `tests`, with the newest model: stories in
    files named `test_*`. Those that go otherwise are printed step by step, and the exit code is 1.

    The models of the project stay as they are.
    """
    if folds is not None and (what == "core" or files or model is not None):
        raise click.UsageError("--folds belongs to `nlu`, without PATH and --model")
    # A model is named as it is elsewhere; `--models` says where the newest one lies.
    chosen = model_path(paths["directory"], model)

    async def make() -> Any:
        async with opened(**paths, quiet=quiet) as project:
            if what == "core":
                return await _core(project, paths["directory"], files, chosen)
            tell = None if quiet or as_json else _tell
            return await _nlu(project, paths["directory"], files, chosen, folds=folds, tell=tell)

    found = run_async(make)
    if as_json:
        print_json(found.to_json())
    elif not quiet:
        _print(what, found)
    return FAILURE if what == "core" and found.failed else 0


async def _nlu(
    project: Any, directory: str | None, files: tuple[str, ...], model: str | None, *, folds: int | None, tell: Any
) -> Any:
    from tenprint.fingerprinting import (  # noqa: PLC0415 - after the options are parsed
        FoldOptions,
        cross_validate,
        evaluate_nlu,
        examples_at,
    )

    if files:
        places, known = _places(directory, files), project.registry.importers
        examples = await examples_at(project.importer.context, places, known=known)
        return await evaluate_nlu(project.setup, examples, model)
    data = await project.data()
    if model is not None:
        return await evaluate_nlu(project.setup, data.nlu.examples, model)
    options = FoldOptions(on_fold=tell) if folds is None else FoldOptions(folds, on_fold=tell)
    return await cross_validate(project.setup, data, options=options)


async def _core(project: Any, directory: str | None, files: tuple[str, ...], model: str | None) -> Any:
    from tenprint.fingerprinting import TrainingError, conversations_at, evaluate_core  # noqa: PLC0415 - as above

    places, known = _places(directory, files) or _default_places(directory), project.registry.importers
    tests = await conversations_at(project.importer.context, places, known=known) if places else ()
    if not tests:
        raise TrainingError(
            f"there are no conversation tests in {', '.join(files or (DEFAULT_TESTS,))}",
            hint="write stories in a file whose name begins with `test_`",
        )
    data = await project.data()
    return await evaluate_core(project.setup, tests, model, domain=data.domain)


def _places(directory: str | None, files: tuple[str, ...]) -> list[Path]:
    from tenprint.plugins.opening import existing_place  # noqa: PLC0415 - as above

    root = Path(project_directory(directory))
    return [existing_place(root, name, "PATH") for name in files]


def _default_places(directory: str | None) -> list[Path]:
    folder = Path(project_directory(directory), DEFAULT_TESTS)
    return [folder] if folder.exists() else []


def _tell(number: int, count: int) -> None:
    print_progress(f"fold {number} of {count}")


def _print(what: str, found: Any) -> None:
    from tenprint.plugins.reports import core_evaluation_text, nlu_evaluation_text  # noqa: PLC0415 - as above

    print_text(core_evaluation_text(found) if what == "core" else nlu_evaluation_text(found))
