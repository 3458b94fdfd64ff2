"""How alike texts are: words and runs of letters, weighed by how rare they are (tf-idf), compared by cosine. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_RUNS = (3, 4)
"""Letters in a run; shorter ones are in too many words."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Texts, ready to be compared with others."""

    weights: Mapping[str, float]
    """Term -> how much it counts: the more, the fewer texts it is in."""
    places: Mapping[str, Sequence[tuple[int, float]]]
    """Term -> the texts it is in, by number, and its share of each."""
    count: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Likeness":
        counted = [Counter(terms(text)) for text in texts]
        spread = Counter(term for found in counted for term in found)
        weights = {term: _weight(count, len(texts)) for term, count in sorted(spread.items())}
        places: dict[str, list[tuple[int, float]]] = {term: [] for term in weights}
        for number, found in enumerate(counted):
            for term, share in _shares(found, weights).items():
                places[term].append((number, share))
        return cls(weights, places, len(texts))

    def compared(self, text: str) -> list[float]:
        """Return for each text how alike it is to this one, from 0 to 1."""
        alike = [0.0] * self.count
        for term, share in _shares(Counter(terms(text)), self.weights, rarest=_weight(0, self.count)).items():
            for number, other in self.places.get(term, ()):
                alike[number] += share * other
        return [min(1.0, value) for value in alike]


def terms(text: str) -> Iterator[str]:
    """Yield words, and the runs of letters in them with a blank at both ends."""
    for match in _WORD.finditer(text.lower()):
        word = match[0]
        yield word
        padded = f" {word} "
        for length in _RUNS:
            # A run that is all of the word, with its blanks, says no more than the word.
            if length < len(padded):
                yield from (padded[start : start + length] for start in range(len(padded) - length + 1))


def _weight(spread: int, count: int) -> float:
    """How much a term counts that is in some of all texts; one that is in none counts most."""
    return math.log((1 + count) / (1 + spread)) + 1


def _shares(counted: Mapping[str, int], weights: Mapping[str, float], *, rarest: float = 0.0) -> dict[str, float]:
    """Weigh terms so that the squares sum up to 1; in an order of their own, as sums of floats depend on it."""
    weighed = {term: (1 + math.log(count)) * weights.get(term, rarest) for term, count in sorted(counted.items())}
    norm = math.sqrt(math.fsum(value * value for value in weighed.values()))
    return {term: value / norm for term, value in weighed.items()}
