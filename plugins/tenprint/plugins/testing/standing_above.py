"""What stands above an NLU component in the pipelines of its tests: plain words, counts of letters, a guess."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tenprint.fingerprinting import Batch, Features, Featurizer, Message, NluComponent, ParsedIntent, Token, Tokenizer

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class Words(Tokenizer):
    """Divides at blanks, and takes punctuation from the end."""

    NAME = "Words"
    VERSION = "1"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Words":
        del config, files
        return cls()

    def tokenize(self, text: str) -> tuple[Token, ...]:
        found: list[Token] = []
        place = 0
        for word in text.split():
            start = text.index(word, place)
            place = start + len(word)
            kept = word.rstrip(".,;!?") or word
            found.append(Token(kept, start, start + len(kept)))
        return tuple(found)


class Letters(Featurizer):
    """Counts letters, of messages and of tokens."""

    NAME = "Letters"
    VERSION = "1"
    TRAINS: ClassVar[bool] = False

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Letters":
        del config, files
        return cls()

    def featurize(self, batch: Batch) -> Features:
        words = [token.text for message in batch.messages for token in message.tokens]
        return Features(self.NAME, _counts([message.text for message in batch.messages]), _counts(words))


class FirstGuess(NluComponent):
    """Takes every message for one of two intents, and is not too sure."""

    NAME = "FirstGuess"
    VERSION = "1"
    TRAINS: ClassVar[bool] = False

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "FirstGuess":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        first, second = ("greet", "faq") if len(message.text) % 2 else ("faq", "greet")
        sure = 0.2 if "nobody" in message.text else 0.75
        ranking = (ParsedIntent(first, sure), ParsedIntent(second, round(sure / 4, 4)))
        return replace(message, intent=ranking[0], ranking=ranking)


STANDING_ABOVE: Mapping[str, type[NluComponent]] = {"tokens": Words, "features": Letters, "intents": FirstGuess}
"""What a component needs -> what gives it here."""


def _counts(texts: list[str]) -> Any:
    import numpy as np  # noqa: PLC0415 - only those who need features have it
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    counted = [[text.lower().count(letter) for letter in _ALPHABET] for text in texts]
    return csr_matrix(np.array(counted, dtype=np.float64).reshape(len(texts), len(_ALPHABET)))
