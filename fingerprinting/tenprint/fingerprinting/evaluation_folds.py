"""Folds: training examples divided so that each is once asked about by a model that never saw it. Pure.

Which example is in which fold follows from its content and the seed, never from the order of the data. Examples of one
intent are spread as evenly as can be. Equal texts of one intent stay together, or a model would have seen what it is
asked about.
"""

from collections.abc import Sequence

from tenprint.importers import canonical_digest
from tenprint.importers.data import Example

DEFAULT_FOLDS = 5


def folds(examples: Sequence[Example], count: int, *, seed: int = 0) -> tuple[tuple[int, ...], ...]:
    """Divide examples, by their numbers; an intent with fewer examples than folds is missing from some of them.

    Args:
        examples: What is divided; those without an intent are spread as an intent of their own.
        count: From 2 up; no more folds are made than there are different examples.
        seed: Another one divides in another way.

    Raises:
        ValueError: Fewer than 2 folds are asked for.
    """
    if count < 2:  # noqa: PLR2004 - of one fold, nothing is left to train on
        raise ValueError(f"there are at least 2 folds, not {count}")
    by_intent: dict[str, dict[str, list[int]]] = {}
    for number, example in enumerate(examples):
        by_intent.setdefault(example.intent, {}).setdefault(example.text, []).append(number)
    divided: list[list[int]] = [[] for _ in range(count)]
    place = 0
    # One intent goes on where the one before it ended, so that the folds are equally large.
    for intent in sorted(by_intent):
        texts = by_intent[intent]
        for text in sorted(texts, key=lambda text: canonical_digest((seed, intent, text))):
            divided[place % count] += texts[text]
            place += 1
    return tuple(tuple(sorted(fold)) for fold in divided if fold)
