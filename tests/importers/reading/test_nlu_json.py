"""NLU data in JSON mean what the same data mean in YAML, and nothing about them is trusted."""

import json
import textwrap
from typing import Any

import pytest
from tests.importers.readings import DOCUMENT, clean, complaints, only_problem, places, read, values

from tenprint.importers.data import EntitySpan, Example, LookupEntry, RegexFeature, Synonym
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import Reader, parse_document, read_nlu

JSON_DOCUMENT = DocumentId("file", "data/file.json")


def read_json(text: str) -> Reader:
    reader = Reader(parse_document(textwrap.dedent(text).lstrip("\n").encode(), JSON_DOCUMENT))
    read_nlu(reader)
    return reader


def reading(**lists: Any) -> Reader:
    return read_json(json.dumps({"rasa_nlu_data": lists}))


def told(reader: Reader) -> list[str]:
    return [f"{'?' if problem.severity == 'warning' else ''}{problem.code}" for problem in reader.problems]


def example(**keys: Any) -> Reader:
    return reading(common_examples=[{"text": "to Rio now", "intent": "go", **keys}])


def span(**keys: Any) -> Reader:
    return example(entities=[{"start": 3, "end": 6, "entity": "city", **keys}])


def test_all_lists_with_their_places() -> None:
    reader = read_json(
        """
        {
          "rasa_nlu_data": {
            "common_examples": [
              {"text": "to Rio", "intent": "go",
               "entities": [{"start": 3, "end": 6, "entity": "city", "value": "R", "role": "to", "group": "1"}]},
              {"text": "when", "intent": "faq/hours", "entities": []}
            ],
            "regex_features": [{"name": "zip", "pattern": " [0-9]{5}"}],
            "lookup_tables": [{"name": "city", "elements": ["Rio", "Bonn"]}, {"name": "land", "elements": "land.txt"}],
            "entity_synonyms": [{"value": "New York", "synonyms": ["NYC", "Big Apple"]}]
          }
        }
        """
    )

    assert values(reader) == [
        Example("to Rio", "go", (EntitySpan(3, 6, "city", "R", "to", "1"),)),
        Example("when", "faq/hours"),
        RegexFeature("zip", " [0-9]{5}"),
        LookupEntry("city", "Rio"),
        LookupEntry("city", "Bonn"),
        Synonym("NYC", "New York"),
        Synonym("Big Apple", "New York"),
    ]
    assert places(reader) == [
        ("intent-example", ("nlu", "go", "to Rio"), (4, 7)),
        ("intent-example", ("nlu", "faq/hours", "when"), (6, 7)),
        ("regex", ("nlu", "regexes", "zip"), (8, 24)),
        ("lookup-entry", ("nlu", "lookups", "city"), (9, 53)),
        ("lookup-entry", ("nlu", "lookups", "city"), (9, 60)),
        ("synonym", ("nlu", "synonyms", "NYC"), (10, 60)),
        ("synonym", ("nlu", "synonyms", "Big Apple"), (10, 67)),
    ]
    assert reader.references == [("land", "land.txt", (9, 99))]


def test_json_in_a_yaml_file_is_read_too() -> None:
    text = '{"rasa_nlu_data": {"common_examples": [{"text": "hi", "intent": "greet"}]}, "nlu": []}'

    assert values(read(read_nlu, text)) == [Example("hi", "greet")]
    assert read(read_nlu, text).document.id == DOCUMENT


@pytest.mark.parametrize(
    ("keys", "yaml"),
    [
        ({"text": "hi"}, "text: hi"),
        ({"text": "  hi \r\n"}, "text: hi"),
        ({"text": "\thi"}, 'text: "\\thi"'),
        ({"text": "a\nb"}, 'text: "a\\nb"'),
        ({"text": "[a](b)"}, r"text: \[a](b)"),
        ({"text": "to Rio", "entities": [{"start": 3, "end": 6, "entity": "city"}]}, "text: to [Rio](city)"),
        ({"text": "  to Rio", "entities": [{"start": 5, "end": 8, "entity": "city"}]}, "text: to [Rio](city)"),
        (
            {"text": "x", "entities": [{"start": 0, "end": 1, "entity": "n", "value": 7, "role": "", "group": None}]},
            'text: \'[x]{"entity": "n", "value": 7}\'',
        ),
        (
            {
                "text": "a b",
                "entities": [{"start": 2, "end": 3, "entity": "y"}, {"start": 0, "end": 1, "entity": "x"}],
            },
            "text: '[a](x) [b](y)'",
        ),
        ({"text": "hi", "metadata": [1]}, "{text: hi, metadata: [1]}"),
        ({"text": "hi", "metadata": {"example": 1}}, "{text: hi, metadata: 1}"),
        ({"text": "hi", "metadata": {"example": 1, "intent": None}}, "{text: hi, metadata: 1}"),
        ({"text": "hi", "metadata": {"example": 1, "other": 2}}, "{text: hi, metadata: {example: 1, other: 2}}"),
        ({"text": "hi", "metadata": {}}, "{text: hi, metadata: {}}"),
        ({"text": "hi", "metadata": None}, "text: hi"),
    ],
)
def test_an_example_is_that_of_yaml(keys: dict[str, Any], yaml: str) -> None:
    from_json = reading(common_examples=[{"intent": "a", **keys}])
    from_yaml = read(read_nlu, f"nlu:\n- intent: a\n  examples:\n  - {yaml}\n")

    assert [part[:3] for part in clean(from_json)] == [part[:3] for part in clean(from_yaml)]


