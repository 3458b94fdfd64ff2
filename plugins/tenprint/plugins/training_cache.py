"""The cache of trained nodes of this machine: in the same store as everything else that is kept between runs."""

from typing import Any

from tenprint.fingerprinting import engine
from tenprint.importers import ImporterContext


def training_cache(context: ImporterContext, *, keeps: bool) -> Any:
    """Return the cache a project works with; nothing is made before something is kept, and nothing without `keeps`."""
    from tenprint.importers.store import DEFAULT_QUOTA, Store, cache_root  # noqa: PLC0415 - loads SQLite: what is due only

    root = context.cache or cache_root(context.rules.environment, context.project)
    quota = DEFAULT_QUOTA if context.cache_quota is None else context.cache_quota
    return engine.DiskCache(Store(root, quota=quota), keeps=keeps)
