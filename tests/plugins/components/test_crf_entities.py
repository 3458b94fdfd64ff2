"""Entities by conditional random fields."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pycrfsuite
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plugins.components.training import Entry, loaded, objections, prepared, stored, trained

from tenprint.fingerprinting import Batch, DamagedFile, Interpreter, Message, Token
from tenprint.importers import ProblemsError
from tenprint.importers.data import EntitySpan, Example, NluData, RegexFeature
from tenprint.plugins.components import CRFEntityExtractor, RegexFeaturizer, WhitespaceTokenizer
from tenprint.plugins.components.crf_models import Tagger, TaggerOptions, learned, tagger_of
from tenprint.plugins.components.crf_tags import OUTSIDE, stretches_of, tags_of

CITIES = ("Berlin", "New York", "Rome", "San Marino", "Oslo", "Lima")


def annotated(text: str, *spans: tuple[str, str, str | None, str | None], intent: str = "travel") -> Example:
    """Annotate words of a text, each where it stands first."""
    found = [
        EntitySpan(text.index(word), text.index(word) + len(word), entity, word, role, group)
        for word, entity, role, group in spans
    ]
    return Example(text, intent, tuple(found))


PLAIN = NluData(
    (
        *(annotated(f"take me to {city} please", (city, "city", None, None)) for city in CITIES),
        *(annotated(f"is it warm in {city}", (city, "city", None, None)) for city in CITIES),
        *(Example(text, "other") for text in ("good morning", "take me home please", "is it warm", "thanks a lot")),
    )
)
ROLES = NluData(
    tuple(
        annotated(f"from {one} to {two}", (one, "city", "from", "1"), (two, "city", "to", "2"))
        for one in CITIES
        for two in CITIES
        if one != two
    )
)
BEFORE: list[Entry] = [(WhitespaceTokenizer, {})]


def interpreter(nlu: NluData = PLAIN, **options: Any) -> Interpreter:
    return trained([*BEFORE, (CRFEntityExtractor, options)], nlu)


def stored_files(nlu: NluData = PLAIN, **options: Any) -> dict[str, bytes]:
    batch = prepared(BEFORE, nlu, [example.text for example in nlu.examples])
    return stored((CRFEntityExtractor, options), nlu, batch)


def brief(message: Message) -> list[tuple[str, str]]:
    return [(entity["entity"], entity["value"]) for entity in message.entities]


@pytest.mark.parametrize("bilou", [True, False])
def test_words_never_seen_are_found_by_their_looks_and_neighbours(*, bilou: bool) -> None:
    model = interpreter(BILOU_flag=bilou)
    assert brief(model.parse("take me to Lisbon please")) == [("city", "Lisbon")]
    assert brief(model.parse("take me to New York please")) == [("city", "New York")]
    assert brief(model.parse("good morning")) == []
    assert brief(model.parse("")) == brief(model.parse("  ")) == []


def test_an_entity_says_where_it_is_how_sure_it_is_and_who_found_it() -> None:
    (found,) = interpreter().parse("take me to Berlin please").entities
    assert found == {
        "entity": "city",
        "start": 11,
        "end": 17,
        "value": "Berlin",
        "confidence_entity": found["confidence_entity"],
        "extractor": "CRFEntityExtractor",
    }
    assert 0.5 < found["confidence_entity"] <= 1


@pytest.mark.parametrize("bilou", [True, False])
def test_roles_and_groups_are_told_apart(*, bilou: bool) -> None:
    found = interpreter(ROLES, BILOU_flag=bilou).parse("from Rome to San Marino").entities
    assert [(e["value"], e["role"], e["group"]) for e in found] == [("Rome", "from", "1"), ("San Marino", "to", "2")]
    assert all(0.5 < e["confidence_role"] <= 1 and 0.5 < e["confidence_group"] <= 1 for e in found)


def test_what_no_example_has_is_not_learned() -> None:
    assert sorted(stored_files()) == ["entity.json", "taggers.json"]
    assert sorted(stored_files(ROLES)) == ["entity.json", "group.json", "role.json", "taggers.json"]
    bare = NluData((Example("good morning", "greet"), Example("", "nothing")))
    assert sorted(stored_files(bare)) == ["taggers.json"]
    assert interpreter(bare).parse("good morning").entities == ()
    assert interpreter(NluData()).parse("good morning").entities == ()


def test_what_others_have_found_stays() -> None:
    component = interpreter().components[-1]
    before = {"entity": "time", "value": "now", "start": 0, "end": 3}
    message = Message("now", entities=(before,), tokens=(Token("now", 0, 3),))
    (after,) = component.process_batch(Batch((message,))).messages
    assert after.entities[0] == before


def test_many_messages_are_recognised_as_each_alone() -> None:
    model = interpreter(ROLES)
    texts = ["", *(example.text for example in ROLES.examples), "\ud800 from \0 to Oslo", "x" * 3000]
    assert [*model.parse_all(texts)] == [model.parse(text) for text in texts]


def test_equal_data_in_any_order_give_equal_bytes() -> None:
    turned = NluData(tuple(reversed(ROLES.examples)))
    assert stored_files(ROLES) == stored_files(ROLES) == stored_files(turned)


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib; from tests.plugins.components.test_crf_entities import stored_files;"
        "print(hashlib.sha256(b''.join(v for _, v in sorted(stored_files().items()))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_patterns_count_where_a_featurizer_finds_them() -> None:
    codes = ("q1w2", "a9s8", "z5x6", "p0o9", "m3n4", "k7j8")
    nlu = NluData(
        (
            *(annotated(f"{code} arrived", (code, "code", None, None)) for code in codes),
            *(Example(f"{word} arrived", "other") for word in ("it", "he", "she", "abcd", "we", "somebody")),
        ),
        regexes=(RegexFeature("code", r"\b[a-z]\d[a-z]\d\b"),),
    )
    before: list[Entry] = [*BEFORE, (RegexFeaturizer, {})]
    asked = {"features": [["pattern"]]}
    assert brief(trained([*before, (CRFEntityExtractor, asked)], nlu).parse("u7t7 arrived")) == [("code", "u7t7")]
    aliased: list[Entry] = [*BEFORE, (RegexFeaturizer, {"alias": "codes"})]
    assert brief(trained([*aliased, (CRFEntityExtractor, asked)], nlu).parse("u7t7 arrived")) == []
    named = {**asked, "featurizers": ["codes"]}
    assert brief(trained([*aliased, (CRFEntityExtractor, named)], nlu).parse("u7t7 arrived")) == [("code", "u7t7")]


def test_features_are_read_only_where_patterns_are_asked_for() -> None:
    config = CRFEntityExtractor.get_default_config()
    assert CRFEntityExtractor.reads(config) == {"examples", "tokens", "features"}
    assert CRFEntityExtractor.reads({**config, "features": [["low"]]}) == {"examples", "tokens"}
    assert CRFEntityExtractor.needs(config) == {"tokens"}


def test_other_features_than_it_was_trained_with_are_an_error() -> None:
    nlu = NluData(PLAIN.examples, regexes=(RegexFeature("a", "Berlin"),))
    component = trained([*BEFORE, (RegexFeaturizer, {}), (CRFEntityExtractor, {})], nlu).components[-1]
    with pytest.raises(ValueError, match="was trained with the features"):
        component.process_batch(Batch((Message("Berlin", tokens=(Token("Berlin", 0, 6),)),)))


COMMAS = [("eggs, milk", True, ["eggs", "milk"]), ("eggs, milk", False, ["eggs, milk"])]


@pytest.mark.parametrize(("text", "splits", "values"), COMMAS)
def test_a_comma_divides_entities_if_it_shall(text: str, *, splits: bool, values: list[str]) -> None:
    tokens = (Token("eggs", 0, 4), Token("milk", 6, 10))
    for split in ({"": splits}, {"": not splits, "food": splits}):
        found = stretches_of(text, tokens, ["food", "food"], bilou=False, splits=split)
        assert [text[tokens[s.first].start : tokens[s.end - 1].end] for s in found] == values


WORDS = st.lists(st.sampled_from(["O", "B-a", "I-a", "L-a", "U-a", "B-b", "I-b", "L-b", "U-b"]), max_size=8)


@given(WORDS)
def test_tags_that_contradict_each_other_still_give_stretches_that_do_not_overlap(tags: list[str]) -> None:
    tokens = tuple(Token("w", 2 * n, 2 * n + 1) for n in range(len(tags)))
    found = [*stretches_of("w " * len(tags), tokens, tags, bilou=True, splits={"": True})]
    covered = [n for stretch in found for n in range(stretch.first, stretch.end)]
    assert covered == [n for n, tag in enumerate(tags) if tag != OUTSIDE]
    assert all({tags[n][2:] for n in range(s.first, s.end)} == {s.label} for s in found)


@given(
    marks=st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6), st.sampled_from("ab")), max_size=4),
    bilou=st.booleans(),
)
def test_tags_of_annotations_give_the_annotations_back(marks: list[tuple[int, int, str]], *, bilou: bool) -> None:
    tokens = tuple(Token("w", 2 * n, 2 * n + 1) for n in range(8))
    spans = [EntitySpan(start, start + length, name, "x") for start, length, name in marks]
    tags = tags_of(tokens, spans, lambda span: span.entity, bilou=bilou)
    assert len(tags) == len(tokens)
    # What was annotated first, or alone, is found again as a whole.
    found = {(s.label, s.first, s.end) for s in stretches_of(" " * 20, tokens, tags, bilou=bilou, splits={"": True})}
    if bilou:
        again = [EntitySpan(2 * first, 2 * end - 1, label, "x") for label, first, end in sorted(found)]
        assert tags_of(tokens, again, lambda span: span.entity, bilou=True) == tags


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"features": [["low"], ["low"]]}, "odd number of lists"),
        ({"features": [["pos"]]}, "parts of speech"),
        ({"features": [["text_dense_features"]]}, "dense"),
        ({"features": [["lowe"]]}, '"lowe"'),
        ({"features": "low"}, "odd number of lists"),
        ({"BILOU_flag": 1}, "`BILOU_flag`"),
        ({"L1_c": -1}, "`L1_c`"),
        ({"L2_c": True}, "`L2_c`"),
        ({"max_iterations": 0}, "`max_iterations`"),
        ({"featurizers": "RegexFeaturizer"}, "`featurizers`"),
        ({"split_entities_by_comma": {"food": "yes"}}, "`split_entities_by_comma`"),
    ],
)
def test_options_that_cannot_be_are_told(options: Mapping[str, Any], told: str) -> None:
    (sentence,) = objections(CRFEntityExtractor, **options)
    assert told in sentence


def test_a_featurizer_that_does_not_stand_above_is_told() -> None:
    with pytest.raises(ProblemsError) as caught:
        stored_files(featurizers=["RegexFeaturiser"])
    assert "option `featurizers` names `RegexFeaturiser`, and nothing above is called so" in str(caught.value)
    assert stored_files(featurizers=["nothing"], features=[["low"]])


def test_options_of_the_field_are_accepted() -> None:
    assert objections(CRFEntityExtractor, split_entities_by_comma={"address": False}, max_iterations=10) == ()
    assert objections(CRFEntityExtractor, features=[["suffix1", "bias"]], featurizers=["mine"]) == ()


SEQUENCES = st.lists(
    st.lists(
        st.tuples(st.lists(st.sampled_from(["a", "b", "c: d", "e --> f"]), max_size=3), st.sampled_from("xyz")),
        min_size=1,
        max_size=5,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=50)
@given(SEQUENCES, SEQUENCES)
def test_tags_and_shares_are_those_of_crfsuite(
    known: list[list[tuple[list[str], str]]], asked: list[list[tuple[list[str], str]]]
) -> None:
    rows = [([words for words, _ in sequence], [tag for _, tag in sequence]) for sequence in known]
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 50, "feature.possible_transitions": True})
    labels = sorted({tag for _, tags in rows for tag in tags})
    for described, tags in rows:
        trainer.append(described, [str(labels.index(tag)) for tag in tags])
    theirs = pycrfsuite.Tagger()
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        model = Path(folder, "model").read_bytes()
    theirs.open_inmemory(model)
    ours = tagger_of("x", json.loads(json.dumps(learned(rows, TaggerOptions(50, 0.1, 0.1)))))
    for sequence in asked:
        described = [words for words, _ in sequence]
        tags, shares = ours.told(described)
        theirs.set(described)
        for place, row in enumerate(shares):
            expected = {label: theirs.marginal(str(number), place) for number, label in enumerate(labels)}
            assert row == pytest.approx(expected, abs=1e-4)
        their_tags = [str(labels.index(tag)) for tag in tags]
        # Of sequences that are as likely any may be told.
        assert theirs.probability(their_tags) == pytest.approx(theirs.probability(theirs.tag()), abs=1e-4)


def test_nothing_asked_is_nothing_told() -> None:
    assert Tagger(("O",), {}, [[0.0]]).told([]) == ([], [])


def test_weights_as_heavy_as_they_may_be_and_long_messages_are_lived_with() -> None:
    words = {"up": [(0, 1e6)], "down": [(0, -1e6), (1, 1e6)]}
    tagger = Tagger(("A", "O"), words, [[1e6, -1e6], [-1e6, 1e6]])
    tags, shares = tagger.told([["up"], ["down"]] * 2000)
    assert len(tags) == 4000
    assert all(sum(row.values()) == pytest.approx(1) for row in shares)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"following": {}, "words": {}},
        {"following": {"O": {}}},
        {"following": {"O": {}}, "words": []},
        {"following": {"O": {"X": 1.0}}, "words": {}},
        {"following": {"O": {}}, "words": {"a": {"X": 1.0}}},
        {"following": {"O": {"O": "1"}}, "words": {}},
        {"following": {"O": {"O": True}}, "words": {}},
        {"following": {"O": {"O": 1e300}}, "words": {}},
        {"following": {"O": [1]}, "words": {}},
    ],
)
def test_a_damaged_model_is_named(content: Any) -> None:
    files = stored_files()
    with pytest.raises(DamagedFile, match=r"entity\.json"):
        loaded((CRFEntityExtractor, {}), {**files, "entity.json": json.dumps(content).encode()})


def test_a_model_that_is_not_there_is_named() -> None:
    rest = {name: content for name, content in stored_files().items() if name != "entity.json"}
    with pytest.raises(DamagedFile, match=r"entity\.json"):
        loaded((CRFEntityExtractor, {}), rest)


@pytest.mark.parametrize(
    "stored_json", [[], {}, {"models": {}}, {"models": ["../x"], "features": []}, {"models": [], "features": [1]}]
)
def test_a_damaged_list_of_models_is_named(stored_json: Any) -> None:
    files = stored_files()
    with pytest.raises(DamagedFile, match=r"taggers\.json"):
        loaded((CRFEntityExtractor, {}), {**files, "taggers.json": json.dumps(stored_json).encode()})


def test_a_trained_model_is_used_without_the_library() -> None:
    code = (
        "import sys; sys.modules['pycrfsuite'] = None; import json;"
        "from tests.plugins.components.training import loaded; from tenprint.fingerprinting import *;"
        "from tenprint.plugins.components import CRFEntityExtractor;"
        "files = {name: text.encode() for name, text in json.loads(sys.stdin.read()).items()};"
        "model = loaded((CRFEntityExtractor, {}), files);"
        "batch = Batch((Message('is it warm in Rome', tokens=(Token('is', 0, 2), Token('it', 3, 5),"
        " Token('warm', 6, 10), Token('in', 11, 13), Token('Rome', 14, 18))),));"
        "print(model.process_batch(batch).messages[0].entities[0]['value'])"
    )
    files = json.dumps({name: content.decode() for name, content in stored_files().items()})
    finished = subprocess.run(
        [sys.executable, "-c", code], input=files, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert (finished.stdout, finished.stderr) == ("Rome\n", "")
