"""The kind `stories`: stories and rules.

A dialogue has two digests. The whole one covers its name and metadata, so a renamed story is a change that can be
named. The facet `training` covers what training reads: the steps, and for rules how they begin and end. Training never
sees names, so renaming trains nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tenprint.importers.canonical import canonical, name_form, text_form, tuple_form
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
from tenprint.importers.digest import digest_of
from tenprint.importers.items import Facets, FacetValue, Path
from tenprint.importers.kinds.descriptor import ItemKind, Kind, NamedValue
from tenprint.importers.kinds.nlu import label_form, span_form
from tenprint.importers.kinds.renaming import rename_rule, rename_story
from tenprint.importers.kinds.values import named_below, of_type
from tenprint.importers.merging import Identity
from tenprint.importers.reading import read_stories

TRAINING = "training"
USER_TEXTS = "user_texts"
BOT_TEXTS = "bot_texts"

_NONE, _TRUE = canonical(None), canonical(True)
_NO_ENTITIES_NO_TEXT = canonical(()) + _NONE


def _tagged(tag: str, size: int) -> bytes:
    return b"u%d:%b" % (size, text_form(tag))


_STORY, _RULE = _tagged("story", 2), _tagged("rule", 5)
_HEADS = {kind: _tagged(kind, 4) for kind in ("story", "rule")}
_INTENT, _USER, _OR = _tagged("intent", 4), _tagged("user", 3), _tagged("or", 2)
_ACTION, _BOT, _LOOP = _tagged("action", 2), _tagged("bot", 2), _tagged("loop", 2)
_SLOT, _CHECKPOINT = _tagged("slot", 4), _tagged("checkpoint", 3)


# Most steps are a name and nothing else, and the same few thousand names come by again and again.
@lru_cache(maxsize=8192)
def _action_form(action: str) -> bytes:
    return _ACTION + text_form(action)


@lru_cache(maxsize=8192)
def _bare_intent_form(intent: str) -> bytes:
    return _INTENT + text_form(intent) + _NO_ENTITIES_NO_TEXT


@lru_cache(maxsize=8192)
def _bare_slot_form(slot: str, value: str) -> bytes:
    return _SLOT + text_form(slot) + text_form(value) + _TRUE


def _intent_form(step: IntentStep) -> bytes:
    if not step.entities and step.text is None:
        return _bare_intent_form(step.intent)
    form = _INTENT + name_form(step.intent)
    text = _NONE if step.text is None else b"u2:" + text_form(step.text) + _spans_form(step.spans)
    return form + tuple_form([_entity_form(entity) for entity in step.entities]) + text


def _entity_form(entity: StepEntity) -> bytes:
    label, _ = label_form(entity.entity, entity.value, entity.role, entity.group)
    return b"u4:" + label


def _spans_form(spans: Sequence[EntitySpan]) -> bytes:
    return tuple_form([span_form(span) for span in spans])


def _slot_form(step: SlotStep) -> bytes:
    if type(step.value) is str and step.has_value:
        return _bare_slot_form(step.slot, step.value)
    return _SLOT + name_form(step.slot) + canonical(step.value) + canonical(step.has_value)


_FORMS: dict[type, Callable[[Any], bytes]] = {
    ActionStep: lambda step: _action_form(step.action),
    IntentStep: _intent_form,
    SlotStep: _slot_form,
    LoopStep: lambda step: _LOOP + (_NONE if step.loop is None else name_form(step.loop)),
    UserStep: lambda step: _USER + text_form(step.text) + _spans_form(step.spans),
    BotStep: lambda step: _BOT + text_form(step.text),
    CheckpointStep: lambda step: _CHECKPOINT + text_form(step.name) + _unordered(step.slots),
    OrStep: lambda step: _OR + _unordered(step.alternatives),
}
"""Canonical form of each kind of step: a tuple of its tag and its fields. Alternatives of an `or` and conditions of a
checkpoint have no order: they are the tuple of their sorted forms."""


def _step_form(step: Step) -> bytes:
    return _FORMS[type(step)](step)


def _unordered(steps: Iterable[Step]) -> bytes:
    return tuple_form(sorted(_step_form(step) for step in steps))


def training_digest(dialogue: Story | Rule) -> bytes:
    """Digest of what training reads of a story or rule: everything but its name and metadata."""
    steps = tuple_form([_FORMS[type(step)](step) for step in dialogue.steps])
    if isinstance(dialogue, Story):
        return digest_of(_STORY + steps)
    flags = canonical(dialogue.conversation_start) + canonical(dialogue.wait_for_user_input)
    return digest_of(_RULE + steps + _unordered(dialogue.condition) + flags)


def _dialogue(kind: str, path: Path, dialogue: Story | Rule) -> tuple[bytes, Facets]:
    training = training_digest(dialogue)
    metadata = _NONE if dialogue.metadata is None else canonical(dialogue.metadata)
    form = _HEADS[kind] + tuple_form([text_form(name) for name in path]) + canonical(training) + metadata
    return digest_of(form), _facets(dialogue, training)


def _facets(dialogue: Story | Rule, training: bytes) -> Facets:
    actions: set[str] = set()
    intents: set[str] = set()
    others: list[Step] = []
    for step in dialogue.steps:
        if type(step) is ActionStep:
            actions.add(step.action)
        elif type(step) is IntentStep:
            intents.add(step.intent)
            if step.entities:
                others.append(step)
        elif type(step) is OrStep:
            intents.update(part.intent for part in step.alternatives if isinstance(part, IntentStep))
            others += step.alternatives
        else:
            others.append(step)
    mentioned = {"actions": actions, "intents": intents, **_rarely_mentioned(others)}
    facets: list[tuple[str, FacetValue]] = [
        (facet, tuple(sorted(names))) for facet, names in mentioned.items() if names
    ]
    return tuple(sorted([*facets, (TRAINING, training)]))


def _rarely_mentioned(steps: Iterable[Step]) -> dict[str, set[str]]:
    mentioned: dict[str, set[str]] = {}
    for step in steps:
        if isinstance(step, IntentStep):
            mentioned.setdefault("entities", set()).update(entity.entity for entity in step.entities)
        elif isinstance(step, LoopStep):
            mentioned.setdefault("loops", set()).update(() if step.loop is None else (step.loop,))
        elif isinstance(step, SlotStep):
            mentioned.setdefault("slots", set()).add(step.slot)
        elif isinstance(step, UserStep):
            mentioned.setdefault(USER_TEXTS, set()).add(step.text)
        elif isinstance(step, BotStep):
            mentioned.setdefault(BOT_TEXTS, set()).add(step.text)
    return mentioned


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
        tuple(
            Story("", tuple(_in_order(step) for step in story.steps)) for story in sorted(stories.stories, key=order)
        ),
        tuple(
            replace(
                rule,
                name="",
                metadata=None,
                steps=tuple(_in_order(step) for step in rule.steps),
                condition=tuple(sorted(rule.condition, key=_step_form)),
            )
            for rule in sorted(stories.rules, key=order)
        ),
    )


def _in_order(step: Step) -> Step:
    """Sort what has no order inside a step, as its digest does."""
    if isinstance(step, OrStep):
        return OrStep(tuple(sorted(step.alternatives, key=_step_form)))
    if isinstance(step, CheckpointStep):
        return CheckpointStep(step.name, tuple(sorted(step.slots, key=_step_form)))
    return step


_READ_BY = {"stories": TRAINING, "story-messages": USER_TEXTS}

STORIES = Kind(
    name="stories",
    keys=frozenset({"stories", "rules"}),
    item_kinds=(
        ItemKind(
            "story",
            Identity.BAG,
            _dialogue,
            _READ_BY,
            rename_story,
            name_at=1,
            path_of=named_below("stories"),
            fault=of_type(Story),
        ),
        ItemKind(
            "rule",
            Identity.BAG,
            _dialogue,
            _READ_BY,
            rename_rule,
            name_at=1,
            path_of=named_below("rules"),
            fault=of_type(Rule),
        ),
    ),
    read=read_stories,
    take_apart=_take_apart,
    put_together=_put_together,
)
