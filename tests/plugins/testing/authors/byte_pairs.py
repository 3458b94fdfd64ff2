"""What an author might write: a tokenizer that learns which parts words are made of, for languages that join them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from tenprint.fingerprinting import DamagedFile, NluLesson, Token, Tokenizer

MERGES = "merges.json"
_WORD = re.compile(r"\w+|[^\w\s]+")


class BytePairTokenizer(Tokenizer):
    """Divides words into parts that are frequent in the examples. Options: `merges` and `whole`."""

    NAME: ClassVar[str] = "BytePairTokenizer"
    VERSION: ClassVar[str | None] = "1"
    TRAINS: ClassVar[bool] = True

    def __init__(self, merges: Sequence[Sequence[str]], whole: Sequence[str]) -> None:
        self.ranks = {(left, right): rank for rank, (left, right) in enumerate(merges)}
        self.whole = frozenset(whole)

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"merges": 100, "whole": []}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        told = []
        if not isinstance(config["merges"], int) or config["merges"] < 0:
            told.append("option `merges` must be a whole number from 0 on")
        if not isinstance(config["whole"], list) or not all(isinstance(word, str) for word in config["whole"]):
            told.append("option `whole` must be a list of words")
        return tuple(told)

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"texts"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        words = Counter(word for example in nlu.examples for word in _WORD.findall(example.text))
        parts = {word: list(word) for word in words}
        merges: list[list[str]] = []
        while len(merges) < config["merges"]:
            pairs: Counter[tuple[str, str]] = Counter()
            for word, count in words.items():
                for pair in pairwise(parts[word]):
                    pairs[pair] += count
            if not pairs or max(pairs.values()) < 2:
                break
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            merges.append(list(best))
            parts = {word: _merged(divided, best) for word, divided in parts.items()}
        return {MERGES: merges}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "BytePairTokenizer":
        merges = files[MERGES]
        if not isinstance(merges, list) or not all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in merges
        ):
            raise DamagedFile(MERGES, "is no list of pairs of texts")
        return cls(merges, config["whole"])

    def tokenize(self, text: str) -> tuple[Token, ...]:
        tokens = []
        for found in _WORD.finditer(text):
            start = found.start()
            for part in self._divided(found.group()):
                tokens.append(Token(text[start : start + len(part)], start, start + len(part)))
                start += len(part)
        return tuple(tokens)

    def _divided(self, word: str) -> list[str]:
        if word in self.whole:
            return [word]
        parts = list(word)
        while True:
            known = [pair for pair in pairwise(parts) if pair in self.ranks]
            if not known:
                return parts
            parts = _merged(parts, min(known, key=lambda pair: self.ranks[pair]))


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for part in parts:
        if merged and (merged[-1], part) == pair:
            merged[-1] += part
        else:
            merged.append(part)
    return merged
