"""Precision, recall and F1 of labels."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from tenprint.fingerprinting.evaluation_scores import LabelScore, counted, scores

LABELS = st.sampled_from("abcd")


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=30))
def test_figures_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    found = scores(pairs)
    expected, said = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    labels = [score.label for score in found.labels]
    assert labels == sorted({*expected, *said})
    options: dict[str, Any] = {"labels": labels, "average": None, "zero_division": 0}
    for ours, theirs in (
        ([s.precision for s in found.labels], precision_score(expected, said, **options)),
        ([s.recall for s in found.labels], recall_score(expected, said, **options)),
        ([s.f1 for s in found.labels], f1_score(expected, said, **options)),
    ):
        assert ours == pytest.approx(list(theirs))
    assert found.weighted_f1 == pytest.approx(f1_score(expected, said, average="weighted", zero_division=0))
    micro = f1_score(expected, said, labels=labels, average="micro", zero_division=0)
    assert found.together.f1 == pytest.approx(micro)


def test_nothing_at_all_scores_nothing() -> None:
    assert scores([]).labels == ()
    assert (scores([]).mean_f1, scores([]).weighted_f1, scores([]).together.f1) == (0.0, 0.0, 0.0)
    assert scores([(None, None)]).labels == ()


def test_what_was_never_expected_counts_against_what_was_said() -> None:
    found = scores([("a", None), (None, "b"), ("a", "a")])
    assert found.labels == (LabelScore("a", 1, 2, 1), LabelScore("b", 0, 0, 1))
    assert found.mean_f1 == pytest.approx(2 / 3)
    assert found.labels[0].to_json() == {
        "name": "a",
        "precision": 1.0,
        "recall": 0.5,
        "f1": 0.6667,
        "expected": 2,
        "predicted": 1,
    }
    assert counted({"a": 1}, {"a": 2}, {"a": 1, "b": 1}) == found
