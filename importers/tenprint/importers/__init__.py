"""The door of the ground floor: get training data, whatever it comes from."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.applied import TRANSFORMS as TRANSFORMS
    from tenprint.importers.applied import AppliedTransform as AppliedTransform
    from tenprint.importers.applied import recorded as recorded
    from tenprint.importers.applied import recorded_kinds as recorded_kinds
    from tenprint.importers.assembling import PlacedValue as PlacedValue
    from tenprint.importers.assembling import TrainingView as TrainingView
    from tenprint.importers.assembling import conversation_tests as conversation_tests
    from tenprint.importers.assembling import itemised_again as itemised_again
    from tenprint.importers.assembling import items_of as items_of
    from tenprint.importers.assembling import project_data as project_data
    from tenprint.importers.assembling import put_together as put_together
    from tenprint.importers.assembling import read_values as read_values
    from tenprint.importers.assembling import take_apart as take_apart
    from tenprint.importers.assembling import training_view as training_view
    from tenprint.importers.assembling import value_of as value_of
    from tenprint.importers.blame import Blame as Blame
    from tenprint.importers.blame import Origin as Origin
    from tenprint.importers.blame import Override as Override
    from tenprint.importers.blame import conflict_problems as conflict_problems
    from tenprint.importers.canonical import SCHEME as SCHEME
    from tenprint.importers.canonical import canonical_digest as canonical_digest
    from tenprint.importers.canonical import text_form as text_form
    from tenprint.importers.checking import check_items as check_items
    from tenprint.importers.checking import check_project as check_project
    from tenprint.importers.checking import in_reading_order as in_reading_order
    from tenprint.importers.combined import CombinedDataImporter as CombinedDataImporter
    from tenprint.importers.combining import snapshot_of as snapshot_of
    from tenprint.importers.completing import DEFAULT_NAME as DEFAULT_NAME
    from tenprint.importers.completing import completed as completed
    from tenprint.importers.completing import default_config as default_config
    from tenprint.importers.concurrency import gather as gather
    from tenprint.importers.concurrency import run_to_end as run_to_end
    from tenprint.importers.core_only import CoreDataImporter as CoreDataImporter
    from tenprint.importers.deriving import effective_domain as effective_domain
    from tenprint.importers.digest import digest_of as digest_of
    from tenprint.importers.digest import digest_text as digest_text
    from tenprint.importers.digest import parse_digest as parse_digest
    from tenprint.importers.dotted import ForeignImporters as ForeignImporters
    from tenprint.importers.dotted import module_at as module_at
    from tenprint.importers.end_to_end import E2EImporter as E2EImporter
    from tenprint.importers.errors import CanonicalFormError as CanonicalFormError
    from tenprint.importers.errors import ConfigurationError as ConfigurationError
    from tenprint.importers.errors import ExportError as ExportError
    from tenprint.importers.errors import OptionError as OptionError
    from tenprint.importers.errors import ProblemsError as ProblemsError
    from tenprint.importers.errors import SourceError as SourceError
    from tenprint.importers.errors import TenprintError as TenprintError
    from tenprint.importers.errors import TransformError as TransformError
    from tenprint.importers.fetching import Fetching as Fetching
    from tenprint.importers.fetching import FetchMode as FetchMode
    from tenprint.importers.fetching import age_text as age_text
    from tenprint.importers.finding import file_bytes as file_bytes
    from tenprint.importers.foreign import foreign_code as foreign_code
    from tenprint.importers.importer import ImporterContext as ImporterContext
    from tenprint.importers.importer import NotProvided as NotProvided
    from tenprint.importers.importer import TrainingDataImporter as TrainingDataImporter
    from tenprint.importers.imports import CONFIG_NAMES as CONFIG_NAMES
    from tenprint.importers.item_tables import variables_in as variables_in
    from tenprint.importers.itemising import DocumentReading as DocumentReading
    from tenprint.importers.itemising import ReadingRules as ReadingRules
    from tenprint.importers.itemising import SourceFile as SourceFile
    from tenprint.importers.itemising import itemise as itemise
    from tenprint.importers.itemising import read_file as read_file
    from tenprint.importers.items import Facets as Facets
    from tenprint.importers.items import Item as Item
    from tenprint.importers.items import ItemTable as ItemTable
    from tenprint.importers.items import Part as Part
    from tenprint.importers.items import Path as Path
    from tenprint.importers.items import Row as Row
    from tenprint.importers.known_readings import KnownReadings as KnownReadings
    from tenprint.importers.lazy import lazy_door as lazy_door
    from tenprint.importers.legible import full_text as full_text
    from tenprint.importers.legible import short_text as short_text
    from tenprint.importers.limits import Limits as Limits
    from tenprint.importers.loading import UnknownImporter as UnknownImporter
    from tenprint.importers.loading import load_importer as load_importer
    from tenprint.importers.location import DocumentId as DocumentId
    from tenprint.importers.location import Location as Location
    from tenprint.importers.lock import LOCK_NAME as LOCK_NAME
    from tenprint.importers.lock import LockedSource as LockedSource
    from tenprint.importers.lock import SourceLock as SourceLock
    from tenprint.importers.lock import lock_text as lock_text
    from tenprint.importers.lock import read_lock as read_lock
    from tenprint.importers.locking import LockChange as LockChange
    from tenprint.importers.locking import Locked as Locked
    from tenprint.importers.locking import lock_sources as lock_sources
    from tenprint.importers.locking import remote_sources as remote_sources
    from tenprint.importers.locking import sources_to_lock as sources_to_lock
    from tenprint.importers.locking import write_lock as write_lock
    from tenprint.importers.naming import Namespace as Namespace
    from tenprint.importers.nlu_only import NluDataImporter as NluDataImporter
    from tenprint.importers.observing import Observers as Observers
    from tenprint.importers.observing import SourceObserver as SourceObserver
    from tenprint.importers.observing import SourceReport as SourceReport
    from tenprint.importers.options import read_options as read_options
    from tenprint.importers.problem import Problem as Problem
    from tenprint.importers.problem import Severity as Severity
    from tenprint.importers.problem import errors_among as errors_among
    from tenprint.importers.progress import Progress as Progress
    from tenprint.importers.progress import ProgressListener as ProgressListener
    from tenprint.importers.progress import SourceProgress as SourceProgress
    from tenprint.importers.registered import Registered as Registered
    from tenprint.importers.remote import Manifest as Manifest
    from tenprint.importers.remote import RemoteFile as RemoteFile
    from tenprint.importers.remote import RemoteImporter as RemoteImporter
    from tenprint.importers.responses_sync import ResponsesSyncImporter as ResponsesSyncImporter
    from tenprint.importers.sampled import SampledImporter as SampledImporter
    from tenprint.importers.secret import Secret as Secret
    from tenprint.importers.secret import SecretError as SecretError
    from tenprint.importers.seen_files import SeenFiles as SeenFiles
    from tenprint.importers.seen_files import Stamp as Stamp
    from tenprint.importers.seen_files import sort_at as sort_at
    from tenprint.importers.seen_files import stamp_of as stamp_of
    from tenprint.importers.snapshot import Drift as Drift
    from tenprint.importers.snapshot import Snapshot as Snapshot
    from tenprint.importers.snapshot import SourceDocument as SourceDocument
    from tenprint.importers.snapshot import SourceState as SourceState
    from tenprint.importers.snapshot_importer import SnapshotImporter as SnapshotImporter
    from tenprint.importers.source_urls import source_for_url as source_for_url
    from tenprint.importers.spec import ImporterSpec as ImporterSpec
    from tenprint.importers.spec import importer_specs as importer_specs
    from tenprint.importers.stalls import Stall as Stall
    from tenprint.importers.stalls import watched_loop as watched_loop
    from tenprint.importers.streaming import StreamedBody as StreamedBody
    from tenprint.importers.streaming import body_of as body_of
    from tenprint.importers.streaming import stream_to_disk as stream_to_disk
    from tenprint.importers.transform import Transform as Transform
    from tenprint.importers.transform import TransformContext as TransformContext
    from tenprint.importers.transform_loading import UnknownTransform as UnknownTransform
    from tenprint.importers.transform_spec import TransformSpec as TransformSpec
    from tenprint.importers.transform_spec import transform_specs as transform_specs
    from tenprint.importers.transformed import TransformedImporter as TransformedImporter
    from tenprint.importers.transforming import TransformItem as TransformItem
    from tenprint.importers.wrapping import WrappingImporter as WrappingImporter

_HOMES = {
    "AppliedTransform": "applied",
    "CONFIG_NAMES": "imports",
    "DEFAULT_NAME": "completing",
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
    "completed": "completing",
    "conflict_problems": "blame",
    "conversation_tests": "assembling",
    "default_config": "completing",
    "digest_of": "digest",
    "digest_text": "digest",
    "effective_domain": "deriving",
    "errors_among": "problem",
    "file_bytes": "finding",
    "foreign_code": "foreign",
    "full_text": "legible",
    "gather": "concurrency",
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
    "project_data": "assembling",
    "put_together": "assembling",
    "read_file": "itemising",
    "read_lock": "lock",
    "read_options": "options",
    "read_values": "assembling",
    "recorded": "applied",
    "recorded_kinds": "applied",
    "remote_sources": "locking",
    "run_to_end": "concurrency",
    "short_text": "legible",
    "snapshot_of": "combining",
    "sort_at": "seen_files",
    "source_for_url": "source_urls",
    "sources_to_lock": "locking",
    "stamp_of": "seen_files",
    "stream_to_disk": "streaming",
    "take_apart": "assembling",
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
    "completed",
    "conflict_problems",
    "conversation_tests",
    "default_config",
    "digest_of",
    "digest_text",
    "effective_domain",
    "errors_among",
    "file_bytes",
    "foreign_code",
    "full_text",
    "gather",
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
    "project_data",
    "put_together",
    "read_file",
    "read_lock",
    "read_options",
    "read_values",
    "recorded",
    "recorded_kinds",
    "remote_sources",
    "run_to_end",
    "short_text",
    "snapshot_of",
    "sort_at",
    "source_for_url",
    "sources_to_lock",
    "stamp_of",
    "stream_to_disk",
    "take_apart",
    "text_form",
    "training_view",
    "transform_specs",
    "value_of",
    "variables_in",
    "watched_loop",
    "write_lock",
)
