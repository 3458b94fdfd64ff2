"""How well labels were recognised: precision, recall and F1 of each, and of all together. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label: how often it was right, how often it was expected, and how often it was said."""

    label: str
    right: int
    expected: int
    said: int

    @property
    def precision(self) -> float:
        """Share of what was said that is right; 0 where it was never said."""
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """Share of what was expected that was found; 0 where it was never expected."""
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.expected + self.said
        return 2 * self.right / both if both else 0.0

    def to_json(self) -> dict[str, Any]:
        return {"name": self.label, **self.figures(), "expected": self.expected, "predicted": self.said}

    def figures(self) -> dict[str, float]:
        return {"precision": rounded(self.precision), "recall": rounded(self.recall), "f1": rounded(self.f1)}


@dataclass(frozen=True, slots=True)
class Scores:
    """All labels, sorted by name."""

    labels: tuple[LabelScore, ...]

    @property
    def together(self) -> LabelScore:
        """All labels as one (micro average)."""
        return LabelScore(
            "",
            sum(score.right for score in self.labels),
            sum(score.expected for score in self.labels),
            sum(score.said for score in self.labels),
        )

    @property
    def mean_f1(self) -> float:
        """Mean of the F1 of all labels that were expected, each counting alike (macro average)."""
        expected = [score.f1 for score in self.labels if score.expected]
        return sum(expected) / len(expected) if expected else 0.0

    @property
    def weighted_f1(self) -> float:
        """Mean of the F1, each label counting as often as it was expected."""
        total = sum(score.expected for score in self.labels)
        return sum(score.f1 * score.expected for score in self.labels) / total if total else 0.0


def scores(pairs: Iterable[tuple[str | None, str | None]]) -> Scores:
    """Count pairs of what was expected and what was said; None is neither expected nor said."""
    right: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for wanted, given in pairs:
        if wanted is not None:
            expected[wanted] += 1
            right[wanted] += wanted == given
        if given is not None:
            said[given] += 1
    return counted(right, expected, said)


def counted(right: Mapping[str, int], expected: Mapping[str, int], said: Mapping[str, int]) -> Scores:
    """Make scores of counts by label."""
    names = sorted({*expected, *said})
    return Scores(
        tuple(LabelScore(name, right.get(name, 0), expected.get(name, 0), said.get(name, 0)) for name in names)
    )


def rounded(share: float) -> float:
    return round(share, _DIGITS)
