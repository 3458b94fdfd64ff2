"""Limits on what is fetched over HTTP, with the reason for each default. They protect from attacks and accidents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """Bounds of one source."""

    file_bytes: int = 64 * 2**20
    """One file, also within an archive: the same as for a file on the disk."""
    archive_bytes: int = 256 * 2**20
    """An archive as it comes. The largest projects seen have 30 MB when packed."""
    total_bytes: int = 1024 * 2**20
    """All an archive unpacks to, whether it is used or not."""
    ratio: int = 250
    """Unpacked to packed size. Text packs to a tenth; gzip allows 1032, which only bombs come near."""
    ratio_free_bytes: int = 16 * 2**20
    """Below this size the ratio does not count: nobody is harmed."""
    members: int = 20_000
    """Files and folders of an archive. The largest projects seen have a thousand."""
    directory_bytes: int = 8 * 2**20
    """The list of contents of a zip, which is read whole: 20,000 long names take 6 MB."""
    header_bytes: int = 64 * 2**10
    """One extended header of a tar, held in memory. Real ones have a hundred bytes."""
    name_bytes: int = 4096
    """The longest path Linux accepts."""
    depth: int = 32
    """Folders within folders."""
    redirects: int = 5
    """Redirects of one request. Real ones have one or two."""
    connect_seconds: float = 10.0
    """How long one address may take to answer, before the next one is tried."""
    stall_seconds: float = 30.0
    """How long nothing may come, before the connection counts as broken."""
    at_once: int = 4
    """Requests to one host at a time, so that a list of files is no flood."""


DEFAULT_LIMITS = DownloadLimits()
