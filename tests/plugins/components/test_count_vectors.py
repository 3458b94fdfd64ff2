"""Counts of words and parts of words: those of scikit-learn, of which nothing is stored."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from tests.plugins.components.training import Entry, loaded, objections, prepared, stored

from tenprint.fingerprinting import Batch, DamagedFile, Message
from tenprint.importers.data import Example, NluData
from tenprint.plugins.components import CountVectorsFeaturizer, WhitespaceTokenizer

TEXTS = ("book a table", "a table for 2", "Table for 44 a b4", "caf\u00e9 OPEN", "open open", "")


def pipeline(**options: Any) -> list[Entry]:
    return [(WhitespaceTokenizer, {}), (CountVectorsFeaturizer, options)]


def data(texts: Sequence[str]) -> NluData:
    return NluData(tuple(Example(text, "any") for text in texts))


def counted(learned_from: Sequence[str], texts: Sequence[str], **options: Any) -> list[dict[str, float]]:
    """Counts by term, for each text."""
    entries = pipeline(**options)
    batch = prepared(entries, data(learned_from), texts)
    terms = terms_of(learned_from, **options)
    (features,) = batch.features
    assert features.sequence is None
    assert features.sentence.shape == (len(texts), len(terms))
    return [
        {terms[column]: row[column] for column in range(len(terms)) if row[column]}
        for row in features.sentence.toarray().tolist()
    ]


def terms_of(texts: Sequence[str], **options: Any) -> list[str]:
    nlu = data(texts)
    batch = prepared([(WhitespaceTokenizer, {})], nlu, texts)
    files = stored((CountVectorsFeaturizer, options), nlu, batch)
    terms: list[str] = json.loads(files["vocabulary.json"])["terms"]
    return terms


def test_words_are_counted_in_small_letters() -> None:
    assert counted(TEXTS, ["a Table, a chair"]) == [{"a": 2.0, "table": 1.0}]


def test_all_numbers_are_one_word() -> None:
    assert "0" in terms_of(TEXTS)
    assert "b4" in terms_of(TEXTS)
    assert counted(TEXTS, ["for 7 or 1000"]) == [{"0": 2.0, "for": 1.0}]


def test_case_and_accents_can_count_or_not() -> None:
    assert {"OPEN", "open"} <= set(terms_of(TEXTS, lowercase=False))
    assert "cafe" in terms_of(TEXTS, strip_accents="unicode")
    assert "cafe" in terms_of(TEXTS, strip_accents="ascii")
    assert counted(TEXTS, ["CAFE"], strip_accents="ascii") == [{"cafe": 1.0}]
    assert terms_of(["a \u00df b"], strip_accents="ascii", max_ngram=2) == ["a", "a b", "b"]


def test_runs_of_words() -> None:
    assert "table for" in terms_of(TEXTS, min_ngram=1, max_ngram=2)
    assert counted(TEXTS, ["a table for 3"], min_ngram=2, max_ngram=3) == [
        {"a table": 1.0, "table for": 1.0, "a table for": 1.0, "for 0": 1.0, "table for 0": 1.0}
    ]


def test_rare_common_and_most_common_terms() -> None:
    assert terms_of(TEXTS, min_df=2) == ["0", "a", "for", "open", "table"]
    assert terms_of(TEXTS, min_df=3) == ["a", "table"]
    assert "table" not in terms_of(TEXTS, max_df=2)
    assert "table" not in terms_of(TEXTS, max_df=0.49)
    assert "table" in terms_of(TEXTS, max_df=0.5)
    assert terms_of(TEXTS, max_features=2) == ["a", "open"]


def test_stop_words_are_a_list_or_those_of_english() -> None:
    assert terms_of(["the table", "a chair"], stop_words=["table", "a"]) == ["chair", "the"]
    assert terms_of(["the table", "a chair"], stop_words="english") == ["chair", "table"]
    assert terms_of(["the table", "a chair"], stop_words="english", analyzer="char", max_ngram=3)[:3] == [
        " ",
        " c",
        " ch",
    ]


def test_the_list_of_english_stop_words_is_stored_so_a_later_one_changes_nothing() -> None:
    files = stored((CountVectorsFeaturizer, {"stop_words": "english"}), data(["the table"]))
    assert len(json.loads(files["vocabulary.json"])["stop_words"]) > 300


def test_words_never_seen_can_count_as_one() -> None:
    texts = ["book oov", "a table", "Rare book"]
    assert counted(texts, ["book nothing at all"]) == [{"book": 1.0}]
    unknown: dict[str, Any] = {"OOV_token": "OOV"}
    assert counted(texts, ["book nothing at all"], **unknown) == [{"book": 1.0, "oov": 3.0}]
    assert "rare" not in terms_of(texts, **unknown, OOV_words=["RARE"])
    assert counted(["a table"], ["unknown"], **unknown) == [{}]


def test_a_pattern_of_ones_own_finds_the_words_of_the_whole_text() -> None:
    options = {"token_pattern": r"(?u)\b\w\w+\b"}
    assert terms_of(["re-open it's"], **options) == ["it", "open", "re"]


def test_the_group_of_a_pattern_is_the_word_as_in_scikit_learn() -> None:
    grouped, ungrouped = {"token_pattern": r"#(\w+)"}, {"token_pattern": r"(?:o|t)(?:ne|wo)"}
    assert terms_of(["#one two #three"], **grouped) == ["one", "three"]
    assert terms_of(["one two"], **ungrouped) == ["one", "two"]


def test_nothing_learned_has_no_columns() -> None:
    assert counted([], ["a table"]) == [{}]
    assert counted(["", "  "], ["a table"], analyzer="char_wb") == [{}]
    (features,) = prepared(pipeline(), data(TEXTS), []).features
    assert features.sentence.shape == (0, len(terms_of(TEXTS)))


def test_features_are_named_by_an_alias() -> None:
    assert prepared(pipeline(alias="letters"), data(TEXTS), ["a"]).features[0].origin == "letters"
    assert prepared(pipeline(), data(TEXTS), ["a"]).features[0].origin == "CountVectorsFeaturizer"


WORDS = st.text(alphabet="abcABC\u00e9\u00eax_", min_size=1, max_size=7)
SENTENCES = st.lists(WORDS, max_size=6).map(" ".join)


OPTIONS = st.fixed_dictionaries(
    {
        "analyzer": st.sampled_from(["word", "char", "char_wb"]),
        "min_df": st.sampled_from([1, 2, 0.0, 0.5]),
        "max_df": st.sampled_from([1.0, 0.7, 2]),
        "strip_accents": st.sampled_from([None, "ascii", "unicode"]),
        "lowercase": st.booleans(),
    }
)
LENGTHS = st.tuples(st.integers(1, 5), st.integers(1, 5)).map(sorted)


@settings(max_examples=80, deadline=None)
@given(
    learned_from=st.lists(SENTENCES, max_size=6),
    texts=st.lists(SENTENCES, max_size=4),
    options=OPTIONS,
    lengths=LENGTHS,
)
def test_terms_and_counts_are_those_of_scikit_learn(
    learned_from: list[str], texts: list[str], options: dict[str, Any], lengths: list[int]
) -> None:
    divided = {"token_pattern": r"\S+"} if options["analyzer"] == "word" else {}
    theirs = CountVectorizer(ngram_range=tuple(lengths), **options, **divided)
    try:
        theirs.fit(learned_from)
    except ValueError:  # it refuses to learn nothing
        return
    ours = {**options, "min_ngram": lengths[0], "max_ngram": lengths[1]}
    assert terms_of(learned_from, **ours) == theirs.get_feature_names_out().tolist()
    features = prepared(pipeline(**ours), data(learned_from), texts).features[0].sentence
    assert features.toarray().tolist() == (theirs.transform(texts).toarray().tolist() if texts else [])


@pytest.mark.parametrize("analyzer", ["word", "char_wb"])
def test_columns_stand_in_order_and_are_no_more_than_needed(analyzer: str) -> None:
    (features,) = prepared(pipeline(analyzer=analyzer, max_ngram=3), data(TEXTS), TEXTS).features
    assert features.sentence.has_canonical_format
    assert features.sentence.dtype == "float32"


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        '{"terms": ["a"]}',
        '{"terms": ["b", "a"], "stop_words": []}',
        '{"terms": ["a", "a"], "stop_words": []}',
        '{"terms": [1], "stop_words": []}',
        '{"terms": "a", "stop_words": []}',
        '{"terms": ["a"], "stop_words": [], "more": []}',
        "null",
    ],
)
def test_a_damaged_vocabulary_is_named(content: str) -> None:
    with pytest.raises(DamagedFile, match=r"^vocabulary\.json is no sorted list of terms"):
        loaded((CountVectorsFeaturizer, {}), {"vocabulary.json": content.encode()})


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"analyzer": "words"}, "analyzer"),
        ({"min_ngram": 0}, "min_ngram"),
        ({"max_ngram": 1.5}, "max_ngram"),
        ({"min_ngram": 3, "max_ngram": 2}, "min_ngram"),
        ({"min_df": 1.5}, "min_df"),
        ({"min_df": 0}, "min_df"),
        ({"max_df": True}, "max_df"),
        ({"max_features": 0}, "max_features"),
        ({"lowercase": None}, "lowercase"),
        ({"strip_accents": "yes"}, "strip_accents"),
        ({"stop_words": "german"}, "stop_words"),
        ({"stop_words": [1]}, "stop_words"),
        ({"token_pattern": "("}, "token_pattern"),
        ({"token_pattern": "(a)(b)"}, "token_pattern"),
        ({"OOV_token": ""}, "OOV_token"),
        ({"OOV_token": "oov", "analyzer": "char"}, "OOV_token"),
        ({"OOV_token": "oov", "min_ngram": 2, "max_ngram": 2}, "OOV_token"),
        ({"OOV_words": ["a"]}, "OOV_words"),
        ({"OOV_token": "oov", "OOV_words": "a"}, "OOV_words"),
        ({"additional_vocabulary_size": {"text": 100}}, "additional_vocabulary_size"),
        ({"alias": ""}, "alias"),
        ({"use_lemma": "no"}, "use_lemma"),
        ({"use_shared_vocab": 1}, "use_shared_vocab"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], named: str) -> None:
    (sentence,) = objections(CountVectorsFeaturizer, **options)
    assert sentence.startswith(f"option `{named}` ")


def test_a_batch_of_one_is_counted_as_in_many() -> None:
    many = prepared(pipeline(analyzer="char_wb", max_ngram=4), data(TEXTS), TEXTS).features[0].sentence.toarray()
    for row, text in enumerate(TEXTS):
        one = prepared(pipeline(analyzer="char_wb", max_ngram=4), data(TEXTS), [text]).features[0].sentence.toarray()
        assert one.tolist() == [many[row].tolist()]


def test_features_of_another_number_of_messages_are_refused() -> None:
    (features,) = prepared(pipeline(), data(TEXTS), ["a", "b"]).features
    with pytest.raises(ValueError, match="CountVectorsFeaturizer has features of 2 messages, and there are 1"):
        Batch((Message("a"),), (features,))
