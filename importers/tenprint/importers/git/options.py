"""Options of the importer `git`: which there are, and which values they can have."""

from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.git.refs import is_commit, wrong_ref
from tenprint.importers.git.tree import wrong_path
from tenprint.importers.secret import Secret
from tenprint.importers.selection import wrong_patterns

TIMEOUT_SECONDS = 300.0
"""A repository with all its history comes within it over a slow line."""


def _check_ref(ref: str) -> str | None:
    reason = None if is_commit(ref) else wrong_ref(ref)
    return None if reason is None else f"{ref!r} is no branch, tag or commit: {reason}"


def _check_subdirectory(path: str) -> str | None:
    if not path.strip("/") or path.startswith("/") or ":" in path:
        return f"{path!r} is no folder of a repository"
    reason = wrong_path(path.strip("/").encode())
    return None if reason is None else f"{path!r} is no folder of a repository: {reason}"


def _check_patterns(patterns: tuple[str, ...]) -> str | None:
    return wrong_patterns(patterns)


def _check_timeout(seconds: float) -> str | None:
    return None if 0 < seconds <= 86400 else "it must be a number of seconds, at most a day"  # noqa: PLR2004 - a day


def _checked(check: Any, default: Any = None) -> Any:
    return field(default=default, metadata={"check": check})


@dataclass(frozen=True, slots=True)
class GitOptions:
    """What the entry of a git source says."""

    url: str
    ref: str | None = _checked(_check_ref)
    subdirectory: str | None = _checked(_check_subdirectory)
    include: tuple[str, ...] = _checked(_check_patterns, ())
    exclude: tuple[str, ...] = _checked(_check_patterns, ())
    token: Secret | None = None
    username: Secret | None = None
    use_git_config: bool = False
    allow_file: bool = False
    allow_http: bool = False
    timeout: float = _checked(_check_timeout, TIMEOUT_SECONDS)

    @property
    def folder(self) -> str:
        """The subdirectory as git writes it; empty for the whole repository."""
        return "" if self.subdirectory is None else self.subdirectory.strip("/")

    @property
    def commit(self) -> str | None:
        """The commit, where one is written."""
        return self.ref.lower() if self.ref is not None and is_commit(self.ref) else None
