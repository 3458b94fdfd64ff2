"""Acceptance cases A131 to A140: NLU data and responses in YAML."""

import json
import textwrap
from typing import Any

import pytest

from tenprint.importers import DocumentId, ReadingRules, SourceFile, put_together, read_file
from tenprint.importers.data import Domain, EntitySpan, Example, NluData
from tenprint.importers.itemising import DocumentReading, parts_of
from tenprint.importers.kinds import DOMAIN, NLU
from tenprint.importers.writing import domain_yaml

RULES = ReadingRules()


def reading(text: str, path: str = "data/nlu.yml") -> DocumentReading:
    content = textwrap.dedent(text).lstrip("\n").encode()
    return read_file(SourceFile(DocumentId("file", path), "data", content), 0, RULES)


def problems(text: str) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in reading(text).problems]


def nlu(text: str, path: str = "data/nlu.yml") -> NluData:
    found = reading(text, path)
    assert found.problems == ()
    value: NluData = put_together(NLU, parts_of(found.document, 0, RULES))
    return value


def domain(text: str) -> Domain:
    found = reading(text)
    assert found.problems == ()
    value: Domain = put_together(DOMAIN, parts_of(found.document, 0, RULES))
    return value


def sample(text: str) -> Example:
    (example,) = nlu(f"nlu:\n- intent: a\n  examples: |\n    - {text}\n").examples
    return example


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nlu:\n- intent: a\n  examples: |\n  - one\n - two\n", "yaml-syntax data/nlu.yml:4:3"),
        ("nlu:\n- intent: a\n  example: |\n    - one\n", "unknown-key data/nlu.yml:3:3"),
        ("nlu:\n- intnet: a\n  examples: |\n    - one\n", "unknown-key data/nlu.yml:2:3"),
        ("nlu:\n- intent: a\n  examples:\n  - one\n", "wrong-type data/nlu.yml:4:5"),
    ],
)
def test_a131_broken_syntax_unknown_keys_and_wrong_indentation_are_errors(text: str, complaint: str) -> None:
    assert problems(text)[0] == complaint


def test_a132_a_block_of_text_and_a_list_are_seven_messages_each() -> None:
    words = [f"word {number}" for number in range(7)]
    block = "nlu:\n- intent: a\n  examples: |\n" + "".join(f"    - {word}\n" for word in words)
    listed = "nlu:\n- intent: a\n  examples:\n" + "".join(f"  - {{text: {word}, metadata: x}}\n" for word in words)

    for text in (block, listed):
        assert [example.text for example in nlu(text).examples] == words
        assert nlu(text).synonyms == ()


@pytest.mark.parametrize("metadata", ["{sentiment: neutral}", "[1, two]", "text", "7"])
def test_a133_metadata_of_an_intent_and_of_an_example_are_kept_apart(metadata: str) -> None:
    text = f"nlu:\n- intent: a\n  metadata: {metadata}\n  examples:\n  - text: one\n  - {{text: two, metadata: [3]}}\n"
    one, two = nlu(text).examples
    assert one.metadata is not None
    of_intent = one.metadata["intent"]

    assert one.metadata == {"intent": of_intent}
    assert two.metadata == {"intent": of_intent, "example": [3]}


def test_a133_w_fmt_10_metadata_in_json_have_the_same_shape() -> None:
    written = {"rasa_nlu_data": {"common_examples": [{"text": "two", "intent": "a", "metadata": [3]}]}}
    yaml = "nlu:\n- intent: a\n  examples:\n  - {text: two, metadata: [3]}\n"

    assert nlu(json.dumps(written), "data/nlu.json") == nlu(yaml)


def test_a134_a_line_without_a_dash_is_told_and_left_out_but_blank_lines_are_fine() -> None:
    text = "nlu:\n- intent: a\n  examples: |\n    - one\n\n    two\n    - three\n"
    found = reading(text)

    assert problems(text) == ["example-without-dash data/nlu.yml:6:5"]  # W-FMT-11: no word about line 5
    assert [row[1][2] for row in found.rows] == ["one", "three"]


