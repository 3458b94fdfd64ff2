"""Regular expressions and lookup tables: found in messages, as features and as entities."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.components.training import Entry, loaded, objections, prepared, stored

from tenprint.fingerprinting import DamagedFile, Message, NluComponent
from tenprint.importers import ProblemsError
from tenprint.importers.data import EntitySpan, Example, LookupEntry, NluData, RegexFeature
from tenprint.plugins.components import RegexEntityExtractor, RegexFeaturizer, WhitespaceTokenizer
from tenprint.plugins.components.phrases import Phrases

CITIES = tuple(LookupEntry("city", name) for name in ("York", "New York", "Rome", "St. Gallen", "C++"))
NLU = NluData(
    (
        Example("to Rome", "book", (EntitySpan(3, 7, "city", "Rome"),)),
        Example("my zip is 8000", "tell", (EntitySpan(10, 14, "zip", "8000"),)),
    ),
    regexes=(
        RegexFeature("zip", r"\b\d{4}\b"),
        RegexFeature("greeting", "hello*"),
        RegexFeature("zip", r"[A-Z]{2}\d+"),
    ),
    lookups=CITIES,
)


def found(text: str, nlu: NluData = NLU, **options: Any) -> list[tuple[str, str]]:
    extractor = loaded((RegexEntityExtractor, options), stored((RegexEntityExtractor, options), nlu))
    return [(entity["entity"], entity["value"]) for entity in extractor.process(Message(text)).entities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from New York to rome", [("city", "New York"), ("city", "rome")]),
        ("Yorkshire and Newyork", []),
        ("York, York!", [("city", "York"), ("city", "York")]),
        ("it is 8004, or ZH99.", [("zip", "8004"), ("zip", "ZH99")]),
        ("hello", []),
        ("St. Gallen", [("city", "St. Gallen")]),
        ("I write c++ and C++11", [("city", "c++"), ("city", "C++")]),
        ("", []),
    ],
)
def test_what_has_the_name_of_an_entity_is_one(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_an_entity_says_where_it_stands_and_who_found_it() -> None:
    extractor = loaded((RegexEntityExtractor, {}), stored((RegexEntityExtractor, {}), NLU))
    before = {"entity": "x", "value": "y", "start": 0, "end": 1}

    assert extractor.process(Message("in Rome", entities=(before,))).entities == (
        before,
        {"entity": "city", "value": "Rome", "start": 3, "end": 7, "extractor": "RegexEntityExtractor"},
    )


def test_options_say_what_is_looked_for() -> None:
    text = "rome 8004 Rome Romeo"
    assert found(text, case_sensitive=True) == [("zip", "8004"), ("city", "Rome")]
    assert found(text, use_regexes=False) == [("city", "rome"), ("city", "Rome")]
    assert found(text, use_lookup_tables=False) == [("zip", "8004")]
    assert found(text, use_word_boundaries=False)[-1] == ("city", "Rome")
    assert len(found(text, use_word_boundaries=False)) == 4


def test_what_two_patterns_of_an_entity_find_alike_is_there_once() -> None:
    nlu = NluData(NLU.examples, regexes=(RegexFeature("zip", r"\d+"), RegexFeature("zip", r"\d{4}")))
    assert found("8004", nlu) == [("zip", "8004")]


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({}, {"regexes", "lookups"}),
        ({"use_regexes": False}, {"lookups"}),
        ({"use_lookup_tables": False}, {"regexes"}),
    ],
)
def test_what_is_not_used_is_not_read(options: dict[str, Any], reads: set[str]) -> None:
    for component, more in ((RegexFeaturizer, set[str]()), (RegexEntityExtractor, {"examples"})):
        provided: type[NluComponent] = component
        assert provided.reads({**provided.get_default_config(), **options}) == reads | more


def test_each_regular_expression_and_each_table_is_a_column() -> None:
    entries: list[Entry] = [(WhitespaceTokenizer, {}), (RegexFeaturizer, {})]
    (features,) = prepared(entries, NLU, ["hello from New York 8004", "nothing", "ab12"]).features

    names = [row["name"] for row in json.loads(stored((RegexFeaturizer, {}), NLU)["patterns.json"])]
    assert names == ["greeting", "zip", "zip", "city"]
    assert features.origin == "RegexFeaturizer"
    assert features.sentence.toarray().tolist() == [[1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert features.sequence.toarray().tolist() == [
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 1],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_case_counts_for_features_unless_told_otherwise() -> None:
    def column(**options: Any) -> Any:
        entries: list[Entry] = [(WhitespaceTokenizer, {}), (RegexFeaturizer, options)]
        return prepared(entries, NLU, ["HELLO"]).features[0].sentence.toarray()[0, 0]

    assert column() == 0
    assert column(case_sensitive=False) == 1


@pytest.mark.parametrize("component", [RegexFeaturizer, RegexEntityExtractor])
def test_regular_expressions_that_are_none_are_all_named(component: type[NluComponent]) -> None:
    nlu = NluData(NLU.examples, regexes=(RegexFeature("zip", "("), RegexFeature("zip", "[")))
    with pytest.raises(ProblemsError) as caught:
        stored((component, {}), nlu)
    assert [problem.code for problem in caught.value.problems] == ["invalid-pattern", "invalid-pattern"]
    assert "the regular expression `(` of `zip` is none" in caught.value.problems[0].message


@pytest.mark.parametrize("pattern", ["a{99999999999}", "(?u)(?a)a", "(" * 5000 + ")" * 5000], ids=str.__len__)
def test_whatever_python_cannot_read_is_named(pattern: str) -> None:
    nlu = NluData(NLU.examples, regexes=(RegexFeature("zip", pattern),))
    with pytest.raises(ProblemsError, match="of `zip` is none"):
        stored((RegexFeaturizer, {}), nlu)
    with pytest.raises(DamagedFile, match="a regular expression that is none"):
        loaded((RegexFeaturizer, {}), {"patterns.json": json.dumps([{"name": "zip", "regex": pattern}]).encode()})


def test_an_extractor_does_not_mind_the_patterns_of_others() -> None:
    nlu = NluData(NLU.examples, regexes=(RegexFeature("not-an-entity", "("),))
    assert found("8004", nlu) == []


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[1]",
        '[{"name": "a"}]',
        '[{"name": 1, "regex": "a"}]',
        '[{"name": "a", "regex": 1}]',
        '[{"name": "a", "lookup": "b"}]',
        '[{"name": "a", "lookup": [1]}]',
        '[{"name": "a", "regex": "("}]',
    ],
)
@pytest.mark.parametrize("component", [RegexFeaturizer, RegexEntityExtractor])
def test_a_damaged_file_is_named(component: type[NluComponent], content: str) -> None:
    with pytest.raises(DamagedFile, match=r"^patterns\.json "):
        loaded((component, {}), {"patterns.json": content.encode()})


@pytest.mark.parametrize("component", [RegexFeaturizer, RegexEntityExtractor])
@pytest.mark.parametrize("option", ["case_sensitive", "use_lookup_tables", "use_regexes", "use_word_boundaries"])
def test_wrong_options_are_named(component: type[NluComponent], option: str) -> None:
    assert objections(component, **{option: "yes"}) == (f'option `{option}` must be true or false, not "yes"',)


def test_no_column_is_kept_free() -> None:
    (sentence,) = objections(RegexFeaturizer, number_additional_patterns=10)
    assert sentence.startswith("option `number_additional_patterns` cannot be had")


ELEMENTS = st.lists(st.text(alphabet="abAB. \u0130\u00df", min_size=1, max_size=4), max_size=8)


@given(elements=ELEMENTS, text=st.text(alphabet="abAB. \u0130\u00df-", max_size=20))
def test_phrases_are_what_a_search_for_the_longest_alternative_finds(elements: list[str], text: str) -> None:
    kept = [element for element in elements if element.strip()]
    spans = [*Phrases.of(elements, case_sensitive=True, whole_words=False).find(text)]
    if not kept:
        assert spans == []
        return
    longest_first = "|".join(re.escape(element) for element in sorted(kept, key=len, reverse=True))
    assert spans == [match.span() for match in re.finditer(longest_first, text)]


@given(elements=ELEMENTS, text=st.text(alphabet="abAB. \u0130\u00df-", max_size=20))
def test_whole_words_are_bounded_and_offsets_hold(elements: list[str], text: str) -> None:
    for start, end in Phrases.of(elements, case_sensitive=False, whole_words=True).find(text):
        assert text[start:end].lower() in {element.lower() for element in elements}
        assert not (start and text[start - 1].isalnum() and text[start].isalnum())
        assert not (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())


def test_a_table_of_many_elements_is_looked_up() -> None:
    table = Phrases.of((f"street {number}" for number in range(200_000)), case_sensitive=False, whole_words=True)
    text = "in Street 199999, not in street 200000 " + "street " * 2000
    assert [*table.find(text)] == [(3, 16)]
