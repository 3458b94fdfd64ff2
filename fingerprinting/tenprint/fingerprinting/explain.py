"""Reasons: why a section is due, in words and as a code for programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Verdict: TypeAlias = Literal["hit", "restored", "skipped", "run", "depends"]
"""What is done about a node: its record matches and nobody needs its value; its value is taken from what is stored;
nobody asked for it; it runs; or what comes out of others decides."""

_KEY_REASONS = {
    "config": "the configuration differs in a key both halves read",
    "core-config": "the policies differ",
    "nlu-config": "the language or the pipeline differs",
    "domain": "the domain differs in what Core is trained on",
    "stories": "stories or rules differ",
    "messages": "NLU training data differs",
    "retrieval-responses": "texts of retrieval responses differ",
    "story-messages": "literal user texts in dialogues differ",
    "version": "the training schema is another one",
    "nlg": "reply texts differ",
    "session-settings": "settings of the session differ",
    "form-definitions": "forms differ, or how slots are filled",
    "domain-unread": "the domain differs in what only the running assistant reads",
}


class AnyReason(Protocol):
    """What all reasons have: those of sections, and those of nodes."""

    @property
    def code(self) -> str:
        """Stable and kebab-case."""

    @property
    def message(self) -> str:
        """A sentence for people."""

    def to_json(self) -> dict[str, str | None]:
        """Write it down for programs."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable kebab-case code, a sentence, and the fingerprint key where one is the cause."""

    code: str
    message: str
    key: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return {"code": self.code, "message": self.message, "key": self.key}


def key_reasons(keys: Iterable[str]) -> tuple[Reason, ...]:
    """One reason for each fingerprint key that differs."""
    return tuple(Reason("changed", _KEY_REASONS.get(key, f"the key {key} differs"), key) for key in keys)
