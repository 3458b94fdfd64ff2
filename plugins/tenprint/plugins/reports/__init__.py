"""Results as text for people."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.reports.project import config_text as config_text
    from tenprint.plugins.reports.project import counts_text as counts_text
    from tenprint.plugins.reports.project import project_counts as project_counts
    from tenprint.plugins.reports.text import plan_text as plan_text
    from tenprint.plugins.reports.text import run_text as run_text

_HOMES = {
    "config_text": "project",
    "counts_text": "project",
    "plan_text": "text",
    "project_counts": "project",
    "run_text": "text",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = ("config_text", "counts_text", "plan_text", "project_counts", "run_text")
