"""An intent classifier that looks for the examples themselves in a message.

An example is found where its words stand in the message side by side, whatever punctuation lies between. Examples
without a single word, such as an emoji, are found by their symbols instead. The longest example wins; then the one that
begins first; then the intent that comes first in the alphabet, so no order of the data plays a part.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import Json, Message, NluComponent, ParsedIntent
from tenprint.importers.data import EntitySpan, NluData, base_intent
from tenprint.plugins.components.json_text import compact
from tenprint.plugins.components.options import truth_objection

KEYWORDS_FILE = "keywords.json"
ANNOTATIONS_FILE = "annotations.json"

_WORD = re.compile(r"\w+")
_SYMBOLS = re.compile(r"[^\w\s]+")


@dataclass(frozen=True, slots=True)
class _Match:
    """One intent found: `length` in characters of the words, `start` counted in words."""

    length: int
    start: int
    intent: str

    @property
    def order(self) -> tuple[int, int, str]:
        return (-self.length, self.start, self.intent)


@dataclass(frozen=True, slots=True)
class KeywordIntentClassifier(NluComponent):
    """Recognises intents by their examples, and the annotated entities of a message that equals an example."""

    NAME: ClassVar[str] = "KeywordIntentClassifier"
    VERSION: ClassVar[str | None] = "2"

    case_sensitive: bool
    intents: Mapping[str, tuple[str, ...]]
    """Words, joined by blanks -> intents by their full names."""
    lengths: Mapping[str, tuple[int, ...]]
    """First word -> how many words the examples have that begin with it. What keeps parsing fast."""
    annotations: Mapping[str, tuple[Mapping[str, Json], ...]]

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {"case_sensitive": True}

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return truth_objection(config, "case_sensitive")

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"examples"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluData) -> Mapping[str, Json]:
        del config  # case is a matter of looking, so the texts are kept as they are
        texts: dict[str, set[str]] = {}
        for example in nlu.examples:
            if example.intent:
                texts.setdefault(example.intent, set()).add(example.text)
        annotations = [
            {
                "intent": example.intent,
                "text": example.text,
                "entities": sorted((_entity(span) for span in example.entities), key=compact),
            }
            for example in nlu.examples
            if example.entities
        ]
        return {
            KEYWORDS_FILE: {intent: sorted(found) for intent, found in texts.items()},
            ANNOTATIONS_FILE: sorted(annotations, key=compact),
        }

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "KeywordIntentClassifier":
        case_sensitive = bool(config["case_sensitive"])
        intents: dict[str, set[str]] = {}
        lengths: dict[str, set[int]] = {}
        for intent, texts in files[KEYWORDS_FILE].items():
            for text in texts:
                folded = _folded(text, case_sensitive=case_sensitive)
                words = _WORD.findall(folded) or _SYMBOLS.findall(folded)
                if words:
                    intents.setdefault(" ".join(words), set()).add(intent)
                    lengths.setdefault(words[0], set()).add(len(words))
        annotations: dict[str, tuple[Mapping[str, Json], ...]] = {}
        for row in files[ANNOTATIONS_FILE]:
            key = _folded(row["text"], case_sensitive=case_sensitive)
            annotations[key] = (*annotations.get(key, ()), row)
        return cls(
            case_sensitive,
            {words: tuple(sorted(found)) for words, found in intents.items()},
            {word: tuple(sorted(found)) for word, found in lengths.items()},
            annotations,
        )

    def process(self, message: Message) -> Message:
        """Set intent, ranking and entities; a message without any example in it stays as it is.

        Confidence is 1 for the longest example found, and for others their share of its length.
        """
        matches = sorted(self._matches(message.text), key=lambda match: match.order)
        if not matches:
            return message
        best = matches[0]
        ranking = tuple(ParsedIntent(match.intent, round(match.length / best.length, 4)) for match in matches)
        intent = ParsedIntent(base_intent(best.intent), 1.0)
        entities = (*message.entities, *self._annotated(message.text, best.intent))
        return replace(message, intent=intent, ranking=ranking, entities=entities)

    def _matches(self, text: str) -> list[_Match]:
        folded = _folded(text, case_sensitive=self.case_sensitive)
        best: dict[str, _Match] = {}
        for words in (_WORD.findall(folded), _SYMBOLS.findall(folded)):
            for start, phrase in self._phrases(words):
                for intent in self.intents.get(phrase, ()):
                    found = _Match(len(phrase), start, intent)
                    best[intent] = min(best.get(intent, found), found, key=lambda match: match.order)
        return list(best.values())

    def _phrases(self, words: list[str]) -> Iterator[tuple[int, str]]:
        for start, word in enumerate(words):
            for length in self.lengths.get(word, ()):
                if start + length <= len(words):
                    yield start, " ".join(words[start : start + length])

    def _annotated(self, text: str, intent: str) -> list[Mapping[str, Json]]:
        """Entities of the example that equals the text: preferably of the same intent, then of the same case."""
        folded = _folded(text, case_sensitive=self.case_sensitive)
        # Folding may change the length of a text, and offsets only hold where it is the same.
        rows = [row for row in self.annotations.get(folded, ()) if len(row["text"]) == len(text)]
        rows.sort(key=lambda row: (row["intent"] != intent, row["text"] != text))
        return [{**entity, "extractor": self.NAME} for row in rows[:1] for entity in row["entities"]]


def _folded(text: str, *, case_sensitive: bool) -> str:
    composed = unicodedata.normalize("NFC", text)
    return composed if case_sensitive else composed.casefold()


def _entity(span: EntitySpan) -> dict[str, Json]:
    """The annotation as JSON, without the role and the group it does not have."""
    return {key: value for key, value in span._asdict().items() if value is not None}
