from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.importers.assembling import items_of
from tenprint.importers.canonical import canonical, canonical_digest
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
    Stories,
    Story,
    UserStep,
)
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Item
from tenprint.importers.kinds import STORIES, TRAINING, nameless, training_digest

RULES = ReadingRules()
SPAN = EntitySpan(3, 6, "city", "Rio", "to", "g")


def plain_span(span: EntitySpan) -> tuple[Any, ...]:
    return span.start, span.end, span.entity, span.value, span.role, span.group


def plain(step: Step) -> tuple[Any, ...]:
    """A step as a tuple of its tag and its fields, written down without any speed."""
    match step:
        case IntentStep():
            entities = tuple((part.entity, part.value, part.role, part.group) for part in step.entities)
            text = None if step.text is None else (step.text, tuple(plain_span(span) for span in step.spans))
            return "intent", step.intent, entities, text
        case ActionStep():
            return "action", step.action
        case SlotStep():
            return "slot", step.slot, step.value, step.has_value
        case LoopStep():
            return "loop", step.loop
        case UserStep():
            return "user", step.text, tuple(plain_span(span) for span in step.spans)
        case BotStep():
            return "bot", step.text
        case CheckpointStep():
            return "checkpoint", step.name, unordered(step.slots)
        case OrStep():
            return "or", unordered(step.alternatives)


def unordered(steps: Any) -> tuple[Any, ...]:
    return tuple(sorted((plain(step) for step in steps), key=canonical))


def items(*dialogues: Story | Rule) -> list[Item]:
    stories = Stories(
        tuple(dialogue for dialogue in dialogues if isinstance(dialogue, Story)),
        tuple(dialogue for dialogue in dialogues if isinstance(dialogue, Rule)),
    )
    return [Item._make(row) for row in items_of(STORIES, stories, RULES)]


def trained(*steps: Step) -> bytes:
    return training_digest(Story("", steps))


@given(strategies.stories)
def test_the_fast_digest_of_training_is_that_of_the_plain_form(stories: Stories) -> None:
    for story in stories.stories:
        form = ("story", tuple(plain(step) for step in story.steps))
        assert training_digest(story) == canonical_digest(form)
    for rule in stories.rules:
        steps = tuple(plain(step) for step in rule.steps)
        flags = (rule.conversation_start, rule.wait_for_user_input)
        assert training_digest(rule) == canonical_digest(("rule", steps, unordered(rule.condition), *flags))


@pytest.mark.parametrize(
    "step",
    [
        IntentStep("a", (StepEntity("city", "Rio", "to", "g"), StepEntity("x")), "to Rio", (SPAN,)),
        UserStep("to Rio", (SPAN,)),
    ],
)
def test_steps_with_annotations_have_their_plain_form_too(step: Step) -> None:
    assert trained(step) == canonical_digest(("story", (plain(step),)))


DISTINCT: list[tuple[Step, ...]] = [
    (),
    (ActionStep("a"),),
    (ActionStep("a"), ActionStep("a")),
    (ActionStep("b"), ActionStep("a")),
    (ActionStep("a"), ActionStep("b")),
    (BotStep("a"),),
    (IntentStep("a"),),
    (IntentStep("a/b"),),
    (IntentStep("a", text="x"),),
    (IntentStep("a", text="y"),),
    (IntentStep("a", text="to Rio", spans=(SPAN,)),),
    (IntentStep("a", (StepEntity("a"),)),),
    (IntentStep("a", (StepEntity("a", None),)),),
    (IntentStep("a", (StepEntity("a", "None"),)),),
    (IntentStep("a", (StepEntity("a", 1),)),),
    (IntentStep("a", (StepEntity("a", "1"),)),),
    (IntentStep("a", (StepEntity("a", role="r"),)),),
    (IntentStep("a", (StepEntity("a", group="r"),)),),
    (IntentStep("a", (StepEntity("a"), StepEntity("b"))),),
    (IntentStep("a", (StepEntity("b"), StepEntity("a"))),),
    (UserStep("a"),),
    (UserStep("to Rio", (SPAN,)),),
    (UserStep("to Rio"),),
    (SlotStep("a"),),
    (SlotStep("a", has_value=False),),
    (SlotStep("a", "None"),),
    (SlotStep("a", 1),),
    (SlotStep("a", "1"),),
    (SlotStep("a", value=True),),
    (SlotStep("a", "True"),),
    (SlotStep("a", [1]),),
    (LoopStep("a"),),
    (LoopStep(None),),
    (LoopStep("None"),),
    (CheckpointStep("a"),),
    (CheckpointStep("a", (SlotStep("a", 1),)),),
    (OrStep((IntentStep("a"), IntentStep("b"))),),
    (OrStep((IntentStep("a"), IntentStep("a"))),),
    (IntentStep("a"), IntentStep("b")),
]


