"""Training data over HTTP. The door is lazy: to name the importer brings no HTTP client, to fetch with it does."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.http.client import Network
    from tenprint.importers.http.importer import HttpImporter
    from tenprint.importers.http.limits import DownloadLimits
    from tenprint.importers.http.retrying import Pauses

_HOMES = {
    "DownloadLimits": "limits",
    "HttpImporter": "importer",
    "Network": "client",
    "Pauses": "retrying",
}

__getattr__ = lazy_door(__name__, _HOMES)

__all__ = ("DownloadLimits", "HttpImporter", "Network", "Pauses")
