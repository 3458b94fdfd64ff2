"""The kind `stories`: stories and rules.

A dialogue has two digests. The whole one covers its name and metadata, so a renamed story is a change that can be
named. The facet `training` covers what training reads: the steps, and for rules how they begin and end. Training never
sees names, so renaming trains nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from tenprint.importers.canonical import canonical, canonical_digest, text_form
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
from tenprint.importers.items import Facets, FacetValue, Path
from tenprint.importers.kinds.descriptor import ItemKind, Kind, NamedValue
from tenprint.importers.merging import Identity
from tenprint.importers.reading import read_stories

TRAINING = "training"
USER_TEXTS = "user_texts"
BOT_TEXTS = "bot_texts"

_ACTION = b"u2:" + text_form("action")
_INTENT = b"u4:" + text_form("intent")
_NO_ENTITIES = canonical(())
_NO_TEXT = canonical(None)


def _entity(entity: StepEntity) -> tuple[Any, ...]:
    return entity.entity, entity.value, entity.role, entity.group


def _span(span: EntitySpan) -> tuple[Any, ...]:
    return span.start, span.end, span.entity, span.value, span.role, span.group


def _intent_content(step: IntentStep) -> tuple[Any, ...]:
    entities = tuple(_entity(entity) for entity in step.entities)
    text = None if step.text is None else (step.text, tuple(_span(span) for span in step.spans))
    return (step.intent, entities, text)


def _content(step: Step) -> tuple[Any, ...]:
    """Reduce a step to plain values; alternatives of an `or` and conditions of a checkpoint have no order."""
    match step:
        case IntentStep():
            return ("intent", *_intent_content(step))
        case ActionStep():
            return ("action", step.action)
        case SlotStep():
            return ("slot", step.slot, step.value, step.has_value)
        case LoopStep():
            return ("loop", step.loop)
        case UserStep():
            return ("user", step.text, tuple(_span(span) for span in step.spans))
        case BotStep():
            return ("bot", step.text)
        case CheckpointStep():
            return ("checkpoint", step.name, _unordered(step.slots))
        case OrStep():
            return ("or", _unordered(step.alternatives))


def _unordered(steps: Iterable[Step]) -> tuple[bytes, ...]:
    return tuple(sorted(canonical(_content(step)) for step in steps))


def _step_form(step: Step) -> bytes:
    """Canonical form of a step; the two most frequent ones are put together by hand."""
    if type(step) is ActionStep:
        return _ACTION + text_form(step.action)
    if type(step) is IntentStep and not step.entities and step.text is None:
        # Four parts: the tag, the intent, no entities, no text.
        return _INTENT + text_form(step.intent) + _NO_ENTITIES + _NO_TEXT
    return canonical(_content(step))


def _steps_form(steps: Sequence[Step]) -> bytes:
    return b"u%d:%b" % (len(steps), b"".join([_step_form(step) for step in steps]))


def training_digest(dialogue: Story | Rule) -> bytes:
    """Digest of what training reads of a story or rule: everything but its name and metadata."""
    if isinstance(dialogue, Story):
        return sha256(b"u2:" + text_form("story") + _steps_form(dialogue.steps)).digest()
    return canonical_digest(
        (
            "rule",
            _steps_form(dialogue.steps),
            _unordered(dialogue.condition),
            dialogue.conversation_start,
            dialogue.wait_for_user_input,
        )
    )


def _dialogue(kind: str, path: Path, dialogue: Story | Rule) -> tuple[bytes, Facets]:
    training = training_digest(dialogue)
    digest = canonical_digest((kind, path, training, dialogue.metadata))
    return digest, _facets(dialogue, training)


def _facets(dialogue: Story | Rule, training: bytes) -> Facets:
    mentioned: dict[str, set[str]] = {}
    for step in dialogue.steps:
        for mentioned_step in step.alternatives if isinstance(step, OrStep) else (step,):
            for facet, name in _mentions(mentioned_step):
                mentioned.setdefault(facet, set()).add(name)
    facets: dict[str, FacetValue] = {name: tuple(sorted(names)) for name, names in mentioned.items()}
    facets[TRAINING] = training
    return tuple(sorted(facets.items()))


def _mentions(step: Step) -> Iterable[tuple[str, str]]:
    if type(step) is ActionStep:
        return (("actions", step.action),)
    if isinstance(step, IntentStep):
        return (("intents", step.intent), *(("entities", entity.entity) for entity in step.entities))
    if isinstance(step, SlotStep):
        return (("slots", step.slot),)
    if isinstance(step, UserStep):
        return ((USER_TEXTS, step.text),)
    if isinstance(step, BotStep):
        return ((BOT_TEXTS, step.text),)
    if isinstance(step, LoopStep) and step.loop is not None:
        return (("loops", step.loop),)
    return ()


def _take_apart(stories: Stories) -> Iterator[NamedValue]:
    for story in stories.stories:
        yield NamedValue("story", ("stories", story.name), story)
    for rule in stories.rules:
        yield NamedValue("rule", ("rules", rule.name), rule)


def _put_together(parts: Sequence[NamedValue]) -> Stories:
    return Stories(
        tuple(part.value for part in parts if part.kind == "story"),
        tuple(part.value for part in parts if part.kind == "rule"),
    )


def nameless(stories: Stories) -> Stories:
    """Reduce stories to what training reads, in canonical order: names and metadata are gone."""
    order: Callable[[Story | Rule], bytes] = training_digest
    return Stories(
        tuple(replace(story, name="", metadata=None) for story in sorted(stories.stories, key=order)),
        tuple(replace(rule, name="", metadata=None) for rule in sorted(stories.rules, key=order)),
    )


_READ_BY = {"stories": TRAINING, "story-messages": USER_TEXTS}

STORIES = Kind(
    name="stories",
    keys=frozenset({"stories", "rules"}),
    item_kinds=(
        ItemKind("story", Identity.BAG, _dialogue, _READ_BY),
        ItemKind("rule", Identity.BAG, _dialogue, _READ_BY),
    ),
    read=read_stories,
    take_apart=_take_apart,
    put_together=_put_together,
)
