"""The door of the ground floor: get training data, whatever it comes from."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.assembling import TrainingView as TrainingView, conversation_tests as conversation_tests, items_of as items_of, project_data as project_data, put_together as put_together, take_apart as take_apart, training_view as training_view, value_of as value_of
    from tenprint.importers.canonical import SCHEME as SCHEME, canonical_digest as canonical_digest, text_form as text_form
    from tenprint.importers.checking import check_items as check_items
    from tenprint.importers.combined import CombinedImporter as CombinedImporter
    from tenprint.importers.completing import DEFAULT_NAME as DEFAULT_NAME, completed as completed, default_config as default_config
    from tenprint.importers.concurrency import gather as gather
    from tenprint.importers.digest import digest_of as digest_of, digest_text as digest_text, parse_digest as parse_digest
    from tenprint.importers.errors import CanonicalFormError as CanonicalFormError, ConfigurationError as ConfigurationError, ProblemsError as ProblemsError, SourceError as SourceError, TenprintError as TenprintError
    from tenprint.importers.finding import file_bytes as file_bytes
    from tenprint.importers.importer import ImporterContext as ImporterContext, NotProvided as NotProvided, TrainingDataImporter as TrainingDataImporter
    from tenprint.importers.itemising import ReadingRules as ReadingRules, SourceFile as SourceFile, read_file as read_file, snapshot_of as snapshot_of
    from tenprint.importers.items import Facets as Facets, Item as Item, ItemTable as ItemTable, Part as Part, Path as Path
    from tenprint.importers.limits import Limits as Limits
    from tenprint.importers.loading import UnknownImporter as UnknownImporter, load_importer as load_importer
    from tenprint.importers.location import DocumentId as DocumentId, Location as Location
    from tenprint.importers.problem import Problem as Problem, Severity as Severity, errors_among as errors_among
    from tenprint.importers.registered import Registered as Registered
    from tenprint.importers.snapshot import Snapshot as Snapshot, SourceDocument as SourceDocument, SourceState as SourceState
    from tenprint.importers.snapshot_importer import SnapshotImporter as SnapshotImporter
    from tenprint.importers.spec import ImporterSpec as ImporterSpec, importer_specs as importer_specs

_HOMES = {
    "CanonicalFormError": "errors",
    "CombinedImporter": "combined",
    "ConfigurationError": "errors",
    "DEFAULT_NAME": "completing",
    "DocumentId": "location",
    "Facets": "items",
    "ImporterContext": "importer",
    "ImporterSpec": "spec",
    "Item": "items",
    "ItemTable": "items",
    "Limits": "limits",
    "Location": "location",
    "NotProvided": "importer",
    "Part": "items",
    "Path": "items",
    "Problem": "problem",
    "ProblemsError": "errors",
    "ReadingRules": "itemising",
    "Registered": "registered",
    "SCHEME": "canonical",
    "Severity": "problem",
    "Snapshot": "snapshot",
    "SnapshotImporter": "snapshot_importer",
    "SourceDocument": "snapshot",
    "SourceError": "errors",
    "SourceFile": "itemising",
    "SourceState": "snapshot",
    "TenprintError": "errors",
    "TrainingDataImporter": "importer",
    "TrainingView": "assembling",
    "UnknownImporter": "loading",
    "canonical_digest": "canonical",
    "check_items": "checking",
    "completed": "completing",
    "conversation_tests": "assembling",
    "default_config": "completing",
    "digest_of": "digest",
    "digest_text": "digest",
    "errors_among": "problem",
    "file_bytes": "finding",
    "gather": "concurrency",
    "importer_specs": "spec",
    "items_of": "assembling",
    "load_importer": "loading",
    "parse_digest": "digest",
    "project_data": "assembling",
    "put_together": "assembling",
    "read_file": "itemising",
    "snapshot_of": "itemising",
    "take_apart": "assembling",
    "text_form": "canonical",
    "training_view": "assembling",
    "value_of": "assembling",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "CanonicalFormError",
    "CombinedImporter",
    "ConfigurationError",
    "DEFAULT_NAME",
    "DocumentId",
    "Facets",
    "ImporterContext",
    "ImporterSpec",
    "Item",
    "ItemTable",
    "Limits",
    "Location",
    "NotProvided",
    "Part",
    "Path",
    "Problem",
    "ProblemsError",
    "ReadingRules",
    "Registered",
    "SCHEME",
    "Severity",
    "Snapshot",
    "SnapshotImporter",
    "SourceDocument",
    "SourceError",
    "SourceFile",
    "SourceState",
    "TenprintError",
    "TrainingDataImporter",
    "TrainingView",
    "UnknownImporter",
    "canonical_digest",
    "check_items",
    "completed",
    "conversation_tests",
    "default_config",
    "digest_of",
    "digest_text",
    "errors_among",
    "file_bytes",
    "gather",
    "importer_specs",
    "items_of",
    "load_importer",
    "parse_digest",
    "project_data",
    "put_together",
    "read_file",
    "snapshot_of",
    "take_apart",
    "text_form",
    "training_view",
    "value_of",
)
