import textwrap
from typing import Any

import pytest

from tenprint.importers import ExportError, Location, data
from tenprint.importers.writing import PROJECT_FILES, project_files

OVERLAPPING = (
    "the example 'abc' of intent 'a' cannot be written: its brackets and annotations would be read as something else"
)


def written(**values: Any) -> dict[str, str]:
    return {path: content.decode() for path, content in project_files(data.ProjectData(**values)).items()}


def refusals(**values: Any) -> list[str]:
    with pytest.raises(ExportError) as refused:
        project_files(data.ProjectData(**values))
    return [problem.message for problem in refused.value.problems]


def block(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_a_project_without_anything_is_a_configuration() -> None:
    assert written() == {"config.yml": "{}\n"}


def test_files_without_content_are_left_out() -> None:
    assert set(written(domain=data.Domain(intents=(data.Intent("a"),)))) == {"config.yml", "domain.yml"}
    story = data.Stories((data.Story("a", (data.ActionStep("b"),)),))
    assert set(written(stories=story, tests=story)) == {
        "config.yml",
        "data/stories.yml",
        "tests/test_stories.yml",
    }
    assert set(written(tests=story)) | {"domain.yml"} < set(PROJECT_FILES)


def test_a_configuration_is_written_without_where_data_comes_from() -> None:
    config = {
        "language": "en",
        "importers": [{"name": "git"}],
        "imports": ["other"],
        "pipeline": [{"name": "A", "epochs": 1}, {"name": "B"}],
        "policies": [],
    }
    assert written(config=config)["config.yml"] == block(
        """
        language: en

        pipeline:
        - name: A
          epochs: 1
        - name: B
        """
    )


def test_examples_are_blocks_and_what_no_block_can_hold_is_a_list() -> None:
    nlu = data.NluData(
        (
            data.Example("hi", "greet"),
            data.Example("to Rio", "go", (data.EntitySpan(3, 6, "city", "Rio"),)),
            data.Example("", "greet"),
            data.Example("- hi", "greet"),
            data.Example("two\nlines", "greet"),
            data.Example("hi", "faq/ask", metadata={"intent": {"team": 1}}),
            data.Example("hi", "faq/ask", metadata={"intent": {"team": 1}, "example": "odd"}),
        ),
        (data.Synonym("bye-bye", "bye"), data.Synonym("so long", "bye")),
        (data.RegexFeature("zip", r"\d{5}"),),
        (data.LookupEntry("city", "Rio"), data.LookupEntry("city", "a\x85b")),
    )
    assert written(nlu=nlu)["data/nlu.yml"] == block(
        r"""
        version: "3.1"

        nlu:
        - intent: greet
          examples: |
            - hi
            -
            - - hi
        - intent: go
          examples: |
            - to [Rio](city)
        - intent: greet
          examples:
          - text: |-
              two
              lines
        - intent: faq/ask
          metadata:
            team: 1
          examples: |
            - hi
        - intent: faq/ask
          metadata:
            team: 1
          examples:
          - text: hi
            metadata: odd
        - synonym: bye
          examples: |
            - bye-bye
            - so long
        - regex: zip
          examples: |
            - \d{5}
        - lookup: city
          examples: |
            - Rio
        - lookup: city
          examples: "- a\Nb\n"
        """
    )


def test_stories_have_all_kinds_of_steps() -> None:
    steps = (
        data.CheckpointStep("begin", (data.SlotStep("paid", value=True),)),
        data.IntentStep("greet"),
        data.IntentStep(
            "order",
            (data.StepEntity("size"), data.StepEntity("size", "big", "to", "1"), data.StepEntity("colour", None)),
        ),
        data.IntentStep("bye", text="bye Rio", spans=(data.EntitySpan(4, 7, "city", "Rio"),)),
        data.UserStep("to Rio", (data.EntitySpan(3, 6, "city", "Rio"),)),
        data.BotStep("yes"),
        data.SlotStep("a", 1),
        data.SlotStep("b", has_value=False),
        data.LoopStep("form"),
        data.LoopStep(None),
        data.OrStep((data.IntentStep("a"), data.SlotStep("b", 2))),
        data.ActionStep("utter_bye"),
        data.CheckpointStep("end"),
    )
    assert written(stories=data.Stories((data.Story("all", steps, {"by": "me"}),)))["data/stories.yml"] == block(
        """
        version: "3.1"

        stories:
        - story: all
          steps:
          - checkpoint: begin
            slot_was_set:
            - paid: true
          - intent: greet
          - intent: order
            entities:
            - size
            - size: big
              role: to
              group: "1"
            - colour: null
          - intent: bye
            user: bye [Rio](city)
          - user: to [Rio](city)
          - bot: "yes"
          - slot_was_set:
            - a: 1
            - b
          - active_loop: form
          - active_loop: null
          - or:
            - intent: a
            - slot_was_set:
              - b: 2
          - action: utter_bye
          - checkpoint: end
          metadata:
            by: me
        """
    )


def test_rules_have_their_flags_where_they_are_not_the_usual_ones() -> None:
    rules = data.Stories(
        rules=(
            data.Rule("plain", (data.IntentStep("a"),)),
            data.Rule(
                "all",
                (data.IntentStep("a"),),
                (data.LoopStep("form"), data.SlotStep("b", 1)),
                conversation_start=True,
                wait_for_user_input=False,
            ),
        )
    )
    assert written(stories=rules)["data/rules.yml"] == block(
        """
        version: "3.1"

        rules:
        - rule: plain
          steps:
          - intent: a
        - rule: all
          condition:
          - active_loop: form
          - slot_was_set:
            - b: 1
          conversation_start: true
          steps:
          - intent: a
          wait_for_user_input: false
        """
    )


@pytest.mark.parametrize(
    "domain",
    [
        data.Domain(slots=(data.Slot("a", "text"),)),
        data.Domain(slots=(data.Slot("a", "unfeaturized", influence_conversation=False),)),
        data.Domain(forms=(data.Form("f", ("a",), slot_mappings={"a": (data.SlotMapping({"type": "from_text"}),)}),)),
    ],
)
def test_a_domain_in_the_shape_of_2_is_said_to_be_one(domain: data.Domain) -> None:
    files = written(domain=domain, nlu=data.NluData((data.Example("hi", "a"),)))
    assert all(content.startswith('version: "2.0"\n') for path, content in files.items() if path != "config.yml")


def test_everything_that_cannot_be_written_is_told_at_once() -> None:
    nlu = data.NluData(
        (
            data.Example(" hi", "a"),
            data.Example("abc", "a", (data.EntitySpan(0, 2, "x", "ab"), data.EntitySpan(1, 3, "x", "bc"))),
            data.Example("hi", "a", metadata={"other": 1}),
            data.Example("\ud800", "a"),
        ),
        (data.Synonym("a\nb", "c"),),
    )
    domain = data.Domain(responses=(data.Response("utter_a", ({"text": "a", "metadata": (1, 2)},)),))
    stories = data.Stories((data.Story("s", (data.UserStep("hi "),)), data.Story("t", (data.ActionStep(" b"),))))
    assert refusals(nlu=nlu, domain=domain, stories=stories, config={"x": b"1"}) == [
        "the key 'x' of the configuration holds a value of the type bytes, which no file of this format can hold",
        "the response 'utter_a' holds a value of the type tuple, which no file of this format can hold",
        "the example ' hi' of intent 'a' begins or ends with a blank or line end, which is not read",
        OVERLAPPING,
        "the example 'hi' of intent 'a' has metadata that is not read: ['other']",
        "the synonym 'c' has the line 'a\\nb', which is not read as it is",
        "an example of intent 'a' holds one half of a surrogate pair, which is no character",
        "the story 's' has the text 'hi ', which begins or ends with a blank that is not read",
        "the story 't' has the text ' b', which begins or ends with a blank that is not read",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"stories": data.Stories((data.Story("s", ()),))},
        {"stories": data.Stories((data.Story("s", (data.OrStep((data.IntentStep("a"),)),)),))},
        {"stories": data.Stories((data.Story("s", (data.IntentStep("a", (data.StepEntity("role", 1),)),)),))},
        {"stories": data.Stories(rules=(data.Rule("s", (data.CheckpointStep("a"),)),))},
        {"domain": data.Domain(intents=(data.Intent(" a"),))},
        {
            "domain": data.Domain(
                forms=(data.Form("f", (), slot_mappings={"a": (data.SlotMapping({"type": "from_text"}),)}),)
            )
        },
        {"nlu": data.NluData((data.Example("hi", "a/b/c"),))},
    ],
)
def test_what_would_be_read_as_something_else_is_refused(values: dict[str, Any]) -> None:
    assert len(refusals(**values)) == 1


def test_a_refusal_has_the_place_of_its_item() -> None:
    place = Location("file", "data/nlu.yml", 3, 7)
    with pytest.raises(ExportError) as refused:
        project_files(
            data.ProjectData(nlu=data.NluData((data.Example(" hi", "a"),))),
            locate=lambda path: place if path == ("nlu", "a", " hi") else None,
        )
    (problem,) = refused.value.problems
    assert (problem.code, problem.location) == ("not-writable", place)
    assert problem.hint
