"""Names of branches and tags: which are possible, and which commit of a repository they stand for.

Git's rules for names (`git check-ref-format`) are kept here in code, because a name is checked when the configuration
is read, before any program has run.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_FULL = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
_SHORT = re.compile(r"[0-9a-f]{4,63}", re.IGNORECASE)
_ROW = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\t([^\n]+)")
_FORBIDDEN = frozenset(" ~^:?*[\\\x7f")
_LONGEST = 250
"""Names are those of files on the server, which are no longer."""

BRANCHES = "refs/heads/"
TAGS = "refs/tags/"
_PEELED = "^{}"

DEFAULT = "HEAD"
"""What the server calls its default branch."""

Refs = Mapping[str, str]
"""Commits by the full names of what stands for them; tags that have a text of their own are followed already."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A commit, and the full name it was found under; None where the commit itself was written."""

    commit: str
    name: str | None = None


def is_commit(text: str) -> bool:
    """Tell whether a text is a whole commit id; both lengths of git are known."""
    return _FULL.fullmatch(text) is not None


def is_short_commit(text: str) -> bool:
    return _SHORT.fullmatch(text) is not None and not is_commit(text)


def wrong_ref(text: str) -> str | None:
    """Tell why a text is the name of no branch or tag; None for one that is possible."""
    if not text:
        return "it is empty"
    if text.startswith("-"):
        return "it begins with a dash, as options do"
    if len(text.encode(errors="replace")) > _LONGEST:
        return "it is too long"
    if any(character < " " or character in _FORBIDDEN for character in text):
        return "it has characters that names of branches and tags do not have"
    if ".." in text or "@{" in text or text == "@" or text.endswith("."):
        return "it is an expression, not the name of a branch or tag"
    if any(not part or part.startswith(".") or part.endswith(".lock") for part in text.split("/")):
        return "a part of it is empty, begins with a dot or ends in .lock"
    return None


def patterns_for(ref: str | None) -> tuple[str, ...]:
    """Return the full names to ask a server for; all branches and tags have none."""
    if ref is None or ref == DEFAULT:
        return (DEFAULT,)
    return (ref, ref + _PEELED) if ref.startswith("refs/") else ()


def read_refs(listing: bytes) -> Refs:
    """Read what `git ls-remote` prints; names that are no UTF-8 are passed over."""
    refs: dict[str, str] = {}
    for commit, name in _ROW.findall(listing):
        try:
            text = name.decode()
        except UnicodeDecodeError:
            continue
        # The row of the commit a tag leads to comes after that of the tag.
        refs[text.removesuffix(_PEELED)] = commit.decode()
    return refs


def candidates(ref: str | None, refs: Refs) -> tuple[Resolved, ...]:
    """Return what a name may stand for: nothing, one commit, or a branch and a tag that differ."""
    if ref is None or ref == DEFAULT or ref.startswith("refs/"):
        names: tuple[str, ...] = (ref or DEFAULT,)
    else:
        names = (BRANCHES + ref, TAGS + ref)
    found = [Resolved(refs[name], name) for name in names if name in refs]
    return tuple(found[:1] if len({one.commit for one in found}) == 1 else found)


def short_names(refs: Iterable[str]) -> tuple[str, ...]:
    """Return the names of branches and tags as people write them."""
    return tuple(sorted({name.removeprefix(BRANCHES).removeprefix(TAGS) for name in refs}))
