"""Conditional random fields as numbers: learned by CRFsuite, and used without it.

A model is what it weighs: for each description of a word how much it speaks for each tag, and how well tags follow one
another. These are stored as JSON. CRFsuite believes its own files to the last byte, and models are shared, so none is
ever given to it: it learns into a file that is read back at once and removed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tenprint.fingerprinting import DamagedFile, Json

_DIGITS = 6
"""Of a confidence; the last ones of a float differ between machines."""

_HEAVIEST = 1e6
"""Beyond any weight that is learned; sums of lighter ones are finite."""


@dataclass(frozen=True, slots=True)
class TaggerOptions:
    """How much is learned, and how strictly."""

    iterations: int
    absolute: float
    squared: float

    @classmethod
    def of(cls, config: Mapping[str, Json]) -> "TaggerOptions":
        return cls(config["max_iterations"], config["L1_c"], config["L2_c"])


def learned(
    sequences: Sequence[tuple[Sequence[Sequence[str]], Sequence[str]]], options: TaggerOptions
) -> dict[str, Json]:
    """Learn from descriptions of words and their tags, message by message; equal sequences give equal weights."""
    import pycrfsuite  # noqa: PLC0415 - an extra, and wanted only for training

    labels = sorted({tag for _, tags in sequences for tag in tags})
    names = sorted({name for described, _ in sequences for word in described for name in word})
    # By numbers, because the library writes names into a text without quotes.
    label_numbers = {label: str(number) for number, label in enumerate(labels)}
    numbers = {name: str(number) for number, name in enumerate(names)}
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": options.absolute,
            "c2": options.squared,
            "max_iterations": options.iterations,
            "feature.possible_transitions": True,
        }
    )
    for described, tags in sequences:
        trainer.append([[numbers[name] for name in word] for word in described], [label_numbers[tag] for tag in tags])
    with TemporaryDirectory(prefix="tenprint-") as folder:
        path = str(Path(folder, "model"))
        trainer.train(path)
        with pycrfsuite.Tagger().open(path) as tagger:
            found = tagger.info()
    words: dict[str, dict[str, float]] = {}
    for (name, label), weight in found.state_features.items():
        words.setdefault(names[int(name)], {})[labels[int(label)]] = weight
    following: dict[str, dict[str, float]] = {label: {} for label in labels}
    for (label, after), weight in found.transitions.items():
        following[labels[int(label)]][labels[int(after)]] = weight
    return {"following": following, "words": words}


@dataclass(frozen=True, slots=True)
class Tagger:
    """A trained model in use."""

    labels: tuple[str, ...]
    words: Mapping[str, Sequence[tuple[int, float]]]
    """Description of a word -> labels, by number, with the weight it gives to each."""
    following: Sequence[Sequence[float]]
    """Label -> weights of all labels behind it."""

    def told(self, described: Sequence[Sequence[str]]) -> tuple[list[str], list[dict[str, float]]]:
        """Return the likeliest tags of a message, and for each word how likely every tag is."""
        scores = [self._scores(word) for word in described]
        shares = [dict(zip(self.labels, row, strict=True)) for row in self._shares(scores)]
        return [self.labels[number] for number in self._likeliest(scores)], shares

    def _scores(self, word: Sequence[str]) -> list[float]:
        scores = [0.0] * len(self.labels)
        for name in word:
            for number, weight in self.words.get(name, ()):
                scores[number] += weight
        return scores

    def _likeliest(self, scores: Sequence[Sequence[float]]) -> list[int]:
        """Find the sequence of labels with the highest sum (Viterbi); of equal ones the first of the alphabet."""
        if not scores:
            return []
        numbers = range(len(self.labels))
        sums, origins = list(scores[0]), []
        for row in scores[1:]:
            ways = ([before + out[to] for before, out in zip(sums, self.following, strict=True)] for to in numbers)
            origin = [way.index(max(way)) for way in ways]
            sums = [sums[origin[to]] + self.following[origin[to]][to] + row[to] for to in numbers]
            origins.append(origin)
        path = [max(numbers, key=sums.__getitem__)]
        for origin in reversed(origins):
            path.append(origin[path[-1]])
        return path[::-1]

    def _shares(self, scores: Sequence[Sequence[float]]) -> list[list[float]]:
        """How likely each label is at each place, whatever stands at the others (forward and backward)."""
        if not scores:
            return []
        heaviest = max(max(row) for row in self.following)
        # Both are scaled place by place: what counts is how they compare.
        following = [[math.exp(weight - heaviest) for weight in row] for row in self.following]
        states = [[math.exp(score - max(row)) for score in row] for row in scores]
        preceding = [*zip(*following, strict=True)]
        forward = [_scaled(states[0])]
        for row in states[1:]:
            before = forward[-1]
            forward.append(
                _scaled([state * _product(before, into) for state, into in zip(row, preceding, strict=True)])
            )
        backward = [[1.0] * len(self.labels)]
        for row in states[:0:-1]:
            beyond = [state * share for state, share in zip(row, backward[-1], strict=True)]
            backward.append(_scaled([_product(beyond, out) for out in following]))
        both = zip(forward, reversed(backward), strict=True)
        return [_scaled([one * other for one, other in zip(ahead, back, strict=True)]) for ahead, back in both]


def tagger_of(name: str, stored: Json) -> Tagger:
    """Read a model.

    Raises:
        DamagedFile: It is none.
    """
    if not isinstance(stored, dict) or not all(_is_weights(stored.get(key)) for key in ("following", "words")):
        raise DamagedFile(name, "is no mapping of words and labels to weights")
    labels = tuple(sorted(stored["following"]))
    numbers = {label: number for number, label in enumerate(labels)}
    named = {label for part in ("following", "words") for weights in stored[part].values() for label in weights}
    if not labels or not named <= numbers.keys():
        raise DamagedFile(name, "gives weight to labels that it does not have")
    return Tagger(
        labels,
        {
            word: [(numbers[label], float(weight)) for label, weight in sorted(weights.items())]
            for word, weights in stored["words"].items()
        },
        [[float(stored["following"][label].get(after, 0.0)) for after in labels] for label in labels],
    )


def rounded(share: float) -> float:
    return min(1.0, round(share, _DIGITS))


def _is_weights(found: Json) -> bool:
    return isinstance(found, dict) and all(
        isinstance(weights, dict)
        and all(type(weight) in (int, float) and abs(weight) <= _HEAVIEST for weight in weights.values())
        for weights in found.values()
    )


def _product(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))


def _scaled(row: Sequence[float]) -> list[float]:
    """Let a row sum up to 1; of numbers too small to be told from nothing, all count alike."""
    total = sum(row)
    return [value / total for value in row] if total > 0 else [1.0 / len(row)] * len(row)
