"""Words that all formats of reports share: headline, names of parts, groups of changes, what nobody can see. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from tenprint.fingerprinting import Change, TrainingPlan
from tenprint.importers import SourceState
from tenprint.plugins.report import Findings
from tenprint.plugins.reports.change_wording import PARTS, changes_since, parts_text
from tenprint.plugins.sizes import counted

if TYPE_CHECKING:  # loads what fetches, which telling a plan does not need
    from tenprint.importers import LockChange, LockedSource

_RANKS = {name: rank for rank, name in enumerate(PARTS)}
_DIGITS = 8
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that make the same sections due."""

    sections: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        return parts_text(self.sections)


def grouped(changes: Sequence[Change]) -> tuple[Group, ...]:
    """Group changes by the sections they make due, what makes most due first; inside by kind, path and place."""
    ranked = sorted(changes, key=lambda change: (_rank(change.sections), change.sections))
    return tuple(Group(sections, tuple(found)) for sections, found in groupby(ranked, lambda one: one.sections))


def _rank(sections: Sequence[str]) -> tuple[bool, bool, list[int]]:
    trains = any(name != "nlg" for name in sections)
    return not trains, not sections, [_RANKS.get(name, len(_RANKS)) for name in sections]


def headline_of(findings: Findings) -> str:
    """Say in one line what is due, or what lies between two sides."""
    plan = findings.plan
    if findings.before is None:
        return "" if plan is None else plan_headline(plan)
    between = f"{findings.before} -> {_after(findings)}"
    if not findings.differs:
        return f"no difference: {between}"
    if plan is None:
        count = len(findings.locked.changes) if findings.locked is not None else 0
        return f"{between}: {counted(count, 'source')} moved"
    if plan.action == "none":
        return f"{between}: nothing is due"
    return f"{between}: {'update the domain' if plan.action == 'update-domain' else _training(plan)}"


def plan_headline(plan: TrainingPlan) -> str:
    """Say in one line what a run would do."""
    if plan.action == "none":
        return f"nothing to do: {plan.model} is up to date"
    if plan.action == "update-domain":
        return f"update the domain of {plan.model}; nothing is trained"
    return _training(plan)


def _training(plan: TrainingPlan) -> str:
    trained = [PARTS[name] for name in ("nlu", "core") if plan.retrains(name)]
    return f"train {' and '.join(trained)}" if trained else "pack the model again without the half that has no data"


def changes_title(findings: Findings, count: int) -> str:
    if findings.before is None:
        return changes_since(count)
    return f"{counted(count, 'change')} from {findings.before} to {_after(findings)}"


def _after(findings: Findings) -> str:
    return "the project" if findings.after is None else findings.after


def verdicts(plan: TrainingPlan) -> Iterator[tuple[str, str, str]]:
    """Yield for each section its name, its verdict and why."""
    for name, section in plan.sections.items():
        due = "refresh" if name == "nlg" else "retrain"
        yield PARTS[name], due if section.retrain else "up to date", "; ".join(one.message for one in section.reasons)


def digests_text(change: Change) -> str:
    """Both digests, as far as people need them."""
    sides = (None if side is None else side.hex()[:_DIGITS] for side in (change.before, change.after))
    return " -> ".join(side or "none" for side in sides)


def lock_lines(change: "LockChange") -> Iterator[str]:
    """Tell of a source how its entry in the lock differs: revision, digest, files and bytes."""
    before, after = change.before, change.after
    if before is None or after is None:
        entry = after or before
        yield f"{change.source}: {'locked' if before is None else 'no longer locked'}" + (
            f" at {_entry(entry)}" if entry is not None else ""
        )
        return
    yield f"{change.source}: {before.revision} -> {after.revision}"
    yield f"{_entry_size(before)} -> {_entry_size(after)}"
    yield from change.changes


def _entry(entry: "LockedSource") -> str:
    return f"{entry.revision} ({_entry_size(entry)})"


def _entry_size(entry: "LockedSource") -> str:
    digest = entry.digest.removeprefix("sha256:")[:_DIGITS]
    return f"{counted(entry.files, 'file')}, {counted(entry.size, 'byte')}, {digest}"


def degraded(sources: Sequence[SourceState], now: float) -> Iterator[str]:
    """Tell of sources whose data is missing, or older than it could be."""
    for state in sources:
        if state.status == "missing":
            yield f"{state.name!r} is missing (optional)"
        elif state.status == "last-good":
            from tenprint.importers import age_text  # noqa: PLC0415 - loads what fetches, and few plans tell of it

            age = "" if state.fetched_at is None else f" {age_text(max(now - state.fetched_at, 0))} ago"
            yield f"{state.name!r} is as it was{age or ' when it was last fetched'} (last-good)"


def drifted(sources: Sequence[SourceState]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tell of sources that are not what the lock says, each with what lies between."""
    for state in sources:
        if state.drift is not None:
            yield f"{state.name} left the lock: {state.drift.locked} -> {state.revision}", state.drift.changes


def visible(text: str, longest: int = _LONGEST) -> str:
    """Show what nobody can see, such as control characters and marks of direction; cut what is long."""
    cut = text if len(text) <= longest else f"{text[: longest - 3]}..."
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in cut)
