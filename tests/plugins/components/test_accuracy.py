"""Our pipeline recognises at least as much as scikit-learn's own TF-IDF and logistic regression, minus a point."""

from tests.benchmarks.intent_accuracy import ASSISTANT, FOLDS, MARGIN, examples_of, folds, mean


def test_the_example_assistant_is_recognised_as_well_as_scikit_learn_does() -> None:
    ours, theirs = mean(ASSISTANT)
    assert ours >= theirs - MARGIN


def test_folds_have_their_share_of_each_intent_and_each_example_is_tried_once() -> None:
    examples = examples_of(ASSISTANT)
    dealt = [*folds(examples)]
    assert sorted(example.text for _, tried in dealt for example in tried) == sorted(
        example.text for example in examples
    )
    for trained_on, tried in dealt:
        assert len(trained_on) + len(tried) == len(examples)
        for intent in {example.base_intent for example in examples}:
            share = sum(example.base_intent == intent for example in tried)
            total = sum(example.base_intent == intent for example in examples)
            assert total // FOLDS <= share <= -(-total // FOLDS)
