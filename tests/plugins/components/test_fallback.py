from typing import Any

import pytest
from tests.plugins.components.training import loaded, objections

from tenprint.fingerprinting import Message, ParsedIntent
from tenprint.plugins.components import FallbackClassifier


def judged(*confidences: float, **options: Any) -> Message:
    ranking = tuple(ParsedIntent(f"intent{place}", confidence) for place, confidence in enumerate(confidences))
    message = Message("hi", ranking[0] if ranking else None, ranking)
    return loaded((FallbackClassifier, options), {}).process(message)


def name_of(message: Message) -> str | None:
    return None if message.intent is None else message.intent.name


@pytest.mark.parametrize(
    ("confidences", "fallback"),
    [((0.9, 0.1), None), ((0.3,), None), ((0.29,), 0.71), ((0.5, 0.41), 0.5), ((0.5, 0.4), None), ((), 1.0)],
)
def test_the_fallback_is_for_messages_nobody_is_sure_of(confidences: Any, fallback: Any) -> None:
    message = judged(*confidences)
    if fallback is None:
        assert name_of(message) == "intent0"
        assert len(message.ranking) == len(confidences)
    else:
        assert message.intent == ParsedIntent("nlu_fallback", fallback)
        assert message.ranking[0] == message.intent
        assert len(message.ranking) == len(confidences) + 1


def test_both_thresholds_are_options() -> None:
    assert name_of(judged(0.5, threshold=0.6)) == "nlu_fallback"
    assert name_of(judged(0.1, threshold=0)) == "intent0"
    assert name_of(judged(0.5, 0.5, ambiguity_threshold=0)) == "intent0"


@pytest.mark.parametrize("option", ["threshold", "ambiguity_threshold"])
@pytest.mark.parametrize("value", [1.1, -0.1, "0.5", True, None])
def test_thresholds_are_shares(option: str, value: Any) -> None:
    (sentence,) = objections(FallbackClassifier, **{option: value})
    assert f"`{option}` must be a number from 0 to 1" in sentence
