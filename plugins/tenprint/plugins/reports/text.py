"""Plans, runs and comparisons as text for people."""

import time
from collections.abc import Iterator

from tenprint.fingerprinting import Change, RunReport, TrainingPlan
from tenprint.plugins.report import Findings, Report
from tenprint.plugins.reports.finetune import finetune_lines
from tenprint.plugins.reports.wording import (
    changes_title,
    degraded,
    digests_text,
    drifted,
    grouped,
    headline_of,
    kind_text,
    lock_lines,
    parts_text,
    path_text,
    place_text,
    plan_headline,
    verdicts,
)

_SIGNS = {"added": "+", "removed": "-", "modified": "~", "renamed": ">"}

MOST_CHANGES = 20
"""More would scroll the verdict off the screen; `--json` lists them all."""


class TextReport(Report):
    """Text for a terminal: of a plan its beginning, of a comparison all of it."""

    NAME = "text"

    def render(self, findings: Findings) -> str:
        if findings.before is None and findings.plan is not None:
            return plan_text(findings.plan, now=findings.now)
        return "\n".join(_comparison(findings))


def plan_text(plan: TrainingPlan, *, now: float | None = None) -> str:
    """One line of verdict, one for each source that is not as it should be and each section, then the changes.

    `now` is the time that ages are counted from, in seconds since 1970.
    """
    aged = _degraded(plan, time.time() if now is None else now)
    parts = (aged, _sections(plan), finetune_lines(plan), _changes(plan.changes), _sources(plan), _warnings(plan))
    return "\n".join([plan_headline(plan), *(line for part in parts for line in part)])


def run_text(report: RunReport, *, dry_run: bool = False, now: float | None = None) -> str:
    lines = [plan_text(report.plan, now=now)]
    if report.written:
        lines += ["", f"wrote {report.model} in {report.seconds.get('total', 0):.2f} s"]
    elif dry_run and report.plan.action != "none":
        lines += ["", "dry run: nothing was written"]
    return "\n".join(lines)


def _comparison(findings: Findings) -> Iterator[str]:
    yield headline_of(findings)
    plan = findings.plan
    if plan is not None:
        yield from _degraded(plan, findings.now)
        yield from _sections(plan)
        for group in grouped(plan.changes):
            yield ""
            yield f"{group.title}:"
            yield from (f"{_change(change)}  {digests_text(change)}" for change in group.changes)
    if findings.locked is not None and findings.locked.changes:
        yield ""
        yield "in the lock:"
        for change in findings.locked.changes:
            first, *others = lock_lines(change)
            yield f"  {first}"
            yield from (f"    {line}" for line in others)
    if plan is not None:
        yield from _sources(plan)
        yield from _warnings(plan)


def _sections(plan: TrainingPlan) -> Iterator[str]:
    for name, verdict, why in verdicts(plan):
        yield f"  {name:10}{verdict}{': ' + why if why else ''}"


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    if not changes:
        return
    yield ""
    yield f"{changes_title(Findings(None), len(changes))}:"
    for change in changes[:MOST_CHANGES]:
        yield _change(change)
    if len(changes) > MOST_CHANGES:
        yield f"  ... and {len(changes) - MOST_CHANGES} more; --json lists them all"


def _change(change: Change) -> str:
    place = place_text(change, most=1)
    read_by = parts_text(change.sections).replace(" and ", ", ")
    where = f"  ({place})" if place else ""
    return f"  {_SIGNS[change.change]} {kind_text(change)}: {path_text(change)}{where}  [{read_by}]"


def _degraded(plan: TrainingPlan, now: float) -> Iterator[str]:
    return (f"degraded: {line}" for line in degraded(plan.sources, now))


def _sources(plan: TrainingPlan) -> Iterator[str]:
    for line, changes in drifted(plan.sources):
        yield ""
        yield line
        yield from (f"    {change}" for change in changes)


def _warnings(plan: TrainingPlan) -> Iterator[str]:
    if plan.problems:
        count = len(plan.problems)
        yield ""
        yield f"{count} warning{'s' if count > 1 else ''}:"
        for problem in plan.problems[:MOST_CHANGES]:
            yield f"  {str(problem).splitlines()[0]}"
        if count > MOST_CHANGES:
            yield f"  ... and {count - MOST_CHANGES} more; `tenprint validate` lists them all"
