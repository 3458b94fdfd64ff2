"""Training data from git repositories, at one commit, without ever checking it out."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.git.command import git_program as git_program
    from tenprint.importers.git.importer import GitImporter as GitImporter
    from tenprint.importers.git.upkeep import clear_caches as clear_caches
    from tenprint.importers.git.upkeep import collect_within as collect_within
    from tenprint.importers.git.upkeep import count_caches as count_caches
    from tenprint.importers.git.upkeep import verify_caches as verify_caches
    from tenprint.importers.git.version import OLDEST as OLDEST
    from tenprint.importers.git.version import version_in as version_in

_HOMES = {
    "OLDEST": "version",
    "GitImporter": "importer",
    "clear_caches": "upkeep",
    "collect_within": "upkeep",
    "count_caches": "upkeep",
    "git_program": "command",
    "verify_caches": "upkeep",
    "version_in": "version",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "OLDEST",
    "GitImporter",
    "clear_caches",
    "collect_within",
    "count_caches",
    "git_program",
    "verify_caches",
    "version_in",
)
