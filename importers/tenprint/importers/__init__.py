"""The door of the ground floor: get training data, whatever it comes from."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.applied import TRANSFORMS, AppliedTransform, recorded, recorded_kinds
    from tenprint.importers.assembling import (
        PlacedValue,
        TrainingView,
        conversation_tests,
        itemised_again,
        items_of,
        project_data,
        put_together,
        read_values,
        take_apart,
        training_view,
        value_of,
    )
    from tenprint.importers.blame import Blame, Origin, Override, conflict_problems
    from tenprint.importers.canonical import SCHEME, canonical_digest, scalar_form, text_form
    from tenprint.importers.checking import check_items, check_project, in_reading_order
    from tenprint.importers.combined import CombinedDataImporter
    from tenprint.importers.combining import revision_of_digests as revision_of_digests
    from tenprint.importers.combining import snapshot_of
    from tenprint.importers.completing import DEFAULT_NAME, completed, default_config
    from tenprint.importers.concurrency import gather, run_to_end
    from tenprint.importers.core_only import CoreDataImporter
    from tenprint.importers.deriving import effective_domain
    from tenprint.importers.digest import digest_of, digest_text, parse_digest
    from tenprint.importers.dotted import ForeignImporters, module_at
    from tenprint.importers.end_to_end import E2EImporter
    from tenprint.importers.errors import (
        CanonicalFormError,
        ConfigurationError,
        ExportError,
        OptionError,
        ProblemsError,
        SourceError,
        TenprintError,
        TransformError,
    )
    from tenprint.importers.far_reading import FarReading as FarReading
    from tenprint.importers.far_reading import ReadingExecutor as ReadingExecutor
    from tenprint.importers.fetching import Fetching, FetchMode, age_text
    from tenprint.importers.finding import file_bytes
    from tenprint.importers.foreign import foreign_code
    from tenprint.importers.importer import ImporterContext, NotProvided, TrainingDataImporter
    from tenprint.importers.imports import CONFIG_NAMES
    from tenprint.importers.item_tables import digests_in as digests_in
    from tenprint.importers.item_tables import reading_of as reading_of
    from tenprint.importers.item_tables import variables_in
    from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, itemise, read_file
    from tenprint.importers.items import Facets, Item, ItemTable, Part, Path, Row
    from tenprint.importers.known_readings import KnownReadings
    from tenprint.importers.known_readings import TablePlace as TablePlace
    from tenprint.importers.lazy import lazy_door
    from tenprint.importers.legible import full_text, short_text
    from tenprint.importers.limits import Limits
    from tenprint.importers.loading import UnknownImporter, load_importer
    from tenprint.importers.location import DocumentId, Location
    from tenprint.importers.lock import LOCK_NAME, LockedSource, SourceLock, lock_text, read_lock
    from tenprint.importers.locking import LockChange, Locked, lock_sources, remote_sources, sources_to_lock, write_lock
    from tenprint.importers.naming import Namespace
    from tenprint.importers.nlu_files import plain_nlu_rows as plain_nlu_rows
    from tenprint.importers.nlu_only import NluDataImporter
    from tenprint.importers.observing import Observers, SourceObserver, SourceReport
    from tenprint.importers.options import read_options
    from tenprint.importers.passing_folders import temporary_folder as temporary_folder
    from tenprint.importers.problem import Problem, Severity, errors_among
    from tenprint.importers.progress import Progress, ProgressListener, SourceProgress
    from tenprint.importers.registered import Registered
    from tenprint.importers.remote import Manifest, RemoteFile, RemoteImporter
    from tenprint.importers.responses_sync import ResponsesSyncImporter
    from tenprint.importers.sampled import SampledImporter
    from tenprint.importers.secret import Secret, SecretError
    from tenprint.importers.seen_files import SeenFiles, Stamp, sort_at, stamp_of
    from tenprint.importers.snapshot import Drift, Snapshot, SourceDocument, SourceState
    from tenprint.importers.snapshot_importer import SnapshotImporter
    from tenprint.importers.source_urls import source_for_url
    from tenprint.importers.spec import ImporterSpec, importer_specs
    from tenprint.importers.spreading import MAX_WORKERS as MAX_WORKERS
    from tenprint.importers.stalls import Stall, watched_loop
    from tenprint.importers.streaming import StreamedBody, body_of, stream_to_disk
    from tenprint.importers.table_rows import head_of_table as head_of_table
    from tenprint.importers.table_rows import rows_of_table as rows_of_table
    from tenprint.importers.transform import Transform, TransformContext
    from tenprint.importers.transform_loading import UnknownTransform
    from tenprint.importers.transform_spec import TransformSpec, transform_specs
    from tenprint.importers.transformed import TransformedImporter
    from tenprint.importers.transforming import TransformItem
    from tenprint.importers.wrapping import WrappingImporter

_HOMES = {
    "MAX_WORKERS": "spreading",
    "AppliedTransform": "applied",
    "CONFIG_NAMES": "imports",
    "DEFAULT_NAME": "completing",
    "FarReading": "far_reading",
    "KnownReadings": "known_readings",
    "LOCK_NAME": "lock",
    "SCHEME": "canonical",
    "Blame": "blame",
    "CanonicalFormError": "errors",
    "CombinedDataImporter": "combined",
    "ConfigurationError": "errors",
    "CoreDataImporter": "core_only",
    "DocumentId": "location",
    "DocumentReading": "itemising",
    "Drift": "snapshot",
    "E2EImporter": "end_to_end",
    "ExportError": "errors",
    "Facets": "items",
    "FetchMode": "fetching",
    "Fetching": "fetching",
    "ForeignImporters": "dotted",
    "ImporterContext": "importer",
    "ImporterSpec": "spec",
    "Item": "items",
    "ItemTable": "items",
    "Limits": "limits",
    "Location": "location",
    "LockChange": "locking",
    "Locked": "locking",
    "LockedSource": "lock",
    "Manifest": "remote",
    "Namespace": "naming",
    "NluDataImporter": "nlu_only",
    "NotProvided": "importer",
    "Observers": "observing",
    "OptionError": "errors",
    "Origin": "blame",
    "Override": "blame",
    "Part": "items",
    "Path": "items",
    "PlacedValue": "assembling",
    "Problem": "problem",
    "ProblemsError": "errors",
    "Progress": "progress",
    "ProgressListener": "progress",
    "ReadingExecutor": "far_reading",
    "ReadingRules": "itemising",
    "Registered": "registered",
    "RemoteFile": "remote",
    "RemoteImporter": "remote",
    "ResponsesSyncImporter": "responses_sync",
    "Row": "items",
    "SampledImporter": "sampled",
    "Secret": "secret",
    "SecretError": "secret",
    "SeenFiles": "seen_files",
    "Severity": "problem",
    "Snapshot": "snapshot",
    "SnapshotImporter": "snapshot_importer",
    "SourceDocument": "snapshot",
    "SourceError": "errors",
    "SourceFile": "itemising",
    "SourceLock": "lock",
    "SourceObserver": "observing",
    "SourceProgress": "progress",
    "SourceReport": "observing",
    "SourceState": "snapshot",
    "Stall": "stalls",
    "Stamp": "seen_files",
    "StreamedBody": "streaming",
    "TRANSFORMS": "applied",
    "TablePlace": "known_readings",
    "TenprintError": "errors",
    "TrainingDataImporter": "importer",
    "TrainingView": "assembling",
    "Transform": "transform",
    "TransformContext": "transform",
    "TransformError": "errors",
    "TransformItem": "transforming",
    "TransformSpec": "transform_spec",
    "TransformedImporter": "transformed",
    "UnknownImporter": "loading",
    "UnknownTransform": "transform_loading",
    "WrappingImporter": "wrapping",
    "age_text": "fetching",
    "body_of": "streaming",
    "canonical_digest": "canonical",
    "check_items": "checking",
    "check_project": "checking",
    "collection_paused": "concurrency",
    "completed": "completing",
    "conflict_problems": "blame",
    "conversation_tests": "assembling",
    "default_config": "completing",
    "digest_of": "digest",
    "digest_text": "digest",
    "digests_in": "item_tables",
    "effective_domain": "deriving",
    "errors_among": "problem",
    "file_bytes": "finding",
    "foreign_code": "foreign",
    "full_text": "legible",
    "gather": "concurrency",
    "head_of_table": "table_rows",
    "importer_specs": "spec",
    "in_reading_order": "checking",
    "itemise": "itemising",
    "itemised_again": "assembling",
    "items_of": "assembling",
    "lazy_door": "lazy",
    "load_importer": "loading",
    "lock_sources": "locking",
    "lock_text": "lock",
    "module_at": "dotted",
    "parse_digest": "digest",
    "plain_nlu_rows": "nlu_files",
    "project_data": "assembling",
    "put_together": "assembling",
    "read_file": "itemising",
    "read_lock": "lock",
    "read_options": "options",
    "read_values": "assembling",
    "reading_of": "item_tables",
    "recorded": "applied",
    "recorded_kinds": "applied",
    "remote_sources": "locking",
    "revision_of_digests": "combining",
    "rows_of_table": "table_rows",
    "run_to_end": "concurrency",
    "scalar_form": "canonical",
    "short_text": "legible",
    "snapshot_of": "combining",
    "sort_at": "seen_files",
    "source_for_url": "source_urls",
    "sources_to_lock": "locking",
    "stamp_of": "seen_files",
    "stream_to_disk": "streaming",
    "take_apart": "assembling",
    "temporary_folder": "passing_folders",
    "text_form": "canonical",
    "training_view": "assembling",
    "transform_specs": "transform_spec",
    "value_of": "assembling",
    "variables_in": "item_tables",
    "watched_loop": "stalls",
    "write_lock": "locking",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "CONFIG_NAMES",
    "DEFAULT_NAME",
    "LOCK_NAME",
    "MAX_WORKERS",
    "SCHEME",
    "TRANSFORMS",
    "AppliedTransform",
    "Blame",
    "CanonicalFormError",
    "CombinedDataImporter",
    "ConfigurationError",
    "CoreDataImporter",
    "DocumentId",
    "DocumentReading",
    "Drift",
    "E2EImporter",
    "ExportError",
    "Facets",
    "FarReading",
    "FetchMode",
    "Fetching",
    "ForeignImporters",
    "ImporterContext",
    "ImporterSpec",
    "Item",
    "ItemTable",
    "KnownReadings",
    "Limits",
    "Location",
    "LockChange",
    "Locked",
    "LockedSource",
    "Manifest",
    "Namespace",
    "NluDataImporter",
    "NotProvided",
    "Observers",
    "OptionError",
    "Origin",
    "Override",
    "Part",
    "Path",
    "PlacedValue",
    "Problem",
    "ProblemsError",
    "Progress",
    "ProgressListener",
    "ReadingExecutor",
    "ReadingRules",
    "Registered",
    "RemoteFile",
    "RemoteImporter",
    "ResponsesSyncImporter",
    "Row",
    "SampledImporter",
    "Secret",
    "SecretError",
    "SeenFiles",
    "Severity",
    "Snapshot",
    "SnapshotImporter",
    "SourceDocument",
    "SourceError",
    "SourceFile",
    "SourceLock",
    "SourceObserver",
    "SourceProgress",
    "SourceReport",
    "SourceState",
    "Stall",
    "Stamp",
    "StreamedBody",
    "TablePlace",
    "TenprintError",
    "TrainingDataImporter",
    "TrainingView",
    "Transform",
    "TransformContext",
    "TransformError",
    "TransformItem",
    "TransformSpec",
    "TransformedImporter",
    "UnknownImporter",
    "UnknownTransform",
    "WrappingImporter",
    "age_text",
    "body_of",
    "canonical_digest",
    "check_items",
    "check_project",
    "collection_paused",
    "completed",
    "conflict_problems",
    "conversation_tests",
    "default_config",
    "digest_of",
    "digest_text",
    "digests_in",
    "effective_domain",
    "errors_among",
    "file_bytes",
    "foreign_code",
    "full_text",
    "gather",
    "head_of_table",
    "importer_specs",
    "in_reading_order",
    "itemise",
    "itemised_again",
    "items_of",
    "lazy_door",
    "load_importer",
    "lock_sources",
    "lock_text",
    "module_at",
    "parse_digest",
    "plain_nlu_rows",
    "project_data",
    "put_together",
    "read_file",
    "read_lock",
    "read_options",
    "read_values",
    "reading_of",
    "recorded",
    "recorded_kinds",
    "remote_sources",
    "revision_of_digests",
    "rows_of_table",
    "run_to_end",
    "scalar_form",
    "short_text",
    "snapshot_of",
    "sort_at",
    "source_for_url",
    "sources_to_lock",
    "stamp_of",
    "stream_to_disk",
    "take_apart",
    "temporary_folder",
    "text_form",
    "training_view",
    "transform_specs",
    "value_of",
    "variables_in",
    "watched_loop",
    "write_lock",
)
