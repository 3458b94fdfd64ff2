import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.data import EntitySpan
from tenprint.importers.reading.markup import parse_markup


def unexpected(message: str, hint: str | None) -> None:
    pytest.fail(f"{message} ({hint})")


def ignored(message: str, hint: str | None) -> None:
    assert message
    assert hint


def parsed(text: str) -> tuple[str, tuple[EntitySpan, ...]]:
    return parse_markup(text, unexpected)


def refused(text: str) -> list[str]:
    """Messages about the annotations of a text; each comes with a hint."""
    messages: list[str] = []

    def report(message: str, hint: str | None) -> None:
        assert hint
        messages.append(message)

    _, spans = parse_markup(text, report)
    assert spans == ()
    return messages


def annotated(**keys: Any) -> str:
    return json.dumps(keys)


@pytest.mark.parametrize(
    ("text", "plain", "span"),
    [
        ("[Berlin](city)", "Berlin", EntitySpan(0, 6, "city", "Berlin")),
        ("to [Berlin](city) now", "to Berlin now", EntitySpan(3, 9, "city", "Berlin")),
        ("[NYC](city:New York)", "NYC", EntitySpan(0, 3, "city", "New York")),
        ("[x](time:12:30:00)", "x", EntitySpan(0, 1, "time", "12:30:00")),
        ("[x](my type)", "x", EntitySpan(0, 1, "my type", "x")),
        ("[x]( city )", "x", EntitySpan(0, 1, " city ", "x")),
        ("[a[b](c)", "a[b", EntitySpan(0, 3, "c", "a[b")),
        ("[[](c)", "[", EntitySpan(0, 1, "c", "[")),
        ("[(a)](c)", "(a)", EntitySpan(0, 3, "c", "(a)")),
        ("[a](b(c)", "a", EntitySpan(0, 1, "b(c", "a")),
        ("[a](c))", "a)", EntitySpan(0, 1, "c", "a")),
        ("[a\nb](c)", "a\nb", EntitySpan(0, 3, "c", "a\nb")),
        ("[x]" + annotated(entity="city"), "x", EntitySpan(0, 1, "city", "x")),
        ("[x]" + annotated(entity="city", value="y"), "x", EntitySpan(0, 1, "city", "y")),
        ("[x]" + annotated(entity="city", value=""), "x", EntitySpan(0, 1, "city", "")),
        ("[x]" + annotated(entity="n", value=7), "x", EntitySpan(0, 1, "n", 7)),
        ("[x]" + annotated(entity="n", value=7.5), "x", EntitySpan(0, 1, "n", 7.5)),
        (
            "[x]" + annotated(entity="city", role="from", group="1"),
            "x",
            EntitySpan(0, 1, "city", "x", role="from", group="1"),
        ),
        ("[x]" + annotated(entity="city", role="", group=""), "x", EntitySpan(0, 1, "city", "x")),
        ("[x]" + annotated(entity="city", value="a } b"), "x", EntitySpan(0, 1, "city", "a } b")),
        ('[x]{ "entity" :\t"city" } y', "x y", EntitySpan(0, 1, "city", "x")),
        ('[x]{"entity": "\\u00fc"}', "x", EntitySpan(0, 1, "\u00fc", "x")),
        ('[x][{"entity": "city"}]', "x", EntitySpan(0, 1, "city", "x")),
        ("a] [x](city)", "a] x", EntitySpan(3, 4, "city", "x")),
        ("[x](city) )", "x )", EntitySpan(0, 1, "city", "x")),
        ('[x]{"entity": "city", "value": "\u00fc"}', "x", EntitySpan(0, 1, "city", "\u00fc")),
    ],
)
def test_each_form_of_an_annotation(text: str, plain: str, span: EntitySpan) -> None:
    assert parsed(text) == (plain, (span,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "[a]",
        "[a] (b)",
        "[a](b:)",
        "[a](:c)",
        "[a]()",
        "x [a]()y) z",
        "[a](b",
        "[](b)",
        "[]{}",
        "[a]{}",
        "[a] {}",
        "[a]{",
        '[x]{"entity": "city"',
        "[a][b]",
        "[a][]",
        "[a][",
        "[a][[b]]",
        "{x}",
        "(a)",
        "]](a)",
        "a]b](c)",
        "[a]b](c)",
        "[a][{",
    ],
)
def test_other_brackets_stay_in_the_text(text: str) -> None:
    assert parsed(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "plain", "spans"),
    [
        (r"\[a](b)", "[a](b)", ()),
        (r"\[a\](b)", "[a](b)", ()),
        (r"\[", "[", ()),
        (r"a \] b", "a ] b", ()),
        (r"\a [x](y) \n", r"\a x \n", (EntitySpan(3, 4, "y", "x"),)),
        (r"\\[x](y)", "\\x", (EntitySpan(1, 2, "y", "x"),)),
        (r"\\\[x](y)", r"\[x](y)", ()),
        (r"[a\]b](c)", "a]b", (EntitySpan(0, 3, "c", "a]b"),)),
        (r"[a\[b](c)", "a[b", (EntitySpan(0, 3, "c", "a[b"),)),
        (r"[C:\\](path)", "C:\\", (EntitySpan(0, 3, "path", "C:\\"),)),
        (r"\[1\] [x](y) \[2]", "[1] x [2]", (EntitySpan(4, 5, "y", "x"),)),
        (r'[x]{"entity": "y", "value": "\\[z"}', "x", (EntitySpan(0, 1, "y", r"\[z"),)),
    ],
)
def test_a_backslash_makes_a_bracket_ordinary(text: str, plain: str, spans: tuple[EntitySpan, ...]) -> None:
    assert parsed(text) == (plain, spans)


