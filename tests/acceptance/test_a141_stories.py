"""Acceptance cases A141 to A152: stories and rules in YAML."""

import textwrap

import pytest

from tenprint.importers import (
    DocumentId,
    ReadingRules,
    SourceFile,
    SourceState,
    check_items,
    put_together,
    read_file,
    snapshot_of,
)
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    Domain,
    EntitySpan,
    IntentStep,
    LoopStep,
    Slot,
    SlotStep,
    StepEntity,
    Stories,
    UserStep,
)
from tenprint.importers.itemising import DocumentReading, parts_of
from tenprint.importers.kinds import STORIES
from tenprint.plugins.components.dialogues import linear_dialogues
from tenprint.plugins.components.relevance import Relevance

RULES = ReadingRules()


def reading(text: str, path: str = "data/stories.yml") -> DocumentReading:
    content = textwrap.dedent(text).lstrip("\n").encode()
    return read_file(SourceFile(DocumentId("file", path), "data", content), 0, RULES)


def stories(text: str, path: str = "data/stories.yml") -> Stories:
    found = reading(text, path)
    assert found.problems == ()
    value: Stories = put_together(STORIES, parts_of(found.document, 0, RULES))
    return value


def problems(text: str) -> list[str]:
    return [f"{problem.severity} {problem.code} {problem.location}" for problem in reading(text).problems]


def story(*steps: str) -> str:
    return "stories:\n- story: s\n  steps:\n" + "".join(f"  - {step}\n" for step in steps)


@pytest.mark.parametrize(
    ("kind", "tells", "feature"),
    [("text", True, True), ("list", True, True), ("categorical", False, None), ("float", False, None)],
)
def test_a141_a_slot_by_its_name_alone_is_set_where_being_set_is_all_that_counts(
    kind: str, *, tells: bool, feature: object
) -> None:
    (step,) = stories(story("slot_was_set: [a]")).stories[0].steps
    assert step == SlotStep("a", None, has_value=False)
    relevance = Relevance.of_domain(Domain(slots=(Slot("a", kind),)))

    assert relevance.tells(step) == tells
    assert not tells or relevance.feature(step) == feature


def test_a141_a_slot_of_type_any_or_of_no_domain_tells_nothing() -> None:
    step = SlotStep("a", None, has_value=False)

    assert not Relevance.of_domain(Domain(slots=(Slot("a", "any", influence_conversation=False),))).tells(step)
    assert not Relevance.of_domain(Domain()).tells(step)


def test_a142_a_leading_slash_is_left_out_with_exactly_one_warning() -> None:
    text = story("intent: /greet", "action: utter_greet")

    assert problems(text) == ["warning intent-slash data/stories.yml:4:13"]
    assert reading(text).rows[0][3] == reading(story("intent: greet", "action: utter_greet")).rows[0][3]


def test_a143_stories_and_rules_keep_their_names_and_order() -> None:
    names = ["c", "a", "b"]
    steps = "steps: [{intent: greet}, {action: utter_greet}]"
    text = "".join(
        f"{section}:\n" + "".join(f"- {{{key}: {name}, {steps}}}\n" for name in names)
        for section, key in (("rules", "rule"), ("stories", "story"))
    )
    found = stories(text)

    assert [one.name for one in found.stories] == names
    assert [one.name for one in found.rules] == names


@pytest.mark.parametrize(
    ("keys", "condition", "starts", "waits"),
    [
        ("", (), False, True),
        (
            "condition: [{active_loop: f}, {slot_was_set: [{a: 1}]}], ",
            (LoopStep("f"), SlotStep("a", 1)),
            False,
            True,
        ),
        ("wait_for_user_input: true, ", (), False, True),
        ("wait_for_user_input: false, ", (), False, False),
        ("conversation_start: true, ", (), True, True),
    ],
)
def test_a144_how_rules_begin_and_end(keys: str, condition: object, *, starts: bool, waits: bool) -> None:
    (rule,) = stories(f"rules:\n- {{rule: r, {keys}steps: [{{intent: greet}}, {{action: a}}]}}\n").rules

    assert rule.steps == (IntentStep("greet"), ActionStep("a"))
    assert (rule.condition, rule.conversation_start, rule.wait_for_user_input) == (condition, starts, waits)


@pytest.mark.parametrize(("intent", "told"), [("greet", []), ("grete", ["undeclared-intent"])])
def test_a145_an_intent_the_domain_does_not_know_is_told_exactly_once(intent: str, told: list[str]) -> None:
    domain = SourceFile(DocumentId("file", "domain.yml"), "domain", b"intents: [greet]\nactions: [a]\n")
    dialogue = SourceFile(DocumentId("file", "data/s.yml"), "data", story(f"intent: {intent}", "action: a").encode())
    readings = [read_file(file, number, RULES) for number, file in enumerate((domain, dialogue))]
    snapshot = snapshot_of(SourceState("file", None), readings, RULES)

    assert [problem.code for problem in check_items(snapshot)] == told