def test_what_rasa_writes_of_metadata_of_both_kinds_is_read_back() -> None:
    written = example(metadata={"intent": {"a": 1}, "example": "b"})

    assert values(written)[0].metadata == {"intent": {"a": 1}, "example": "b"}


@pytest.mark.parametrize("keys", [{"intent": None}, {"intent": ""}, {"text": None}, {"text": " "}])
def test_an_example_needs_a_text_and_an_intent(keys: dict[str, Any]) -> None:
    reader = example(**keys)

    assert told(reader) in (["missing-key"], ["empty-text"])
    assert reader.parts == []


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ({"start": -1}, ["entity-offsets"]),
        ({"end": 11}, ["entity-offsets"]),
        ({"start": 6}, ["entity-offsets"]),
        ({"start": 7}, ["entity-offsets"]),
        ({"start": None}, ["missing-key"]),
        ({"start": "3"}, ["wrong-type"]),
        ({"end": 6.0}, ["wrong-type"]),
        ({"end": True}, ["wrong-type"]),
        ({"entity": ""}, ["empty-text"]),
        ({"entity": None}, ["missing-key"]),
        ({"entity": 1}, ["wrong-type"]),
        ({"role": 1}, ["wrong-type"]),
        ({"group": ["a"]}, ["wrong-type"]),
        ({"value": True}, ["wrong-type"]),
        ({"value": {}}, ["wrong-type"]),
        ({"confidence": 0.5}, ["?unknown-key"]),
    ],
)
def test_entities_are_checked(keys: dict[str, Any], codes: list[str]) -> None:
    reader = span(**keys)
    (kept,) = reader.parts

    assert told(reader) == codes
    assert len(kept.value.entities) == (1 if codes == ["?unknown-key"] else 0)


def test_the_text_of_an_entity_is_that_of_its_offsets() -> None:
    assert values(span())[0].entities == (EntitySpan(3, 6, "city", "Rio"),)
    assert values(span(value="Rome"))[0].entities == (EntitySpan(3, 6, "city", "Rome"),)


def test_an_entity_that_covers_an_outer_blank_is_told() -> None:
    reader = reading(
        common_examples=[{"text": " Rio ", "intent": "a", "entities": [{"start": 0, "end": 4, "entity": "city"}]}]
    )

    assert only_problem(reader).message.endswith("characters 0 to 4 of a text with 5, its outer blanks among them")


@pytest.mark.parametrize(("other", "codes"), [((5, 8), ["?entity-offsets"]), ((6, 8), []), ((3, 6), []), ((3, 8), [])])
def test_entities_that_cross_are_told(other: tuple[int, int], codes: list[str]) -> None:
    entities = [{"start": 3, "end": 6, "entity": "a"}, {"start": other[0], "end": other[1], "entity": "b"}]
    reader = example(entities=entities)

    assert told(reader) == codes
    assert len(reader.parts[0].value.entities) == 2


@pytest.mark.parametrize("key", ["intent_examples", "entity_examples", "gazette"])
def test_lists_that_rasa_never_reads_are_told(key: str) -> None:
    assert told(reading(**{key: [{"text": "a", "intent": "b"}]})) == ["?unused-key"]
    assert told(reading(**{key: []})) == []


@pytest.mark.parametrize(
    ("lists", "complaint"),
    [
        ('{"common_exampels": []}', "?unknown-key 1:20"),
        ('{"common_examples": {}}', "wrong-type 1:39"),
        ('{"common_examples": ["hi"]}', "wrong-type 1:40"),
        ('{"common_examples": [{"text": "a", "intent": "a/b/c"}]}', "intent-name 1:64"),
        ('{"common_examples": [{"text": 1, "intent": "a"}]}', "wrong-type 1:49"),
        ('{"common_examples": [{"text": "a", "intent": "a", "entities": {}}]}', "wrong-type 1:81"),
        ('{"common_examples": [{"text": "a", "intent": "a", "entities": [1]}]}', "wrong-type 1:82"),
        ('{"common_examples": [{"text": "a", "intent": "a", "tags": 1}]}', "?unknown-key 1:69"),
        ('{"regex_features": [{"name": "a"}]}', "missing-key 1:39"),
        ('{"regex_features": [{"pattern": "a"}]}', "missing-key 1:39"),
        ('{"regex_features": [{"name": "a", "pattern": 1}]}', "wrong-type 1:64"),
        ('{"lookup_tables": [{"name": "a"}]}', "missing-key 1:38"),
        ('{"lookup_tables": [{"elements": []}]}', "missing-key 1:38"),
        ('{"lookup_tables": [{"name": "a", "elements": 1}]}', "wrong-type 1:64"),
        ('{"lookup_tables": [{"name": "a", "elements": [1]}]}', "wrong-type 1:65"),
        ('{"lookup_tables": [{"name": "a", "elements": [""]}]}', "empty-text 1:65"),
        ('{"lookup_tables": [{"name": "a", "elements": "/a.txt"}]}', "lookup-file 1:64"),
        ('{"entity_synonyms": [{"value": "a"}]}', "missing-key 1:40"),
        ('{"entity_synonyms": [{"synonyms": ["a"]}]}', "missing-key 1:40"),
        ('{"entity_synonyms": [{"value": "a", "synonyms": "b"}]}', "wrong-type 1:67"),
        ("[]", "wrong-type 1:19"),
        ("null", "wrong-type 1:19"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(lists: str, complaint: str) -> None:
    reader = read(read_nlu, f'{{"rasa_nlu_data": {lists}}}')

    assert complaints(reader) == [complaint]


def test_null_lists_are_nothing() -> None:
    assert clean(reading(common_examples=None, regex_features=None, lookup_tables=None, entity_synonyms=None)) == []
