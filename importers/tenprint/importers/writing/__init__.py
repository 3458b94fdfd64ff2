"""Values back to bytes: pure."""

from tenprint.importers.writing.domain import domain_mapping, domain_yaml

__all__ = ("domain_mapping", "domain_yaml")
