"""Stories and rules back to the lines of the sections `stories` and `rules`."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

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
from tenprint.importers.writing.markup import annotated
from tenprint.importers.writing.refusals import Entry, Refusals

_BRACKETS = "remove square brackets from the text, and annotations that overlap"


class _Unsayable(ValueError):  # noqa: N818 - says what the step is
    """A step that the format cannot express; the second argument is the hint."""


def dialogue_entries(dialogues: Iterable[Story | Rule], refusals: Refusals) -> list[Entry]:
    """Entries of a section, all stories or all rules."""
    entries = []
    for dialogue in dialogues:
        kind, section = ("story", "stories") if isinstance(dialogue, Story) else ("rule", "rules")
        name = f"the {kind} {dialogue.name!r}"
        path = (section, dialogue.name)
        try:
            entries.append(Entry(path, name, _dialogue(kind, dialogue)))
        except _Unsayable as error:
            message, hint = error.args
            refusals.add(path, f"{name} {message}", hint)
    return entries


def _dialogue(kind: str, dialogue: Story | Rule) -> dict[str, Any]:
    entry: dict[str, Any] = {kind: dialogue.name}
    if isinstance(dialogue, Rule):
        if dialogue.condition:
            entry["condition"] = _steps(dialogue.condition)
        if dialogue.conversation_start:
            entry["conversation_start"] = True
    entry["steps"] = _steps(dialogue.steps)
    if isinstance(dialogue, Rule) and not dialogue.wait_for_user_input:
        entry["wait_for_user_input"] = False
    if dialogue.metadata is not None:
        entry["metadata"] = dialogue.metadata
    return entry


def _steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Entries of a list of steps; slots that are set one after the other share one entry."""
    entries: list[dict[str, Any]] = []
    for kind, group in groupby(steps, key=type):
        if kind is SlotStep:
            entries.append({"slot_was_set": [_slot(step) for step in group if isinstance(step, SlotStep)]})
        else:
            entries += (_STEPS[kind](step) for step in group)
    return entries


def _intent(step: IntentStep) -> dict[str, Any]:
    entry: dict[str, Any] = {"intent": step.intent}
    if step.entities:
        entry["entities"] = [_entity(entity) for entity in step.entities]
    if step.text is not None:
        entry["user"] = _user_text(step.text, step.spans)
    return entry


def _entity(entity: StepEntity) -> Any:
    labels = {key: label for key, label in (("role", entity.role), ("group", entity.group)) if label is not None}
    if entity.value == "" and not labels:
        return entity.entity
    return {entity.entity: entity.value, **labels}


def _user_text(text: str, spans: Sequence[EntitySpan]) -> str:
    written = annotated(text, spans)
    if written is None:
        raise _Unsayable(f"has the message {text!r}, whose brackets would be read as something else", _BRACKETS)
    return _word(written)


def _word(text: str) -> str:
    """Text of a step, as it is read: blanks at its ends are stripped where plain blanks or control characters are."""
    if text != text.strip() and min(text[0], text[-1]) <= " ":
        raise _Unsayable(f"has the text {text!r}, which begins or ends with a blank that is not read", "remove it")
    return text


def _slot(step: SlotStep) -> Any:
    return {step.slot: step.value} if step.has_value else step.slot


def _checkpoint(step: CheckpointStep) -> dict[str, Any]:
    entry: dict[str, Any] = {"checkpoint": _word(step.name)}
    if step.slots:
        entry["slot_was_set"] = [_slot(slot) for slot in step.slots]
    return entry


_STEPS: dict[type, Callable[[Any], dict[str, Any]]] = {
    ActionStep: lambda step: {"action": _word(step.action)},
    BotStep: lambda step: {"bot": _word(step.text)},
    CheckpointStep: _checkpoint,
    IntentStep: _intent,
    LoopStep: lambda step: {"active_loop": step.loop},
    OrStep: lambda step: {"or": [entry for part in step.alternatives for entry in _steps((part,))]},
    UserStep: lambda step: {"user": _user_text(step.text, step.spans)},
}
