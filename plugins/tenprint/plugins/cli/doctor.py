"""tenprint doctor."""

import os
from pathlib import Path

import click

from tenprint.plugins.cli.context import directory_option, json_option, program_choices, project_directory
from tenprint.plugins.cli.exit_codes import FAILURE
from tenprint.plugins.cli.failures import print_json, print_text

DOCTOR_SCHEMA = "tenprint.doctor/1"


@click.command()
@directory_option
@json_option
def command(*, directory: str | None, as_json: bool) -> int:
    """Look at everything a run stands on, and say what to mend.

    Looks at Python, the packages tenprint needs, the plugins, the project, the cache and git. Nothing is changed, and
    nothing is fetched. Put what it prints into a report of a bug.
    """
    from tenprint.plugins.doctor import examine  # noqa: PLC0415 - after the options are parsed

    findings = examine(Path(project_directory(directory)), program_choices().choice, os.environ)
    if as_json:
        print_json({"schema": DOCTOR_SCHEMA, "findings": [finding.to_json() for finding in findings]})
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            advice = f"\n{'':10}{'':{width}}  {finding.hint}" if finding.hint else ""
            print_text(f"{finding.status:8}  {finding.subject:{width}}  {finding.detail}{advice}")
    return FAILURE if any(finding.status == "error" for finding in findings) else 0
