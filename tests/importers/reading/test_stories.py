from typing import Any

import pytest
from tests.importers.readings import complaints, only_problem, places, read, values

from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    EntitySpan,
    IntentStep,
    LoopStep,
    OrStep,
    Rule,
    SlotStep,
    Step,
    StepEntity,
    Story,
    UserStep,
)
from tenprint.importers.reading import read_stories

DIALOGUE = """
stories:
- story: first
  steps:
  - action: before
- story: s
  steps:
  {step}
  - action: after
- story: last
  steps:
  - action: last
"""
"""The step of interest stands in line 7; its dash in column 3."""


def steps_of(step: str) -> tuple[Step, ...]:
    """Steps that a step written in a story makes."""
    story = values(read(read_stories, DIALOGUE.format(step=step)))[1]
    assert isinstance(story, Story)
    assert story.steps[-1] == ActionStep("after")
    return story.steps[:-1]


def test_stories_and_rules_with_their_places() -> None:
    reader = read(
        read_stories,
        """
        rules:
        - rule: say hello
          condition:
          - active_loop: null
          - slot_was_set:
            - city: Berlin
          conversation_start: true
          wait_for_user_input: false
          metadata: {author: me}
          steps:
          - intent: greet
          - action: utter_greet
        stories:
        - story: happy path
          metadata: [1]
          steps:
          - intent: greet
          - action: utter_greet
        """,
    )

    steps = (IntentStep("greet"), ActionStep("utter_greet"))
    assert values(reader) == [
        Story("happy path", steps, [1]),
        Rule(
            "say hello",
            steps,
            (LoopStep(None), SlotStep("city", "Berlin")),
            conversation_start=True,
            wait_for_user_input=False,
            metadata={"author": "me"},
        ),
    ]
    assert places(reader) == [("story", ("stories", "happy path"), (14, 3)), ("rule", ("rules", "say hello"), (2, 3))]


@pytest.mark.parametrize(
    ("step", "steps"),
    [
        ("- intent: greet", (IntentStep("greet"),)),
        ('- intent: "  greet "', (IntentStep("greet"),)),
        ("- intent: faq/ask", (IntentStep("faq/ask"),)),
        ("- {intent: a, entities: []}", (IntentStep("a"),)),
        ("- {intent: a, entities: [city]}", (IntentStep("a", (StepEntity("city"),)),)),
        ('- {intent: a, entities: [{city: ""}]}', (IntentStep("a", (StepEntity("city", ""),)),)),
        ("- {intent: a, entities: [{city: Rio}]}", (IntentStep("a", (StepEntity("city", "Rio"),)),)),
        ("- {intent: a, entities: [{city: null}]}", (IntentStep("a", (StepEntity("city", None),)),)),
        ("- {intent: a, entities: [{n: 1}]}", (IntentStep("a", (StepEntity("n", 1),)),)),
        (
            "- {intent: a, entities: [{city: Rio, role: from, group: one}]}",
            (IntentStep("a", (StepEntity("city", "Rio", "from", "one"),)),),
        ),
        (
            "- {intent: a, user: 'to [Rio](city)', entities: [city]}",
            (IntentStep("a", (StepEntity("city"),), "to Rio", (EntitySpan(3, 6, "city", "Rio"),)),),
        ),
        ("- user: ' hello '", (UserStep("hello"),)),
        ("- user: 'to [Rio](city)'", (UserStep("to Rio", (EntitySpan(3, 6, "city", "Rio"),)),)),
        ("- user: /greet", (UserStep("/greet"),)),
        ("- action: utter_greet", (ActionStep("utter_greet"),)),
        ("- action: utter_faq/ask", (ActionStep("utter_faq/ask"),)),
        ("- bot: How are you?", (BotStep("How are you?"),)),
        ("- active_loop: my_form", (LoopStep("my_form"),)),
        ("- active_loop: null", (LoopStep(None),)),
        ("- active_loop:", (LoopStep(None),)),
        ("- checkpoint: joint", (CheckpointStep("joint"),)),
        ("- slot_was_set: [a]", (SlotStep("a", has_value=False),)),
        ("- slot_was_set: [{a: null}]", (SlotStep("a", None),)),
        (
            "- slot_was_set: [{a: 1, b: '1'}, {c: [x]}]",
            (SlotStep("a", 1), SlotStep("b", "1"), SlotStep("c", ["x"])),
        ),
        ("- or: [{intent: a}, {intent: b}]", (OrStep((IntentStep("a"), IntentStep("b"))),)),
        (
            "- or: [{intent: a}, {slot_was_set: [{b: true}]}]",
            (OrStep((IntentStep("a"), SlotStep("b", value=True))),),
        ),
        ("- or: [{intent: a}]", (IntentStep("a"),)),
    ],
)
def test_each_step(step: str, steps: tuple[Step, ...]) -> None:
    assert steps_of(step) == steps


