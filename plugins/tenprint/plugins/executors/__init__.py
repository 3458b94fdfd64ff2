"""Executors that need more than this machine has; each imports its library when it is opened."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.executors.addresses import Certificates as Certificates
    from tenprint.plugins.executors.dask_executor import DaskExecutor as DaskExecutor
    from tenprint.plugins.executors.late_executor import LateExecutor as LateExecutor

_HOMES = {
    "Certificates": "addresses",
    "DaskExecutor": "dask_executor",
    "LateExecutor": "late_executor",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "Certificates",
    "DaskExecutor",
    "LateExecutor",
)
