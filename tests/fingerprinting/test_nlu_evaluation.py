"""What a model makes of annotated examples, compared with what they say."""

from typing import Any

from tenprint.fingerprinting import Message, NluEvaluation, ParsedIntent, Selection
from tenprint.fingerprinting.nlu_evaluation import Answered, Confusion
from tenprint.importers.data import EntitySpan, Example


def answered(intent: str, said: str | None, text: str = "x", **found: Any) -> Answered:
    spans = found.pop("spans", ())
    message = Message(text, None if said is None else ParsedIntent(said, 0.5), **found)
    return Answered(Example(text, intent, spans), message)


def test_intents_count_by_their_base_names() -> None:
    found = NluEvaluation((answered("faq/hours", "faq"), answered("greet", "bye"), answered("greet", None)))
    assert found.accuracy == 1 / 3
    assert [(score.label, score.right, score.expected, score.said) for score in found.intents.labels] == [
        ("bye", 0, 0, 1),
        ("faq", 1, 1, 1),
        ("greet", 0, 2, 0),
    ]
    assert found.responses is None


def test_confusions_are_told_with_their_texts_the_commonest_first() -> None:
    found = NluEvaluation(
        (
            answered("greet", "bye", "c"),
            answered("greet", None, "b"),
            answered("bye", "greet", "z"),
            answered("bye", "greet", "y"),
            answered("bye", "bye", "x"),
        )
    )
    assert found.confusions == (
        Confusion("bye", "greet", ("y", "z")),
        Confusion("greet", None, ("b",)),
        Confusion("greet", "bye", ("c",)),
    )


def test_an_entity_is_right_where_its_place_and_its_labels_are() -> None:
    spans = (EntitySpan(0, 6, "city", "Berlin", "from"), EntitySpan(10, 14, "city", "Rome", "to"))
    right = {"entity": "city", "start": 0, "end": 6, "value": "BER", "role": "from", "extractor": "a"}
    wrong = {"entity": "city", "start": 10, "end": 14, "value": "Rome", "role": "from"}
    odd: dict[str, Any] = {"entity": "city", "value": "nowhere"}
    text = "Berlin to Rome"
    found = NluEvaluation((answered("go", "go", text, spans=spans, entities=(right, dict(right), wrong, odd)),))
    (score,) = found.entities.labels
    assert (score.right, score.expected, score.said) == (1, 2, 2)


def test_responses_are_compared_where_a_selector_is() -> None:
    selection = Selection("default", (ParsedIntent("faq/hours", 0.9),))
    found = NluEvaluation(
        (
            answered("faq/hours", "faq", selections=(selection,)),
            answered("faq/place", "faq", selections=(selection,)),
            answered("faq/place", "greet"),
            answered("greet", "greet"),
        )
    )
    assert found.responses is not None
    together = found.responses.together
    assert (together.right, together.expected, together.said) == (1, 3, 2)


def test_examples_without_an_intent_count_for_their_entities_alone() -> None:
    found = NluEvaluation((answered("", "greet", spans=(EntitySpan(0, 1, "thing", "x"),)),))
    assert (found.accuracy, found.labelled, found.confusions) == (0.0, (), ())
    assert found.entities.together.expected == 1


def test_the_document_has_the_keys_of_the_schema() -> None:
    document = NluEvaluation((answered("greet", "bye"),), folds=2, fold_accuracies=(0.0,)).to_json()
    assert document == {
        "schema": "tenprint.test/1",
        "tested": "nlu",
        "model": None,
        "folds": {"count": 2, "accuracies": [0.0]},
        "examples": 1,
        "intents": {
            "accuracy": 0.0,
            "f1": {"mean": 0.0, "weighted": 0.0},
            "labels": [
                {"name": "bye", "precision": 0.0, "recall": 0.0, "f1": 0.0, "expected": 0, "predicted": 1},
                {"name": "greet", "precision": 0.0, "recall": 0.0, "f1": 0.0, "expected": 1, "predicted": 0},
            ],
        },
        "confusions": [{"expected": "greet", "predicted": "bye", "count": 1, "texts": ["x"]}],
        "entities": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "labels": []},
        "responses": None,
    }
