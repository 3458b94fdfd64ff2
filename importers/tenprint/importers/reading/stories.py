"""Reads the `stories` and `rules` sections.

Slots of checkpoints and of `slot_was_set` keep whether a value was written, because a bare slot name means "any value
of its type", which only the domain can tell.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tenprint.importers.data import (
    RETRIEVAL_SEPARATOR,
    ActionStep,
    BotStep,
    CheckpointStep,
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
from tenprint.importers.reading.document import Document, MappingNode, Place, SequenceNode, place_of
from tenprint.importers.reading.names import marked_up
from tenprint.importers.reading.reader import Reader, nearest_to_any, plain_value

_STORY_KEYS = frozenset({"story", "steps", "metadata"})
_RULE_KEYS = frozenset({"rule", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata"})

_STEP_KEYS: dict[str, frozenset[str]] = {
    "intent": frozenset({"intent", "entities", "user"}),
    "user": frozenset({"user"}),
    "or": frozenset({"or"}),
    "action": frozenset({"action"}),
    "bot": frozenset({"bot"}),
    "checkpoint": frozenset({"checkpoint", "slot_was_set"}),
    "slot_was_set": frozenset({"slot_was_set"}),
    "active_loop": frozenset({"active_loop"}),
}
"""Step by its key, in the order in which the first match decides, and the keys each may have."""

_EVENT_NAMES = frozenset(
    {
        *(
            "action",
            "action_execution_rejected",
            "active_loop",
            "agent",
            "bot",
            "cancel_reminder",
            "entities",
            "export",
        ),
        *("followup", "form", "loop_interrupted", "pause", "reminder", "reset_slots", "restart", "resume", "rewind"),
        *("session_started", "slot", "undo", "user", "user_featurization"),
    }
)
"""Names of events in Rasa, which makes such an event of a step that runs an action of this name."""
_OLD_ACTIONS = {"action_deactivate_form": "action_deactivate_loop"}
"""Names of built-in actions until 2.0, and those they have now."""

_LABELS = ("role", "group")
_NOT_IN_RULES = ("bot", "checkpoint")
_CONDITIONS = ("active_loop", "slot_was_set")


def read_stories(reader: Reader) -> None:
    """Emit a `story` for each story and a `rule` for each rule of the document."""
    root = reader.root
    for section, key in (("stories", "story"), ("rules", "rule")):
        if root.get(section) is None:
            continue
        dialogues = _DialogueReader(reader, key)
        for entry, place in reader.entries(root, section, section):
            node = reader.mapping(entry, f"an entry of {section}", place)
            if node is not None:
                dialogues.read(node, place)


def read_step_list(document: Document) -> list[tuple[Step, ...]] | None:
    """Read a document that is a list of steps of stories; None where there is anything to report about them."""
    if type(document.root) is not SequenceNode:
        return None
    reader = Reader(document)
    dialogues = _DialogueReader(reader, "story")
    places = map(place_of, document.root.marks)
    found = [dialogues.read_step(entry, place, "a story") for entry, place in zip(document.root, places, strict=True)]
    # What is said of conditions depends on the steps before them.
    has_conditions = any(isinstance(step, CheckpointStep) and step.slots for steps in found for step in steps)
    return None if reader.problems or has_conditions else found


def _plain_step(entry: Any) -> Step | None:
    """Read a step that is only a name of an action or intent, as four of five are; None for all others."""
    if type(entry) is not MappingNode or len(entry) != 1:
        return None
    ((key, name),) = entry.items()
    if type(name) is not str:
        return None
    if key == "action":
        return _plain_action(name)
    return _plain_intent(name) if key == "intent" else None


def _plain_pair(entry: Any) -> tuple[str, str] | None:
    """Read a mapping of one name to one text, as most entities and slots are written; None for all others."""
    if type(entry) is not MappingNode or len(entry) != 1:
        return None
    ((name, value),) = entry.items()
    return (name, value) if type(name) is str and type(value) is str and name.strip() else None


# Equal steps are one value: the same few thousand names come by a hundred thousand times.
@lru_cache(maxsize=8192)
def _plain_action(name: str) -> ActionStep | None:
    is_plain = name and name == name.strip() and name not in _EVENT_NAMES and name not in _OLD_ACTIONS
    return ActionStep(name) if is_plain else None


@lru_cache(maxsize=8192)
def _plain_intent(name: str) -> IntentStep | None:
    return IntentStep(name) if name and name == name.strip() and RETRIEVAL_SEPARATOR not in name else None


class _DialogueReader:
    """Reads one kind of dialogue; knows the reader and whether it is in a rule."""

    def __init__(self, reader: Reader, key: str) -> None:
        self._reader = reader
        self._key = key

    def read(self, node: MappingNode, place: Place) -> None:
        reader, key = self._reader, self._key
        reader.check_keys(node, _STORY_KEYS if key == "story" else _RULE_KEYS, f"a {key}")
        if key not in node:
            reader.report("missing-key", f"an entry here needs the key {key!r} with its name", place)
            return
        name = self._name(node, key)
        if name is None:
            return
        steps = self._all_steps(node, "steps", f"the steps of {key} {name!r}")
        if not steps:
            if not node.get("steps"):
                reader.report(
                    "no-steps",
                    f"{key} {name!r} has no steps and is left out",
                    place,
                    severity="warning",
                    hint="add steps",
                )
            return
        metadata = plain_value(node.get("metadata"))
        if key == "story":
            reader.emit("story", ("stories", name), Story(name, steps, metadata), place)
        else:
            reader.emit("rule", ("rules", name), self._rule(node, name, steps, metadata), place)

    def _rule(self, node: MappingNode, name: str, steps: tuple[Step, ...], metadata: Any) -> Rule:
        condition = self._all_steps(node, "condition", f"the condition of rule {name!r}", only=_CONDITIONS)
        return Rule(
            name,
            steps,
            tuple(step for step in condition if isinstance(step, LoopStep | SlotStep)),
            conversation_start=self._reader.flag(node, "conversation_start", default=False),
            wait_for_user_input=self._reader.flag(node, "wait_for_user_input", default=True),
            metadata=metadata,
        )

    def _all_steps(self, node: MappingNode, key: str, what: str, *, only: tuple[str, ...] = ()) -> tuple[Step, ...]:
        if node.get(key) is None:
            return ()
        listed = node[key]
        if not isinstance(listed, SequenceNode):
            self._reader.wrong_type(what, "a list", listed, node.value_place(key))
            return ()
        steps: list[Step] = []
        for index, entry in enumerate(listed):
            plain = None if only else _plain_step(entry)
            if plain is not None:
                steps.append(plain)
                continue
            place = listed.place(index)
            found = self.read_step(entry, place, what, only)
            if found and type(found[0]) is CheckpointStep:
                self._check_conditions(found[0], steps, place)
            steps += found
        return tuple(steps)

    def _check_conditions(self, checkpoint: CheckpointStep, before: list[Step], place: Place) -> None:
        """Tell which conditions of a checkpoint nobody checks."""
        is_start = all(isinstance(step, CheckpointStep) for step in before)
        why = "has no value" if is_start else "stands behind other steps"
        hint = "write `- slot: value`" if is_start else "write conditions where a story begins with the checkpoint"
        for slot in checkpoint.slots:
            if not is_start or not slot.has_value:
                message = f"the condition {slot.slot!r} of checkpoint {checkpoint.name!r} {why}, so it is never checked"
                self._reader.report("checkpoint-condition", message, place, severity="warning", hint=hint)

    def read_step(self, entry: Any, place: Place, what: str, only: tuple[str, ...] = ()) -> tuple[Step, ...]:
        if not isinstance(entry, MappingNode):
            self._reader.wrong_type(f"a step in {what}", "a mapping", entry, place)
            return ()
        step = entry
        key = self._step_key(step)
        if key is None:
            hint = nearest_to_any(step, _STEP_KEYS)
            self._reader.report("unknown-step", f"a step in {what} has none of the known keys", place, hint=hint)
            return ()
        if (only and key not in only) or (self._key == "rule" and key in _NOT_IN_RULES):
            self._reader.report("misplaced-step", f"a step with the key {key!r} cannot stand in {what}", place)
            return ()
        if len(step) > 1:
            self._reader.check_keys(step, _STEP_KEYS[key], f"a step with the key {key!r}")
        return _STEP_READERS[key](self, step)

    def _step_key(self, step: MappingNode) -> str | None:
        """Return the key that says what a step is; most steps have no other."""
        if len(step) == 1:
            key = next(iter(step))
            return key if key in _STEP_KEYS else None
        return next((key for key in _STEP_KEYS if key in step), None)

    def _name(self, step: MappingNode, key: str) -> str | None:
        value = step[key]
        if type(value) is str and value and value[0] > " " and value[-1] > " ":
            return value
        text = self._reader.text(value, f"the value of {key!r}", step.value_place(key))
        return None if text is None else str(text).strip()

    def read_action(self, step: MappingNode) -> tuple[Step, ...]:
        name = self._name(step, "action")
        if name is None:
            return ()
        place = step.value_place("action")
        if name in _EVENT_NAMES:
            message = f"{name!r} is the name of an event and cannot be that of an action"
            self._reader.report("event-name", message, place, hint="rename the action, or write the step of the event")
            return ()
        if name in _OLD_ACTIONS:
            message = f"the action {name!r} is now called {_OLD_ACTIONS[name]!r}, and is read as such"
            self._reader.report("old-name", message, place, severity="warning", hint="use the new name")
        return (ActionStep(_OLD_ACTIONS.get(name, name)),)

    def read_bot(self, step: MappingNode) -> tuple[Step, ...]:
        text = self._name(step, "bot")
        return () if text is None else (BotStep(text),)

    def read_loop(self, step: MappingNode) -> tuple[Step, ...]:
        if step["active_loop"] is None:
            return (LoopStep(None),)
        name = self._name(step, "active_loop")
        return () if name is None else (LoopStep(name),)

    def read_user(self, step: MappingNode) -> tuple[Step, ...]:
        text = self._name(step, "user")
        if text is None:
            return ()
        return (UserStep(*marked_up(self._reader, text, step.value_place("user"))),)

    def read_intent(self, step: MappingNode) -> tuple[Step, ...]:
        name = self._name(step, "intent")
        if name is None:
            return ()
        if name.startswith("/"):
            self._reader.report(
                "intent-slash",
                f"the intent {name!r} begins with a slash, which is left out",
                step.value_place("intent"),
                severity="warning",
            )
            name = name.lstrip("/")
        if name.count(RETRIEVAL_SEPARATOR) > 1 or not name or name.endswith(RETRIEVAL_SEPARATOR):
            self._reader.report(
                "intent-name", f"the intent name {name!r} must be `intent` or `intent/key`", step.value_place("intent")
            )
            return ()
        if len(step) == 1:
            return (IntentStep(name),)
        entities = self._entities(step) if "entities" in step else ()
        if "user" not in step:
            return (IntentStep(name, entities),)
        text = self._name(step, "user")
        if text is None:
            return ()
        return (IntentStep(name, entities, *marked_up(self._reader, text, step.value_place("user"))),)

    def _entities(self, step: MappingNode) -> tuple[StepEntity, ...]:
        entities = (self._entity(entry, place) for entry, place in self._reader.entries(step, "entities", "entities"))
        return tuple(entity for entity in entities if entity is not None)

    def _entity(self, entry: Any, place: Place) -> StepEntity | None:
        pair = _plain_pair(entry)
        if pair is not None and pair[0] not in _LABELS:
            return StepEntity(*pair)
        if isinstance(entry, str) and entry.strip():
            return StepEntity(str(entry).strip())
        node = self._reader.mapping(entry, "an entity", place)
        if node is None:
            return None
        names = [key for key in node if key not in _LABELS]
        if len(names) != 1 or not isinstance(names[0], str):
            message = "an entity has one name with a value, and perhaps a role and a group"
            self._reader.report("entity", message, place, hint="write it like `- city: Paris`")
            return None
        labels = {key: self._name(node, key) for key in _LABELS if node.get(key) is not None}
        return StepEntity(str(names[0]), plain_value(node[names[0]]), labels.get("role"), labels.get("group"))

    def read_slots(self, step: MappingNode) -> tuple[SlotStep, ...]:
        slots: list[SlotStep] = []
        for entry, entry_place in self._reader.entries(step, "slot_was_set", "slot_was_set"):
            pair = _plain_pair(entry)
            if pair is not None:
                slots.append(SlotStep(*pair))
            elif isinstance(entry, str) and entry.strip():
                slots.append(SlotStep(str(entry).strip(), None, has_value=False))
            elif isinstance(entry, MappingNode) and entry:
                members = self._reader.members(entry, "slot_was_set")
                slots += [SlotStep(name, plain_value(value)) for name, value, _, _ in members]
            else:
                self._reader.wrong_type("an entry of slot_was_set", "a slot name or `slot: value`", entry, entry_place)
        return tuple(slots)

    def read_checkpoint(self, step: MappingNode) -> tuple[Step, ...]:
        name = self._name(step, "checkpoint")
        if name is None:
            return ()
        slots = self.read_slots(step) if "slot_was_set" in step else ()
        return (CheckpointStep(name, slots),)

    def read_or(self, step: MappingNode) -> tuple[Step, ...]:
        alternatives: list[IntentStep | SlotStep] = []
        for entry, entry_place in self._reader.entries(step, "or", "or"):
            found = self.read_step(entry, entry_place, "or", ("intent", "slot_was_set"))
            if len(found) > 1:
                message = "an alternative of `or` can set one slot, not several"
                self._reader.report("misplaced-step", message, entry_place, hint="write a story for each combination")
                continue
            alternatives += [step for step in found if isinstance(step, IntentStep | SlotStep)]
        if step["or"] == []:
            message = "an `or` without alternatives is left out"
            self._reader.report("no-steps", message, step.key_place("or"), severity="warning", hint="add alternatives")
        if len(alternatives) == 1:
            return (alternatives[0],)
        return (OrStep(tuple(alternatives)),) if alternatives else ()


# Beside the class, because a table of its own methods in an instance would be a reference cycle around every document.
_STEP_READERS: dict[str, Callable[[_DialogueReader, MappingNode], tuple[Step, ...]]] = {
    "intent": _DialogueReader.read_intent,
    "user": _DialogueReader.read_user,
    "or": _DialogueReader.read_or,
    "action": _DialogueReader.read_action,
    "bot": _DialogueReader.read_bot,
    "checkpoint": _DialogueReader.read_checkpoint,
    "slot_was_set": _DialogueReader.read_slots,
    "active_loop": _DialogueReader.read_loop,
}
