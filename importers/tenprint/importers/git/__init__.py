"""Training data from git repositories, at one commit, without ever checking it out."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.git.command import git_program as git_program
    from tenprint.importers.git.importer import GitImporter as GitImporter
    from tenprint.importers.git.local import CommitFiles as CommitFiles
    from tenprint.importers.git.local import LocalRepository as LocalRepository
    from tenprint.importers.git.local import repository_of as repository_of
    from tenprint.importers.git.local import write_files as write_files
    from tenprint.importers.git.upkeep import clear_caches as clear_caches
    from tenprint.importers.git.upkeep import collect_within as collect_within
    from tenprint.importers.git.upkeep import count_caches as count_caches
    from tenprint.importers.git.upkeep import verify_caches as verify_caches
    from tenprint.importers.git.version import OLDEST as OLDEST
    from tenprint.importers.git.version import version_in as version_in

_HOMES = {
    "CommitFiles": "local",
    "LocalRepository": "local",
    "OLDEST": "version",
    "GitImporter": "importer",
    "clear_caches": "upkeep",
    "collect_within": "upkeep",
    "count_caches": "upkeep",
    "git_program": "command",
    "repository_of": "local",
    "verify_caches": "upkeep",
    "version_in": "version",
    "write_files": "local",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "OLDEST",
    "CommitFiles",
    "GitImporter",
    "LocalRepository",
    "clear_caches",
    "collect_within",
    "count_caches",
    "git_program",
    "repository_of",
    "verify_caches",
    "version_in",
    "write_files",
)
