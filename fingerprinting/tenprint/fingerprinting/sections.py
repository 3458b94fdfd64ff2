"""Sections: the sub-models, and which fingerprint keys decide for each.

A fingerprint is a plain dictionary that callers may copy and edit. Its twelve well-known keys carry the names the field
uses; finer digests are further keys beside them. A section is due when any of its keys differs.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tenprint.importers.kinds import BUILT_IN_KEYS, Kind, further_kinds

Fingerprint = dict[str, Any]
"""Key -> digest text, None, or a number; JSON throughout."""

FINGERPRINT_KEYS = (
    "config",
    "core-config",
    "nlu-config",
    "config-without-epochs",
    "domain",
    "nlg",
    "project",
    "messages",
    "nlu_labels",
    "stories",
    "trained_at",
    "version",
)

TRAINING_SCHEMA_VERSION = "1.0"
"""Value of the key `version`: grows only when the same data would train a different model, not with each release."""

MINIMUM_COMPATIBLE_VERSION = "1.0"
"""Oldest training schema whose models can be finetuned."""


class Section(NamedTuple):
    """Specifies which fingerprint keys decide whether this sub-model is retrained."""

    name: str
    relevant_keys: tuple[str, ...]


CORE = Section("core", ("config", "core-config", "domain", "stories", "version"))
NLU = Section("nlu", ("config", "nlu-config", "messages", "retrieval-responses", "story-messages", "version"))
NLG = Section("nlg", ("nlg", "domain-unread"))
"""What a domain-only update refreshes: reply texts, and all of the domain that training does not read."""

SECTIONS = (CORE, NLU, NLG)

TRANSFORMS = "transforms"
"""Key of what the data went through; no section reads it, because results are what is trained on."""

Trained = Mapping[str, tuple[str, ...]]
"""Fingerprint key of a kind that a plugin adds -> the sections it makes due."""


def trained_by(kinds: Iterable[Kind]) -> dict[str, tuple[str, ...]]:
    """Return the keys of kinds that plugins add, each with the sections it makes due."""
    return {
        key: tuple(kind.trains.get(key, ()))
        for kind in further_kinds(kinds)
        for item_kind in kind.item_kinds
        for key in item_kind.read_by
    }


def sections_with(trained: Trained) -> tuple[Section, ...]:
    """Return the sections in their order, each with the keys that plugins add to it."""
    return tuple(
        Section(name, (*keys, *sorted(key for key, sections in trained.items() if name in sections)))
        for name, keys in SECTIONS
    )


def unknown_keys(fingerprint: Fingerprint, trained: Trained) -> tuple[str, ...]:
    """Keys of a fingerprint that nobody knows: those of kinds that a plugin added which is not there now."""
    known = {*FINGERPRINT_KEYS, *BUILT_IN_KEYS, TRANSFORMS, *trained}
    return tuple(sorted(key for key, value in fingerprint.items() if key not in known and value is not None))