def test_two_slots_in_one_step_are_two_steps() -> None:
    assert steps_of("- slot_was_set: [{a: 1}, {b: 2}]") == steps_of(
        "- slot_was_set: [{a: 1}]\n  - slot_was_set: [b: 2]"
    )


def test_types_of_slot_values_are_kept() -> None:
    (slot,) = steps_of("- slot_was_set: [{a: [1, 1.0, '1', true, null, {b: 2020-01-01}]}]")

    assert isinstance(slot, SlotStep)
    assert [type(value).__name__ for value in slot.value] == ["int", "float", "str", "bool", "NoneType", "dict"]
    assert type(slot.value) is list


def test_texts_with_a_dollar_are_never_expanded() -> None:
    assert steps_of("- slot_was_set:\n    - a: x${HOME}") == (SlotStep("a", "x${HOME}"),)


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ("- just text", "wrong-type 7:5"),
        ("- [action, a]", "wrong-type 7:5"),
        ("-", "wrong-type 7:4"),
        ("- {}", "unknown-step 7:5"),
        ("- {intnet: a}", "unknown-step 7:5"),
        ("- {action: a, metadata: 1}", "unknown-key 7:17"),
        ("- {intent: a, action: b}", "unknown-key 7:17"),
        ("- action:", "wrong-type 7:12"),
        ("- action: 1", "wrong-type 7:13"),
        ('- action: " "', "empty-text 7:13"),
        ("- bot: [a]", "wrong-type 7:10"),
        ("- user:", "wrong-type 7:10"),
        ("- intent:", "wrong-type 7:12"),
        ("- intent: 1", "wrong-type 7:13"),
        ("- intent: {a: b}", "wrong-type 7:13"),
        ("- intent: a/b/c", "intent-name 7:13"),
        ("- intent: a/", "intent-name 7:13"),
        ("- {intent: a, user: }", "wrong-type 7:23"),
        ("- {intent: a, entities: }", "wrong-type 7:27"),
        ("- {intent: a, entities: city}", "wrong-type 7:27"),
        ("- {intent: a, entities: [1]}", "wrong-type 7:28"),
        ("- {intent: a, entities: [{city: a, town: b}]}", "entity 7:28"),
        ("- {intent: a, entities: [{role: from}]}", "entity 7:28"),
        ("- {intent: a, entities: [{1: a}]}", "entity 7:28"),
        ("- {intent: a, entities: [{city: a, role: 1}]}", "wrong-type 7:44"),
        ("- user: '[x]{entity}'", "invalid-annotation 7:11"),
        ("- {intent: a, user: '[x]{entity}'}", "invalid-annotation 7:23"),
        ("- active_loop: 1", "wrong-type 7:18"),
        ("- checkpoint:", "wrong-type 7:16"),
        ("- {checkpoint: a, slot_was_set: {b: 1}}", "wrong-type 7:35"),
        ("- slot_was_set: {a: 1}", "wrong-type 7:19"),
        ("- slot_was_set: a", "wrong-type 7:19"),
        ("- slot_was_set:", "wrong-type 7:18"),
        ("- slot_was_set: [1]", "wrong-type 7:20"),
        ("- slot_was_set: [{}]", "wrong-type 7:20"),
        ("- slot_was_set: [{1: a}]", "wrong-type 7:21"),
        ("- or: {intent: a}", "wrong-type 7:9"),
        ("- or: [{user: a}]", "misplaced-step 7:10"),
        ("- or: [{action: a}]", "misplaced-step 7:10"),
        ("- or: [{or: [{intent: a}]}]", "misplaced-step 7:10"),
        ("- or: [text]", "wrong-type 7:10"),
        ("- intent: /greet", "?intent-slash 7:13"),
        ("- action: restart", "event-name 7:13"),
        ("- action: slot", "event-name 7:13"),
        ("- action: ' followup '", "event-name 7:13"),
        ("- action: action_deactivate_form", "?old-name 7:13"),
        ("- user: '[x]()'", "?odd-brackets 7:11"),
        ("- or: []", "?no-steps 7:5"),
        ("- or: [{intent: a}, {slot_was_set: [{b: 1}, {c: 2}]}]", "misplaced-step 7:23"),
        ("- {checkpoint: a, slot_was_set: [b]}", "?checkpoint-condition 7:5"),
    ],
)
def test_what_is_wrong_with_a_step_is_told_and_all_else_is_kept(step: str, complaint: str) -> None:
    reader = read(read_stories, DIALOGUE.format(step=step))

    assert complaints(reader) == [complaint]
    assert [part.value.name for part in reader.parts] == ["first", "s", "last"]
    assert reader.parts[1].value.steps[-1] == ActionStep("after")


