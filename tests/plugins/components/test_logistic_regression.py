"""Intents by logistic regression."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from tests.plugins.components.training import Entry, loaded, objections, prepared, stored, trained

from tenprint.fingerprinting import Batch, DamagedFile, Interpreter, Message
from tenprint.fingerprinting.answer_files import answer_bytes
from tenprint.importers import ProblemsError
from tenprint.importers.data import Example, NluData
from tenprint.plugins.components import (
    CountVectorsFeaturizer,
    LexicalSyntacticFeaturizer,
    LogisticRegressionClassifier,
    WhitespaceTokenizer,
)

TEXTS = {
    "greet": ["hi", "hello there", "good morning", "hey you"],
    "bye": ["good night", "see you", "so long"],
    "faq/hours": ["when do you open", "opening hours please"],
    "faq/place": ["where are you", "which street is it"],
}
NLU = NluData(tuple(Example(text, intent) for intent, texts in TEXTS.items() for text in texts))
BEFORE: list[Entry] = [
    (WhitespaceTokenizer, {}),
    (CountVectorsFeaturizer, {}),
    (CountVectorsFeaturizer, {"analyzer": "char_wb", "max_ngram": 3, "alias": "letters"}),
]


def interpreter(nlu: NluData = NLU, **options: Any) -> Interpreter:
    return trained([*BEFORE, (LogisticRegressionClassifier, options)], nlu)


def stored_files(nlu: NluData = NLU, **options: Any) -> dict[str, bytes]:
    batch = prepared(BEFORE, nlu, [example.text for example in nlu.examples])
    return stored((LogisticRegressionClassifier, options), nlu, batch)


def intent_of(message: Message) -> str | None:
    return None if message.intent is None else message.intent.name


@pytest.mark.parametrize("solver", ["lbfgs", "liblinear", "newton-cg", "sag", "saga"])
def test_what_was_learned_is_recognised_by_every_solver(solver: str) -> None:
    recognised = [intent_of(message) for message in interpreter(solver=solver).parse_all(e.text for e in NLU.examples)]
    assert recognised == [example.base_intent for example in NLU.examples]


def test_all_intents_are_ranked_and_sum_up_to_one() -> None:
    message = interpreter().parse("good morning you")
    assert {entry.name for entry in message.ranking} == {"greet", "bye", "faq"}
    assert sum(entry.confidence for entry in message.ranking) == pytest.approx(1, abs=1e-5)
    assert message.ranking[0] == message.intent
    assert intent_of(message) == "greet"
    confidences = [entry.confidence for entry in message.ranking]
    assert confidences == sorted(confidences, reverse=True)


def test_a_ranking_is_as_long_as_asked_for() -> None:
    assert len(interpreter(ranking_length=2).parse("hi").ranking) == 2
    assert len(interpreter(ranking_length=0).parse("hi").ranking) == 3


@pytest.mark.parametrize("text", ["", "   "])
def test_a_message_without_a_word_has_no_intent(text: str) -> None:
    message = interpreter().parse(text)
    assert (message.intent, message.ranking) == (None, ())


def test_many_messages_are_recognised_as_each_alone() -> None:
    model = interpreter()
    texts = [f"{example.text} {number}" for number in range(200) for example in NLU.examples]
    assert [*model.parse_all(texts)] == [model.parse(text) for text in texts]
    assert [*model.parse_all(())] == []


@pytest.mark.parametrize("class_weight", [None, "balanced", {"greet": 2.0, "unheard-of": 3}])
@pytest.mark.parametrize("intents", [{"greet", "bye", "faq/hours"}, {"greet", "bye"}])
def test_confidences_are_those_of_scikit_learn(class_weight: Any, intents: set[str]) -> None:
    nlu = NluData(tuple(example for example in NLU.examples if example.intent in intents))
    texts, labels = [e.text for e in nlu.examples], [e.base_intent for e in nlu.examples]
    counts = CountVectorizer(analyzer=str.split).fit(texts)
    weights = class_weight
    if isinstance(class_weight, dict):
        weights = {label: class_weight.get(label, 1.0) for label in labels}
    theirs = LogisticRegression(class_weight=weights, tol=0.0001).fit(counts.transform(texts), labels)
    ours = trained([*BEFORE[:2], (LogisticRegressionClassifier, {"class_weight": class_weight})], nlu)
    for text in [*texts, "good you", "xyz"]:
        expected = dict(zip(theirs.classes_, theirs.predict_proba(counts.transform([text]))[0], strict=True))
        assert {e.name: e.confidence for e in ours.parse(text).ranking} == pytest.approx(expected, abs=1e-5)


def test_one_intent_alone_is_always_meant() -> None:
    model = interpreter(NluData((Example("hi", "greet"), Example("hello", "greet"))))
    message = model.parse("anything")
    assert [(entry.name, entry.confidence) for entry in message.ranking] == [("greet", 1.0)]


def test_without_any_word_the_commonest_intent_is_likeliest() -> None:
    nlu = NluData((Example("?", "a"), Example("??", "b"), Example("???", "b")))
    model = trained(
        [
            (WhitespaceTokenizer, {}),
            (CountVectorsFeaturizer, {"min_df": 5}),
            (LogisticRegressionClassifier, {"class_weight": None}),
        ],
        nlu,
    )
    assert {e.name: e.confidence for e in model.parse("x").ranking} == pytest.approx({"a": 1 / 3, "b": 2 / 3}, abs=1e-5)


def test_examples_without_an_intent_are_left_out() -> None:
    more = NluData((*NLU.examples, Example("no intent here", "")))
    assert {entry.name for entry in interpreter(more).parse("hi").ranking} == {"greet", "bye", "faq"}


def test_a_training_that_was_stopped_early_says_so() -> None:
    early = json.loads(stored_files(max_iter=1)["intents.json"])
    assert (early["converged"], early["iterations"]) == (False, 1)
    late = json.loads(stored_files(max_iter=1000)["intents.json"])
    assert late["converged"] is True
    assert late["features"][1][0] == "letters"


def test_nothing_to_learn_from_is_a_problem() -> None:
    with pytest.raises(ProblemsError, match="no example has an intent"):
        interpreter(NluData((Example("hi", ""),)))
    with pytest.raises(ProblemsError, match="no featurizer before it describes whole messages"):
        trained([BEFORE[0], (LexicalSyntacticFeaturizer, {}), (LogisticRegressionClassifier, {})], NLU)


def test_other_features_than_those_it_learned_from_are_refused() -> None:
    classifier = interpreter().components[-1]
    with pytest.raises(ValueError, match="was trained with the features"):
        classifier.process_batch(Batch((Message("hi"),)))


def damaged(files: Mapping[str, bytes], name: str, content: Any) -> None:
    changed = {**files, name: content if isinstance(content, bytes) else answer_bytes(name, content)}
    with pytest.raises(DamagedFile) as caught:
        loaded((LogisticRegressionClassifier, {}), changed)
    assert caught.value.file == name


def test_files_that_do_not_belong_together_are_named() -> None:
    files = stored_files()
    intents = json.loads(files["intents.json"])
    weights = np.zeros((3, sum(width for _, width in intents["features"])), "f4")
    damaged(files, "weights.npy", weights[:, :-1])
    damaged(files, "weights.npy", weights[:2])
    damaged(files, "weights.npy", weights.astype("f8"))
    damaged(files, "weights.npy", np.zeros((), "f4"))
    damaged(files, "intercepts.npy", np.zeros(4, "f4"))
    changes: tuple[dict[str, Any], ...] = (
        {"intents": []},
        {"intents": [1, 2, 3]},
        {"scheme": "none"},
        {"features": [["a"]]},
        {"features": [["a", -1]]},
        {"features": [["a", True]]},
        {"features": None},
    )
    for change in changes:
        damaged(files, "intents.json", {**intents, **change})
    damaged(files, "intents.json", [])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"class_weight": "even"}, "class_weight"),
        ({"class_weight": {"greet": 0}}, "class_weight"),
        ({"max_iter": 0}, "max_iter"),
        ({"random_state": None}, "random_state"),
        ({"random_state": 2**32}, "random_state"),
        ({"max_iter": 2**31}, "max_iter"),
        ({"ranking_length": -1}, "ranking_length"),
        ({"solver": "adam"}, "solver"),
        ({"tol": 0}, "tol"),
        ({"tol": "small"}, "tol"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], named: str) -> None:
    (sentence,) = objections(LogisticRegressionClassifier, **options)
    assert sentence.startswith(f"option `{named}` ")


def test_trainings_side_by_side_give_the_bytes_of_one_alone() -> None:
    expected = stored_files()
    found: list[dict[str, bytes]] = []

    def train() -> None:
        found.append(stored_files())

    threads = [threading.Thread(target=train) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 6


def test_the_order_of_examples_within_equal_data_is_all_that_may_count() -> None:
    assert names(stored_files(NluData(NLU.examples[::-1]))) == names(stored_files())


def names(files: Mapping[str, bytes]) -> Sequence[str]:
    found: Sequence[str] = json.loads(files["intents.json"])["intents"]
    return found
