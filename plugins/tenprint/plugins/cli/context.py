"""Options every command shares, and what they turn into."""

import math
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from tenprint.importers import ConfigurationError, SeenFiles
from tenprint.plugins.cli.commands import ProgramOptions
from tenprint.plugins.cli.failures import print_problems
from tenprint.plugins.cli.progress import ProgressView

F = TypeVar("F", bound=Callable[..., Any])

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask a program to end."""


def directory_option(function: F) -> F:
    """Let `-C` stand behind the command as well as before it."""
    return click.option("-C", "directory", metavar="DIR", help="Project directory; default is the current one.")(
        function
    )


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")(function)


def quiet_option(function: F) -> F:
    return click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")(function)


def models_option(function: F) -> F:
    return click.option("--models", metavar="DIR", help="Folder of the trained models; default `models`.")(function)


def model_option(function: F) -> F:
    return click.option("--model", metavar="FILE", help="Compare with this model instead of the newest one.")(function)


def finetune_option(function: F) -> F:
    fraction = click.option(
        "--epoch-fraction",
        type=float,
        metavar="FRACTION",
        help="For how many of their epochs components go on from a model, such as 0.5.",
    )
    return click.option(
        "--finetune",
        is_flag=False,
        flag_value="",
        metavar="[FILE]",
        help="Go on from the training of this model, or of the one compared with.",
    )(fraction(function))


def force_node_option(function: F) -> F:
    return click.option(
        "--force-node",
        "force_nodes",
        metavar="NODE",
        multiple=True,
        help="Train this component whatever is recorded, such as core/0-RulePolicy; repeatable.",
    )(function)


def finetuned_model(
    directory: str | None, *, model: str | None, finetune: str | None, epoch_fraction: float | None, force: bool
) -> str | None:
    """Return the path of the model that is compared with, which is also the one that is finetuned.

    Raises:
        UsageError: The options contradict each other.
    """
    if finetune is not None and force:
        raise click.UsageError("--finetune goes on from a model, and --force takes nothing from any")
    if finetune is None and epoch_fraction is not None:
        raise click.UsageError("--epoch-fraction is for a training that goes on from a model: add --finetune")
    if epoch_fraction is not None and not 0 < epoch_fraction < math.inf:
        raise click.UsageError(f"--epoch-fraction is a number above 0, such as 0.5, not {epoch_fraction}")
    if finetune and model is not None:
        raise click.UsageError("--finetune FILE compares with this model as well: leave out --model")
    return model_path(directory, finetune or model)


def project_options(function: F) -> F:
    """Options that say where the project and its files are; relative paths are relative to the project."""
    for option in (
        click.option("--no-cache", "afresh", is_flag=True, help="Parse everything; keep nothing for later runs."),
        click.option("--offline", is_flag=True, help="Replay remote sources from the store, without a network."),
        click.option("--locked", is_flag=True, help="Refuse remote sources that differ from tenprint.lock."),
        models_option,
        click.option("--data", metavar="PATH", multiple=True, help="Training data: a file or folder; may be repeated."),
        click.option("--domain", metavar="PATH", help="Domain file or folder; default domain.yml and domain/."),
        click.option("--config", metavar="FILE", help="Model configuration; default config.yml."),
        directory_option,
    ):
        function = option(function)
    return function


def trainer_options(function: F) -> F:
    """Options that say who trains, instead of what `tenprint.yml` says."""
    for option in (
        click.option(
            "--command",
            "trainer_command",
            metavar="TEXT",
            help="Command that trains, split into words as a shell would; implies --trainer command.",
        ),
        click.option(
            "--trainer",
            type=click.Choice(["components", "command"]),
            help="Who trains: the components of plugins, or a command; default as in tenprint.yml.",
        ),
    ):
        function = option(function)
    return function


def trust_option(function: F) -> F:
    return click.option(
        "--trust-stat",
        "trusts_times",
        is_flag=True,
        help="Take files for unchanged by their times and sizes, as git does; for very large projects.",
    )(function)


def program_choices() -> ProgramOptions:
    """Return what stands before the command."""
    options: ProgramOptions = click.get_current_context().obj
    return options


def project_directory(directory: str | None) -> str:
    """Return the directory given with the command, else the one given before it.

    Raises:
        ConfigurationError: There is no such directory.
    """
    named = directory if directory is not None else program_choices().directory
    if not Path(named).is_dir():
        raise ConfigurationError(f"there is no project directory {named}", hint="name one with -C DIR")
    return named


def model_path(directory: str | None, model: str | None) -> str | None:
    """Return the path of the model that `--model` names; like all paths it is relative to the project."""
    return None if model is None else str(Path(project_directory(directory)) / model)


def opened(
    *,
    directory: str | None,
    config: str | None = None,
    domain: str | None = None,
    data: tuple[str, ...] = (),
    models: str | None = None,
    trainer: str | None = None,
    trainer_command: str | None = None,
    locked: bool = False,
    offline: bool = False,
    afresh: bool = False,
    trusts_times: bool = False,
    show: Callable[[str], None] | None = None,
    quiet: bool = False,
) -> AbstractAsyncContextManager[Any]:
    """Open the project the options name, for an `async with` block; `show` takes what a command prints.

    What remote sources are doing is shown on stderr, unless the command is to be quiet.
    """
    from tenprint.plugins import ProjectPaths, open_project  # noqa: PLC0415 - only commands that read data need it
    from tenprint.plugins.trainer_choice import TrainerChoice, command_option  # noqa: PLC0415 - as above

    if trainer == "components" and trainer_command is not None:
        raise click.UsageError("--command needs the trainer `command`, and --trainer names another one")
    words = None if trainer_command is None else command_option(trainer_command)
    paths = ProjectPaths(config=config, domain=domain, data=data, models=models)
    choice = TrainerChoice(name=trainer, command=words, show=show)
    view = None if quiet else ProgressView()
    looked = program_choices().looked
    opening = open_project(
        project_directory(directory),
        paths=paths,
        trainer=choice,
        on_close_problems=print_problems,
        locked=locked,
        offline=offline,
        cached=not afresh,
        trusts_times=trusts_times,
        progress=view,
        plugins=program_choices().choice,
        seen=None if looked is None or not looked.contents else SeenFiles(looked.contents, began=looked.began),
    )
    return opening if view is None else _viewed(opening, view)


@asynccontextmanager
async def _viewed(opening: AbstractAsyncContextManager[Any], view: ProgressView) -> AsyncIterator[Any]:
    try:
        async with opening as project:
            yield project
    except BaseException:
        view.stop()
        raise
    view.finish()


def run_async(function: Callable[[], Awaitable[Any]]) -> Any:
    """Run a coroutine function; the first Ctrl-C lets worker threads end, so that nothing they write is left behind.

    Whoever asks the program to end in another way (`kill`, a scheduler, a closed terminal) gets the same.

    Raises:
        KeyboardInterrupt: It was interrupted, and has cleaned up.
    """
    import anyio  # noqa: PLC0415 - commands without an event loop must not load one

    answers: list[Any] = []
    _keep_logs("tenprint")

    async def interruptible() -> None:
        with anyio.CancelScope() as scope, _cancelled_by_interrupt(scope):
            answers.append(await function())

    anyio.run(interruptible)
    if not answers:
        raise KeyboardInterrupt
    return answers[0]


def _keep_logs(name: str) -> None:
    """Keep what a library logs from stderr, unless somebody asked for it: all that matters is told anyway.

    Without any handler Python prints warnings and errors itself.
    """
    import logging  # noqa: PLC0415 - the event loop has loaded it

    logger = logging.getLogger(name)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


@contextmanager
def _cancelled_by_interrupt(scope: Any) -> Iterator[None]:
    """Cancel the scope at the first Ctrl-C; a second one ends the event loop as Python does it.

    An event loop of its own would cancel its task behind anyio's back, without waiting for worker threads.
    """
    import asyncio  # noqa: PLC0415 - as above

    loop = asyncio.get_running_loop()
    # What whoever started the program wants ignored, as nohup does, stays ignored.
    heard = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]

    def interrupted() -> None:
        for number in heard:
            loop.remove_signal_handler(number)
        _keep_logs("asyncio")  # of a command that ends when, after a second Ctrl-C, the loop is closed
        scope.cancel()
        with suppress(OSError):  # the terminal may be gone
            print("stopping when the current step is done; Ctrl-C again stops at once", file=sys.stderr)  # noqa: T201

    # Signals reach the main thread only, and not every system has them.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        for number in heard:
            loop.add_signal_handler(number, interrupted)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
