"""Which kinds of data a document holds: its top-level keys say so, whatever the file is called.

One document may hold several kinds. A conversation test is a file named `test_*` that holds stories.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tenprint.importers.kinds import CONFIG, DOMAIN, STORIES, Kind
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, nearest
from tenprint.importers.snapshot import Role

TEST_PREFIX = "test_"

_ANYWHERE = frozenset({"version"})
_ONLY_IN_DOMAIN = frozenset({"config"})
"""A domain may hold a mapping `config`; elsewhere the key says nothing."""


@dataclass(frozen=True, slots=True)
class Classification:
    """Role and kinds of a document, and what is odd about its keys."""

    role: Role
    kinds: tuple[Kind, ...]
    problems: tuple[Problem, ...] = ()


def classify(document: Document, role: Role, kinds: Sequence[Kind]) -> Classification:
    if role == "config":
        return Classification(role, (CONFIG,))
    keys = frozenset(key for key in document.root if isinstance(key, str))
    found = tuple(kind for kind in kinds if kind is not CONFIG and _holds(kind, keys, role))
    if document.id.path.rpartition("/")[2].startswith(TEST_PREFIX) and STORIES in found:
        return Classification("tests", (STORIES,))
    if not found:
        return Classification(role, (), (_nothing(document, keys, kinds),))
    return Classification(role, found, tuple(_unknown_keys(document, kinds)))


def _holds(kind: Kind, keys: frozenset[str], role: Role) -> bool:
    wanted = kind.keys | _ONLY_IN_DOMAIN if kind is DOMAIN and role == "domain" else kind.keys
    return bool(wanted & keys)


def _nothing(document: Document, keys: Collection[str], kinds: Sequence[Kind]) -> Problem:
    if CONFIG.keys & set(keys):
        message = "a model configuration is read only from the project's config file; this file is left out"
        return Problem("unused-file", message, document.id.at(1, 1), "name it with --config", "warning")
    known = {key for kind in kinds if kind is not CONFIG for key in kind.keys}
    hint = next((hint for key in sorted(keys) if (hint := nearest(key, known))), None)
    message = "no training data here: none of the top-level keys is known"
    if not keys:
        message, hint = "no training data here: the file is empty", "remove it, or move it out of the data path"
    return Problem("unused-file", message, document.id.at(1, 1), hint, "warning")


def _unknown_keys(document: Document, kinds: Sequence[Kind]) -> list[Problem]:
    known = {key for kind in kinds if kind is not CONFIG for key in kind.keys} | _ANYWHERE | _ONLY_IN_DOMAIN
    return [
        Problem(
            "unknown-key",
            f"the top-level key {key!r} means nothing and is left out",
            document.at(document.root.key_place(key)),
            nearest(key, known),
            "warning",
        )
        for key in document.root
        if isinstance(key, str) and key not in known
    ]
