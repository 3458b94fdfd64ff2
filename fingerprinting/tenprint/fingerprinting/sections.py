"""Sections: the sub-models, and which fingerprint keys decide for each.

A fingerprint is a plain dictionary that callers may copy and edit. Its twelve well-known keys carry the names the field
uses; finer digests are further keys beside them. A section is due when any of its keys differs.
"""

from typing import Any, NamedTuple

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
NLG = Section("nlg", ("nlg", "session-settings", "form-definitions", "domain-unread"))
"""What a domain-only update refreshes: reply texts, and all of the domain that training does not read."""

SECTIONS = (CORE, NLU, NLG)

TRANSFORMS = "transforms"
"""Key of what the data went through; no section reads it, because results are what is trained on."""
