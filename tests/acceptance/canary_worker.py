"""Runs commands of the program one after the other while everything is logged; run by test_remote_canary.py.

At last each project is planned as a library does it, and a failure is printed with all local variables of all frames,
as tools do that collect errors.
"""

import logging
import sys
import traceback

from tenprint.importers import TenprintError
from tenprint.plugins import run_project
from tenprint.plugins.cli.main import run


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    projects, *commands = sys.argv[1:]
    for project in projects.split():
        for command in commands:
            tell(f"$ tenprint {command}")
            tell(f"exit code {run(['-C', project, *command.split()])}")
        try:
            run_project(project, "plan")
        except TenprintError as error:
            told = traceback.TracebackException.from_exception(error, capture_locals=True)
            tell("".join(told.format()))


if __name__ == "__main__":
    main()
