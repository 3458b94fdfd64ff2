"""Training examples, divided so that each is once asked about by a model that never saw it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.evaluation_folds import folds
from tenprint.importers.data import Example

EXAMPLES = st.lists(st.tuples(st.text(max_size=3), st.sampled_from(["greet", "bye", "faq/a", ""])), max_size=40).map(
    lambda found: [Example(text, intent) for text, intent in found]
)


@given(EXAMPLES, st.integers(2, 7))
def test_every_example_is_in_one_fold_and_no_text_of_an_intent_in_two(examples: list[Example], count: int) -> None:
    divided = folds(examples, count)
    assert sorted(number for fold in divided for number in fold) == list(range(len(examples)))
    assert all(fold for fold in divided)
    assert len(divided) <= count
    holders: dict[Example, set[int]] = {}
    for place, fold in enumerate(divided):
        for number in fold:
            holders.setdefault(examples[number], set()).add(place)
    assert all(len(places) == 1 for places in holders.values())


@given(EXAMPLES.map(lambda found: list(dict.fromkeys(found))), st.integers(2, 5))
def test_intents_and_sizes_are_spread_as_evenly_as_can_be(examples: list[Example], count: int) -> None:
    divided = folds(examples, count)
    sizes = [len(fold) for fold in divided]
    assert not sizes or max(sizes) - min(sizes) <= 1
    for intent, total in Counter(example.intent for example in examples).items():
        shares = [sum(examples[number].intent == intent for number in fold) for fold in divided]
        if len(divided) == count:
            assert {total // count, -(-total // count)} >= set(shares)


@given(st.permutations([Example(str(number), intent) for number in range(12) for intent in ("a", "b")]))
def test_the_order_of_the_data_changes_nothing(examples: list[Example]) -> None:
    def contents(listed: list[Example], seed: int = 0) -> list[set[Example]]:
        return [{listed[number] for number in fold} for fold in folds(listed, 5, seed=seed)]

    assert contents(examples) == contents(sorted(examples))
    assert contents(examples) != contents(examples, seed=1)


def test_one_fold_is_none() -> None:
    with pytest.raises(ValueError, match="at least 2 folds"):
        folds([], 1)
    assert folds([], 5) == ()
