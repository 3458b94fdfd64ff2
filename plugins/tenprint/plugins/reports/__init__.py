"""Results as text for people."""

from tenprint.plugins.reports.project import config_text, counts_text, project_counts
from tenprint.plugins.reports.text import plan_text, run_text

__all__ = ("config_text", "counts_text", "plan_text", "project_counts", "run_text")
