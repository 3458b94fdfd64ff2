"""The option `--graph`: the training graph as a picture, for programs that draw."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tenprint.plugins.cli.failures import print_text

if TYPE_CHECKING:
    from tenprint.fingerprinting import TrainingPlan

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGES = ("dot", "mermaid", "svg")


def graph_option(function: F) -> F:
    return click.option(
        "--graph",
        type=click.Choice(LANGUAGES),
        help="Print the training graph as a picture, in this language, and nothing else.",
    )(function)


def check_graph(graph: str | None, format_name: str | None, **others: bool) -> None:
    """Refuse what contradicts a picture.

    Raises:
        UsageError: Another format is asked for, or nothing is to be printed.
    """
    if graph is None:
        return
    against = ["--format"] if format_name is not None else []
    against += [f"--{name.removeprefix('as_')}" for name, is_given in others.items() if is_given]
    if against:
        raise click.UsageError(f"--graph prints a picture and nothing else: leave out {' and '.join(against)}")


def print_graph(plan: "TrainingPlan", language: str) -> None:
    from tenprint.fingerprinting import engine  # noqa: PLC0415 - only where a picture is asked for

    draw = {"dot": engine.graph_dot, "mermaid": engine.graph_mermaid, "svg": engine.graph_svg}[language]
    print_text(draw(plan.nodes).rstrip("\n"))
