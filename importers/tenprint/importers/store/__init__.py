"""The door of the content store: bytes under their digest, and records that name them."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.store.errors import StoreError as StoreError
    from tenprint.importers.store.layout import cache_root as cache_root
    from tenprint.importers.store.layout import claim as claim
    from tenprint.importers.store.record import Record as Record
    from tenprint.importers.store.reports import Collected as Collected
    from tenprint.importers.store.reports import Stats as Stats
    from tenprint.importers.store.reports import Verified as Verified
    from tenprint.importers.store.store import DEFAULT_QUOTA as DEFAULT_QUOTA
    from tenprint.importers.store.store import GRACE_SECONDS as GRACE_SECONDS
    from tenprint.importers.store.store import RecordCheck as RecordCheck
    from tenprint.importers.store.store import Store as Store

_HOMES = {
    "DEFAULT_QUOTA": "store",
    "GRACE_SECONDS": "store",
    "Collected": "reports",
    "Record": "record",
    "RecordCheck": "store",
    "Stats": "reports",
    "Store": "store",
    "StoreError": "errors",
    "Verified": "reports",
    "cache_root": "layout",
    "claim": "layout",
}
__getattr__ = lazy_door(__name__, _HOMES)

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
