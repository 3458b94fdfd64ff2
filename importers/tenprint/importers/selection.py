"""Which files of a remote source are taken: by their names, and by patterns like those of `.gitignore`. Pure.

What tools and people keep for themselves, hidden files and every README.md, is left out as in a folder. Files that
lookup tables may name are fetched where a pattern includes them.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

DATA_SUFFIXES = (".yml", ".yaml", ".json")
LOOKUP_SUFFIXES = (".txt", ".csv")
_FOR_PEOPLE = "readme.md"


class Selection:
    """Chooses paths; none included means all that can hold training data."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = tuple(include)
        self._exclude = tuple(exclude)

    def holds(self, path: str) -> bool:
        """Tell whether a file is fetched; the path is relative to the subdirectory."""
        suffixes = (*DATA_SUFFIXES, *LOOKUP_SUFFIXES) if self._include else DATA_SUFFIXES
        return path.endswith(suffixes) and self.reaches(path)

    def reaches(self, path: str) -> bool:
        """Tell whether something lies where files are fetched, whatever it is."""
        if "/." in f"/{path}" or path.rpartition("/")[2].lower() == _FOR_PEOPLE:
            return False
        if self._include and not self._included.match_file(path):
            return False
        return not (self._exclude and self._excluded.match_file(path))

    @cached_property
    def _included(self) -> Any:
        return _compiled(self._include)

    @cached_property
    def _excluded(self) -> Any:
        return _compiled(self._exclude)


def wrong_patterns(patterns: Sequence[str]) -> str | None:
    """Tell why patterns cannot be used; None for good ones."""
    for pattern in patterns:
        if not pattern.strip() or pattern.startswith("#"):
            return f"{pattern!r} chooses nothing"
        if any(character < " " for character in pattern):
            return f"{pattern!r} has control characters in it"
        try:
            _compiled([pattern])
        except ValueError as error:
            return f"{pattern!r} is no pattern: {error}"
    return None


def _compiled(patterns: Sequence[str]) -> Any:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most sources have no patterns

    return GitIgnoreSpec.from_lines(patterns)
