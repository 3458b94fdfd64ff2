import pytest
from tests.importers.readings import complaints, only_problem, places, read, values

from tenprint.importers.reading import read_responses


def test_variations_are_parts_in_their_order() -> None:
    reader = read(
        read_responses,
        """
        responses:
          utter_greet:
          - text: Hi!
          - text: |
              Hello,
              {name}
            channel: slack
          utter_faq/hours:
          - custom: {any: [thing]}
          utter_none: []
        """,
    )

    assert [(part.kind, part.path, part.value, part.place) for part in reader.parts] == [
        ("response", ("domain", "responses", "utter_greet"), {"text": "Hi!"}, (3, 5)),
        (
            "response",
            ("domain", "responses", "utter_greet"),
            {"text": "Hello,\n{name}\n", "channel": "slack"},
            (4, 5),
        ),
        ("retrieval-response", ("domain", "responses", "utter_faq/hours"), {"custom": {"any": ["thing"]}}, (9, 5)),
        ("response", ("domain", "responses", "utter_none"), None, (10, 3)),
    ]
    assert reader.problems == []


@pytest.mark.parametrize(
    "variation",
    [
        "text: ''",
        "custom: {}",
        "{text: a, custom: {b: c}}",
        "{text: a, image: b, button_type: c, channel: d, id: e}",
        "{text: a, buttons: [{title: b, payload: /c, extra: 1}], quick_replies: [], elements: [{}]}",
        "{text: a, condition: [{type: slot, name: b, value: 1}]}",
        "{text: a, attachment: {b: c}, metadata: 7}",
        "{text: a, condition: [{name: b, value: null}, {type: slot, name: c, value: [1]}]}",
        "{text: a, quick_replies: [{title: '', payload: ''}]}",
    ],
)
def test_known_keys_of_a_variation(variation: str) -> None:
    (value,) = values(read(read_responses, f"responses:\n  utter_a:\n  - {variation}\n"))

    assert type(value) is dict


@pytest.mark.parametrize(
    ("variation", "complaint"),
    [
        ("text", "wrong-type 5:5"),
        ("[a]", "wrong-type 5:5"),
        ("{}", "missing-key 5:5"),
        ("image: a", "missing-key 5:5"),
        ("text: 1", "wrong-type 5:11"),
        ("text:", "wrong-type 5:10"),
        ("text: [a]", "wrong-type 5:11"),
        ("{text: a, image: 1}", "wrong-type 5:22"),
        ("{text: a, txet: b}", "unknown-key 5:15"),
        ("{text: a, buttons: b}", "wrong-type 5:24"),
        ("{text: a, buttons: [b]}", "wrong-type 5:24"),
        ("{text: a, condition: {b: c}}", "wrong-type 5:26"),
        ("custom: a", "wrong-type 5:13"),
        ("{text: a, attachment: [b]}", "wrong-type 5:27"),
        ("{text: a, buttons: [{title: b}]}", "missing-key 5:25"),
        ("{text: a, buttons: [{payload: b}]}", "missing-key 5:25"),
        ("{text: a, buttons: [{title: 1, payload: b}]}", "wrong-type 5:33"),
        ("{text: a, quick_replies: [{title: b, payload: [c]}]}", "wrong-type 5:51"),
        ("{text: a, condition: [{type: slot, name: b}]}", "missing-key 5:27"),
        ("{text: a, condition: [{type: slot, value: b}]}", "missing-key 5:27"),
        ("{text: a, condition: [{type: 1, name: b, value: c}]}", "wrong-type 5:34"),
        ("{text: a, condition: [{type: slot, name: 1, value: c}]}", "wrong-type 5:46"),
        ("{text: a, condition: [{type: slot, name: b, value: c, x: 1}]}", "unknown-key 5:59"),
        ("{text: a, elements: [b]}", "wrong-type 5:25"),
    ],
)
def test_what_is_wrong_with_a_variation_is_told_and_the_others_are_read(variation: str, complaint: str) -> None:
    text = f"responses:\n  utter_a:\n  - text: before\n\n  - {variation}\n  - text: after\n  utter_b:\n  - text: b\n"
    reader = read(read_responses, text)

    assert complaints(reader) == [complaint]
    assert [part.value["text"] for part in reader.parts] == ["before", "after", "b"]


@pytest.mark.parametrize(
    ("section", "complaint"),
    [
        ("text", "wrong-type 1:12"),
        ("[a]", "wrong-type 1:12"),
        ("{utter_a: text}", "wrong-type 1:22"),
        ("{utter_a: }", "wrong-type 1:22"),
        ("{utter_a: {text: b}}", "wrong-type 1:22"),
        ("{1: [{text: a}]}", "wrong-type 1:13"),
        ("{'': [{text: a}]}", "empty-text 1:13"),
    ],
)
def test_what_is_wrong_with_the_section_is_told(section: str, complaint: str) -> None:
    assert complaints(read(read_responses, f"responses: {section}\n")) == [complaint]


def test_every_problem_of_a_variation_is_told() -> None:
    reader = read(read_responses, "responses:\n  utter_a:\n  - {image: 1, txet: b}\n")

    assert complaints(reader) == ["unknown-key 3:16", "missing-key 3:5", "wrong-type 3:13"]


def test_an_unknown_key_comes_with_the_nearest() -> None:
    problem = only_problem(read(read_responses, "responses:\n  utter_a:\n  - {text: a, buton_type: b}\n"))

    assert problem.hint is not None
    assert "button_type" in problem.hint


def test_names_keep_their_case_and_place() -> None:
    reader = read(read_responses, "responses:\n  Utter_\u00dc:\n  - text: a\n")

    assert places(reader) == [("response", ("domain", "responses", "Utter_\u00dc"), (3, 5))]


def test_a_condition_of_another_type_is_told_and_kept() -> None:
    text = "responses:\n  utter_a:\n  - {text: a, condition: [{type: time, name: b, value: 1}]}\n"
    reader = read(read_responses, text)

    assert complaints(reader) == ["?condition-type 3:34"]
    assert len(reader.parts) == 1
