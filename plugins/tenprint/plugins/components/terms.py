"""Terms of a message: words, runs of words, or runs of letters, as `CountVectorsFeaturizer` is asked for them.

What is counted equals what `CountVectorizer` of scikit-learn counts in the words joined by blanks.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tenprint.fingerprinting import Json, Message
from tenprint.plugins.components.options import word_span

NUMBER = "0"
"""Stands for every word of nothing but digits."""


@dataclass(frozen=True, slots=True)
class TermOptions:
    """How messages are taken apart."""

    analyzer: str
    shortest: int
    longest: int
    lowercase: bool
    strip_accents: str | None
    token_pattern: re.Pattern[str] | None
    oov_token: str | None
    oov_words: frozenset[str]
    stop_words: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, config: Mapping[str, Json], stop_words: Collection[str]) -> "TermOptions":
        plain = cls(
            config["analyzer"],
            config["min_ngram"],
            config["max_ngram"],
            config["lowercase"],
            config["strip_accents"],
            None if config["token_pattern"] is None else re.compile(config["token_pattern"]),
            None,
            frozenset(),
        )
        oov_token = config["OOV_token"]
        return replace(
            plain,
            oov_token=None if oov_token is None else plain.normal(oov_token),
            oov_words=frozenset(plain.normal(word) for word in config["OOV_words"]),
            stop_words=frozenset(stop_words),
        )

    def words(self, message: Message) -> tuple[str, ...]:
        """Return the words of a message in their normal form."""
        if self.token_pattern is None:
            found: Iterable[str] = (token.text for token in message.tokens)
        else:
            found = (message.text[slice(*word_span(match))] for match in self.token_pattern.finditer(message.text))
        # Without its accents nothing may be left of a word.
        normal = (normal for word in found if (normal := self.normal(word)))
        if self.oov_token is None:
            return tuple(normal)
        return tuple(self.oov_token if word in self.oov_words else word for word in normal)

    def normal(self, word: str) -> str:
        if word.isdecimal():
            return NUMBER
        lowered = word.lower() if self.lowercase else word
        if self.strip_accents is None or lowered.isascii():
            return lowered
        apart = unicodedata.normalize("NFKD", lowered)
        if self.strip_accents == "ascii":
            return apart.encode("ascii", "ignore").decode("ascii")
        return "".join(letter for letter in apart if not unicodedata.combining(letter))

    def terms(self, words: tuple[str, ...]) -> Iterator[str]:
        """Yield the terms of a message, each as often as it occurs."""
        if self.analyzer == "word":
            kept = tuple(word for word in words if word not in self.stop_words)
            return self._runs_of_words(kept)
        if self.analyzer == "char":
            return self._runs(" ".join(words))
        return (term for word in words for term in self.within_word(word))

    def within_word(self, word: str) -> Iterator[str]:
        """Yield the runs of letters of one word with a blank at both ends; a shorter word counts once, as a whole."""
        for part in word.split():
            padded = f" {part} "
            for length in range(self.shortest, self.longest + 1):
                if len(padded) <= length:
                    yield padded
                    break
                yield from (padded[start : start + length] for start in range(len(padded) - length + 1))

    def _runs_of_words(self, words: tuple[str, ...]) -> Iterator[str]:
        for length in range(self.shortest, min(self.longest, len(words)) + 1):
            for start in range(len(words) - length + 1):
                yield " ".join(words[start : start + length])

    def _runs(self, text: str) -> Iterator[str]:
        for length in range(self.shortest, min(self.longest, len(text)) + 1):
            yield from (text[start : start + length] for start in range(len(text) - length + 1))


@dataclass(frozen=True, slots=True)
class TermLimits:
    """Which terms are kept: by the number or the share of messages they occur in, and the commonest of them."""

    fewest: int | float
    most: int | float
    count: int | None


def chosen_terms(messages: Iterable[Iterable[str]], limits: TermLimits) -> list[str]:
    """Choose the terms to be counted, sorted; of equally common ones the first of the alphabet."""
    occurrences: dict[str, int] = {}
    spread: dict[str, int] = {}
    total = 0
    for terms in messages:
        total += 1
        seen: set[str] = set()
        for term in terms:
            occurrences[term] = occurrences.get(term, 0) + 1
            seen.add(term)
        for term in seen:
            spread[term] = spread.get(term, 0) + 1
    fewest, most = (bound if isinstance(bound, int) else bound * total for bound in (limits.fewest, limits.most))
    kept = [term for term, count in spread.items() if fewest <= count <= most]
    if limits.count is not None:
        kept = sorted(kept, key=lambda term: (-occurrences[term], term))[: limits.count]
    return sorted(kept)
