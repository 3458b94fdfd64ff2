"""Errors to messages and exit codes: 1 failure, 2 wrong usage, 130 interrupted. No traceback for a user's mistake."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from tenprint.importers import Problem, TenprintError
from tenprint.plugins.cli.exit_codes import FAILURE, INTERRUPTED
from tenprint.plugins.cli.printing import printable
from tenprint.plugins.sizes import counted

DIAGNOSTICS_SCHEMA = "tenprint.diagnostics/1"


def guarded(command: Callable[[], Any], arguments: list[str]) -> int:
    """Run a command and return its exit code; with `--json` a failure prints one document."""
    as_json = wants_json(arguments)
    try:
        code = command()
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name == "-p":
            print("-p stands before the command, as in `tenprint -p NAME plan`", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except TenprintError as error:
        return _failed(error.problems, as_json=as_json)
    except BrokenPipeError:
        # The reader went away, as `head` does: nobody is left to tell.
        _close_stdout()
        return FAILURE
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        problem = Problem("io", f"cannot read or write{place}: {error.strerror or error}")
        return _failed((problem,), as_json=as_json)
    return code if isinstance(code, int) else 0


def wants_json(arguments: list[str]) -> bool:
    """Tell whether a program waits for JSON."""
    return any(written in f" {' '.join(arguments)} " for written in (" --json ", " --format json ", " --format=json "))


def _failed(problems: tuple[Problem, ...], *, as_json: bool) -> int:
    """Tell the problems; on stderr where a program waits for JSON and stdout itself is what failed."""
    try:
        if as_json:
            print_json(diagnostics(problems))
            return FAILURE
        sys.stdout.flush()
    except OSError:
        _close_stdout()
    with suppress(OSError):
        print_problems(problems)
    return FAILURE


def diagnostics(problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {"schema": DIAGNOSTICS_SCHEMA, "problems": [problem.to_json() for problem in problems]}


def print_problems(problems: tuple[Problem, ...]) -> None:
    """Write problems to stderr, and how many there are when they do not fit on one screen."""
    for problem in problems:
        print(printable(str(problem)), file=sys.stderr)  # noqa: T201
    errors = sum(problem.severity == "error" for problem in problems)
    if len(problems) > 1:
        print(f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}", file=sys.stderr)  # noqa: T201


def print_json(document: dict[str, Any]) -> None:
    """Write one JSON document to stdout; ASCII only, so that no terminal or locale can break it."""
    print(json.dumps(document, indent=2))  # noqa: T201
    sys.stdout.flush()


def print_text(text: str) -> None:
    print(printable(text))  # noqa: T201


def print_progress(line: str) -> None:
    """Write a line of another program to stderr."""
    print(printable(line), file=sys.stderr, flush=True)  # noqa: T201


def _close_stdout() -> None:
    """Point stdout at nothing, or Python complains once more about the same failure while it exits."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
