"""Results as text for people, and as documents for programs where they have no `to_json` of their own."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.reports.blame import MOST_RELATED as MOST_RELATED
    from tenprint.plugins.reports.blame import blame_text as blame_text
    from tenprint.plugins.reports.blame import conflict_documents as conflict_documents
    from tenprint.plugins.reports.blame import conflicts_text as conflicts_text
    from tenprint.plugins.reports.blame import file_documents as file_documents
    from tenprint.plugins.reports.blame import item_documents as item_documents
    from tenprint.plugins.reports.blame import source_documents as source_documents
    from tenprint.plugins.reports.blame import sources_text as sources_text
    from tenprint.plugins.reports.blame import subject_document as subject_document
    from tenprint.plugins.reports.blame import subject_text as subject_text
    from tenprint.plugins.reports.blame import transform_documents as transform_documents
    from tenprint.plugins.reports.documents import findings_document as findings_document
    from tenprint.plugins.reports.documents import lock_document as lock_document
    from tenprint.plugins.reports.evaluations import core_evaluation_text as core_evaluation_text
    from tenprint.plugins.reports.evaluations import nlu_evaluation_text as nlu_evaluation_text
    from tenprint.plugins.reports.lock import lock_changes_text as lock_changes_text
    from tenprint.plugins.reports.nodes import explain_document as explain_document
    from tenprint.plugins.reports.nodes import explain_text as explain_text
    from tenprint.plugins.reports.nodes import explained_nodes as explained_nodes
    from tenprint.plugins.reports.nodes import node_lines as node_lines
    from tenprint.plugins.reports.plugins import HOOK_SCHEMA as HOOK_SCHEMA
    from tenprint.plugins.reports.plugins import callers as callers
    from tenprint.plugins.reports.plugins import hook_text as hook_text
    from tenprint.plugins.reports.plugins import plugins_document as plugins_document
    from tenprint.plugins.reports.plugins import plugins_text as plugins_text
    from tenprint.plugins.reports.project import config_text as config_text
    from tenprint.plugins.reports.project import counts_text as counts_text
    from tenprint.plugins.reports.project import project_counts as project_counts
    from tenprint.plugins.reports.subjects import all_subjects as all_subjects
    from tenprint.plugins.reports.text import plan_text as plan_text
    from tenprint.plugins.reports.text import run_text as run_text

_HOMES = {
    "HOOK_SCHEMA": "plugins",
    "callers": "plugins",
    "core_evaluation_text": "evaluations",
    "hook_text": "plugins",
    "lock_changes_text": "lock",
    "MOST_RELATED": "blame",
    "all_subjects": "subjects",
    "blame_text": "blame",
    "config_text": "project",
    "conflict_documents": "blame",
    "conflicts_text": "blame",
    "counts_text": "project",
    "explain_document": "nodes",
    "explain_text": "nodes",
    "explained_nodes": "nodes",
    "file_documents": "blame",
    "findings_document": "documents",
    "lock_document": "documents",
    "item_documents": "blame",
    "nlu_evaluation_text": "evaluations",
    "node_lines": "nodes",
    "plan_text": "text",
    "plugins_document": "plugins",
    "plugins_text": "plugins",
    "project_counts": "project",
    "run_text": "text",
    "source_documents": "blame",
    "sources_text": "blame",
    "subject_document": "blame",
    "subject_text": "blame",
    "transform_documents": "blame",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "HOOK_SCHEMA",
    "MOST_RELATED",
    "all_subjects",
    "blame_text",
    "callers",
    "config_text",
    "conflict_documents",
    "conflicts_text",
    "core_evaluation_text",
    "counts_text",
    "explain_document",
    "explain_text",
    "explained_nodes",
    "file_documents",
    "findings_document",
    "hook_text",
    "item_documents",
    "lock_changes_text",
    "lock_document",
    "nlu_evaluation_text",
    "node_lines",
    "plan_text",
    "plugins_document",
    "plugins_text",
    "project_counts",
    "run_text",
    "source_documents",
    "sources_text",
    "subject_document",
    "subject_text",
    "transform_documents",
)
