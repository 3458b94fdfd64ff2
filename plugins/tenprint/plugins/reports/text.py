"""Plans and runs as text for people."""

import time
from collections.abc import Iterator

from tenprint.fingerprinting import Change, RunReport, TrainingPlan
from tenprint.importers import SourceState, age_text

_SIGNS = {"added": "+", "removed": "-", "modified": "~", "renamed": ">"}
_NAMES = {"core": "Core", "nlu": "NLU", "nlg": "responses"}

MOST_CHANGES = 20
"""More would scroll the verdict off the screen; `--json` lists them all."""


def plan_text(plan: TrainingPlan, *, now: float | None = None) -> str:
    """One line of verdict, one for each source that is not as it should be and each section, then the changes.

    `now` is the time that ages are counted from, in seconds since 1970.
    """
    degraded = _degraded(plan.sources, time.time() if now is None else now)
    parts = (degraded, _sections(plan), _changes(plan.changes), _sources(plan.sources), _warnings(plan))
    return "\n".join([headline(plan), *(line for part in parts for line in part)])


def run_text(report: RunReport, *, dry_run: bool = False, now: float | None = None) -> str:
    lines = [plan_text(report.plan, now=now)]
    if report.written:
        lines += ["", f"wrote {report.model} in {report.seconds.get('total', 0):.2f} s"]
    elif dry_run and report.plan.action != "none":
        lines += ["", "dry run: nothing was written"]
    return "\n".join(lines)


def headline(plan: TrainingPlan) -> str:
    """Say in one line what is due."""
    if plan.action == "none":
        return f"nothing to do: {plan.model} is up to date"
    if plan.action == "update-domain":
        return f"update the domain of {plan.model}; nothing is trained"
    trained = [_NAMES[name] for name in ("nlu", "core") if plan.retrains(name)]
    return f"train {' and '.join(trained)}" if trained else "pack the model again without the half that has no data"


def _sections(plan: TrainingPlan) -> Iterator[str]:
    for name, section in plan.sections.items():
        due = "refresh" if name == "nlg" else "retrain"
        words = "; ".join(reason.message for reason in section.reasons)
        verdict = due if section.retrain else "up to date"
        yield f"  {_NAMES[name]:10}{verdict}{': ' + words if words else ''}"


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    if not changes:
        return
    yield ""
    yield f"{len(changes)} change{'s' if len(changes) > 1 else ''} since that model:"
    for change in changes[:MOST_CHANGES]:
        yield _change(change)
    if len(changes) > MOST_CHANGES:
        yield f"  ... and {len(changes) - MOST_CHANGES} more; --json lists them all"


def _change(change: Change) -> str:
    path = " > ".join(change.path[1:])
    if change.renamed_from is not None:
        path = f"{' > '.join(change.renamed_from[1:])} -> {path}"
    place = f"  ({change.locations[0]})" if change.locations else ""
    read_by = ", ".join(_NAMES[name] for name in change.sections) or "nothing is trained for it"
    return f"  {_SIGNS[change.change]} {change.kind.replace('-', ' ')}: {path}{place}  [{read_by}]"


def _degraded(sources: tuple[SourceState, ...], now: float) -> Iterator[str]:
    """Sources whose data is missing, or older than it could be."""
    for state in sources:
        if state.status == "missing":
            yield f"degraded: {state.name!r} is missing (optional)"
        elif state.status == "last-good":
            age = "" if state.fetched_at is None else f" {age_text(max(now - state.fetched_at, 0))} ago"
            yield f"degraded: {state.name!r} is as it was{age or ' when it was last fetched'} (last-good)"


def _sources(sources: tuple[SourceState, ...]) -> Iterator[str]:
    """Sources that are not what the lock says, and what lies between."""
    for state in sources:
        if state.drift is not None:
            yield ""
            yield f"{state.name} left the lock: {state.drift.locked} -> {state.revision}"
            yield from (f"    {change}" for change in state.drift.changes)


def _warnings(plan: TrainingPlan) -> Iterator[str]:
    if plan.problems:
        count = len(plan.problems)
        yield ""
        yield f"{count} warning{'s' if count > 1 else ''}:"
        for problem in plan.problems[:MOST_CHANGES]:
            yield f"  {str(problem).splitlines()[0]}"
        if count > MOST_CHANGES:
            yield f"  ... and {count - MOST_CHANGES} more; `tenprint validate` lists them all"