@pytest.mark.parametrize(
    "text", ["[a](b:)", "[a](:c)", "[a]()", "[a]{}", "[a][b]", "[a][]", "[a](b", "[a][", r"\[b] [a]()"]
)
def test_brackets_that_look_like_an_annotation_and_are_none_are_told(text: str) -> None:
    told: list[str] = []
    parse_markup(text, unexpected, lambda message, hint: told.append(f"{message}; {hint}"))

    assert len(told) == 1
    assert told[0].startswith("[a] has ")
    assert r"\[ for a bracket that is only text" in told[0]


@pytest.mark.parametrize("text", ["[a]", "[a] (b)", "a]", "{x}", r"\[a](b:)", "[](b)"])
def test_other_brackets_need_no_word(text: str) -> None:
    parse_markup(text, unexpected, unexpected)


def test_one_stretch_may_be_several_entities() -> None:
    text = '[x][{"entity": "city", "role": "from"}, {"entity": "place", "value": 1}] y'

    assert parsed(text) == ("x y", (EntitySpan(0, 1, "city", "x", role="from"), EntitySpan(0, 1, "place", 1)))


def test_an_empty_list_inside_brackets_is_text_and_the_next_annotation_counts() -> None:
    assert parsed("[a][b](c)") == ("[a]b", (EntitySpan(3, 4, "c", "b"),))


def test_offsets_count_characters_of_the_plain_text() -> None:
    plain, spans = parsed("\U0001f600 [M\u00fcnchen](city) [x] [a]{} to [Rio](city:R)!")

    assert plain == "\U0001f600 M\u00fcnchen [x] [a]{} to Rio!"
    assert [plain[span.start : span.end] for span in spans] == ["M\u00fcnchen", "Rio"]