SAMPLES: dict[str, tuple[str, tuple[EntitySpan, ...]]] = {
    "no annotation": ("no annotation", ()),
    "to [Berlin](city)": ("to Berlin", (EntitySpan(3, 9, "city", "Berlin"),)),
    "to [SF](city:San Francisco)": ("to SF", (EntitySpan(3, 5, "city", "San Francisco"),)),
    "[a](x) and [b](y:z)": ("a and b", (EntitySpan(0, 1, "x", "a"), EntitySpan(6, 7, "y", "z"))),
    'from [A]{"entity": "city", "role": "from"}': ("from A", (EntitySpan(5, 6, "city", "A", "from"),)),
    'at [9]{"entity": "time", "value": "09:00, sharp!", "group": "1"}.': (
        "at 9.",
        (EntitySpan(3, 4, "time", "09:00, sharp!", group="1"),),
    ),
    'so [x]{"entity": "e", "value": "a } b"}': ("so x", (EntitySpan(3, 4, "e", "a } b"),)),
    "[at noon](time:12:00:00)": ("at noon", (EntitySpan(0, 7, "time", "12:00:00"),)),
    "a {curly} brace": ("a {curly} brace", ()),
    '[x][{"entity": "a"}, {"entity": "b"}]': ("x", (EntitySpan(0, 1, "a", "x"), EntitySpan(0, 1, "b", "x"))),
}


@pytest.mark.parametrize("text", SAMPLES)
def test_a135_a136_annotations_are_found_with_exact_places_and_text(text: str) -> None:
    plain, spans = SAMPLES[text]

    assert sample(text)[:3] == (plain, "a", spans)


@pytest.mark.parametrize("annotation", ['{"entity: "city"}', '{"entity": "city", "rloe": "from"}', '{"role": "from"}'])
def test_a137_an_annotation_that_cannot_be_understood_is_an_error(annotation: str) -> None:
    assert problems(f"nlu:\n- intent: a\n  examples: |\n    - [x]{annotation}\n") == [
        "invalid-annotation data/nlu.yml:4:5"
    ]


def test_w_fmt_5_brackets_lose_nothing_and_can_be_escaped() -> None:
    assert problems("nlu:\n- intent: a\n  examples: |\n    - [a][b]\n") == ["odd-brackets data/nlu.yml:4:5"]
    assert sample(r"\[a][b] \[c](d)").text == "[a][b] [c](d)"


def test_a138_synonyms_lookups_and_regular_expressions() -> None:
    found = nlu(
        r"""
        nlu:
        - synonym: New York
          examples: |
            - NYC
            - Big Apple
        - lookup: country
          examples: |
            - Chad
            - Peru
            - Mali
        - regex: zip
          examples: |
            - \d{5}
            - \d{4}
        """
    )

    assert [len(part) for part in (found.synonyms, found.lookups, found.regexes)] == [2, 3, 2]
    assert {entry.name for entry in found.lookups} == {"country"}


def test_a138_an_entity_with_another_value_than_its_text_is_a_synonym() -> None:
    found = nlu("nlu:\n- intent: a\n  examples: |\n    - to [SF](city:San Francisco) or [Rio](city)\n")

    assert found.synonym_values() == {"SF": "San Francisco"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("responses:\n", "wrong-type data/nlu.yml:1:11"),
        ("responses:\n  utter_a:\n", "wrong-type data/nlu.yml:2:11"),
        ("responses:\n  utter_a:\n  -\n", "wrong-type data/nlu.yml:3:4"),
    ],
)
def test_a139_a_null_response_is_an_error_but_no_examples_are_fine(text: str, complaint: str) -> None:
    assert problems(text) == [complaint]
    assert problems("nlu:\n") == []


def test_a139_a_response_with_everything_is_kept_as_it_is() -> None:
    variation: dict[str, Any] = {
        "text": "hi",
        "image": "https://example.org/a.png",
        "buttons": [{"title": "yes", "payload": "/affirm", "type": "x"}],
        "quick_replies": [{"title": "no", "payload": "/deny"}],
        "condition": [{"type": "slot", "name": "vip", "value": True}],
        "custom": {"any": ["thing"]},
        "attachment": {"type": "file"},
        "elements": [{"title": "a"}],
        "channel": "slack",
        "button_type": "inline",
        "metadata": {"a": 1},
        "id": "r1",
    }
    found = domain(json.dumps({"responses": {"utter_a": [variation]}}))

    assert found.responses[0].variations == (variation,)


@pytest.mark.parametrize("text", ["one\ntwo", "one\n\n  two\n", " one", "one\n", "- a: b\n# c"])
def test_a140_texts_of_several_lines_are_written_and_read_back(text: str) -> None:
    first = domain(json.dumps({"responses": {"utter_a": [{"text": text}]}}))
    written = domain_yaml(first).decode()

    assert domain(written) == first
    assert domain_yaml(domain(written)).decode() == written


def test_w_fmt_8_an_example_in_json_needs_an_intent() -> None:
    written = {"rasa_nlu_data": {"common_examples": [{"text": "hi"}]}}
    found = reading(json.dumps(written), "data/nlu.json")

    assert [(problem.code, problem.severity) for problem in found.problems] == [("missing-key", "error")]
    assert found.rows == ()
