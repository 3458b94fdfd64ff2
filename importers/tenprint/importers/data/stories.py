"""Training dialogues: stories, rules, and the steps they are made of."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from tenprint.importers.data.nlu import EntitySpan, StepEntity


@dataclass(frozen=True, slots=True)
class IntentStep:
    """The user says something of this intent; `text` is the message a conversation test writes beside it."""

    intent: str
    entities: tuple[StepEntity, ...] = ()
    text: str | None = None
    spans: tuple[EntitySpan, ...] = ()
    """Annotations inside `text`; where they are given they replace `entities`."""


@dataclass(frozen=True, slots=True)
class UserStep:
    """An end-to-end step: the text itself instead of an intent."""

    text: str
    spans: tuple[EntitySpan, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionStep:
    """The assistant runs an action, a form, or sends a response by its name."""

    action: str


@dataclass(frozen=True, slots=True)
class BotStep:
    """An end-to-end step: the text the assistant says."""

    text: str


@dataclass(frozen=True, slots=True)
class SlotStep:
    """A slot is set; a slot written by its name alone has no value of its own (`has_value` is False)."""

    slot: str
    value: Any = None
    has_value: bool = True


@dataclass(frozen=True, slots=True)
class LoopStep:
    """A form becomes active, or (None) no form is active any more."""

    loop: str | None


@dataclass(frozen=True, slots=True)
class CheckpointStep:
    """A joint between stories; before any other step it is a start, and `slots` are its conditions."""

    name: str
    slots: tuple[SlotStep, ...] = ()


@dataclass(frozen=True, slots=True)
class OrStep:
    """One of several alternatives; never fewer than two."""

    alternatives: tuple["IntentStep | SlotStep", ...]


Step: TypeAlias = IntentStep | UserStep | ActionStep | BotStep | SlotStep | LoopStep | CheckpointStep | OrStep


@dataclass(frozen=True, slots=True)
class Story:
    """A dialogue to learn from."""

    name: str
    steps: tuple[Step, ...]
    metadata: Any = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A short dialogue that always goes the same way."""

    name: str
    steps: tuple[Step, ...]
    condition: tuple[LoopStep | SlotStep, ...] = ()
    conversation_start: bool = False
    wait_for_user_input: bool = True
    metadata: Any = None


@dataclass(frozen=True, slots=True)
class Stories:
    """All training dialogues; several may share a name."""

    stories: tuple[Story, ...] = ()
    rules: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stories or self.rules)

    @property
    def has_end_to_end_texts(self) -> bool:
        """Tell whether any dialogue holds a user's or the assistant's literal words."""
        dialogues: tuple[Story | Rule, ...] = (*self.stories, *self.rules)
        return any(isinstance(step, UserStep | BotStep) for dialogue in dialogues for step in dialogue.steps)


def section_count(dialogue: Story | Rule) -> int:
    """Count the linear sections between joints, which is how the field counts steps.

    An `or` ends the open section once for each alternative; a row of checkpoints after other steps ends it once for
    each checkpoint. Whatever follows begins a new section.
    """
    finished = 0
    is_open = False
    after_checkpoint = False
    for step in dialogue.steps:
        if isinstance(step, OrStep):
            finished += len(step.alternatives)
            is_open = False
        elif isinstance(step, CheckpointStep):
            finished += is_open or (after_checkpoint and finished > 0)
            is_open = False
        else:
            is_open = True
        after_checkpoint = isinstance(step, CheckpointStep)
    return finished + is_open
