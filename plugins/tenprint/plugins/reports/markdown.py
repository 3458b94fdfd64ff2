"""Findings as Markdown for a comment on a change, as GitHub and others show it.

Rules kept here:

* whatever comes from data stands in a code span, or is escaped, so that it is text and nothing else: no markup, no
  mention of people, no link;
* a comment has at most 65,536 characters, so each part has its share, and what is left out is counted.
"""

import re
from collections.abc import Iterable, Iterator

from tenprint.fingerprinting import Change, TrainingPlan
from tenprint.plugins.report import Findings, Report
from tenprint.plugins.reports import change_wording, wording
from tenprint.plugins.reports.finetune import finetune_lines
from tenprint.plugins.reports.nodes import node_rows

LONGEST_COMMENT = 65_536
"""What GitHub takes; a character outside of the basic plane counts twice."""

_HEADLINE_SHARE = 1_000
_CELL_SHARE = 2_000
_CHANGES_SHARE = 36_000
_SMALL_SHARE = 6_000

_MARKUP = re.compile(r"[\\`*_{}\[\]()#|~<>&@$]|^[-+=]|(?<=[\dwW])\.|:(?=//)")
"""What means something anywhere, at the beginning of a line, in the number of a list, or in an address."""
_BACKTICKS = re.compile(r"`+")


class MarkdownReport(Report):
    """Markdown for a comment on a pull request."""

    NAME = "markdown"

    def render(self, findings: Findings) -> bytes:
        text = "\n".join(_lines(findings)) + "\n"
        return text.encode(errors="backslashreplace")


def _lines(findings: Findings) -> Iterator[str]:
    yield f"### {prose(wording.headline_of(findings), _HEADLINE_SHARE)}"
    plan = findings.plan
    if plan is not None:
        yield ""
        yield "| Part | Verdict | Why |"
        yield "|---|---|---|"
        for name, verdict, why in wording.verdicts(plan):
            due = verdict if verdict == "up to date" else f"**{verdict}**"
            yield f"| {name} | {due} | {prose(why, _CELL_SHARE)} |"
        yield from _part("Finetuning", (f"- {prose(line.strip())}" for line in finetune_lines(plan) if line.strip()))
        yield from _changes(findings, plan)
        if findings.nodes:
            yield from _part("Nodes", (_node(*row) for row in node_rows(plan)))
    if findings.locked is not None and findings.locked.changes:
        moved = (list(wording.lock_lines(change)) for change in findings.locked.changes)
        yield from _part("Sources that moved", (_nested(first, others) for first, *others in moved))
    if plan is not None:
        left = (_nested(line, changes) for line, changes in wording.drifted(plan.sources))
        yield from _part("Sources that left the lock", left)
        yield from _part(
            "Degraded sources", (f"- {prose(line)}" for line in wording.degraded(plan.sources, findings.now))
        )
        yield from _part("Warnings", (f"- {prose(str(one).splitlines()[0])}" for one in plan.problems))


def _changes(findings: Findings, plan: TrainingPlan) -> Iterator[str]:
    if not plan.changes:
        return
    yield ""
    title = prose(wording.changes_title(findings, len(plan.changes)), _HEADLINE_SHARE)
    yield f"<details><summary>{title}</summary>"
    room, told = _CHANGES_SHARE - (_SMALL_SHARE if findings.nodes else 0), 0
    for group in wording.grouped(plan.changes):
        heading = f"**{group.title}**"
        for number, change in enumerate(group.changes):
            row = _change(change)
            room -= _length(row) + (0 if number else _length(heading) + 3)
            if room < 0:
                break
            if not number:
                yield from ("", heading, "")
            yield row
            told += 1
    if told < len(plan.changes):
        yield ""
        yield f"... and {len(plan.changes) - told:,} more; `--format json` lists them all"
    yield ""
    yield "</details>"


def _change(change: Change) -> str:
    place = change_wording.place_text(change)
    where = f"{code(place)}, " if place else ""
    what = f"{change.change} {prose(change_wording.kind_text(change))}: {code(change_wording.path_text(change))}"
    return f"- {what} ({where}{code(wording.digests_text(change))})"


def _node(name: str, verdict: str, why: str) -> str:
    return f"- {verdict} {code(name)}: {prose(why)}"


def _part(title: str, rows: Iterable[str]) -> Iterator[str]:
    """Yield a heading and a list as far as there is room; nothing for an empty list."""
    room, told, left_out = _SMALL_SHARE, 0, 0
    for row in rows:
        room -= _length(row) + 1
        if room < 0:
            left_out += 1
            continue
        if not told:
            yield from ("", f"**{title}**", "")
        told += 1
        yield row
    if left_out:
        yield f"- ... and {left_out:,} more"


def _nested(first: str, others: Iterable[str]) -> str:
    lines = [f"- {prose(first)}"]
    room = _SMALL_SHARE // 2
    for line in others:
        row = f"  - {prose(line)}"
        room -= _length(row)
        if room < 0:
            lines.append("  - ...")
            break
        lines.append(row)
    return "\n".join(lines)


def code(text: str) -> str:
    """Put a text into a code span, whatever is in it; a bar would end the cell of a table."""
    shown = wording.visible(text)
    if not shown.strip():
        return "` `"
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    # One space on both sides is taken off again where the text begins or ends with a backtick or a space.
    margin = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{margin}{shown}{margin}{fence}"


def prose(text: str, longest: int = 400) -> str:
    """Escape a text so that it is shown as it is: as entities, which no rule of Markdown looks into."""
    escaped = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", wording.visible(text, longest))
    # A mention is looked for in what is shown; what nobody sees keeps the name from it.
    return escaped.replace("&#64;", "&#64;&#8203;").replace("&#35;", "&#35;&#8203;")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
