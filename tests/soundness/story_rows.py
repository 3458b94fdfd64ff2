"""Rows of the soundness table for stories and rules."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.soundness.rows import ALL, CORE, NOTHING, Changed, Edit, Mutate, Row, drawn, swapped, with_stories

from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    IntentStep,
    LoopStep,
    OrStep,
    ProjectData,
    Rule,
    SlotStep,
    Step,
    Story,
    UserStep,
)

Steps = tuple[Step, ...]
GENERATED = ("generated",)
END_TO_END = ("end to end",)


def told(alter: Callable[[Any], Any], *, rules: bool = False) -> Mutate:
    """Edit one story, or one rule; it keeps its name."""
    section, kind = ("rules", "rule") if rules else ("stories", "story")

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        dialogues = getattr(project.stories, section)
        found = drawn(chance, dialogues, lambda dialogue: alter(dialogue) not in (None, dialogue))
        if found is None:
            return None
        index, dialogue = found
        edited = with_stories(project, **{section: swapped(dialogues, index, alter(dialogue))})
        return Edit(edited, Changed("modified", kind, (section, dialogue.name)))

    return mutate


def stepped(alter: Callable[[Steps], Steps | None], *, rules: bool = False) -> Mutate:
    def altered(dialogue: Story | Rule) -> Story | Rule | None:
        steps = alter(dialogue.steps)
        return None if steps is None else replace(dialogue, steps=steps)

    return told(altered, rules=rules)


def first(kind: type, alter: Callable[[Any], Step | None]) -> Callable[[Steps], Steps | None]:
    """Edit the first step of a kind that can be edited."""

    def altered(steps: Steps) -> Steps | None:
        for index, step in enumerate(steps):
            new = alter(step) if isinstance(step, kind) else None
            if new is not None and new != step:
                return swapped(steps, index, new)
        return None

    return altered


def entity_edited(**edits: Any) -> Callable[[IntentStep], IntentStep | None]:
    def altered(step: IntentStep) -> IntentStep | None:
        if not step.entities:
            return None
        return replace(step, entities=(replace(step.entities[0], **edits), *step.entities[1:]))

    return altered


def renamed(section: str, kind: str) -> Mutate:
    def alter(project: ProjectData, index: int, dialogue: Story | Rule) -> Edit:
        dialogues = swapped(getattr(project.stories, section), index, replace(dialogue, name="brand new"))
        edited = with_stories(project, **{section: dialogues})
        return Edit(edited, Changed("renamed", kind, (section, "brand new"), (section, dialogue.name)))

    return of_a_dialogue(section, alter)


def of_a_dialogue(section: str, alter: Callable[[ProjectData, int, Story | Rule], Edit]) -> Mutate:
    """Edit a story or a rule that chance chooses."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        found = drawn(chance, getattr(project.stories, section))
        return None if found is None else alter(project, *found)

    return mutate


def story_more(project: ProjectData, chance: Random) -> Edit:
    action = project.domain.responses[0].name
    intent = chance.choice(project.domain.intents).name
    story = Story("brand new", (IntentStep(intent), ActionStep(action), ActionStep(action), ActionStep(action)))
    edited = with_stories(project, stories=(*project.stories.stories, story))
    return Edit(edited, Changed("added", "story", ("stories", "brand new")))


def story_twice(project: ProjectData, chance: Random) -> Edit:
    story = chance.choice(project.stories.stories)
    edited = with_stories(project, stories=(*project.stories.stories, story))
    return Edit(edited, Changed("added", "story", ("stories", story.name)))


def gone(section: str, kind: str) -> Mutate:
    def alter(project: ProjectData, index: int, dialogue: Story | Rule) -> Edit:
        edited = with_stories(project, **{section: swapped(getattr(project.stories, section), index)})
        return Edit(edited, Changed("removed", kind, (section, dialogue.name)))

    return of_a_dialogue(section, alter)


def longer(step: IntentStep | OrStep) -> Step:
    alternatives = step.alternatives if isinstance(step, OrStep) else (step,)
    return OrStep((*alternatives, IntentStep("spare")))


def typed(step: SlotStep) -> SlotStep | None:
    """Make a text of a value that is none."""
    return None if isinstance(step.value, str) or step.value is None else replace(step, value=str(step.value))


