"""The cache of trained nodes of this machine: in the same store as everything else that is kept between runs."""

from typing import Any

from tenprint.fingerprinting import engine
from tenprint.importers import ImporterContext
from tenprint.importers.store import DEFAULT_QUOTA, Store, cache_root


def training_cache(context: ImporterContext) -> Any:
    """Return the cache a project works with; nothing is made before something is kept."""
    root = context.cache or cache_root(context.rules.environment, context.project)
    quota = DEFAULT_QUOTA if context.cache_quota is None else context.cache_quota
    return engine.DiskCache(Store(root, quota=quota))
