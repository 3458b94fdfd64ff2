"""The door of the content store: bytes under their digest, and records that name them."""

from tenprint.importers.store.errors import StoreError
from tenprint.importers.store.layout import cache_root, claim
from tenprint.importers.store.record import Record
from tenprint.importers.store.reports import Collected, Stats, Verified
from tenprint.importers.store.store import DEFAULT_QUOTA, GRACE_SECONDS, RecordCheck, Store

__all__ = (
    "DEFAULT_QUOTA",
    "GRACE_SECONDS",
    "Collected",
    "Record",
    "RecordCheck",
    "Stats",
    "Store",
    "StoreError",
    "Verified",
    "cache_root",
    "claim",
)
