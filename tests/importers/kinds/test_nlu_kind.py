from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.importers.assembling import items_of
from tenprint.importers.canonical import canonical, canonical_digest
from tenprint.importers.data import EntitySpan, Example, LookupEntry, NluData, RegexFeature, Synonym
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Item
from tenprint.importers.kinds import NLU, nlu_view
from tenprint.importers.kinds.nlu import span_form

RULES = ReadingRules()
SPANS = (
    EntitySpan(3, 6, "city", "Rio", role="to"),
    EntitySpan(3, 6, "place", 1, group="g"),
    EntitySpan(0, 2, "city", "x"),
)


def items(*examples: Example) -> list[Item]:
    return [Item._make(row) for row in items_of(NLU, NluData(examples), RULES)]


def digest(example: Example) -> bytes:
    (item,) = items(example)
    return item.digest


def plain_span(span: EntitySpan) -> tuple[Any, ...]:
    return span.start, span.end, span.entity, span.value, span.role, span.group


@given(strategies.examples())
def test_the_fast_digest_of_an_example_is_that_of_its_plain_form(example: Example) -> None:
    path = ("nlu", example.intent, example.text)
    spans = tuple(plain_span(span) for span in example.entities)

    assert digest(example) == canonical_digest(("intent-example", path, (spans, example.metadata)))


@given(strategies.examples().filter(lambda example: bool(example.entities)))
def test_the_fast_form_of_an_annotation_is_its_plain_form(example: Example) -> None:
    for span in example.entities:
        assert span_form(span) == canonical(plain_span(span))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "to rio"},
        {"intent": "leave"},
        {"intent": "book/one"},
        {"entities": ()},
        {"metadata": {"intent": 1}},
        {"metadata": {"example": 1}},
        *[
            {"entities": (SPANS[0]._replace(**changed),)}
            for changed in (
                {"start": 2},
                {"end": 5},
                {"entity": "town"},
                {"value": "rio"},
                {"value": 1},
                {"value": "1"},
                {"value": 1.0},
                {"role": None},
                {"role": "from"},
                {"group": "to"},
                {"role": None, "group": "to"},
            )
        ],
    ],
)
def test_every_part_of_an_example_has_a_say(change: dict[str, Any]) -> None:
    example = Example("to Rio", "book", SPANS[:1])

    assert digest(example._replace(**change)) != digest(example)


@given(st.permutations(SPANS))
def test_the_order_of_annotations_means_nothing(spans: list[EntitySpan]) -> None:
    example = Example("to Rio", "book", tuple(spans))

    assert items(example) == items(Example("to Rio", "book", SPANS))


def test_annotations_that_differ_in_the_type_of_a_value_have_an_order_too() -> None:
    one, other = EntitySpan(0, 1, "n", 1), EntitySpan(0, 1, "n", "1")

    assert digest(Example("x", "a", (one, other))) == digest(Example("x", "a", (other, one)))


def test_examples_tell_their_labels() -> None:
    plain, annotated = items(Example("hi", "greet"), Example("to Rio", "book", SPANS))

    assert plain.facets == ()
    assert annotated.facets == (
        ("entities", ("city", "place")),
        ("groups", ("place#g",)),
        ("roles", ("city#to",)),
    )


def test_an_annotation_without_labels_tells_its_type_only() -> None:
    (item,) = items(Example("to Rio", "book", (EntitySpan(3, 6, "city", "Rio"),)))

    assert item.facets == (("entities", ("city",)),)


def test_synonyms_regexes_and_lookups_are_items_of_their_own() -> None:
    nlu = NluData(
        (Example("hi", "greet"),),
        (Synonym("NYC", "New York"),),
        (RegexFeature("zip", "a"), RegexFeature("zip", "b")),
        (LookupEntry("city", "Rio"),),
    )

    assert [row[:2] for row in items_of(NLU, nlu, RULES)] == [
        ("intent-example", ("nlu", "greet", "hi")),
        ("synonym", ("nlu", "synonyms", "NYC")),
        ("regex", ("nlu", "regexes", "zip")),
        ("regex", ("nlu", "regexes", "zip")),
        ("lookup-entry", ("nlu", "lookups", "city")),
    ]
    assert len({row[2] for row in items_of(NLU, nlu, RULES)}) == 5


def test_all_of_it_is_read_for_messages() -> None:
    assert [(item_kind.name, item_kind.read_by) for item_kind in NLU.item_kinds] == [
        (name, {"messages": "digest"}) for name in ("intent-example", "synonym", "regex", "lookup-entry")
    ]


@given(strategies.nlu_data)
def test_what_is_taken_apart_can_be_put_together(nlu: NluData) -> None:
    assert NLU.put_together(list(NLU.take_apart(nlu))) == nlu


@given(strategies.nlu_data, st.randoms(use_true_random=False))
def test_equal_digests_mean_that_trainers_receive_equal_data(nlu: NluData, random: Any) -> None:
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        order = list(values)
        random.shuffle(order)
        return tuple(order)

    other = NluData(
        tuple(example._replace(entities=shuffled(example.entities)) for example in shuffled(nlu.examples)),
        shuffled(nlu.synonyms),
        shuffled(nlu.regexes),
        shuffled(nlu.lookups),
    )

    assert nlu_view(other) == nlu_view(nlu)


@given(st.permutations(SPANS))
def test_annotations_come_in_the_order_of_their_places(spans: list[EntitySpan]) -> None:
    (example,) = nlu_view(NluData((Example("to Rio", "book", tuple(spans)),))).examples

    assert [span.start for span in example.entities] == [0, 3, 3]
    assert nlu_view(NluData((example,))).examples == (example,)