def test_dialogues_that_differ_in_what_training_reads_differ() -> None:
    digests = {trained(*steps) for steps in DISTINCT} | {training_digest(Rule("", steps)) for steps in DISTINCT}

    assert len(digests) == 2 * len(DISTINCT)


@pytest.mark.parametrize(
    "change",
    [
        {"condition": (LoopStep(None),)},
        {"condition": (LoopStep("a"),)},
        {"condition": (SlotStep("a", 1),)},
        {"conversation_start": True},
        {"wait_for_user_input": False},
    ],
)
def test_training_reads_how_a_rule_begins_and_ends(change: dict[str, Any]) -> None:
    rule = Rule("r", (ActionStep("a"),))

    assert training_digest(replace(rule, **change)) != training_digest(rule)


def test_names_and_metadata_are_changes_that_training_does_not_read() -> None:
    story = Story("one", (ActionStep("a"),))
    own, renamed, noted = items(story, replace(story, name="two"), replace(story, metadata=1))

    assert own.facet(TRAINING) == renamed.facet(TRAINING) == noted.facet(TRAINING)
    assert len({own.digest, renamed.digest, noted.digest}) == 3


def test_alternatives_and_conditions_have_no_order() -> None:
    a, b = IntentStep("a"), SlotStep("b", 1)
    c, d = SlotStep("c", 1), SlotStep("d")

    assert trained(OrStep((a, b))) == trained(OrStep((b, a)))
    assert trained(CheckpointStep("x", (c, d))) == trained(CheckpointStep("x", (d, c)))
    assert training_digest(Rule("", (a,), (c, d))) == training_digest(Rule("", (a,), (d, c)))


def test_dialogues_tell_what_they_mention() -> None:
    story = Story(
        "s",
        (
            IntentStep("greet", (StepEntity("city"), StepEntity("place", 1))),
            OrStep((IntentStep("affirm", (StepEntity("time"),)), SlotStep("done", value=True))),
            ActionStep("utter_b"),
            ActionStep("utter_a"),
            ActionStep("utter_a"),
            UserStep("hello"),
            BotStep("hi"),
            LoopStep("form"),
            LoopStep(None),
            CheckpointStep("joint", (SlotStep("condition"),)),
        ),
    )
    (item,) = items(story)

    assert item.names("intents") == ("affirm", "greet")
    assert item.names("entities") == ("city", "place", "time")
    assert item.names("actions") == ("utter_a", "utter_b")
    assert item.names("slots") == ("done",)
    assert item.names("user_texts") == ("hello",)
    assert item.names("bot_texts") == ("hi",)
    assert item.names("loops") == ("form",)
    assert [name for name, _ in item.facets] == sorted(name for name, _ in item.facets)


@given(strategies.stories)
def test_what_is_taken_apart_can_be_put_together(stories: Stories) -> None:
    assert STORIES.put_together(list(STORIES.take_apart(stories))) == stories


def shuffled(random: Any, steps: tuple[Any, ...]) -> tuple[Any, ...]:
    order = list(steps)
    random.shuffle(order)
    return tuple(order)


def same_training(random: Any, step: Step) -> Step:
    """The same step with everything without order in another order."""
    if isinstance(step, OrStep):
        return OrStep(shuffled(random, step.alternatives))
    return CheckpointStep(step.name, shuffled(random, step.slots)) if isinstance(step, CheckpointStep) else step


@given(strategies.stories, st.randoms(use_true_random=False))
def test_equal_digests_of_training_mean_that_trainers_receive_equal_stories(stories: Stories, random: Any) -> None:
    other = Stories(
        tuple(
            Story("other", tuple(same_training(random, step) for step in story.steps))
            for story in shuffled(random, stories.stories)
        ),
        tuple(
            replace(
                rule,
                name="other",
                metadata="other",
                steps=tuple(same_training(random, step) for step in rule.steps),
                condition=shuffled(random, rule.condition),
            )
            for rule in shuffled(random, stories.rules)
        ),
    )

    assert nameless(other) == nameless(stories)
    assert sorted(map(training_digest, other.stories)) == sorted(map(training_digest, stories.stories))
