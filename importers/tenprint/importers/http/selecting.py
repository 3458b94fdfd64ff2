"""Which files of an archive are taken: by their names, and by patterns like those of `.gitignore`. Pure.

The rule is that of git sources: without patterns, all that can hold training data; hidden files and every README.md are
for tools and people. Files that lookup tables may name are taken where a pattern includes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_DATA = (".yml", ".yaml", ".json")
_LOOKUPS = (".txt", ".csv")
_FOR_PEOPLE = "readme.md"


@dataclass(frozen=True, slots=True)
class Selection:
    """Chooses paths; make it with `selection_of`."""

    include: "GitIgnoreSpec | None" = None
    exclude: "GitIgnoreSpec | None" = None

    def holds(self, path: str) -> bool:
        """Tell whether a file is taken; the path is relative to the folder that is wanted."""
        suffixes = _DATA if self.include is None else (*_DATA, *_LOOKUPS)
        return PurePosixPath(path).suffix in suffixes and self.reaches(path)

    def reaches(self, path: str) -> bool:
        """Tell whether something lies where files are taken, whatever it is."""
        parts = path.split("/")
        if any(part.startswith(".") for part in parts) or parts[-1].lower() == _FOR_PEOPLE:
            return False
        if self.include is not None and not self.include.match_file(path):
            return False
        return self.exclude is None or not self.exclude.match_file(path)


def selection_of(include: Sequence[str], exclude: Sequence[str]) -> Selection:
    """Read patterns.

    Raises:
        ValueError: One of them is no pattern, or chooses nothing.
    """
    return Selection(_spec(include), _spec(exclude))


def _spec(patterns: Sequence[str]) -> "GitIgnoreSpec | None":
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most sources have no patterns

    for pattern in patterns:
        if not pattern.strip() or pattern.startswith("#") or not pattern.isprintable():
            raise ValueError(f"{pattern!r} chooses nothing")
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError as error:
            raise ValueError(f"{pattern!r} is no pattern: {error}") from error
    return GitIgnoreSpec.from_lines(patterns)
