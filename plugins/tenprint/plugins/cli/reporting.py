"""The option `--format`, and printing what a report makes."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tenprint.plugins.cli.failures import print_text

if TYPE_CHECKING:
    from tenprint.plugins.registry import Registry
    from tenprint.plugins.report import Findings, Report

F = TypeVar("F", bound=Callable[..., Any])


def format_option(function: F) -> F:
    return click.option(
        "--format",
        "format_name",
        metavar="NAME",
        help="Format: text, json, markdown, html, or one of a plugin; default text.",
    )(function)


def chosen_format(format_name: str | None, *, as_json: bool) -> str:
    """Return the name of the format; `--json` is short for one of them."""
    if as_json and format_name not in (None, "json"):
        raise click.UsageError("--json is short for `--format json`, and --format names another one")
    return format_name or ("json" if as_json else "text")


def report_named(registry: "Registry", name: str) -> "Report":
    """Make the report of a name.

    Raises:
        UsageError: Nobody provides it.
        ConfigurationError: It cannot be made.
    """
    from tenprint.importers import ConfigurationError, foreign_code  # noqa: PLC0415 - after the options are parsed
    from tenprint.importers.reading import nearest  # noqa: PLC0415 - as above

    try:
        provided = registry.reports[name].provided
    except KeyError:
        hint = nearest(name, registry.reports, otherwise="formats")
        message = f"there is no format {name!r}"
        raise click.UsageError(f"{message}: {hint}" if hint else message) from None
    with foreign_code(lambda chain: ConfigurationError(f"the format {name!r} cannot be made: {chain}")):
        return provided()


def print_report(report: "Report", findings: "Findings") -> None:
    """Print what a report makes: text as the terminal can show it, bytes as they are."""
    from tenprint.importers import ConfigurationError, foreign_code  # noqa: PLC0415 - as above

    with foreign_code(lambda chain: ConfigurationError(f"the format {report.NAME!r} failed: {chain}")):
        rendered = report.render(findings)
    if isinstance(rendered, str):
        print_text(rendered)
    elif isinstance(rendered, bytes):
        sys.stdout.flush()
        with suppress(AttributeError):  # a stream of text alone, as some programs put in its place
            sys.stdout.buffer.write(rendered)
            sys.stdout.buffer.flush()
            return
        sys.stdout.write(rendered.decode(errors="replace"))
    else:
        raise ConfigurationError(
            f"the format {report.NAME!r} made {type(rendered).__name__} where text or bytes are expected",
            hint="correct `render` of the plugin that provides it",
        )
