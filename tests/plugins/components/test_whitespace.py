from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.components.training import loaded, objections

from tenprint.fingerprinting import Message, Token
from tenprint.plugins.components import WhitespaceTokenizer


def words(text: str, pattern: str | None = None) -> list[str]:
    tokenizer = loaded((WhitespaceTokenizer, {"token_pattern": pattern}), {})
    assert isinstance(tokenizer, WhitespaceTokenizer)
    return [token.text for token in tokenizer.tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("hi", ["hi"]),
        ("Forecast for  lunch", ["Forecast", "for", "lunch"]),
        (" !word", ["word"]),
        ("word! ", ["word"]),
        ("!word", ["word"]),
        ("word!", ["word"]),
        ("wo!rd", ["wo!rd"]),
        ("?!word!?", ["word"]),
        ("twenty{one", ["twenty", "one"]),
        ("20{1", ["20{1"]),
        ("20{a", ["20", "a"]),
        ("name@example.com", ["name@example.com"]),
        ("10,000.1", ["10,000.1"]),
        ("1 - 2", ["1", "2"]),
        ("https://example.com/a?b=c#d", ["https://example.com/a?b=c#d"]),
        ("(once) [more]", ["once", "more"]),
        ("#tag @you me&you", ["#tag", "@you", "me&you"]),
        ("don't", ["don", "t"]),
        (
            "\u043f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!",
            ["\u043f\u0440\u0438\u0432\u0435\u0442", "\u043c\u0438\u0440"],
        ),
        ("a\u00a0b\u2003c", ["a", "b", "c"]),
        ("\U0001f600", ["\U0001f600"]),
        (" \U0001f600\U0001f600 ", ["\U0001f600\U0001f600"]),
        ("?!", ["?!"]),
        ("hi\U0001f600you", ["hi", "you"]),
        ("hi \U0001f600", ["hi"]),
    ],
)
def test_words_stand_between_blanks_without_the_punctuation_around_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_pattern_divides_words_further_and_keeps_those_it_finds_nothing_in() -> None:
    assert words("re-open 12-b ++ a", r"[a-z]+|\d+") == ["re", "open", "12", "b", "a"]
    assert words("++ --", "x*") == ["++ --"]


def test_tokens_say_where_they_stand() -> None:
    tokenizer = loaded((WhitespaceTokenizer, {"token_pattern": r"\w+"}), {})

    message = tokenizer.process(Message("  so-so, then"))

    assert message.tokens == (Token("so", 2, 4), Token("so", 5, 7), Token("then", 9, 13))
    assert message.text == "  so-so, then"


@given(text=st.text(max_size=60))
def test_offsets_always_hold_and_tokens_stand_in_order(text: str) -> None:
    tokenizer = loaded((WhitespaceTokenizer, {}), {})
    tokens = tokenizer.process(Message(text)).tokens

    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    assert all(token.text for token in tokens)
    assert bool(tokens) == bool(text.strip())


def test_a_long_line_of_punctuation_takes_no_time() -> None:
    assert words("!" * 200_000 + "a" + "?" * 200_000) == ["a"]


def test_the_group_of_a_pattern_is_the_word() -> None:
    tokenizer = loaded((WhitespaceTokenizer, {"token_pattern": "(?:un)?(able|ready)"}), {})
    assert isinstance(tokenizer, WhitespaceTokenizer)
    assert tokenizer.tokenize("unable set") == (Token("able", 2, 6), Token("set", 7, 10))


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("intent_tokenization_flag", True, "no component here learns from parts of intents"),
        ("intent_split_symbol", 3, "must be a text, not 3"),
        ("prefix_separator_symbol", 3, "must be a text, not 3"),
        ("token_pattern", "(", "is no regular expression"),
        ("token_pattern", "a{99999999999}", "is no regular expression"),
        ("token_pattern", "(?u)(?a)a", "is no regular expression"),
        ("token_pattern", "(" * 5000 + ")" * 5000, "is no regular expression"),
        ("token_pattern", "(a)(b)", "has 2 groups"),
        ("token_pattern", 3, "must be a regular expression, or null, not 3"),
    ],
)
def test_wrong_options_are_named(option: str, value: Any, sentence: str) -> None:
    (told,) = objections(WhitespaceTokenizer, **{option: value})

    assert f"`{option}`" in told
    assert sentence in told


def test_options_of_the_field_about_intents_are_accepted() -> None:
    assert objections(WhitespaceTokenizer, intent_split_symbol="+", prefix_separator_symbol="!") == ()


def test_languages_without_blanks_are_not_for_it() -> None:
    assert WhitespaceTokenizer.not_supported_languages() == ["zh", "ja", "th"]
