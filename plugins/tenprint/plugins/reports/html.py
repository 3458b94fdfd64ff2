"""Findings as one page of HTML: all in one file, which asks nobody for anything.

The template escapes whatever it is given. Its policy allows the page's own style and script, known by their digests,
and nothing else; without the script all of it can be read, only not filtered.
"""

import base64
from hashlib import sha256
from importlib.resources import files
from typing import Any

from tenprint.fingerprinting import Change, TrainingPlan
from tenprint.importers import ConfigurationError
from tenprint.plugins.report import Findings, Report
from tenprint.plugins.reports import change_wording, wording
from tenprint.plugins.reports.finetune import finetune_lines
from tenprint.plugins.reports.nodes import node_rows

MOST_ROWS = 10_000
"""More rows make a page that browsers show slowly."""

MOST_NODES = 1_000

MOST_DRAWN = 300
"""More nodes make a picture in which nobody finds anything."""

_MOST_NOTES = 500
_BAR = 320


class HtmlReport(Report):
    """One self-contained page; needs Jinja2."""

    NAME = "html"

    def __init__(self) -> None:
        try:
            from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - an extra, which text needs not
        except ImportError as error:
            raise ConfigurationError(
                "the format 'html' needs Jinja2, which is not installed", hint="pip install 'tenprint[html]'"
            ) from error
        environment = Environment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
        )
        self._template = environment.from_string(_part("page.html"))

    def render(self, findings: Findings) -> bytes:
        style, script = _part("page.css"), _part("page.js")
        page = self._template.render(
            style=style,
            script=script,
            style_digest=_digest(style),
            script_digest=_digest(script),
            **_page(findings),
        )
        return page.encode(errors="backslashreplace")


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the digest of a style or script as a policy names it."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _page(findings: Findings) -> dict[str, Any]:
    plan = findings.plan
    changes = () if plan is None else plan.changes
    groups = _groups(changes)
    return {
        "headline": wording.visible(wording.headline_of(findings), 1_000),
        "verdicts": []
        if plan is None
        else [(name, due, wording.visible(why, 4_000)) for name, due, why in wording.verdicts(plan)],
        **_nodes(plan),
        "changes_title": wording.visible(wording.changes_title(findings, len(changes)), 1_000),
        "groups": groups,
        "kinds": sorted({row["kind"] for group in groups for row in group["rows"]}),
        "left_out": max(len(changes) - MOST_ROWS, 0),
        "bars": _bars(wording.grouped(changes)),
        "lists": [
            (title, rows[:_MOST_NOTES], max(len(rows) - _MOST_NOTES, 0)) for title, rows in _lists(findings) if rows
        ],
    }


def _nodes(plan: TrainingPlan | None) -> dict[str, Any]:
    """Tell of the nodes of the graph, and draw it, where it is known what is done about any of them."""
    if plan is None or all(node.verdict == "skipped" for node in plan.nodes):
        return {"nodes": [], "graph": "", "nodes_left_out": 0}
    from tenprint.fingerprinting.engine import graph_svg  # noqa: PLC0415 - loads the graph, which few plans have

    rows = [(wording.visible(name), verdict, wording.visible(why, 4_000)) for name, verdict, why in node_rows(plan)]
    return {
        "nodes": rows[:MOST_NODES],
        "nodes_left_out": max(len(rows) - MOST_NODES, 0),
        "graph": graph_svg(plan.nodes) if len(rows) <= MOST_DRAWN else "",
    }


def _groups(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    room = MOST_ROWS
    for group in wording.grouped(changes):
        shown = group.changes[:room]
        room -= len(shown)
        if shown:
            rows = [_row(change) for change in shown]
            groups.append({"title": group.title, "count": len(group.changes), "rows": rows})
    return groups


def _row(change: Change) -> dict[str, str]:
    return {
        "change": change.change,
        "kind": wording.visible(change_wording.kind_text(change)),
        "path": wording.visible(change_wording.path_text(change), 2_000),
        "place": wording.visible(change_wording.place_text(change), 2_000),
        "digests": wording.digests_text(change),
    }


def _bars(groups: tuple[wording.Group, ...]) -> list[dict[str, Any]]:
    """Lengths of the bars of the picture, which tell how many changes make what due."""
    most = max((len(group.changes) for group in groups), default=1)
    return [
        {
            "title": group.title,
            "count": f"{len(group.changes):,}",
            "width": max(2, _BAR * len(group.changes) // most),
            "y": 28 * number,
        }
        for number, group in enumerate(groups)
    ]


def _lists(findings: Findings) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """What stands below the changes: a title, and lines with further lines each."""
    moved = () if findings.locked is None else findings.locked.changes
    plan = findings.plan
    return [
        ("Sources that moved", [_note(*wording.lock_lines(change)) for change in moved]),
        *([] if plan is None else _notes(plan, findings.now)),
    ]


def _notes(plan: TrainingPlan, now: float) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    return [
        ("Finetuning", [_note(line.strip()) for line in finetune_lines(plan) if line.strip()]),
        ("Sources that left the lock", [_note(line, *changes) for line, changes in wording.drifted(plan.sources)]),
        ("Degraded sources", [_note(line) for line in wording.degraded(plan.sources, now)]),
        ("Warnings", [_note(*str(problem).splitlines()) for problem in plan.problems]),
    ]


def _note(first: str, *others: str) -> tuple[str, list[str]]:
    return wording.visible(first, 2_000), [wording.visible(line, 2_000) for line in others[:_MOST_NOTES]]
