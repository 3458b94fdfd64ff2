import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.whole_projects import annotations, messages

from tenprint.importers.data import EntitySpan
from tenprint.importers.reading.markup import parse_markup
from tenprint.importers.writing.markup import annotated


def refuse(message: str, hint: str | None) -> None:
    raise AssertionError((message, hint))


@pytest.mark.parametrize(
    ("text", "spans", "written"),
    [
        ("to Rio", (), "to Rio"),
        ("to Rio", (EntitySpan(3, 6, "city", "Rio"),), "to [Rio](city)"),
        ("to Rio", (EntitySpan(3, 6, "city", "rio"),), "to [Rio](city:rio)"),
        ("to Rio", (EntitySpan(3, 6, "city", "a:b"),), "to [Rio](city:a:b)"),
        ("to Rio", (EntitySpan(3, 6, "city", "Rio", "to"),), 'to [Rio]{"entity": "city", "role": "to"}'),
        ("to Rio", (EntitySpan(3, 6, "city", 1),), 'to [Rio]{"entity": "city", "value": 1}'),
        ("to Rio", (EntitySpan(3, 6, "city", "a)b"),), 'to [Rio]{"entity": "city", "value": "a)b"}'),
        (
            "to Rio",
            (EntitySpan(3, 6, "city", "Rio"), EntitySpan(3, 6, "place", "Rio")),
            'to [Rio][{"entity": "city"}, {"entity": "place"}]',
        ),
        ("[a] (b)", (), "[a] (b)"),
        ("[a](b)", (), r"\[a](b)"),
        (r"\[a](b)", (), r"\\\[a](b)"),
        ("\\", (), "\\"),
        ("a]b", (EntitySpan(0, 3, "x", "a]b"),), r"[a\]b](x)"),
        ("\\a", (EntitySpan(1, 2, "x", "a"),), r"\\[a](x)"),
    ],
)
def test_annotations_are_written_in_the_shortest_form(text: str, spans: tuple[EntitySpan, ...], written: str) -> None:
    assert annotated(text, spans) == written
    assert parse_markup(written, refuse) == (text, spans)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("abc", (EntitySpan(0, 2, "x", "ab"), EntitySpan(1, 3, "x", "bc"))),
        ("abc", (EntitySpan(0, 0, "x", ""),)),
        ("abc", (EntitySpan(0, 9, "x", "abc"),)),
        ("abc", (EntitySpan(0, 1, "", "a"),)),
        ("abc", (EntitySpan(0, 1, "x", float("nan")),)),
        ("abc", (EntitySpan(0, 1, "x", "a", role=""),)),
    ],
)
def test_what_no_annotation_can_say_is_refused(text: str, spans: tuple[EntitySpan, ...]) -> None:
    assert annotated(text, spans) is None


@given(st.data())
def test_what_is_written_is_read(data: st.DataObject) -> None:
    text = data.draw(messages)
    spans = data.draw(annotations(text))
    written = annotated(text, spans)

    assert written is not None
    assert parse_markup(written, refuse) == (text, spans)