ROWS = (
    Row("a step more", stepped(lambda steps: (*steps, ActionStep("action_listen"))), CORE),
    Row(
        "a step less",
        stepped(lambda steps: steps[:-1] if isinstance(steps[-1], ActionStep) and len(steps) > 2 else None),
        CORE,
    ),
    Row(
        "order of steps",
        stepped(
            lambda steps: (
                (*steps[:-2], steps[-1], steps[-2])
                if len(steps) > 2 and {type(steps[-1]), type(steps[-2])} == {ActionStep, SlotStep}
                else None
            )
        ),
        CORE,
    ),
    Row("the action of a step", stepped(first(ActionStep, lambda _: ActionStep("action_back"))), CORE),
    Row(
        "an entity in a step less",
        stepped(first(IntentStep, lambda step: replace(step, entities=step.entities[1:]) if step.entities else None)),
        CORE,
    ),
    Row("the value of an entity in a step", stepped(first(IntentStep, entity_edited(value="other"))), CORE),
    Row("the role of an entity in a step", stepped(first(IntentStep, entity_edited(role="from"))), CORE),
    Row("the group of an entity in a step", stepped(first(IntentStep, entity_edited(group="two"))), CORE),
    Row(
        "order of entities in a step",
        stepped(first(IntentStep, lambda step: replace(step, entities=step.entities[::-1]))),
        CORE,
        GENERATED,
    ),
    Row(
        "the text beside an intent",
        stepped(first(IntentStep, lambda step: replace(step, text="so they said", spans=()))),
        CORE,
    ),
    Row(
        "the value of a slot", stepped(first(SlotStep, lambda step: replace(step, value="other", has_value=True))), CORE
    ),
    Row("the type of the value of a slot", stepped(first(SlotStep, typed)), CORE, GENERATED),
    Row(
        "a slot without its value",
        stepped(first(SlotStep, lambda step: replace(step, value=None, has_value=False) if step.has_value else None)),
        CORE,
    ),
    Row(
        "null for the value of a slot",
        stepped(first(SlotStep, lambda step: replace(step, value=None) if step.value is not None else None)),
        CORE,
    ),
    Row("an alternative more", stepped(first(OrStep, longer)), CORE, GENERATED),
    Row("an alternative instead of an intent", stepped(first(IntentStep, longer)), CORE, GENERATED),
    Row(
        "the name of a checkpoint",
        stepped(first(CheckpointStep, lambda step: replace(step, name=f"{step.name} again"))),
        CORE,
        GENERATED,
    ),
    Row(
        "a loop that goes on",
        stepped(first(LoopStep, lambda step: LoopStep("empty_form") if step.loop else None)),
        CORE,
        GENERATED,
    ),
    Row(
        "a loop that ends",
        stepped(first(LoopStep, lambda step: LoopStep(None) if step.loop else None)),
        CORE,
        GENERATED,
    ),
    Row("a story more", story_more, CORE),
    Row("a story less", gone("stories", "story"), CORE),
    Row("a story told twice", story_twice, CORE),
    Row("the name of a story", renamed("stories", "story"), NOTHING),
    Row("metadata of a story", told(lambda story: replace(story, metadata={"seen": 2})), NOTHING),
    Row("a rule less", gone("rules", "rule"), CORE),
    Row("a step of a rule", stepped(first(ActionStep, lambda _: ActionStep("action_back")), rules=True), CORE),
    Row(
        "a condition of a rule",
        told(lambda rule: replace(rule, condition=(*rule.condition, LoopStep(None))), rules=True),
        CORE,
    ),
    Row(
        "whether a rule begins a conversation",
        told(lambda rule: replace(rule, conversation_start=not rule.conversation_start), rules=True),
        CORE,
    ),
    Row(
        "whether a rule waits for the user",
        told(lambda rule: replace(rule, wait_for_user_input=not rule.wait_for_user_input), rules=True),
        CORE,
    ),
    Row("the name of a rule", renamed("rules", "rule"), NOTHING),
    Row("metadata of a rule", told(lambda rule: replace(rule, metadata={"seen": 2}), rules=True), NOTHING),
)

END_TO_END_ROWS = (
    Row(
        "literal words of the user",
        stepped(first(UserStep, lambda step: UserStep(f"{step.text} now"))),
        ALL,
        END_TO_END,
    ),
    Row(
        "literal words of the assistant",
        stepped(first(BotStep, lambda step: BotStep(f"{step.text} now"))),
        CORE,
        END_TO_END,
    ),
    Row(
        "a step more, beside literal words",
        stepped(lambda steps: (*steps, ActionStep("action_back"))),
        CORE,
        END_TO_END,
    ),
)
