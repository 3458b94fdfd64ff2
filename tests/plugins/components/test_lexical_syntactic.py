"""Features of tokens by their looks."""

import json
from typing import Any

import pytest
from tests.plugins.components.training import Entry, loaded, objections, prepared, stored

from tenprint.fingerprinting import DamagedFile
from tenprint.importers.data import Example, NluData
from tenprint.plugins.components import LexicalSyntacticFeaturizer, WhitespaceTokenizer

NLU = NluData((Example("Book 2 tables", "book"), Example("NOW", "tell")))


def looks(texts: list[str], *window: list[str]) -> list[list[tuple[int, str, str]]]:
    """What is said of each token."""
    options = {"features": [*window]} if window else {}
    entries: list[Entry] = [(WhitespaceTokenizer, {}), (LexicalSyntacticFeaturizer, options)]
    batch = prepared(entries[:1], NLU, [example.text for example in NLU.examples])
    names = json.loads(stored(entries[1], NLU, batch)["values.json"])
    (features,) = prepared(entries, NLU, texts).features
    assert features.sentence is None
    return [
        [tuple(name) for name, value in zip(names, row, strict=True) if value] for row in features.sequence.toarray()
    ]


def test_a_token_has_the_looks_of_itself_and_of_its_neighbours() -> None:
    assert looks(["Book tables"], ["low"], ["title", "digit"], ["BOS", "EOS"]) == [
        [(0, "digit", "false"), (0, "title", "true"), (1, "BOS", "false"), (1, "EOS", "true")],
        [(-1, "low", "false"), (0, "digit", "false"), (0, "title", "false")],
    ]


def test_beginnings_and_endings() -> None:
    assert looks(["Books"], ["prefix2", "prefix5", "suffix1", "suffix2", "suffix3", "suffix5"]) == [
        [(0, "prefix2", "Bo"), (0, "suffix1", "s")]
    ]


def test_by_default_case_digits_and_ends_count() -> None:
    ((first, *_), (second, *_)) = looks(["NOW 2"])
    assert first == (0, "BOS", "true")
    assert second == (-1, "low", "false")
    assert (0, "digit", "true") in looks(["NOW 2"])[1]


def test_what_no_example_showed_says_nothing() -> None:
    assert looks(["xyz"], ["prefix2"]) == [[]]
    assert looks([""]) == []


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        ([["low"], ["low"]], "an odd number of lists"),
        ([], "an odd number of lists"),
        (["low"], "an odd number of lists"),
        ("low", "an odd number of lists"),
        ([["pos"]], "names `pos`: no tokenizer here knows parts of speech; leave it out"),
        ([["low", "prefix9", 3]], 'names "prefix9", 3, and there are BOS, EOS, digit'),
    ],
)
def test_wrong_features_are_named(features: Any, sentence: str) -> None:
    (told,) = objections(LexicalSyntacticFeaturizer, features=features)
    assert told.startswith("option `features` ")
    assert sentence in told


@pytest.mark.parametrize(
    "content", ["{}", "[1]", '[[0, "low"]]', '[["0", "low", "true"]]', '[[0, "low", "true"], [0, "low", "true"]]']
)
def test_a_damaged_file_is_named(content: str) -> None:
    with pytest.raises(DamagedFile, match=r"^values\.json "):
        loaded((LexicalSyntacticFeaturizer, {}), {"values.json": content.encode()})
