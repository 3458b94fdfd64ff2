"""Limits on what is read, with the reason for each default. They protect from attacks and from accidents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one run; raise one by passing your own to the importer's context."""

    file_bytes: int = 64 * 2**20
    """The largest real file seen has 6 MB; 64 MiB still parses in seconds."""
    depth: int = 64
    """Nesting of collections in a document. Real files reach about 10; C composers crash from about 20,000."""
    nodes: int = 5_000_000
    """Nodes of a document after aliases and merge keys are expanded; the 100,000-example project has 0.6 million in
    all its files. An alias bomb of 9 levels has a billion."""
    files: int = 200_000
    """Files under one data path; a mistake such as `--data /` ends here."""