def test_an_annotation_directly_behind_another() -> None:
    assert parsed("[a](x)[b](y:z)") == ("ab", (EntitySpan(0, 1, "x", "a"), EntitySpan(1, 2, "y", "z")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[x]{entity: city}", "no valid JSON"),
        ('[x]{"entity": "city",}', "no valid JSON"),
        ("[x]{'entity': 'city'}", "no valid JSON"),
        ('[x]{"role": "from"}', '"entity"'),
        ('[x]{"entity": ""}', '"entity"'),
        ('[x]{"entity": null}', '"entity"'),
        ('[x]{"entity": 1}', '"entity"'),
        ('[x]{"entity": "n", "group": 1}', '"group"'),
        ('[x]{"entity": "n", "role": null}', '"role"'),
        ('[x]{"entity": "n", "value": null}', '"value"'),
        ('[x]{"entity": "n", "value": true}', '"value"'),
        ('[x]{"entity": "n", "value": ["a"]}', '"value"'),
        ('[x]{"entity": "n", "value": {"a": 1}}', '"value"'),
        ('[x]{"entity": "n", "vlaue": "a"}', "vlaue"),
        ('[x][{"role": "from"}]', '"entity"'),
        ('[x]{"entity": "n", "value": NaN}', "no valid JSON"),
        ('[x]{"entity": "n", "value": Infinity}', "no valid JSON"),
        ('[x]{"entity": "n", "value": 1e999}', '"value"'),
        ('[x]{"entity": "n", "value": "\\ud800"}', "surrogate"),
        ('[x]{"entity": "n\\ud800"}', "surrogate"),
        ('[x]{"entity": "n", "value": ' + "1" * 5000 + "}", "no valid JSON"),
        ('[x]{"entity": "n", "value": ' + "[" * 200_000 + "}", "no valid JSON"),
    ],
)
def test_an_annotation_that_cannot_be_understood_is_told(text: str, words: str) -> None:
    (message,) = refused(text)

    assert words in message
    assert "[x]" in message


def test_every_problem_of_every_annotation_is_told() -> None:
    messages = refused('[x]{"role": 1, "gruop": "a"} [y][{"entity": 1}, "city"] [z]{entity}')

    assert len(messages) == 6
    assert [message for message in messages if "[z]" in message]


def test_a_list_holds_objects_only() -> None:
    messages: list[str] = []
    _, spans = parse_markup('[x][{"entity": "n"}, 1]', lambda message, _: messages.append(message))

    assert [span.entity for span in spans] == ["n"]
    assert "objects" in messages[0]


def test_good_annotations_beside_a_bad_one_stay() -> None:
    messages: list[str] = []
    plain, spans = parse_markup('[a](b) [x]{"role": "r"} [c](d)', lambda message, _: messages.append(message))

    assert plain == "a x c"
    assert [span.entity for span in spans] == ["b", "d"]
    assert len(messages) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 200_000, "[" * 100_000 + "]" * 100_000, "[]](" * 50_000, "[a]{" * 50_000, "[a][{" * 50_000),
        *("[a](" * 50_000, "[a](b:c" * 50_000, r"\[" + "[a](b" * 50_000),
    ],
)
def test_time_grows_with_the_length_of_the_text(text: str) -> None:
    started = time.process_time()

    parse_markup(text, ignored)

    assert time.process_time() - started < 5


WORDS = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda word: not word.endswith("\\")  # which would make the bracket behind it an ordinary one
)
NAMES = st.text(st.characters(exclude_characters="[]():{}", exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(WORDS, NAMES, NAMES, st.sampled_from(["short", "value", "json"])), max_size=4))
def test_what_is_written_is_read(annotations: list[tuple[str, str, str, str]]) -> None:
    written, plain, spans = "", "", []
    for stretch, entity, value, form in annotations:
        suffix = {
            "short": f"({entity})",
            "value": f"({entity}:{value})",
            "json": json.dumps({"entity": entity, "value": value}),
        }[form]
        meaning = stretch if form == "short" else value
        spans.append(EntitySpan(len(plain), len(plain) + len(stretch), entity, meaning))
        written += f"[{stretch}]{suffix} and "
        plain += f"{stretch} and "

    assert parsed(written) == (plain, tuple(spans))


# Of single characters alone an annotation hardly ever comes about.
PIECES = [*"ab[](){}:\" ,'", "[a](b)", "[a](b:a)", '[b]{"entity": "a"}']


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_no_text_breaks_the_parser(text: str) -> None:
    plain, spans = parse_markup(text, ignored)

    for span in spans:
        assert plain[span.start : span.end]
