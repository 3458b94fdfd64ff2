"""What a model tells of its run: metadata.json, which follows from content, and run.json, which does not."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tenprint.fingerprinting import recipe
from tenprint.fingerprinting.archive.layout import CORE, METADATA_SCHEMA
from tenprint.fingerprinting.archive.update import trained_domain_digest
from tenprint.fingerprinting.finetuning import LINEAGE_KEY, lineage
from tenprint.fingerprinting.finetuning_names import LABELS_KEY, labels_document
from tenprint.fingerprinting.former_kinds import METADATA_KEY, kinds_document
from tenprint.fingerprinting.plan import COMPONENTS, TrainingPlan
from tenprint.fingerprinting.preparing import PreparedRun, TrainingSetup
from tenprint.fingerprinting.recipe.node_records import NODES_KEY, records_of
from tenprint.fingerprinting.sections import TRAINING_SCHEMA_VERSION
from tenprint.importers import SCHEME, effective_domain, value_of
from tenprint.importers.kinds import DOMAIN

RUN_SCHEMA = "tenprint.run/1"
SCHEMAS_KEY = "schemas"
"""Key of the graphs in the metadata, for reading; a model is loaded from what its resources say."""


def metadata_document(
    setup: TrainingSetup, prepared: PreparedRun, halves: Collection[str], records: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe a model with these halves; a trainer is named where it is not the default one.

    `records` tell of the nodes that were trained or taken over; those of a half that stayed are in the old metadata.
    """
    metadata: dict[str, Any] = {
        "schema": METADATA_SCHEMA,
        "training_schema": TRAINING_SCHEMA_VERSION,
        "scheme": SCHEME,
        "halves": list(halves),
        "components": {half: dict(known) for half, known in prepared.identities.items() if half in halves},
        "sources": [{"name": state.name, "revision": state.revision} for state in prepared.snapshot.sources],
    }
    kinds = kinds_document(setup.importer.context.rules.kinds, prepared.snapshot.table.kinds())
    if kinds:
        metadata[METADATA_KEY] = kinds
    metadata[LABELS_KEY] = labels_document(prepared.snapshot.table)
    trained = [half for half in halves if prepared.plan.retrains(half)]
    kept = [half for half in halves if half not in trained]
    nodes = {**records_of(prepared.recorded, kept), **records}
    if nodes:
        metadata[NODES_KEY] = dict(sorted(nodes.items()))
        # Halves that stay were made by the graphs that are recorded; making them again loads all that trains.
        recorded = None if trained else prepared.recorded.get(SCHEMAS_KEY)
        metadata[SCHEMAS_KEY] = recorded or recipe.schemas_of(prepared.config, setup.components, halves)
    finetuned = lineage(prepared.recorded, prepared.plan.finetune, halves, trained)
    if finetuned:
        metadata[LINEAGE_KEY] = finetuned
    if prepared.trainer != COMPONENTS:
        metadata["trainer"] = prepared.trainer
    if CORE in halves:
        written = value_of(DOMAIN, prepared.snapshot, setup.importer.context.rules)
        metadata["core_domain"] = trained_domain_digest(effective_domain(written, prepared.snapshot.table))
    return metadata


def run_document(plan: TrainingPlan, trained_at: float) -> dict[str, Any]:
    """Describe a run; whether a node ran or was restored is no part of it, or equal projects would pack other bytes."""
    brief = replace(plan, changes=(), problems=(), nodes=(), model=None).to_json()
    return {"schema": RUN_SCHEMA, "trained_at": trained_at, "plan": brief}


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
