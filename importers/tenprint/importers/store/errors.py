"""What can be wrong with the store itself; with its contents nothing can, because they are verified.

    SourceError
    └── StoreError        the cache cannot be used as it is
        ├── IndexBusy     another process holds the index for long
        └── IndexNewer    the index was made by a newer version

A run goes on without the store, and tells it as a warning.
"""

from tenprint.importers.errors import SourceError


class StoreError(SourceError):
    """The cache folder or its index cannot be used; nothing in it was changed."""

    reference = "cache"


class IndexBusy(StoreError):  # noqa: N818 - says what is the case
    """Another process writes to the index, and has not finished in time."""


class IndexNewer(StoreError):  # noqa: N818 - says what is the case
    """The index has a schema that this version does not know, and destroying it would harm the one that does."""


class DamagedContent(Exception):  # noqa: N818 - a signal between two modules, never seen outside
    """Stored bytes are not those of their digest; they were put aside."""
