"""A second look at the intent: where nobody is sure, the message is for the fallback."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import Json, Message, NluComponent, ParsedIntent
from tenprint.plugins.components.options import share_objection

FALLBACK_INTENT = "nlu_fallback"

_DIGITS = 6
"""0.5 is 0.1 more than 0.4, and not a little less."""


@dataclass(frozen=True, slots=True)
class FallbackClassifier(NluComponent):
    """Says `nlu_fallback` where the best intent is not sure enough, or the second is nearly as sure."""

    NAME: ClassVar[str] = "FallbackClassifier"
    VERSION: ClassVar[str | None] = "1"
    TRAINS: ClassVar[bool] = False

    threshold: float
    ambiguity_threshold: float

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {"ambiguity_threshold": 0.1, "threshold": 0.3}

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (*share_objection(config, "ambiguity_threshold"), *share_objection(config, "threshold"))

    @classmethod
    def needs(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"intents"})

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "FallbackClassifier":
        del files
        return cls(config["threshold"], config["ambiguity_threshold"])

    def process(self, message: Message) -> Message:
        """Put the fallback before what was recognised; it is as sure as the best intent is not."""
        best = 0.0 if message.intent is None else message.intent.confidence
        if best >= self.threshold and not self._is_ambiguous(message):
            return message
        fallback = ParsedIntent(FALLBACK_INTENT, round(1.0 - best, _DIGITS))
        return replace(message, intent=fallback, ranking=(fallback, *message.ranking))

    def _is_ambiguous(self, message: Message) -> bool:
        if len(message.ranking) < 2:  # noqa: PLR2004 - there is no second
            return False
        first, second, *_ = message.ranking
        return round(first.confidence - second.confidence, _DIGITS) < self.ambiguity_threshold
