"""What follows from merged data and stands in no source: retrieval intents, their actions, texts of dialogues. Pure.

Derived names have labels of their own and never become items, so what changed in a source stays exactly that. Values
get them only where somebody asks for the effective domain or the effective NLU data. The text a dialogue notes beside
an intent is a note: nothing here turns it into an example, and conversation tests never come this way.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.data import (
    DEFAULT_ACTIONS,
    IS_RETRIEVAL_INTENT,
    RESPONSE_PREFIX,
    RETRIEVAL_SEPARATOR,
    Action,
    ActionStep,
    BotStep,
    Domain,
    Intent,
    IntentStep,
    NluData,
    OrStep,
    Rule,
    Step,
    StepEntity,
    Stories,
    Story,
    StoryMessage,
    UserStep,
    base_intent,
)
from tenprint.importers.items import ItemTable, Path
from tenprint.importers.kinds import BOT_TEXTS, STORIES, USER_TEXTS

DERIVED = "derived"
"""First name in the path of everything derived."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Names that follow from items, each sorted: base names of retrieval intents, and literal texts of dialogues."""

    retrieval_intents: tuple[str, ...] = ()
    bot_texts: tuple[str, ...] = ()
    user_texts: tuple[str, ...] = ()

    @property
    def actions(self) -> tuple[str, ...]:
        """The action of each retrieval intent, which sends one of its responses."""
        return tuple(RESPONSE_PREFIX + intent for intent in self.retrieval_intents)

    def paths(self) -> Iterator[Path]:
        """Label everything, the way paths of items are written."""
        labelled = {
            "retrieval-intent": self.retrieval_intents,
            "action": self.actions,
            "bot-text": self.bot_texts,
            "user-text": self.user_texts,
        }
        return ((DERIVED, label, name) for label, names in labelled.items() for name in names)


def derived_from(table: ItemTable) -> Derived:
    """Derive from items alone; of 100,000 examples no text is looked at."""
    rows = table.by_kind()
    intents = {row[1][1] for row in rows.get("intent-example", ())}
    texts: dict[str, set[str]] = {BOT_TEXTS: set(), USER_TEXTS: set()}
    for kind in STORIES.item_names:
        for row in rows.get(kind, ()):
            for facet, names in row[3]:
                if facet in texts and isinstance(names, tuple):
                    texts[facet].update(names)
    return Derived(_bases(intents), tuple(sorted(texts[BOT_TEXTS])), tuple(sorted(texts[USER_TEXTS])))


def _bases(intents: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({base_intent(name) for name in intents if RETRIEVAL_SEPARATOR in name}))


def effective_domain(domain: Domain, table: ItemTable) -> Domain:
    """Add everything derived to the domain that was written: what a trained assistant works with."""
    derived = derived_from(table)
    return with_bot_texts(synchronised(domain, derived), derived)


def synchronised(domain: Domain, derived: Derived) -> Domain:
    """Add retrieval intents and their actions to a domain; what it declares keeps its place and its properties."""
    if not derived.retrieval_intents:
        return domain
    bases = frozenset(derived.retrieval_intents)
    declared = {intent.name for intent in domain.intents}
    added = (Intent(name) for name in derived.retrieval_intents if name not in declared)
    taken = {action.name for action in domain.actions}
    taken |= {response.name for response in domain.responses} | {form.name for form in domain.forms}
    return replace(
        domain,
        intents=tuple(_marked(intent, bases) for intent in (*domain.intents, *added)),
        actions=(*domain.actions, *(Action(name) for name in derived.actions if name not in taken)),
    )


def _marked(intent: Intent, bases: Collection[str]) -> Intent:
    if intent.name not in bases:
        return intent
    return replace(intent, properties={**intent.properties, IS_RETRIEVAL_INTENT: True})


def with_bot_texts(domain: Domain, derived: Derived) -> Domain:
    """Add what the assistant says literally in dialogues to the end-to-end actions of a domain."""
    added = (text for text in derived.bot_texts if text not in domain.end_to_end_actions)
    texts = (*domain.end_to_end_actions, *added)
    return domain if texts == domain.end_to_end_actions else replace(domain, end_to_end_actions=texts)


def with_responses(nlu: NluData, domain: Domain) -> NluData:
    """Add the responses of retrieval intents; others are no matter of NLU."""
    return replace(nlu, responses=tuple(response for response in domain.responses if response.is_retrieval))


def with_messages(nlu: NluData, stories: Stories) -> NluData:
    return replace(nlu, messages=messages_of(stories))


def messages_of(stories: Stories) -> tuple[StoryMessage, ...]:
    """Turn dialogues into messages, each once: default actions, then actions by name or text, then turns of the user.

    The order of stories does not matter.
    """
    actions: dict[bytes, StoryMessage] = {}
    turns: dict[bytes, StoryMessage] = {}
    for step in _steps(stories):
        if isinstance(step, ActionStep) and step.action not in DEFAULT_ACTIONS:
            message = StoryMessage(action=step.action)
            actions[_digest(message)] = message
        elif isinstance(step, BotStep):
            message = StoryMessage(action_text=step.text)
            actions[_digest(message)] = message
        elif isinstance(step, IntentStep):
            message = StoryMessage(intent=step.intent, entities=_entities(step))
            turns[_digest(message)] = message
        elif isinstance(step, UserStep):
            message = StoryMessage(text=step.text)
            turns[_digest(message)] = message
    defaults = tuple(StoryMessage(action=name) for name in DEFAULT_ACTIONS)
    return (*defaults, *_in_order(actions), *_in_order(turns))


def _steps(stories: Stories) -> Iterator[Step]:
    dialogues: tuple[Story | Rule, ...] = (*stories.stories, *stories.rules)
    for dialogue in dialogues:
        for step in dialogue.steps:
            if isinstance(step, OrStep):
                yield from step.alternatives
            else:
                yield step


def _entities(step: IntentStep) -> tuple[StepEntity, ...]:
    """Entities of an intent; annotations in the text beside it count instead of a list."""
    if not step.spans:
        return step.entities
    return tuple(StepEntity(span.entity, span.value, span.role, span.group) for span in step.spans)


def _digest(message: StoryMessage) -> bytes:
    entities = tuple((part.entity, part.value, part.role, part.group) for part in message.entities)
    return canonical_digest((message.action, message.action_text, message.intent, message.text, entities))


def _in_order(messages: dict[bytes, StoryMessage]) -> Iterator[StoryMessage]:
    return (message for _, message in sorted(messages.items(), key=lambda pair: (_name(pair[1]), pair[0])))


def _name(message: StoryMessage) -> str:
    names = (message.action, message.action_text, message.intent, message.text)
    return next(name for name in names if name is not None)


def used_entities(domain: Domain, intent: Intent) -> tuple[str, ...]:
    """Entities whose values count for an intent, sorted; "all" means all of the merged domain."""
    if intent.use_entities is None:
        used = {entity.name for entity in domain.entities if entity.influence_conversation}
    else:
        used = set(intent.use_entities)
    return tuple(sorted(used.difference(intent.ignore_entities)))
