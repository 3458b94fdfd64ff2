"""Components of the tests themselves: what stands above an NLU component, and what trainers are tried with."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tenprint.fingerprinting import (
    ActionPrediction,
    Batch,
    CoreTrainingData,
    Dialogue,
    Features,
    Featurizer,
    Message,
    NluComponent,
    NluLesson,
    ParsedIntent,
    Policy,
    Token,
    Tokenizer,
)
from tenprint.importers.data import ActionStep

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


class Keywords(NluComponent):
    """Knows intents by their examples, for trainers to train."""

    NAME = "Keywords"
    VERSION = "1"

    def __init__(self, intents: Mapping[str, str]) -> None:
        self.intents = intents

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        del config
        return {"intents.json": {example.text: example.base_intent for example in sorted(nlu.examples)}}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Keywords":
        del config
        return cls(files["intents.json"])

    def process(self, message: Message) -> Message:
        name = self.intents.get(message.text)
        return message if name is None else replace(message, intent=ParsedIntent(name, 1.0))


class Failing(Keywords):
    """Cannot be trained."""

    NAME = "Failing"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        del config
        raise RuntimeError(f"{len(nlu.examples)} examples are not enough")


class Usual(Policy):
    """Does one action, for trainers to train."""

    NAME = "Usual"
    VERSION = "1"

    def __init__(self, action: str) -> None:
        self.action = action

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"stories"})

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config
        steps = [step for story in request.stories.stories for step in story.steps]
        return {"action.json": min((step.action for step in steps if isinstance(step, ActionStep)), default="")}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Usual":
        del config
        return cls(files["action.json"])

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        return ActionPrediction(self.action, 1.0) if dialogue.events else None


STANDING_ABOVE: Mapping[str, type[NluComponent]] = {"tokens": Words, "features": Letters, "intents": FirstGuess}
"""What a component needs -> what gives it here."""


def _counts(texts: list[str]) -> Any:
    import numpy as np  # noqa: PLC0415 - only those who need features have it
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    counted = [[text.lower().count(letter) for letter in _ALPHABET] for text in texts]
    return csr_matrix(np.array(counted, dtype=np.float64).reshape(len(texts), len(_ALPHABET)))
