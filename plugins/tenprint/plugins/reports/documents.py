"""Findings as one JSON document for programs."""

import json
from typing import TYPE_CHECKING, Any

from tenprint.plugins.report import Findings, Report

if TYPE_CHECKING:  # loads what fetches, which telling a plan does not need
    from tenprint.importers import Locked

LOCK_SCHEMA = "tenprint.lock/1"


class JsonReport(Report):
    """JSON in ASCII only, so that no terminal or locale can break it."""

    NAME = "json"

    def render(self, findings: Findings) -> str:
        return json.dumps(findings_document(findings), indent=2)


def findings_document(findings: Findings) -> dict[str, Any]:
    """Return a plan, with the two sides where it is a comparison; two locks give the document of `tenprint lock`."""
    sides = {"before": findings.before, "after": findings.after}
    if findings.plan is None:
        return {**({} if findings.locked is None else lock_document(findings.locked)), **sides}
    if findings.before is None:
        return findings.plan.to_json()
    moved = () if findings.locked is None else findings.locked.changes
    return {**findings.plan.to_json(), **sides, "locks": [change.to_json() for change in moved]}


def lock_document(found: "Locked") -> dict[str, Any]:
    return {
        "schema": LOCK_SCHEMA,
        "sources": {label: source.to_json() for label, source in sorted(found.lock.sources.items())},
        "changes": [change.to_json() for change in found.changes],
    }
