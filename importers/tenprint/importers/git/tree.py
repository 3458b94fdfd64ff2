"""The tree of a commit: what `git ls-tree` prints, as entries, with what cannot be used told and left out.

Nothing is ever written under the paths of a repository; still they are shown, locked and compared, so they must mean
the same on every machine.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.selection import Selection

_ROW = re.compile(rb"([0-7]{6}) (\w+) ([0-9a-f]{40}|[0-9a-f]{64})\t(.+)", re.DOTALL)
_UNUSABLE = re.compile(r"[\x00-\x1f\\\x7f]")
_LINK, _SUBMODULE = "120000", "160000"
_SKIPPED = {
    _LINK: ("is a symbolic link, which is not followed", "name the file it leads to"),
    _SUBMODULE: ("is a submodule, which is not fetched", "add its repository as a source of its own"),
}


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file: its path below the subdirectory, and the id git has for its content."""

    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files of a tree that are fetched, sorted by path, and what is odd about the others."""

    entries: tuple[TreeEntry, ...]
    problems: tuple[Problem, ...]


def choose(listing: bytes, selection: Selection, *, source: str, revision: str) -> Chosen:
    """Choose the files that are fetched from the listing of a whole tree."""
    entries: list[TreeEntry] = []
    problems: list[Problem] = []
    for mode, blob, raw in _rows(listing):
        path = raw.decode(errors="backslashreplace")
        if not (selection.reaches(path) if mode in _SKIPPED else selection.holds(path)):
            continue
        place = DocumentId(source, path, revision).at(0, 0)
        reason = wrong_path(raw)
        if mode in _SKIPPED:
            message, hint = _SKIPPED[mode]
            problems.append(Problem("git-skipped", message, place, hint, "warning"))
        elif reason is not None:
            hint = "rename it in the repository"
            problems.append(Problem("git-path", f"is left out: {reason}", place, hint, "warning"))
        else:
            entries.append(TreeEntry(path, blob))
    entries.sort(key=lambda entry: entry.path)
    problems += _collisions(entries, source, revision)
    return Chosen(tuple(entries), tuple(problems))


def wrong_path(raw: bytes) -> str | None:
    """Tell why a path cannot be used; None for a good one."""
    try:
        path = raw.decode()
    except UnicodeDecodeError:
        return "its path is not UTF-8"
    if _UNUSABLE.search(path):
        return "its path has a backslash or control characters in it"
    if any(part.casefold() in ("", ".", "..", ".git") for part in path.split("/")):
        return "its path leads elsewhere"
    return None


def _rows(listing: bytes) -> Iterator[tuple[str, str, bytes]]:
    for row in listing.split(b"\0"):
        found = _ROW.fullmatch(row)
        if found is not None and found[2] in (b"blob", b"commit"):
            yield found[1].decode(), found[3].decode(), found[4]


def _collisions(entries: list[TreeEntry], source: str, revision: str) -> Iterator[Problem]:
    """Tell paths that some file systems cannot keep apart."""
    first: dict[str, str] = {}
    for entry in entries:
        other = first.setdefault(unicodedata.normalize("NFC", entry.path).casefold(), entry.path)
        if other != entry.path:
            yield Problem(
                "git-path",
                f"differs from {other} in case or accents only, and some machines cannot keep both",
                DocumentId(source, entry.path, revision).at(0, 0),
                "rename one of them in the repository",
                "warning",
            )
