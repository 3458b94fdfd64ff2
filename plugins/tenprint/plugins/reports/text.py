"""Plans, runs and comparisons as text for people."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenprint.fingerprinting import TrainingPlan
from tenprint.plugins.report import Findings, Report
from tenprint.plugins.reports import wording
from tenprint.plugins.reports.change_wording import MOST_CHANGES, change_line, change_lines
from tenprint.plugins.reports.finetune import finetune_lines
from tenprint.plugins.sizes import counted

if TYPE_CHECKING:  # loads what trains, which telling a plan does not need
    from tenprint.fingerprinting import RunReport


class TextReport(Report):
    """Text for a terminal: of a plan its beginning, of a comparison all of it."""

    NAME = "text"

    def render(self, findings: Findings) -> str:
        if findings.before is None and findings.plan is not None:
            return plan_text(findings.plan, now=findings.now, nodes=findings.nodes)
        return "\n".join(_comparison(findings))


def plan_text(plan: TrainingPlan, *, now: float | None = None, nodes: bool = False) -> str:
    """One line of verdict, one for each source that is not as it should be and each section, then the changes.

    `now` is the time that ages are counted from, in seconds since 1970; with `nodes` each node of the training graph
    has a line too.
    """
    before, after = lines_around_changes(plan, now=now, nodes=nodes)
    return "\n".join([*before, *change_lines(plan.changes), *after])


def lines_around_changes(
    plan: TrainingPlan, *, now: float | None = None, nodes: bool = False
) -> tuple[list[str], list[str]]:
    """What `plan_text` tells before the changes, and behind them."""
    aged = _degraded(plan, time.time() if now is None else now)
    told = _nodes(plan) if nodes else ()
    before = [wording.plan_headline(plan), *aged, *_sections(plan), *finetune_lines(plan), *told]
    return before, [*_sources(plan), *_warnings(plan)]


def run_text(report: "RunReport", *, dry_run: bool = False, now: float | None = None) -> str:
    lines = [plan_text(report.plan, now=now)]
    if report.written:
        lines += ["", f"wrote {report.model} in {report.seconds.get('total', 0):.2f} s"]
    elif dry_run and report.plan.action != "none":
        lines += ["", "dry run: nothing was written"]
    return "\n".join(lines)


def _comparison(findings: Findings) -> Iterator[str]:
    yield wording.headline_of(findings)
    plan = findings.plan
    if plan is not None:
        yield from _degraded(plan, findings.now)
        yield from _sections(plan)
        for group in wording.grouped(plan.changes):
            yield ""
            yield f"{group.title}:"
            yield from (f"{change_line(change)}  {wording.digests_text(change)}" for change in group.changes)
    if findings.locked is not None and findings.locked.changes:
        yield ""
        yield "in the lock:"
        for change in findings.locked.changes:
            first, *others = wording.lock_lines(change)
            yield f"  {first}"
            yield from (f"    {line}" for line in others)
    if plan is not None:
        yield from _sources(plan)
        yield from _warnings(plan)


def _sections(plan: TrainingPlan) -> Iterator[str]:
    for name, verdict, why in wording.verdicts(plan):
        yield f"  {name:10}{verdict}{': ' + why if why else ''}"


def _nodes(plan: TrainingPlan) -> Iterator[str]:
    from tenprint.plugins.reports.nodes import node_lines  # noqa: PLC0415 - few plans tell of them

    yield ""
    yield "nodes:" if plan.nodes else "no nodes"
    yield from node_lines(plan)


def _degraded(plan: TrainingPlan, now: float) -> Iterator[str]:
    return (f"degraded: {line}" for line in wording.degraded(plan.sources, now))


def _sources(plan: TrainingPlan) -> Iterator[str]:
    for line, changes in wording.drifted(plan.sources):
        yield ""
        yield line
        yield from (f"    {change}" for change in changes)


def _warnings(plan: TrainingPlan) -> Iterator[str]:
    if plan.problems:
        count = len(plan.problems)
        yield ""
        yield f"{counted(count, 'warning')}:"
        for problem in plan.problems[:MOST_CHANGES]:
            yield f"  {str(problem).splitlines()[0]}"
        if count > MOST_CHANGES:
            yield f"  ... and {count - MOST_CHANGES} more; `tenprint validate` lists them all"
