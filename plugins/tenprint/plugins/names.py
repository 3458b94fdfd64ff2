"""Names everybody knows us by."""

PROJECT = "tenprint"
"""Of the entry-point group, and what pluggy calls us."""
DEFAULTS = "tenprint-defaults"
"""Of our own plugin."""