def test_a146_a_story_of_intents_texts_of_users_and_of_the_assistant() -> None:
    (found,) = stories(
        story("intent: greet", "action: utter_greet", 'user: "to [Rio](city)"', "bot: Nice", "intent: bye")
    ).stories

    assert found.steps == (
        IntentStep("greet"),
        ActionStep("utter_greet"),
        UserStep("to Rio", (EntitySpan(3, 6, "city", "Rio"),)),
        BotStep("Nice"),
        IntentStep("bye"),
    )


@pytest.mark.parametrize("written", ["active_loop: null", "active_loop:"])
def test_a147_no_loop_is_fine(written: str) -> None:
    assert stories(story(written)).stories[0].steps == (LoopStep(None),)


def test_a148_the_role_of_an_entity_is_kept() -> None:
    (found,) = stories(story("{intent: go, entities: [{city: Rio, role: to, group: '1'}]}")).stories

    assert found.steps == (IntentStep("go", (StepEntity("city", "Rio", "to", "1"),)),)


def test_a149_an_or_of_two_intents_is_two_dialogues() -> None:
    found = stories(story("or: [{intent: yes}, {intent: no, entities: [{city: Rio}]}]", "action: a"))

    assert {dialogue.events for dialogue in linear_dialogues(found.stories, initial_slots={})} == {
        (IntentStep("yes"), ActionStep("a")),
        (IntentStep("no", (StepEntity("city", "Rio"),)), ActionStep("a")),
    }


@pytest.mark.parametrize("path", ["data/stories.yml", "tests/test_stories.yml"])
def test_a150_a_full_retrieval_intent_is_kept_in_full_so_there_is_nothing_to_warn_of(path: str) -> None:
    assert stories(story("intent: faq/ask"), path).stories[0].steps == (IntentStep("faq/ask"),)


@pytest.mark.parametrize("written", ["intent:", "intent: ''", "intent: /", "action:", "action: ''", "user:"])
def test_a151_w_fmt_4_a_step_without_a_value_is_an_error(written: str) -> None:
    found = problems(story(written, "action: a"))

    assert [problem.split()[0] for problem in found if "intent-slash" not in problem] == ["error"]


def test_a152_a_file_of_examples_and_stories_is_read_without_a_word() -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - hi\n" + story("intent: greet", "action: utter_greet")
    found = reading(text)

    assert found.problems == ()
    assert [row[0] for row in found.rows] == ["intent-example", "story"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("action: restart", "event-name"),  # W-FMT-9: the field makes an event of it
        ("action: slot", "event-name"),  # W-FMT-9: the field crashes
        ("{intent: a, entities: [{role: from}]}", "entity"),  # W-FMT-9: an entity without a type
        ("{intent: a, entities: [{city: a, town: b}]}", "entity"),  # W-FMT-14: the last one wins in the field
        ("{intent: a, entities: }", "wrong-type"),  # W-FMT-7: the field crashes
        ("slot_was_set:", "wrong-type"),  # W-FMT-7
    ],
)
def test_w_fmt_7_9_14_what_has_no_meaning_is_refused(written: str, code: str) -> None:
    assert [problem.split()[:2] for problem in problems(story(written, "action: a"))] == [["error", code]]


def test_w_fmt_4_a_story_without_a_name_is_an_error_and_not_kept() -> None:
    found = reading("stories:\n- story: ''\n  steps: [{action: a}]\n")

    assert [problem.code for problem in found.problems] == ["empty-text"]
    assert found.rows == ()


def test_w_fmt_13_the_text_beside_an_intent_is_a_note_for_tests_and_no_example() -> None:
    text = story("{intent: go, user: 'to [Rio](city)'}", "action: a")
    (found,) = stories(text).stories

    assert found.steps[0] == IntentStep("go", (), "to Rio", (EntitySpan(3, 6, "city", "Rio"),))
    assert [row[0] for row in reading(text).rows] == ["story"]


def test_w_fmt_17_checkpoints_have_the_names_that_are_written_in_every_run() -> None:
    text = story("checkpoint: a", "intent: b", "checkpoint: d", "checkpoint: c")

    assert [getattr(step, "name", "") for step in stories(text).stories[0].steps] == ["a", "", "d", "c"]


def test_the_old_name_of_the_action_that_ends_a_form_is_read_as_the_new_one() -> None:
    text = story("action: action_deactivate_form")

    assert problems(text) == ["warning old-name data/stories.yml:4:13"]
    assert dict(reading(text).rows[0][3])["actions"] == ("action_deactivate_loop",)
