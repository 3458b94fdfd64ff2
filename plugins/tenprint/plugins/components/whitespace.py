"""Words: what stands between blanks, without the punctuation around it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from tenprint.fingerprinting import Json, Token, Tokenizer
from tenprint.plugins.components.options import expression_objection, text_objection, unused_objection, word_span

_DIVIDER = re.compile(r"\s|(?<![0-9])[^\w\s#@&.~:\\/?\[\]()!$*+,;=-]|[^\w\s#@&.~:\\/?\[\]()!$*+,;=-](?![0-9])")
"""Blanks, and what divides words wherever it stands, unless between two digits."""

_WORD = re.compile(r"[\w#@&](?:.*[\w#@&])?", re.DOTALL)
"""What is left of a word without the punctuation at both ends."""


@dataclass(frozen=True, slots=True)
class WhitespaceTokenizer(Tokenizer):
    """Divides messages at blanks; a message of nothing but punctuation or emoji is one token."""

    NAME: ClassVar[str] = "WhitespaceTokenizer"
    VERSION: ClassVar[str | None] = "1"

    token_pattern: re.Pattern[str] | None

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "intent_split_symbol": "_",
            "intent_tokenization_flag": False,
            "prefix_separator_symbol": None,
            "token_pattern": None,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        why = "no component here learns from parts of intents"
        return (
            *text_objection(config, "intent_split_symbol"),
            *unused_objection(config, "intent_tokenization_flag", why),
            *(() if config["prefix_separator_symbol"] is None else text_objection(config, "prefix_separator_symbol")),
            *expression_objection(config, "token_pattern"),
        )

    @staticmethod
    def not_supported_languages() -> list[str] | None:
        return ["zh", "ja", "th"]

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "WhitespaceTokenizer":
        del files
        return cls(None if config["token_pattern"] is None else re.compile(config["token_pattern"]))

    def tokenize(self, text: str) -> tuple[Token, ...]:
        words = [*_words(text)]
        if not words and text.strip():
            words = [_stripped(text)]
        if self.token_pattern is not None:
            words = [part for word in words for part in _parts(word, self.token_pattern)]
        return tuple(words)


def _words(text: str) -> Iterator[Token]:
    start = 0
    for divider in (*_DIVIDER.finditer(text), None):
        end = len(text) if divider is None else divider.start()
        word = _WORD.search(text, start, end)
        if word is not None:
            yield Token(word[0], word.start(), word.end())
        start = end if divider is None else divider.end()


def _stripped(text: str) -> Token:
    start = len(text) - len(text.lstrip())
    kept = text.strip()
    return Token(kept, start, start + len(kept))


def _parts(word: Token, pattern: re.Pattern[str]) -> Iterator[Token]:
    """Divide a word further; one in which the pattern finds nothing is kept as it is."""
    spans = [word_span(match) for match in pattern.finditer(word.text)]
    found = [(start, end) for start, end in spans if end > start]
    yield from (Token(word.text[start:end], word.start + start, word.start + end) for start, end in found)
    if not found:
        yield word