def test_a_leading_slash_is_left_out_of_an_intent() -> None:
    reader = read(read_stories, DIALOGUE.format(step="- intent: /greet"))

    assert reader.parts[1].value.steps[0] == IntentStep("greet")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("- text", "wrong-type 2:3"),
        ("-", "wrong-type 2:2"),
        ("- {steps: [{action: a}]}", "missing-key 2:3"),
        ("- {story: 1, steps: [{action: a}]}", "wrong-type 2:11"),
        ("- {story: , steps: [{action: a}]}", "wrong-type 2:11"),
        ("- {story: '', steps: [{action: a}]}", "empty-text 2:11"),
        ("- {story: a, steps: text}", "wrong-type 2:21"),
        ("- {story: a, steps: {action: b}}", "wrong-type 2:21"),
        ("- {story: a, stpes: 1, steps: [{action: a}]}", "unknown-key 2:14"),
        ("- {story: a, condition: [], steps: [{action: a}]}", "unknown-key 2:14"),
        ("- {story: a}", "?no-steps 2:3"),
        ("- {story: a, steps: }", "?no-steps 2:3"),
        ("- {story: a, steps: []}", "?no-steps 2:3"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_and_the_next_is_read(entry: str, complaint: str) -> None:
    reader = read(read_stories, f"stories:\n{entry}\n- story: next\n  steps: [{{action: b}}]\n")

    assert complaints(reader) == [complaint]
    assert reader.parts[-1].value == Story("next", (ActionStep("b"),))


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("{rule: r, steps: [{bot: hi}, {action: a}]}", "misplaced-step 2:21"),
        ("{rule: r, steps: [{checkpoint: c}, {action: a}]}", "misplaced-step 2:21"),
        ("{rule: r, conversation_start: yes, steps: [{action: a}]}", "wrong-type 2:33"),
        ("{rule: r, wait_for_user_input: 0, steps: [{action: a}]}", "wrong-type 2:34"),
        ("{rule: r, wait_for_user_input: , steps: [{action: a}]}", "wrong-type 2:34"),
        ("{rule: r, condition: {active_loop: a}, steps: [{action: a}]}", "wrong-type 2:24"),
        ("{rule: r, condition: [{intent: a}], steps: [{action: a}]}", "misplaced-step 2:25"),
        ("{rule: r, condition: [{actve_loop: a}], steps: [{action: a}]}", "unknown-step 2:25"),
        ("{rule: r, condition: [text], steps: [{action: a}]}", "wrong-type 2:25"),
        ("{rule: r, story: s, steps: [{action: a}]}", "unknown-key 2:13"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_and_the_rule_is_kept(rule: str, complaint: str) -> None:
    reader = read(read_stories, f"rules:\n- {rule}\n")

    assert complaints(reader) == [complaint]
    assert reader.parts[0].value == Rule("r", (ActionStep("a"),))


def test_defaults_of_a_rule_may_be_written_out() -> None:
    written = (
        "rules:\n- {rule: r, condition: [], conversation_start: false, wait_for_user_input: true, steps: [{action: a}]}"
    )

    assert values(read(read_stories, written)) == values(read(read_stories, "rules:\n- {rule: r, steps: [action: a]}"))


@pytest.mark.parametrize("text", ["stories:\nrules:", "stories: []", "rules: null", "stories: []\nrules: []"])
def test_empty_sections_are_nothing(text: str) -> None:
    assert values(read(read_stories, text)) == []


@pytest.mark.parametrize("text", ["stories: {story: a}", "stories: text", "stories: 1"])
def test_a_section_must_be_a_list(text: str) -> None:
    assert complaints(read(read_stories, text)) == ["wrong-type 1:10"]


def test_stories_of_one_name_are_both_kept() -> None:
    story = "- {story: same, steps: [{action: a}]}\n"

    assert values(read(read_stories, "stories:\n" + story * 2)) == [Story("same", (ActionStep("a"),))] * 2


@pytest.mark.parametrize(
    ("step", "hint"),
    [("- {intnet: a}", "did you mean intent?"), ("- {slots_was_set: []}", "did you mean slot_was_set?")],
)
def test_an_unknown_step_comes_with_the_nearest(step: str, hint: str) -> None:
    assert only_problem(read(read_stories, DIALOGUE.format(step=step))).hint == hint


def test_checkpoints_at_both_ends() -> None:
    text = "stories:\n- {story: s, steps: [{checkpoint: a}, {intent: b}, {checkpoint: c}, {checkpoint: d}]}"
    (story,) = values(read(read_stories, text))

    assert [getattr(step, "name", None) for step in story.steps] == ["a", None, "c", "d"]


def test_all_problems_of_a_document_are_told() -> None:
    reader = read(
        read_stories,
        """
        stories:
        - story: one
          steps:
          - action:
          - intnet: b
        - stroy: two
          steps: []
        rules:
        - rule: three
          conversation_start: 1
          steps:
          - bot: no
          - action: good
        """,
    )

    assert complaints(reader) == [
        "wrong-type 4:12",
        "unknown-step 5:5",
        "unknown-key 6:3",
        "missing-key 6:3",
        "misplaced-step 12:5",
        "wrong-type 10:23",
    ]
    assert [part.value.name for part in reader.parts] == ["three"]


def test_values_do_not_keep_the_document_alive() -> None:
    (slot,) = steps_of("- slot_was_set: [{a: {b: [c]}}]")
    assert isinstance(slot, SlotStep)
    nested: dict[str, Any] = slot.value

    assert type(nested) is dict
    assert type(nested["b"]) is list


def test_the_old_name_of_a_built_in_action_is_read_as_the_new_one() -> None:
    reader = read(read_stories, DIALOGUE.format(step="- action: action_deactivate_form"))

    assert reader.parts[1].value.steps[0] == ActionStep("action_deactivate_loop")


def test_conditions_of_checkpoints_count_before_other_steps_only() -> None:
    start = "stories:\n- {story: s, steps: [{checkpoint: a}, {checkpoint: b, slot_was_set: [{c: 1}]}, {intent: d}]}"
    end = "stories:\n- {story: s, steps: [{intent: d}, {checkpoint: b, slot_was_set: [{c: 1}]}]}"

    assert complaints(read(read_stories, start)) == []
    assert complaints(read(read_stories, end)) == ["?checkpoint-condition 2:35"]
