"""Leaves a baseline beside a memo: what a later run needs to answer after edits of examples alone (`amending`).

There is one only for an answer as text, which tells nothing of nodes, and which depends on nothing but one source of
local files, read by the usual rules, whose items are those of the model in the same order. A file can be edited that
has its table in the cache.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tenprint.fingerprinting import (
    FormerRun,
    PreparedRun,
    plan_without_changes,
    sorted_digests,
    written_baseline,
)
from tenprint.importers import (
    DocumentId,
    KnownReadings,
    ReadingRules,
    SeenFiles,
    Snapshot,
    TablePlace,
    revision_of_digests,
)
from tenprint.plugins.cli.amending import EDITED_KINDS
from tenprint.plugins.project import Project
from tenprint.plugins.report import Report
from tenprint.plugins.reports.text import TextReport, lines_around_changes

BASELINES = "baselines"
"""Records of the store: the baseline of each memo, with the packs it points into."""


@dataclass(frozen=True, slots=True)
class Printing:
    """How a command prints a plan: its report, whether at all, and whether its exit code says that something is due."""

    report: Report
    shown: bool
    exit_code: bool


def kept_baseline(key: str, project: Project, prepared: PreparedRun, printing: Printing) -> dict[str, Any] | None:
    """Keep the baseline of a run in the cache; return what the memo says about it, None where there can be none.

    Args:
        key: Name of the memo.
        project: The project, whose run has ended.
        prepared: What the run has found.
        printing: How it was printed.
    """
    context = project.importer.context
    readings, seen = context.readings, context.seen
    if readings is None or seen is None or not _is_usual(context.rules) or type(printing.report) is not TextReport:
        return None
    former = _former_run(prepared)
    if former is None:
        return None
    beside, packs = _beside(prepared.snapshot, seen, project, readings)
    if beside is None:
        return None
    beside |= {"source": former.source, "former": former.to_json(), "told": _told(former)}
    digests = sorted_digests(prepared.snapshot.unmerged.rows)
    front, blocks = written_baseline(former.situation.sections, former.warned, digests, beside)
    path = readings.keep(BASELINES, key, front + blocks, packs)
    if path is None:
        return None
    return {
        "path": str(path.absolute()),
        "size": len(front),
        "digest": sha256(front).hexdigest(),
        "shown": printing.shown,
        "exit_code": printing.exit_code,
    }


def _is_usual(rules: ReadingRules) -> bool:
    """Tell whether documents are read as they are read without any settings."""
    usual = ReadingRules()
    found = (rules.kinds, rules.limits, rules.merge, rules.namespace)
    return found == (usual.kinds, usual.limits, usual.merge, usual.namespace)


def _told(former: FormerRun) -> dict[str, Any]:
    """Write down what is told after edits, but for the changes, and whether anything is due then."""
    plan = plan_without_changes(former)
    before, after = lines_around_changes(plan)
    return {"before": before, "after": after, "due": plan.action != "none"}


def _former_run(prepared: PreparedRun) -> FormerRun | None:
    """Take from a run what a later one decides about; None where more than examples could matter."""
    plan, snapshot, situation = prepared.plan, prepared.snapshot, prepared.situation
    if situation is None or situation.old is None or situation.lost or situation.trainer.whole or situation.forced:
        return None
    found = (plan.changes, plan.finetune, snapshot.conflicts, snapshot.transforms, snapshot.inputs, prepared.lost)
    if plan.action != "none" or any(found) or any(section.reasons for section in plan.sections.values()):
        return None
    (source, *others) = plan.sources
    if others or source.status != "ok" or source.drift is not None or not prepared.in_order:
        return None
    return FormerRun(situation, source.name, plan.problems)


def _beside(
    snapshot: Snapshot, seen: SeenFiles, project: Project, readings: KnownReadings
) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Write down all documents in their order, and where the tables of those lie that may be edited."""
    documents = [each for each in snapshot.documents if isinstance(each.content, bytes)]
    if any(document.project for document in documents):
        return None, ()
    root = project.setup.project
    paths = {document.id: str((root / document.id.path).absolute()) for document in documents}
    # Whatever is shown under a path that leads elsewhere has another digest, or none.
    known = all(paths[each.id] in seen.files for each in documents)
    lines = ((seen.files[paths[each.id]].hex(), each.id.path) for each in documents if known)
    if not known or revision_of_digests(lines) != snapshot.sources[0].revision:
        return None, ()
    places, digests = readings.places(_digests(snapshot))
    packs: dict[str, int] = {}
    tables = {paths[document]: _place(place, packs) for document, place in places.items()}
    shown = [[paths[document.id], document.id.path] for document in documents]
    return {"documents": shown, "tables": tables, "packs": list(packs)}, digests


def _digests(snapshot: Snapshot) -> dict[DocumentId, bytes]:
    """Return the digests of all rows of each document that may be edited."""
    digests: dict[int, list[bytes]] = {}
    for row in snapshot.unmerged.rows:
        digests.setdefault(row[4], []).append(row[2])
    return {
        document.id: b"".join(digests.get(number, ()))
        for number, document in enumerate(snapshot.documents)
        if document.role == "data" and document.kinds == EDITED_KINDS
    }


def _place(place: TablePlace, packs: dict[str, int]) -> list[Any]:
    number = packs.setdefault(place.path, len(packs))
    return [number, place.start, place.size, place.digest.hex()]
