"""Limits on a model archive, with the reason for each default: archives are shared, so they may be made to harm."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds for reading one archive; pass your own to read a larger one that you trust."""

    members: int = 100_000
    """Files and folders. Large pipelines have a few hundred; each one costs an inode."""
    total_bytes: int = 16 * 2**30
    """The whole archive once decompressed. Models with large embeddings reach 2 to 4 GiB."""
    member_bytes: int = 8 * 2**30
    """One file. A single weights file of several GiB is real."""
    ratio: int = 250
    """Decompressed to compressed size. Models reach 5 to 30; gzip allows 1032, which only bombs come near."""
    ratio_free_bytes: int = 64 * 2**20
    """Below this size the ratio does not count: small files of zeros compress as well as bombs, and harm nobody."""
    document_bytes: int = 128 * 2**20
    """A JSON document that is read into memory. Items of 100,000 examples take about 20 MiB."""
    header_bytes: int = 2**20
    """One extended header, held in memory. Real ones have a hundred bytes, with attributes of macOS a few thousand."""
    name_bytes: int = 4096
    """The longest path Linux accepts."""
    depth: int = 32
    """Folders within folders; ours go to 4."""


DEFAULT_LIMITS = ArchiveLimits()
