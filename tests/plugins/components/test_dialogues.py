from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.data import (
    ActionStep,
    CheckpointStep,
    IntentStep,
    OrStep,
    SlotStep,
    Story,
)
from tenprint.importers.errors import ProblemsError
from tenprint.plugins.components.dialogues import LinearDialogue, linear_dialogues, variants

GREET, BYE, YES, NO = (IntentStep(name) for name in ("greet", "bye", "yes", "no"))
HELLO, CIAO, ASK = (ActionStep(name) for name in ("utter_hello", "utter_ciao", "utter_ask"))


def linear(*stories: Any, initial_slots: Any = None, limit: Any = 1000) -> Any:
    return set(linear_dialogues(stories, initial_slots=initial_slots or {}, limit=limit))


def story(*steps: Any) -> Story:
    return Story("", steps)


def test_a_plain_story_is_one_dialogue_and_equal_stories_are_one() -> None:
    assert linear(story(GREET, HELLO), story(GREET, HELLO)) == {LinearDialogue((GREET, HELLO))}


def test_each_alternative_makes_a_dialogue() -> None:
    assert linear(story(OrStep((GREET, YES)), HELLO, OrStep((BYE, NO)), CIAO)) == {
        LinearDialogue((first, HELLO, second, CIAO)) for first in (GREET, YES) for second in (BYE, NO)
    }


def test_slots_can_be_alternatives() -> None:
    low, high = SlotStep("level", 1), SlotStep("level", 9)

    assert linear(story(GREET, OrStep((low, high)), HELLO)) == {
        LinearDialogue((GREET, low, HELLO)),
        LinearDialogue((GREET, high, HELLO)),
    }


def test_checkpoints_link_stories_by_name() -> None:
    assert linear(
        story(GREET, HELLO, CheckpointStep("asked")),
        story(CheckpointStep("asked"), YES, CIAO),
        story(CheckpointStep("asked"), NO, ASK),
        story(CheckpointStep("elsewhere"), BYE, CIAO),
    ) == {LinearDialogue((GREET, HELLO, YES, CIAO)), LinearDialogue((GREET, HELLO, NO, ASK))}


def test_a_checkpoint_inside_a_story_is_a_joint_for_others_too() -> None:
    assert linear(
        story(GREET, CheckpointStep("middle"), HELLO),
        story(CheckpointStep("middle"), ASK),
    ) == {LinearDialogue((GREET, HELLO)), LinearDialogue((GREET, ASK))}


def test_several_checkpoints_open_and_close_together() -> None:
    assert linear(
        story(GREET, CheckpointStep("a"), CheckpointStep("b")),
        story(CheckpointStep("b"), CheckpointStep("c"), HELLO),
    ) == {LinearDialogue((GREET, HELLO))}


def test_a_checkpoint_that_opens_nothing_leaves_the_dialogue_open() -> None:
    assert linear(story(GREET, HELLO, CheckpointStep("nowhere"))) == {LinearDialogue((GREET, HELLO), is_complete=False)}


def test_circles_end_where_they_come_back_once_it_is_known_how_they_go_on() -> None:
    opening = story(GREET, CheckpointStep("menu"))
    asking = story(CheckpointStep("menu"), SlotStep("x", 1), ASK, YES, CheckpointStep("menu"))
    answering = story(CheckpointStep("menu"), BYE, CIAO, CheckpointStep("menu"))

    assert linear(opening, asking) == {
        LinearDialogue((GREET, SlotStep("x", 1), ASK, YES, SlotStep("x", 1), ASK), is_complete=False)
    }
    assert linear(opening, answering) == {LinearDialogue((GREET, BYE, CIAO), is_complete=True)}


def test_a_menu_of_many_ways_grows_with_them_and_not_with_their_orders() -> None:
    ways = [story(CheckpointStep("menu"), IntentStep(str(way)), HELLO, CheckpointStep("menu")) for way in range(300)]

    assert len(linear(story(GREET, CheckpointStep("menu")), *ways)) == 300


def test_conditions_look_at_the_slots_so_far() -> None:
    reached = (GREET, SlotStep("tier", "gold"))
    opening = story(*reached, CheckpointStep("known"))
    gold = story(CheckpointStep("known", (SlotStep("tier", "gold"),)), HELLO)
    none = story(CheckpointStep("known", (SlotStep("tier", None),)), CIAO)
    french = story(CheckpointStep("known", (SlotStep("language", "fr"),)), ASK)

    assert linear(opening, gold, none, french) == {LinearDialogue((*reached, HELLO))}
    assert linear(opening, french, initial_slots={"language": "fr"}) == {LinearDialogue((*reached, ASK))}


def test_a_thousand_checkpoints_in_a_row_are_followed() -> None:
    chain = [story(CheckpointStep(str(number)), HELLO, CheckpointStep(str(number + 1))) for number in range(1500)]

    (dialogue,) = linear(story(GREET, CheckpointStep("0")), *chain)

    assert len(dialogue.events) == 1501


def test_too_many_alternatives_are_refused_before_they_are_written_out() -> None:
    with pytest.raises(ProblemsError, match="more than 1000 dialogues") as caught:
        linear(Story("big", tuple(OrStep((YES, NO, BYE)) for _ in range(40))))

    assert 'the story "big"' in str(caught.value)


def test_too_many_paths_through_checkpoints_are_refused() -> None:
    layers = [
        story(CheckpointStep(str(layer)), IntentStep(f"{layer}-{way}"), CheckpointStep(str(layer + 1)))
        for layer in range(30)
        for way in range(3)
    ]
    with pytest.raises(ProblemsError, match="more than 1000 dialogues"):
        linear(story(GREET, CheckpointStep("0")), *layers)


STORIES = (
    story(GREET, CheckpointStep("asked")),
    story(CheckpointStep("asked"), OrStep((YES, NO)), SlotStep("x", [1, {"y": None}]), CIAO),
    story(BYE, CIAO),
    story(GREET, HELLO),
)


@given(shuffled=st.permutations(STORIES))
def test_the_order_of_stories_changes_nothing(shuffled: list[Story]) -> None:
    assert linear_dialogues(shuffled, initial_slots={}) == linear_dialogues(STORIES, initial_slots={})


def test_variants_leave_steps_in_order() -> None:
    assert variants((GREET, OrStep((YES, NO))), described="a rule") == ((GREET, YES), (GREET, NO))
