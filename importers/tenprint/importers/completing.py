"""Completes a configuration that leaves out its pipeline or its policies, in memory; files are never touched.

The defaults have a name of their own, so that a later release can offer better ones without retraining anybody who
pins this name.
"""

from tenprint.importers.assembling import take_apart
from tenprint.importers.combining import snapshot_of, with_addition
from tenprint.importers.itemising import DocumentReading, ReadingRules, itemise
from tenprint.importers.kinds import CONFIG, NLU, STORIES
from tenprint.importers.location import DocumentId
from tenprint.importers.snapshot import Snapshot, SourceDocument, SourceState

DEFAULT_NAME = "tenprint-1"

_SOURCE = "default"


def default_config() -> dict[str, list[dict[str, str | bool]]]:
    """Return the default lists: components that need nothing but tenprint."""
    return {
        "pipeline": [{"name": "KeywordIntentClassifier", "case_sensitive": False}, {"name": "EntitySynonymMapper"}],
        "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}],
    }


def completed(snapshot: Snapshot, rules: ReadingRules) -> Snapshot:
    """Add the default pipeline where NLU data has none, and the default policies where dialogues have none.

    Completing twice changes nothing.
    """
    kinds = snapshot.table.kinds()
    missing = {}
    if "pipeline-component" not in kinds and not kinds.isdisjoint(NLU.item_names):
        missing["pipeline"] = default_config()["pipeline"]
    if "policy" not in kinds and not kinds.isdisjoint(STORIES.item_names):
        missing["policies"] = default_config()["policies"]
    if not missing:
        return snapshot
    parts = take_apart(CONFIG, missing)
    document = SourceDocument(
        DocumentId(_SOURCE, f"<default configuration {DEFAULT_NAME}>"), "default", (CONFIG.name,), parts
    )
    reading = DocumentReading(document, itemise(parts, 0, rules), ())
    defaults = snapshot_of(SourceState(_SOURCE, DEFAULT_NAME), [reading], rules)
    return with_addition(snapshot, defaults)
